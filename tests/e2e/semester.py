"""A half-year that is over, and the people who report it: a coordinator, two partners, and who held its events."""

from datetime import date, datetime, time, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from events.attendance.operations import add_proof, add_walk_in, declare_count, mark_list_complete
from events.enums import Audience, EventState, Measure, Mode, ProofKind
from events.models import EventType
from events.programme.operations import mark_held
from events.tests.factories import EventFactory, EventTypeFactory
from hacktiv.common.halfyears import calendar_half_year
from members.tests.factories import UserFactory
from reporting.core.operations import ensure_periods
from reporting.enums import PartnerRole, Side
from reporting.tests.factories import PartnerFactory, PartnerPersonFactory, ProjectFactory
from spaces.tests.factories import OrganisationFactory, SpaceFactory

SHEET = b"%PDF-1.7\nPresents : dix\n%%EOF"
POSTER = b"%PDF-1.7\nVenez nombreux\n%%EOF"
#: Who came to the workshop, by name and residence.
PRESENT = {"Aline": "BE", "Basile": "BE", "Céline": "BE", "Denis": "BE", "Élise": "FR", "Farid": "FR"}


class Semester:
    """A project of two partners and an associated one that nobody answers for, in its first half-year, which is over.
    Nothing took place yet."""

    def __init__(self):
        half_year = _last_half_year()
        self.start = half_year.start
        end = date(half_year.start.year + 3, half_year.start.month, 1) - timedelta(days=1)
        self.project = ProjectFactory(
            title_fr="Deux rives",
            starts_on=half_year.start,
            ends_on=end,
            total_budget=100_000,
            publishes_results=True,
        )
        ensure_periods(project=self.project)
        self.period = self.project.periods.get(label=half_year.label)
        self.lead, self.lead_person = self._partner("Rivage", "BE", Side.WA, PartnerRole.LEAD, (60_000, 30_000))
        self.other, self.other_person = self._partner("Aval", "FR", Side.FR, PartnerRole.PARTNER, (40_000, 20_000))
        PartnerFactory(project=self.project, name="Phare", role=PartnerRole.ASSOCIATED, order=3)
        self.manager = UserFactory(is_staff=True, first_name="Maugis")
        self.space = SpaceFactory(name="La Rive", operator=self.lead.organisation, managers=[self.manager])
        self.house = SpaceFactory(
            name="La Maison", operator=self.other.organisation, managers=[self.manager], french=True
        )
        self.free_type = EventTypeFactory(name_fr="Rencontre libre")

    def _partner(self, name, country, side, role, budget):
        organisation = OrganisationFactory(name=name, country=country)
        total, erdf = budget
        partner = PartnerFactory(
            project=self.project,
            organisation=organisation,
            name=name,
            side=side,
            role=role,
            total=total,
            erdf=erdf,
            order=1 if role == PartnerRole.LEAD else 2,
        )
        return partner, PartnerPersonFactory(partner=partner).user

    @property
    def both(self):
        return [self.lead.organisation, self.other.organisation]

    @property
    def address(self):
        return [self.project.slug, self.period.label]

    def hold_events(self):
        """Hold five events as their organisers do, with what these note of each."""
        self.workshop = self._held("Atelier à deux", 10, ProofKind.ATTENDANCE_SHEET)
        for name, residence in PRESENT.items():
            add_walk_in(event=self.workshop, by=self.manager, name=name, residence=residence)
        mark_list_complete(event=self.workshop, by=self.manager)
        self.fair = self._held("Marché ouvert", 30, ProofKind.ADVERTISING, audience=Audience.PUBLIC, count=40)
        poster = ContentFile(POSTER, name="affiche.pdf")
        add_proof(event=self.fair, kind=ProofKind.ADVERTISING, file=poster, by=self.manager)
        training = EventType.objects.get(slug="training")
        self.training = self._held("Cours commun", 50, ProofKind.ATTENDANCE_SHEET, type=training, count=12)
        self.preparation = self._held("Réunion de préparation", 70, ProofKind.AGENDA, count=15)
        alone = {"organisers": self.both[1:], "space": self.house}
        self.meal = self._held("Repas d’aval", 90, ProofKind.AGENDA, **alone, count=9)

    def _held(self, title, after, proof, *, count=None, **values):
        starts_at = timezone.make_aware(datetime.combine(self.start + timedelta(days=after), time(10)))
        event = EventFactory(
            **{"audience": Audience.MEMBERS, "organisers": self.both, "space": self.space} | values,
            title_fr=title,
            mode=Mode.ONSITE,
            state=EventState.PUBLISHED,
            starts_at=starts_at,
            proofs_owed=[proof.value],
        )
        mark_held(event=event, by=self.manager)
        if count is not None:
            declare_count(event=event, by=self.manager, measure=Measure.PARTICIPATIONS, lower=count, upper=count)
        return event


def _last_half_year():
    """Return the half-year of the calendar that ended last."""
    return calendar_half_year(calendar_half_year(timezone.localdate()).start - timedelta(days=1))
