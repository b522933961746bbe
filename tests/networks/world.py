"""A random network, drawn from one number: people, spaces, half-years and meetings. The same number draws the same one.

What happens in it, people marked as present among the rest, is in `happenings`.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from events.enums import WAYS, Audience, EventState, Mode, ProofKind, RegistrationStatus
from events.models import Event, Proof, Registration
from events.registering.operations import participant_number_of
from events.tests.factories import EventFactory, EventTypeFactory, HistoryEventFactory
from members.enums import ConsentPurpose
from members.models import Consent, User
from members.tests.factories import OrganisationFactory, UserFactory
from reporting.core.operations import ensure_periods
from reporting.enums import HalfYears, PartnerRole
from reporting.indicators.operations import Aim, choose_indicator
from reporting.tests.factories import OutputFactory, PartnerFactory, ProjectFactory
from spaces.models import Visit
from spaces.tests.factories import HomeSpaceFactory, SpaceFactory

from .recount_indicators import PROGRAMMES, Nature

ZONE = ZoneInfo("Europe/Brussels")
LONG_AGO = datetime(2020, 1, 1, tzinfo=ZONE)
#: The days in whose nights the clocks changed while these projects ran.
CLOCK_CHANGES = [
    date(2023, 3, 26),
    date(2023, 10, 29),
    date(2024, 3, 31),
    date(2024, 10, 27),
    date(2025, 3, 30),
    date(2025, 10, 26),
]
#: Hours and minutes at which meetings begin: at midnight, in the hour that is missing or comes twice, at ten.
BEGINNINGS = [(0, 0), (0, 30), (1, 30), (2, 30), (23, 30), (10, 0)]
#: How many meetings a row stands for, as a range.
MEETINGS = [(1, 1), (1, 1), (1, 1), (3, 3), (2, 4), (1, 3), (2, None)]
RESIDENCES = ["BE", "FR", "other", ""]
#: One person has two accounts, Elsa and Lise, and came as a guest under two addresses more.
ACCOUNTS = ("Elsa", "Lise", "Karim", "Noor")
GUESTS = ("elsa", "lise", "jonas", "mila")
#: Whose addresses the first two are.
OWNERS = {"elsa": "Elsa", "lise": "Lise"}
#: They left no address.
NAMES_ALONE = ("Wim", "Zoé")


@dataclass
class Meeting:
    """An event as it was drawn, and the registration of each person on its list."""

    event: Event
    listed: dict[str, int] = field(default_factory=dict)

    @property
    def slug(self):
        return self.event.slug

    @property
    def nature(self):
        """Return what the records say of the meeting: « joint » as somebody decided, else by its organisers."""
        countries = {organiser.country for organiser in self.event.organisers.all()}
        by_organisers = len(countries) > 1 if countries else None
        joint = by_organisers if self.event.joint is None else self.event.joint
        return Nature(joint, {"public": True, "members": False}.get(self.event.audience), self.event.type.slug)

    def now(self):
        return Event.objects.get(pk=self.event.pk)


class World:
    """A network with one project, three of whose half-years are reported.

    In a world that `is_alike` one person says the same of themselves wherever they do: what is kept of them does not
    depend on whether they were marked as present before or after two accounts turned out to be theirs."""

    def __init__(self, seed, *, is_alike=False):
        self.seed, self.is_alike, self.chance = seed, is_alike, Random(seed)
        self.trail = []
        #: Who truly was where, as (slug, name), and which names are one person's as far as anybody has found out.
        self.present = set()
        self.persons = {who: who for who in (*ACCOUNTS, *GUESTS, *NAMES_ALONE)}
        self.by = UserFactory(superuser=True, email="coordination@ardenne.example")
        self.checker = UserFactory(superuser=True, email="controle@ardenne.example")
        self._draw_project()
        self._draw_spaces()
        self._draw_people()
        self.meetings = [self._draw_meeting(number) for number in range(self.chance.randint(3, 6))]
        self._draw_visits()
        self._draw_aims()

    def may(self, likely):
        return self.chance.random() < likely

    def are_one(self, one, other):
        """Note that two names turned out to be one person's."""
        gone = self.persons[other]
        self.persons |= {who: self.persons[one] for who, person in self.persons.items() if person == gone}

    def account(self, who):
        """Return the account of a person as it is today, or None."""
        return User.objects.filter(pk=self.accounts.get(who), is_active=True).first()

    def registration(self, meeting, who):
        """Return the registration of a person as it stands today: their own, or what became of it with another."""
        rows = meeting.event.registrations.exclude(status=RegistrationStatus.CANCELLED)
        own = rows.filter(pk=meeting.listed[who]).first()
        return own or rows.get(user=self.accounts[OWNERS.get(who, who)])

    def touched(self, meeting):
        """Return the half-years in which some day of the meeting lies."""
        return [each for each in self.periods if each.touches(meeting.event.earliest, meeting.event.latest)]

    def _draw_project(self):
        from_own_start = self.may(0.4)
        start = self.chance.choice([date(2023, 3, 15), date(2023, 8, 31)]) if from_own_start else date(2023, 1, 1)
        self.project = ProjectFactory(
            slug="reseau",
            title_fr="Réseau",
            title_nl="Netwerk",
            title_en="Network",
            starts_on=start,
            ends_on=date(2025, 12, 31),
            half_years=HalfYears.OWN_START if from_own_start else HalfYears.CALENDAR,
            programming_period=self.chance.choice(["2014-2020", *["2021-2027"] * 3]),
        )
        ensure_periods(project=self.project)
        self.periods = list(self.project.periods.order_by("starts_on"))
        self.told = self.periods[:3] if self.may(0.5) else self.periods[-3:]
        self.days = [day for period in self.told for day in (period.starts_on, period.ends_on)]
        self.days += [period.starts_on + timedelta(days=self.chance.randrange(150)) for period in self.told]
        self.days += [*CLOCK_CHANGES, start - timedelta(days=5)]

    def _draw_aims(self):
        """Choose indicators, and note what some of them count that is no action."""
        for code in PROGRAMMES[self.project.programming_period]:
            if self.may(0.7):
                choose_indicator(
                    project=self.project, code=code, aim=Aim(target=self.chance.choice([None, 20])), by=self.by
                )
        for number in range(self.chance.randrange(4)):
            PartnerFactory(
                project=self.project,
                name=f"Partenaire {number}",
                role=self.chance.choice([PartnerRole.PARTNER, PartnerRole.ASSOCIATED]),
            )
        codes = [code for code, kind in PROGRAMMES[self.project.programming_period].items() if kind == "outputs"]
        for number in range(self.chance.randrange(4) if codes else 0):
            period = self.chance.choice(self.told)
            OutputFactory(
                period=period,
                code=self.chance.choice(codes),
                title_fr=f"Réalisation {number}",
                finished_on=self.chance.choice([None, period.ends_on]),
                is_implemented=self.may(0.5),
                agreement=self.chance.choice(["", "Convention"]),
            )

    def _draw_spaces(self):
        names = [("La Ferme", False), ("E420", False), ("Rimbaud’Tech", True), ("Val de Vence", True)]
        self.spaces = [SpaceFactory(slug=f"espace-{n}", name=name, french=fr) for n, (name, fr) in enumerate(names)]
        self.organisers = [
            OrganisationFactory(slug=f"org-{n}", name=f"Organisation {n}", country=country)
            for n, country in enumerate(["BE", "BE", "FR"])
        ]
        slugs = ("workshop", "training", "project-meeting")
        self.types = [EventTypeFactory(slug=slug, name_fr=slug, name_nl=slug, name_en=slug) for slug in slugs]

    def _draw_people(self):
        """Draw who has an account, and what each account says of its person."""
        self.accounts, self.former, self.residences, known = {}, {}, {}, {}
        for who in ACCOUNTS:
            said = {
                "residence": self.chance.choice(RESIDENCES),
                "gender": self.chance.choice(["woman", "man", ""]),
                "age_band": self.chance.choice(["25-34", "65+", ""]),
                "status": self.chance.choice(["student", "employee", ""]),
            }
            home = self.chance.choice([*self.spaces, None, None])
            known[who] = known["Elsa"] if self.is_alike and who == "Lise" else (said, home)
            said, home = known[who]
            user = UserFactory(email=f"{who.lower()}@membres.example", **said)
            Consent.objects.create(user=user, purpose=ConsentPurpose.STATISTICS, given_at=LONG_AGO)
            if home:
                HomeSpaceFactory(user=user, space=home, since=date(2020, 1, 1))
            self.accounts[who], self.former[who], self.residences[who] = user.pk, user, said["residence"]
        for who in (*GUESTS, *NAMES_ALONE):
            self.residences[who] = self.chance.choice(RESIDENCES)
        if self.is_alike:
            self.residences |= {"elsa": self.residences["Elsa"], "lise": self.residences["Lise"]}

    def address(self, who):
        """Return the address under which a guest came, blank for who left none."""
        return f"{who}@invites.example" if who in GUESTS else ""

    def _draw_meeting(self, number):
        mode = self.chance.choice([Mode.ONSITE, Mode.ONSITE, Mode.HYBRID, Mode.ONLINE])
        places = self.chance.choice([[], [0], [1], [2], [3], [0, 1], [2, 3], [0, 2]])
        named = {f"title_{code}": f"Rencontre {number}" for code in ("fr", "nl", "en")}
        drawn = {
            "slug": f"rencontre-{number}",
            "type": self.chance.choice([self.types[0], *self.types]),
            "mode": mode,
            "space": self.spaces[places[0]] if places else None,
            "venues": [self.spaces[place] for place in places],
            "organisers": self.chance.choice([[], self.organisers[:2], self.organisers[1:], self.organisers]),
            "joint": self.chance.choice([True, False, None, None]),
            "audience": self.chance.choice([Audience.PUBLIC, Audience.MEMBERS, ""]),
            "proofs_owed": self.chance.choice([[], [ProofKind.ATTENDANCE_SHEET], [ProofKind.AGENDA]]),
        }
        meeting = Meeting(self._at_hours(drawn | named) if self.may(0.35) else self._in_days(drawn | named))
        for who in (*ACCOUNTS, *GUESTS, *NAMES_ALONE):
            if self.may(0.3):
                meeting.listed[who] = self._register(meeting.event, who, self.chance.choice(WAYS[mode])).pk
        for kind in (ProofKind.ATTENDANCE_SHEET, ProofKind.ONLINE_LIST, ProofKind.AGENDA, ProofKind.ADVERTISING):
            if self.may(0.3):
                digest = hashlib.sha256(f"{number} {kind}".encode()).hexdigest()
                Proof.objects.create(event=meeting.event, kind=kind, name=str(kind), sha256=digest, added_by=self.by)
        return meeting

    def _at_hours(self, drawn):
        """Make an event that begins when days or clocks change, or at ten; nobody marked some of them as held."""
        day, (hour, minute) = self.chance.choice(self.days), self.chance.choice(BEGINNINGS)
        start = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE, fold=self.chance.randrange(2))
        state = EventState.PUBLISHED if self.may(0.4) else EventState.HELD
        return EventFactory(**drawn, state=state, starts_at=start, ends_at=start + timedelta(hours=2))

    def _in_days(self, drawn):
        """Make an event of which only the days are known, and how often people met; some lie in several half-years."""
        day, length = self.chance.choice(self.days), self.chance.choice([0, 0, 0, 3, 20, 200])
        lower, upper = self.chance.choice(MEETINGS)
        days = {"earliest": day, "latest": day + timedelta(days=length)}
        return HistoryEventFactory(**drawn, **days, meetings_lower=lower, meetings_upper=upper)

    def _register(self, event, who, way):
        """Put a person on the list as they stood there before the event: registering for a past one is refused."""
        place = {"event": event, "status": RegistrationStatus.CONFIRMED, "way": way}
        if user := self.account(who):
            return Registration.objects.create(user=user, participant_number=user.participant_number, **place)
        email = self.address(who)
        return Registration.objects.create(
            guest_name=who.capitalize(),
            guest_email=email,
            guest_residence=self.residences[who],
            participant_number=participant_number_of(email, event),
            **place,
        )

    def _draw_visits(self):
        for _visit in range(5):
            user, space = self.account(self.chance.choice(ACCOUNTS)), self.chance.choice(self.spaces)
            home = self.chance.choice([*self.spaces, None])
            side = home.country if home else self.chance.choice(["BE", "FR", ""])
            Visit.objects.get_or_create(
                participant_number=user.participant_number,
                space=space,
                day=self.chance.choice(self.days),
                defaults={"side": space.country, "home_space": home, "home_side": side},
            )
