"""The coordinator's desk: where a half-year stands, what it lacks and from whom, and what lies ahead."""

import re
from datetime import date, datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from events.enums import EventState, ProofKind
from events.models import Proof
from events.tests.factories import HistoryEventFactory, ParticipationFactory
from hacktiv.common.halfyears import calendar_half_year
from members.enums import NetworkRoleKind
from members.tests.factories import NetworkRoleFactory, UserFactory
from reporting.core.operations import ensure_periods
from reporting.desk.queries.missing import at_stake, missing_in, records_of
from reporting.desk.views import WORDS
from reporting.enums import ContributionState
from reporting.models import CountWord, Deviation, ProjectDate
from reporting.tests.builds import draft
from reporting.tests.factories import (
    ClassificationFactory,
    CoachingFactory,
    ContributionFactory,
    CountedCoachingFactory,
    CountedEventFactory,
    DeliverableFactory,
    ProjectFactory,
    ProjectIndicatorFactory,
    ProposedActionFactory,
)
from spaces.tests.factories import SpaceFactory, SpaceRoleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def period(today):
    project = ProjectFactory(starts_on=date(today.year - 1, 1, 1), ends_on=date(today.year + 1, 12, 31))
    ensure_periods(project=project)
    return project.periods.get(label=calendar_half_year(today).label)


@pytest.fixture
def coordinator(client):
    person = NetworkRoleFactory(role=NetworkRoleKind.COORDINATOR).user
    client.force_login(person)
    return person


def counted(period, *, day=None, declared=None, **values):
    day = day or period.starts_on
    values = {"space": None, "proofs_owed": [], "joint": True, **values}
    event = HistoryEventFactory(earliest=day, latest=day, **values)
    return decided(CountedEventFactory(project=period.project, event=event, declared=declared)).event


def coached(period, **values):
    coaching = CoachingFactory(earliest=period.starts_on, latest=period.starts_on, **values)
    return decided(CountedCoachingFactory(project=period.project, coaching=coaching)).coaching


def decided(action):
    """Decide that the action counts under no indicator."""
    return ClassificationFactory(action=action, indicator="").action


def lines(period):
    return {(line.kind, line.whom): [thing.title for thing in line.things] for line in missing_in(records_of(period))}


# --- what is missing, and from whom ---------------------------------------------------------------------------------


def test_a_half_year_in_order_lacks_nothing(period):
    counted(period, declared=(13, 13))
    assert lines(period) == {}


def test_held_events_that_nobody_counted_are_the_coordinations_to_decide(period):
    event = HistoryEventFactory(space=None, earliest=period.starts_on, latest=period.starts_on)
    assert lines(period) == {("uncounted", ""): [str(event)]}


def test_counts_that_nobody_knows_are_asked_of_the_space(period):
    space = SpaceFactory(name="La Ferme")
    event = counted(period, space=space)
    assert lines(period) == {("unknown", "La Ferme"): [str(event)]}


def test_counts_that_contradict_each_other_are_asked_of_the_space(period):
    space = SpaceFactory(name="La Ferme")
    event = counted(period, space=space, declared=(10, 10))
    event.declared_counts.create(measure="persons", lower=20, upper=20)
    assert lines(period) == {("contradictory", "La Ferme"): [str(event)]}


def test_proofs_are_asked_of_each_space_until_one_waits_to_be_checked(period):
    ferme, campus = SpaceFactory(name="La Ferme"), SpaceFactory(name="Maison du Campus")
    owed = {"proofs_owed": [ProofKind.ATTENDANCE_SHEET], "declared": (13, 13)}
    event, other = counted(period, space=ferme, **owed), counted(period, space=campus, **owed)
    assert lines(period) == {("proofs", "La Ferme"): [str(event)], ("proofs", "Maison du Campus"): [str(other)]}
    proof = Proof.objects.create(event=event, kind=ProofKind.ATTENDANCE_SHEET, file="x", name="x", sha256="0" * 64)
    assert lines(period) == {("to_check", ""): [str(event)], ("proofs", "Maison du Campus"): [str(other)]}
    proof.checked_at = timezone.now()
    proof.save()
    assert lines(period) == {("proofs", "Maison du Campus"): [str(other)]}


def test_what_nobody_decided_is_told(period):
    event = counted(period, joint=None, declared=(13, 13))
    before = period.starts_on - timedelta(days=3)
    both = CountedEventFactory(
        project=period.project,
        event=HistoryEventFactory(
            space=None, earliest=before, latest=period.starts_on, joint=True, proofs_owed=[], title_en="Straddling"
        ),
        declared=(5, 5),
    ).event
    assert lines(period) == {("straddles", ""): [str(both)], ("joint", ""): [str(event)]}


def test_actions_whose_indicator_nobody_decided_are_told_and_those_that_are_contradicted(period):
    waits = CountedEventFactory(
        project=period.project,
        event=HistoryEventFactory(
            space=None, earliest=period.starts_on, latest=period.starts_on, joint=True, proofs_owed=[]
        ),
        declared=(13, 13),
    ).event
    alone = HistoryEventFactory(
        space=None, earliest=period.starts_on, latest=period.starts_on, joint=False, proofs_owed=[]
    )
    ClassificationFactory(action=CountedEventFactory(project=period.project, event=alone, declared=(5, 5)))
    told = {("unclassified", ""): [str(waits)], ("misclassified", ""): [str(alone)]}
    unchosen = ("unchosen", "")
    assert lines(period) == told | {unchosen: ["RCO81 Participations in joint actions across borders"]}
    ProjectIndicatorFactory(project=period.project)
    assert lines(period) == told


def test_a_past_event_that_nobody_marked_as_held_is_told(period, today):
    """From the day after it: on the first day of a half-year nothing of it is past."""
    noon = timezone.make_aware(datetime.combine(period.starts_on, time(12)))
    times = {"starts_at": noon, "ends_at": noon + timedelta(hours=1)}
    event = counted(period, space=SpaceFactory(name="La Ferme"), state=EventState.PUBLISHED, **times)
    told = {("not_held", "La Ferme"): [str(event)]}
    assert lines(period) == (told if period.starts_on < today else {})


def test_coaching_and_deliverables_without_evidence_are_told(period):
    coaching = coached(period)
    DeliverableFactory(period=period)
    DeliverableFactory(period=period, delivered=False)
    assert lines(period) == {("coaching", ""): [coaching.title], ("deliverables", ""): ["Vidéo"]}


def test_what_partners_propose_object_to_and_owe_is_told(period):
    event = counted(period, declared=(13, 13))
    part = ContributionFactory(period=period, partner__project=period.project, partner__name="La Ferme")
    ContributionFactory(
        period=period,
        partner__project=period.project,
        partner__name="Forsud",
        state=ContributionState.DONE,
        done_at=timezone.now(),
    )
    ProposedActionFactory(contribution=part, title="Visite", earliest=period.starts_on, latest=period.starts_on)
    action = period.project.actions.get(event=event)
    objected(part, action, 13, "Nous étions 15.")
    found = {line.kind: line for line in missing_in(records_of(period))}
    assert {kind: [thing.title for thing in line.things] for kind, line in found.items()} == {
        "proposed": ["Visite"],
        "objected": [str(event)],
        "partners": ["La Ferme"],
    }
    assert found["objected"].things[0].note == "Nous étions 15."
    assert found["partners"].whom == "La Ferme"


def objected(part, action, number, word):
    """Let a partner say that a count, the same of participations and persons, is not right."""
    counts = {f"{measure}_{bound}": number for measure in ("participations", "persons") for bound in ("lower", "upper")}
    CountWord.objects.create(contribution=part, action=action, is_right=False, word=word, **counts)


def test_whose_count_is_not_right_is_asked_until_it_changes(period):
    event, other = counted(period, declared=(13, 13), space=SpaceFactory(name="La Ferme")), counted(period)
    part = ContributionFactory(period=period, partner__project=period.project)
    objected(part, period.project.actions.get(event=event), 13, "Nous étions 15.")
    other.declared_counts.create(measure="participations", lower=9, upper=9)
    objected(part, period.project.actions.get(event=other), 9, "Nous étions 8.")
    told = {whom: titles for (kind, whom), titles in lines(period).items() if kind == "objected"}
    assert told == {"La Ferme": [str(event)], "": [str(other)]}
    event.declared_counts.update(lower=15, upper=15)
    period.project.actions.filter(event=other).update(counts=False)
    assert "objected" not in {kind for kind, _whom in lines(period)}


def test_another_half_year_lacks_nothing_of_this_one(period):
    counted(period, day=period.starts_on - timedelta(days=40))
    assert lines(period) == {}


# --- what would count once proven -----------------------------------------------------------------------------------


def test_declared_counts_are_told_beside_what_is_proven(period):
    declared = counted(period, declared=(13, 13))
    listed = counted(period, list_is_complete=True, proofs_owed=[ProofKind.ATTENDANCE_SHEET])
    for _person in range(4):
        ParticipationFactory(event=listed)
    found = [(one.thing.title, one.declared.bounds.upper, one.proven) for one in at_stake(records_of(period))]
    assert found == [(str(declared), 13, 0), (str(listed), 4, 0)]
    Proof.objects.create(
        event=listed,
        kind=ProofKind.ATTENDANCE_SHEET,
        file="x",
        name="x",
        sha256="0" * 64,
        checked_at=timezone.now(),
    )
    assert [one.thing.title for one in at_stake(records_of(period))] == [str(declared)]


def test_participations_and_coached_persons_are_told_apart_with_their_indicators(client, coordinator, period):
    coached(period, persons_lower=30, persons_upper=30)
    event = counted(period, declared=(8, None))
    event.counted.get().classifications.update(indicator="RCO81")
    told = page(client).context["at_stake_by_unit"]
    assert [(str(name), str(unit), [one.indicators for one in rows]) for name, unit, rows in told] == [
        ("Participations", "participations", [("RCO81",)]),
        ("Persons coached", "persons", [()]),
    ]


# --- the page -------------------------------------------------------------------------------------------------------


def page(client, *args):
    answer = client.get(reverse("reporting:desk_of" if args else "reporting:desk", args=args))
    assert answer.status_code == 200
    return answer


@pytest.mark.usefixtures("coordinator")
def test_the_desk_opens_with_the_present_half_year_of_a_real_project(client, period, today):
    example = ProjectFactory(starts_on=period.starts_on, ends_on=period.ends_on, is_example=True)
    ensure_periods(project=example)
    shown = page(client).context
    assert shown["period"] == period
    assert {other.project for other in shown["periods"]} == {period.project, example}


@pytest.mark.usefixtures("coordinator")
def test_old_projects_are_folded_away(client, period):
    old = ProjectFactory()
    ensure_periods(project=old)
    assert list(page(client).context["besides"]) == [old]


@pytest.mark.usefixtures("coordinator")
def test_without_a_running_project_the_desk_leads_to_all_of_them(client):
    answer = page(client)
    assert answer.context["period"] is None
    assert reverse("reporting:projects") in answer.content.decode()


@pytest.mark.usefixtures("coordinator")
def test_coaching_on_one_side_fills_the_form_of_a_deviation_until_one_is_written(client, period):
    coached(period, residence="BE")
    (proposal,) = page(client).context["proposals"]
    filled = {name: values[0] for name, values in parse_qs(urlsplit(proposal.address).query).items()}
    assert filled["title_en"] == "Coaching on one side of the border only"
    form = client.get(proposal.address).context["adminform"].form
    assert form.initial["period"] == str(period.pk)
    assert form["title_en"].value() == filled["title_en"]
    Deviation.objects.create(
        project=period.project, period=period, title_en=filled["title_en"], reason_fr="La frontière"
    )
    assert page(client).context["proposals"] == []


@pytest.mark.usefixtures("coordinator")
def test_the_calendar_has_what_is_noted_and_the_end_of_the_half_year(client, period, today):
    noted = ProjectDate.objects.create(project=period.project, date=today, kind="control")
    ProjectDate.objects.create(project=period.project, date=today - timedelta(days=30), kind="report")
    ProjectDate.objects.create(project=ProjectFactory(), date=today, kind="report")
    days = page(client).context["days"]
    assert [one.words for one in days if one.row] == [str(noted)] == ["The controllers come"]
    assert period.ends_on in {one.day for one in days}


@pytest.mark.usefixtures("coordinator")
def test_the_figures_are_those_of_the_newest_draft(client, period):
    counted(period, declared=(13, 13))
    assert page(client).context["standing"] is None
    version = draft(period)
    standing = page(client).context["standing"]
    assert standing.version == version
    assert {figure.code: figure.current.lower for figure in standing.figures}["NET-PARTICIPATIONS"] == 13


@pytest.mark.usefixtures("coordinator")
def test_the_programmes_indicators_stand_against_their_targets(client, period):
    ProjectIndicatorFactory(project=period.project, code="RCO81", target=40)
    event = counted(period, declared=(13, 13))
    period.project.actions.get(event=event).classifications.update(indicator="RCO81")
    draft(period)
    answer = page(client)
    (part,) = answer.context["standing"].indicators
    assert (part.current.lower, part.target) == (13, 40)
    assert re.search(r'<progress[^>]*max="40"[^>]*value="13"', answer.content.decode())


@pytest.mark.usefixtures("coordinator")
def test_without_indicators_the_coordinator_is_led_to_choose_them(client, period):
    draft(period)
    assert reverse("reporting:indicators", args=[period.project.slug]) in page(client).content.decode()


@pytest.mark.usefixtures("coordinator")
def test_three_of_each_take_as_many_queries_as_one(client, period, django_assert_num_queries):
    def one_more():
        space = SpaceFactory()
        counted(period, space=space, proofs_owed=[ProofKind.ATTENDANCE_SHEET], joint=None)
        HistoryEventFactory(space=None, earliest=period.starts_on, latest=period.starts_on)
        coached(period, residence="BE")
        CountedCoachingFactory(
            project=period.project, coaching=CoachingFactory(earliest=period.starts_on, latest=period.starts_on)
        )
        DeliverableFactory(period=period)
        ProjectDate.objects.create(project=period.project, date=period.ends_on, kind="report")
        ensure_periods(project=ProjectFactory())

    one_more()
    draft(period)
    page(client)
    with CaptureQueriesContext(connection) as first:
        page(client)
    one_more()
    one_more()
    with django_assert_num_queries(len(first)):
        page(client)


def test_the_desk_is_the_coordinators_alone(client, period):
    addresses = [reverse("reporting:desk"), reverse("reporting:desk_of", args=[period.project.slug, period.label])]
    assert {client.get(address).status_code for address in addresses} == {302}
    for person in (UserFactory(), SpaceRoleFactory().user):
        client.force_login(person)
        assert {client.get(address).status_code for address in addresses} == {404}


@pytest.mark.usefixtures("coordinator")
def test_a_guessed_half_year_does_not_exist(client, period):
    assert client.get(reverse("reporting:desk_of", args=[period.project.slug, "S9-2020"])).status_code == 404


def test_who_coordinates_comes_to_the_desk_by_signing_in(client):
    person = NetworkRoleFactory(role=NetworkRoleKind.COORDINATOR).user
    person.set_password("par-dela-la-frontiere")
    person.save()
    address = reverse("account_login")
    answer = client.post(address, {"login": person.email, "password": "par-dela-la-frontiere"})
    assert urlsplit(answer.url).path == reverse("reporting:desk")
    client.logout()
    answer = client.post(
        f"{address}?next={reverse('portal:me')}", {"login": person.email, "password": "par-dela-la-frontiere"}
    )
    assert urlsplit(answer.url).path == reverse("portal:me")


@pytest.mark.usefixtures("coordinator")
def test_my_page_and_the_admin_lead_to_the_desk(client):
    for name in ("portal:me", "admin:index", "portal:home"):
        # The admin speaks the language of the account.
        assert re.search(r'href="/\w\w/reporting/"', client.get(reverse(name)).content.decode()), name


@pytest.mark.usefixtures("coordinator")
def test_a_half_year_that_is_over_is_promised_no_monthly_draft(client, period, today):
    monthly = "One is made each month"
    assert monthly in page(client).text
    before = period.project.periods.filter(ends_on__lt=today).order_by("-ends_on").first()
    assert monthly not in page(client, before.project.slug, before.label).text


def links_of_lines(client, period):
    """Return for each line of what is missing the addresses that it shows at once, by its words."""
    page = client.get(reverse("reporting:desk_of", args=[period.project.slug, period.label])).text
    rows = page.partition('aria-labelledby="missing"')[2].partition("</section>")[0].split('<th scope="row">')[1:]
    shown = {}
    for row in rows:
        line, _details, things = row.partition("<details")
        hrefs = re.findall(r'href="([^"]+)"', line + (things if things.lstrip().startswith("open") else ""))
        shown.setdefault(line.strip().partition("\n")[0].strip(), []).extend(hrefs)
    return shown


def test_each_line_leads_in_one_click_to_where_it_is_mended(client, period, coordinator):
    ferme = SpaceFactory(name="La Ferme", managers=[UserFactory()])
    unknown = counted(period, space=ferme)
    apart = counted(period, space=ferme, declared=(10, 10))
    apart.declared_counts.create(measure="persons", lower=20, upper=20)
    owed = {"proofs_owed": [ProofKind.ATTENDANCE_SHEET], "declared": (13, 13), "space": ferme}
    counted(period, **owed)
    proof = Proof.objects.create(
        event=counted(period, **owed), kind=ProofKind.ATTENDANCE_SHEET, file="x", name="x", sha256="0" * 64
    )
    proposal = ProposedActionFactory(
        contribution__partner__project=period.project, contribution__period=period, contribution__project=period.project
    )
    HistoryEventFactory(space=None, earliest=period.starts_on, latest=period.starts_on)
    coached(period)
    at = [period.project.slug, period.label]
    mended = {
        "proposed": reverse("reporting:proposal", args=[*at, proposal.pk]),
        "uncounted": reverse("reporting:uncounted", args=at),
        "unknown": reverse("reporting:correct_counts", args=[unknown.slug]),
        "contradictory": reverse("reporting:correct_counts", args=[apart.slug]),
        "proofs": reverse("reporting:parts", args=at),
        "to_check": reverse("admin:events_event_proof_check", args=[proof.event_id, proof.pk]),
        "coaching": reverse("reporting:add_evidence", args=at),
        "partners": reverse("reporting:parts", args=at),
    }
    shown = links_of_lines(client, period)
    leads = {kind: address in shown.get(str(WORDS[kind]), []) for kind, address in mended.items()}
    assert leads == dict.fromkeys(mended, True)
    for addresses in shown.values():
        for address in addresses:
            assert client.get(address).status_code == 200, address
