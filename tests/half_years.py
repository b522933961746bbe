"""Half-years at each moment of their report, for the tests that look at every page of it."""

from datetime import date, timedelta
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.tests.factories import HistoryEventFactory
from hacktiv.common.storage import private_storage
from members.tests.factories import UserFactory
from reporting.classifying.tests.actions import closed_action, public_action
from reporting.enums import Commented, FileKind, FileState, ProgrammingYears, Section, VersionState
from reporting.indicators.operations import Aim, choose_indicator
from reporting.models import EvidenceFile, PreparedFile, Project, SectionComment
from reporting.parts.operations import Missing, mark_done, propose_action, refuse_proposal, say_of_counts, write_text
from reporting.parts.queries import counts_of, own_action, written_counts
from reporting.parts.rules import proposal_seen
from reporting.tests import builds
from reporting.tests.factories import (
    ActivityFactory,
    ActivityProgressFactory,
    ClassificationFactory,
    CommunicationFactory,
    CountedCoachingFactory,
    CountedEventFactory,
    DeliverableFactory,
    DeviationFactory,
    OutputFactory,
    PartnerFactory,
    PartnerPersonFactory,
    PeriodFactory,
    ProjectFactory,
    ReportTextFactory,
    SpendingFactory,
    StockFactory,
    TargetGroupFactory,
)
from spaces.tests.factories import OrganisationFactory
from tests.pages import Page

#: As long as words of officials are, with no place at which to break it.
LONG_WORD = "samenwerkingsovereenkomsten"
LONG_TITLE = f"Rencontre des indépendants et des télétravailleurs des deux versants de la frontière, {LONG_WORD}"
LONG_TEXT = f"{LONG_TITLE}.\n\n" + "La salle était pleine, et la frontière ouverte. " * 12
#: The admin's pages of a piece of evidence.
EVIDENCE = ("change", "check", "refuse")
IN_AUTUMN = {"earliest": date(2020, 10, 2), "latest": date(2020, 10, 2)}
IN_WINTER = {"earliest": date(2020, 12, 1), "latest": date(2020, 12, 1)}


class Shown(NamedTuple):
    """A page: who reads it, its address, how it answers, and the form of it that is sent to see what follows."""

    by: object
    address: str
    status: int = 200
    #: Where a form of the page leads, and what is typed into it; None: the page itself is looked at.
    sent_to: str | None = None
    typed: dict = {}


def pages_of_half_years():
    """Return each page of a report: while it is told, built, closed, failed, and once it is closed."""
    by = UserFactory(coordinates=True, first_name="Coordination")
    told, partner, person, proposals, actions = _told(by)
    closed = _closed(told.project, by)
    return [
        *_of_the_coordinator(by, told, partner, proposals, actions),
        *_of_the_partner(person, told, partner, proposals, actions[-1].slug),
        *_of_files(by, told, closed),
        *_on_the_way(by, told.project),
    ]


def opened(shown):
    """Return how the page answers, after the form that leads to it is sent."""
    client = Client(raise_request_exception=False)
    client.force_login(shown.by)
    answer = client.get(shown.address)
    if shown.sent_to:
        form = next(form for form in Page(answer.text, shown.address).forms if form.path == shown.sent_to)
        answer = client.post(shown.sent_to, form.data(**shown.typed))
    return answer


def at(name, period, *rest):
    return reverse(f"reporting:{name}", args=[period.project.slug, period.label, *rest])


def _told(by):
    """Make a half-year of which a draft was built, with a bit of everything, long titles and texts among them."""
    # The demo's data stay from test to test, and the titles on one page differ.
    title = f"{LONG_TITLE} {Project.objects.count()}"
    project = ProjectFactory(title_fr=title, title_nl=title, programming_period=ProgrammingYears.FROM_2021)
    period = PeriodFactory(project=project, partners_until=timezone.localdate() + timedelta(days=9))
    for code in ("RCO81", "RCO115", "RCO87", "RCO116", "RCR81"):
        aim = Aim(target=40, milestones={date(2021, 12, 31): 20})
        choose_indicator(project=project, code=code, by=None, aim=aim)
    partner = PartnerFactory(
        project=project, name=f"Partenaire {LONG_WORD}", organisation=OrganisationFactory(), total=100_000, erdf=50_000
    )
    PartnerFactory(project=project, name="Qui n’a rien dit", organisation=OrganisationFactory(country="FR"))
    person = PartnerPersonFactory(partner=partner).user
    actions = _actions(project, partner)
    for factory in (DeviationFactory, DeliverableFactory, OutputFactory, CommunicationFactory):
        factory(period=period, title_fr=LONG_TITLE)
    TargetGroupFactory(period=period, name_fr=LONG_TITLE)
    StockFactory(told_in=period, name_fr=LONG_TITLE, date=date(2020, 12, 1))
    SpendingFactory(period=period, partner=partner, claimed="1471233.86", approved="1200000", erdf="600000.50")
    activity = ActivityFactory(package__project=project, package__title_fr=LONG_TITLE, title_fr=LONG_TITLE)
    ActivityProgressFactory(period=period, activity=activity, done_fr=LONG_TEXT)
    for section in ("problems", "equality"):
        ReportTextFactory(period=period, section=section, text_fr=LONG_TEXT)
    SectionComment.objects.create(period=period, section=Commented.FIGURES, text_fr=LONG_TEXT)
    for of in ({"period": period}, {"deliverable": period.deliverables.get()}):
        EvidenceFile.objects.create(**of, name=f"{LONG_WORD}.pdf", sha256="a" * 64)
    proposals = _told_by_the_partner(by, period, partner, person, actions[-1].slug)
    builds.draft(period)
    return period, partner, person, proposals, actions


def _actions(project, partner):
    """Make actions: one that is classified, one that waits, one whose counts are contested; and one undecided event."""
    ours = partner.organisation
    classified = closed_action(project, title_fr=LONG_TITLE)
    classified.event.organisers.add(ours)
    ClassificationFactory(action=classified, reason_fr=LONG_TEXT, is_override=True)
    public_action(project, title_fr="Publique", is_advertised=False)
    contested = HistoryEventFactory(space=None, title_fr=LONG_TITLE, **IN_AUTUMN)
    contested.organisers.add(ours)
    CountedEventFactory(project=project, event=contested, declared=(10, 10), persons=(20, 20))
    CountedCoachingFactory(project=project, coaching__title_fr=LONG_TITLE)
    for number in range(2):
        waiting = HistoryEventFactory(space=None, title_fr=f"{LONG_TITLE} {number}", **IN_WINTER)
        waiting.organisers.add(ours)
    return classified, waiting, contested


def _told_by_the_partner(by, period, partner, person, slug):
    """Let the people of the partner say a bit of everything; return a proposal that waits, and one that was refused."""
    whose = {"period": period, "partner": partner}
    days = {"earliest": date(2020, 11, 3), "latest": date(2020, 11, 3)}
    words = {"place": LONG_WORD, "organisers": LONG_TITLE, "note": LONG_TEXT}
    proposals = [
        propose_action(**whose, missing=Missing(f"{LONG_WORD} {number}", **days, **words), language="fr", by=person)
        for number in range(2)
    ]
    refuse_proposal(proposal=proposals[1], seen=proposal_seen(proposals[1]), word=LONG_TEXT, by=by)
    write_text(**whose, section=Section.PROBLEMS, texts={"fr": LONG_TEXT}, seen=0, by=person)
    seen = written_counts(counts_of(own_action(period, partner, slug)))
    say_of_counts(**whose, slug=slug, seen=seen, is_right=False, word=LONG_TEXT, by=person)
    return proposals


def _of_the_coordinator(by, period, partner, proposals, actions):
    classified, waiting, contested = actions
    of_project = [("indicators", ()), ("aim", ("RCO81",)), ("classify_action", (classified.pk,))]
    yield from (Shown(by, reverse(f"reporting:{name}")) for name in ("desk", "projects"))
    for name, rest in of_project:
        yield Shown(by, reverse(f"reporting:{name}", args=[period.project.slug, *rest]))
    names = ("desk_of", "report", "classify", "uncounted", "close", "compare", "highlights", "add_evidence", "to_copy")
    yield from (Shown(by, at(name, period)) for name in (*names, "parts", "parts_until", "part_texts"))
    yield Shown(by, at("uncounted", period), sent_to=at("uncounted", period), typed={"events": str(waiting.pk)})
    yield Shown(by, reverse("reporting:correct_counts", args=[contested.slug]))
    yield from (Shown(by, at("proposal", period, row.pk)) for row in proposals)
    person = {"email": by.email, "role": str(partner.pk)}
    admin = reverse("admin:reporting_partnerperson_add")
    yield from (Shown(by, admin, sent_to=sent_to, typed=person if sent_to else {}) for sent_to in (None, admin))
    evidence = period.evidence.get()
    yield from (Shown(by, reverse(f"admin:reporting_evidencefile_{page}", args=[evidence.pk])) for page in EVIDENCE)
    yield Shown(by, at("part_give_back", period, _done(partner, period).pk))
    yield Shown(by, at("part_spending", period, partner.pk))
    yield Shown(by, at("report_text", period, "problems"))
    yield Shown(by, at("comment", period, Commented.FIGURES))
    yield Shown(by, at("figure", period, "NET-PERSONS"))
    yield Shown(by, at("version", period, 1))
    yield Shown(by, at("version_figure", period, 1, "RCO81"))
    yield Shown(by, at("version_to_copy", period, 1))


def _done(beside, period):
    """Return a partner that is done with its part."""
    partner = PartnerFactory(project=beside.project, organisation=OrganisationFactory())
    mark_done(partner=partner, period=period, by=PartnerPersonFactory(partner=partner).user)
    return partner


def _of_the_partner(person, period, partner, proposals, slug):
    yield Shown(person, reverse("reporting:own_projects"))
    yield Shown(person, at("parts", period))
    yield from (Shown(person, at(name, period, partner.pk)) for name in ("part_spending", "part_missing"))
    yield from (Shown(person, at("part_proposal", period, partner.pk, row.pk)) for row in proposals)
    yield Shown(person, at("part_text", period, partner.pk, "problems"))
    yield from (Shown(person, at(name, period, partner.pk, slug)) for name in ("part_counts", "part_proof"))
    yield Shown(person, at("parts", period), sent_to=at("part_done", period, partner.pk))


def _of_files(by, told, period):
    """Return the pages of files: of a draft as each is made, of a closed report, and one that changed on the disk."""
    version = told.versions.get()
    now = timezone.now()
    for kind, state in zip(FileKind.values, [*FileState.values, *FileState.values], strict=False):
        ready = {"file": f"prepared/{kind}", "size": 4096, "kept_until": now + timedelta(days=7)}
        PreparedFile.objects.create(
            version=version,
            built_at=version.built_at,
            kind=kind,
            language="fr",
            state=state,
            progress=40,
            error=LONG_TEXT[:300] if state == FileState.FAILED else "",
            lease_until=now + timedelta(days=1),
            **(ready if state == FileState.READY else {}),
        )
        private_storage().save(f"prepared/{kind}", ContentFile(b"%PDF"))
    changed = period.versions.get(number=1).files.get(format="csv", language="fr").file.name
    with private_storage().open(changed, "wb") as file:
        file.write(b"other bytes")
    yield Shown(by, at("files", told, 1))
    yield from (Shown(by, at(name, period)) for name in ("report", "compare"))
    yield from (Shown(by, at(name, period, 1)) for name in ("version", "files"))
    yield Shown(by, at("stored_file", period, 1, "fr", "csv"), status=404)


def _closed(project, by):
    """Make a half-year with a closed report, and a draft that corrects it."""
    period = PeriodFactory(project=project, label="S1-2021", starts_on=date(2021, 1, 1), ends_on=date(2021, 6, 30))
    in_spring = {"earliest": date(2021, 3, 1), "latest": date(2021, 3, 1)}
    event = HistoryEventFactory(space=None, title_fr=LONG_TITLE, **in_spring)
    CountedEventFactory(project=project, event=event, declared=(10, 10))
    first = builds.draft(period)
    builds.close(version=first, built_at=first.built_at, by=by, reason=LONG_TEXT)
    event.declared_counts.update(lower=12, upper=12)
    builds.draft(period)
    return period


def _on_the_way(by, project):
    """Return the report of a half-year that is being built, of one whose building failed, and of one being closed."""
    labels = {"S2-2021": VersionState.BUILDING, "S1-2022": VersionState.FAILED, "S2-2022": VersionState.CLOSING}
    for label, state in labels.items():
        first = label.startswith("S1")
        year = int(label[-4:])
        days = (date(year, 1, 1), date(year, 6, 30)) if first else (date(year, 7, 1), date(year, 12, 31))
        period = PeriodFactory(project=project, label=label, starts_on=days[0], ends_on=days[1])
        version = builds.draft(period)
        version.state, version.progress = state, 40
        version.error = LONG_TEXT[:300] if state == VersionState.FAILED else ""
        version.lease_until = timezone.now() + timedelta(days=1)
        version.save()
        yield Shown(by, at("report", period))
