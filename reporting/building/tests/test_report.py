"""The report of a half-year from its records, counted by hand."""

import csv
import io
import json
import uuid
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pypdf
import pytest
from django.utils import timezone, translation

from events.attendance.operations import add_walk_in
from events.enums import Audience, ChangeKind, EventState, Measure, ProofKind
from events.models import Change, DeclaredCount, Proof
from events.registering.operations import count_as_one, edit_registration, forget_guest
from events.tests.factories import HistoryEventFactory, ParticipationFactory
from hacktiv.common.bounds import Bounds
from members.tests.factories import UserFactory
from reporting.building.queries.build import STEPS, build_report
from reporting.building.queries.codec import from_payload, to_payload
from reporting.core.operations import ensure_periods
from reporting.enums import HalfYears
from reporting.outputs.renderers.formats import FORMATS
from reporting.tests.builds import report
from reporting.tests.factories import (
    CoachingFactory,
    CountedCoachingFactory,
    CountedEventFactory,
    DeliverableFactory,
    DeviationFactory,
    PartnerFactory,
    ProjectFactory,
    StockFactory,
)
from spaces.tests.factories import OrganisationFactory, SpaceFactory

pytestmark = pytest.mark.django_db

SPRING = {"earliest": date(2020, 3, 4), "latest": date(2020, 3, 4)}
AUTUMN = {"earliest": date(2020, 11, 18), "latest": date(2020, 11, 18)}


@pytest.fixture
def project():
    project = ProjectFactory()
    ensure_periods(project=project)
    return project


def event(**values):
    return HistoryEventFactory(space=None, **(AUTUMN | values))


def counted(project, *, declared=None, persons=None, **values):
    return CountedEventFactory(project=project, event=event(**values), declared=declared, persons=persons)


def set_to(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def named(row, *numbers, **attributes):
    for number in numbers:
        ParticipationFactory(event=row.event, participant_number=uuid.UUID(int=number), **attributes)


def proof(row, kind=ProofKind.ATTENDANCE_SHEET, *, checked=True):
    return Proof.objects.create(
        event=row.event,
        kind=kind,
        name="Liste signée",
        sha256="a" * 64,
        file="proofs/liste.pdf",
        checked_at=timezone.now() if checked else None,
    )


def figure(built, code):
    return next(figure for figure in built.figures if figure.code == code)


def values(built, code):
    found = figure(built, code)
    return [(value.lower, value.upper) for value in (found.previous, found.current, found.total)]


def test_participations_of_two_half_years(project):
    counted(project, declared=(10, 10), **SPRING)
    counted(project, declared=(13, 13))
    counted(project, declared=(15, None))
    assert values(report(project), "NET-PARTICIPATIONS") == [(10, 10), (28, None), (38, None)]
    assert values(report(project, "S1-2020"), "NET-PARTICIPATIONS") == [(0, 0), (10, 10), (10, 10)]
    assert values(report(project, "S1-2021"), "NET-PARTICIPATIONS") == [(38, None), (0, 0), (38, None)]


def test_actions_of_one_day_stand_alike_whichever_was_counted_first(project):
    first, second = event(title_fr="Atelier"), event(title_fr="Visite")
    for one in (second, first):
        CountedEventFactory(project=project, event=one)
    assert [action.title["fr"] for action in report(project).actions] == ["Atelier", "Visite"]


def test_persons_are_not_added_over_half_years(project):
    named(counted(project, list_is_complete=True, **SPRING), 1, 2, 3)
    named(counted(project, list_is_complete=True), 2, 3, 4)
    named(counted(project, list_is_complete=True), 4, 5)
    built = report(project)
    assert values(built, "NET-PERSONS") == [(3, 3), (4, 4), (5, 5)]
    assert values(built, "NET-PARTICIPATIONS") == [(3, 3), (5, 5), (8, 8)]


def test_a_name_without_an_address_is_one_person_or_two_on_two_lists(project):
    staff = UserFactory()
    spring, autumn = counted(project, **SPRING).event, counted(project).event
    marks = [add_walk_in(event=one, by=staff, name="Anna") for one in (spring, autumn)]
    set_to(spring, list_is_complete=True)
    set_to(autumn, list_is_complete=True)
    assert values(report(project), "NET-PERSONS") == [(1, 1), (1, 1), (1, 2)]
    forget_guest(registration=marks[0].registration)
    assert values(report(project), "NET-PERSONS") == [(1, 1), (1, 1), (1, 2)], "Erasing a name changes no figure."


def test_names_without_addresses_beside_known_persons(project):
    """Five at most: Bea, and at each of two meetings two guests who may be the same, or Bea at the other meeting."""
    staff, bea = UserFactory(), UserFactory()
    first, second = counted(project, list_is_complete=True).event, counted(project, list_is_complete=True).event
    for event in (first, second):
        add_walk_in(event=event, by=staff, user=bea)
        for name in ("Anna", "Carl"):
            add_walk_in(event=event, by=staff, name=name)
    assert values(report(project), "NET-PERSONS")[1] == (3, 5)
    edit_registration(registration=second.registrations.get(guest_name="Anna"), by=staff, email="anna@example.org")
    assert values(report(project), "NET-PERSONS")[1] == (3, 5)
    edit_registration(registration=first.registrations.get(guest_name="Anna"), by=staff, email="anna@example.org")
    assert values(report(project), "NET-PERSONS")[1] == (3, 4)


def test_a_name_whose_address_was_a_mistake_is_nobody_elses(project):
    staff, carl = UserFactory(), UserFactory(email="carl@example.org")
    first, second = counted(project, list_is_complete=True).event, counted(project, list_is_complete=True).event
    add_walk_in(event=first, by=staff, user=carl)
    mark = add_walk_in(event=second, by=staff, name="Anna", email="anna@example.org")
    add_walk_in(event=counted(project, list_is_complete=True).event, by=staff, name="Ana", email="anna@example.org")
    assert values(report(project), "NET-PERSONS")[1] == (2, 2)
    edit_registration(registration=mark.registration, by=staff, email="")
    assert values(report(project), "NET-PERSONS")[1] == (2, 3)


def test_a_guest_who_becomes_a_member_is_one_person(project):
    staff = UserFactory()
    first, second = counted(project, list_is_complete=True).event, counted(project, list_is_complete=True).event
    add_walk_in(event=first, by=staff, name="Elsa", email="elsa@example.org")
    elsa = UserFactory(email="elsa@example.org")
    count_as_one(user=elsa, address="elsa@example.org")
    add_walk_in(event=second, by=staff, user=elsa)
    assert values(report(project), "NET-PERSONS")[1] == (1, 1)


def test_named_and_declared_persons(project):
    named(counted(project, list_is_complete=True), 1, 2, 3)
    counted(project, declared=(10, 12))
    assert values(report(project), "NET-PERSONS")[1] == (10, 15)


def test_figures_are_proven_only_by_checked_lists(project):
    row = counted(project, list_is_complete=True)
    named(row, 1, 2, 3)
    listed = proof(row, checked=False)
    assert figure(report(project), "NET-PARTICIPATIONS").current.lower_origin == "declared"
    listed.checked_at = timezone.now()
    listed.save()
    built = report(project)
    for code in ("NET-ACTIONS", "NET-PARTICIPATIONS", "NET-PERSONS"):
        current = figure(built, code).current
        assert (current.lower_origin, current.upper_origin) == ("proven", "proven")
    assert built.actions[0].proven == Bounds(3, 3)


def test_a_corrected_count_leaves_its_history(project):
    row = counted(project, declared=(13, 13))
    DeclaredCount.objects.filter(event=row.event).update(replaced_at=timezone.now())
    DeclaredCount.objects.create(
        event=row.event, measure=Measure.PARTICIPATIONS, lower=12, upper=12, reason="Liste relue"
    )
    (action,) = report(project).actions
    assert action.declared == Bounds(12, 12)
    assert [(count.bounds, count.reason, count.replaced_at is None) for count in action.history] == [
        (Bounds(13, 13), "", False),
        (Bounds(12, 12), "Liste relue", True),
    ]


def test_a_series_counts_as_many_actions_as_it_has_meetings(project):
    counted(project, meetings_lower=1, meetings_upper=None)
    counted(project)
    assert values(report(project), "NET-ACTIONS")[1] == (2, None)


def test_only_held_events_that_count_are_actions(project):
    counted(project, state=EventState.DRAFT)
    evening = datetime(2020, 11, 18, 18, tzinfo=UTC)
    counted(project, state=EventState.PUBLISHED, starts_at=evening, ends_at=evening + timedelta(hours=1))
    counted(project, state=EventState.CANCELLED)
    row = counted(project)
    row.counts = False
    row.save()
    event()
    built = report(project)
    assert built.actions == ()
    assert values(built, "NET-ACTIONS")[1] == (0, 0)
    assert [part.problem for part in built.unassigned] == ["not_held"]


def test_fictional_events_never_reach_a_real_project(project):
    counted(project, declared=(13, 13), is_example=True)
    CountedCoachingFactory(project=project, coaching=CoachingFactory(is_example=True))
    assert values(report(project), "NET-PARTICIPATIONS")[2] == (0, 0)
    assert values(report(project), "NET-COACHED")[2] == (0, 0)
    project.is_example = True
    project.save()
    assert values(report(project), "NET-PARTICIPATIONS")[2] == (13, 13)


def test_an_action_over_two_half_years_widens_both_until_assigned(project):
    counted(project, declared=(4, 4))
    straddling = counted(project, declared=(6, 6), earliest=date(2020, 6, 1), latest=date(2020, 8, 31))
    spring, autumn = report(project, "S1-2020"), report(project)
    assert values(spring, "NET-PARTICIPATIONS") == [(0, 0), (0, 6), (0, 6)]
    assert values(autumn, "NET-PARTICIPATIONS") == [(0, 6), (4, 10), (10, 10)]
    assert [part.problem for part in autumn.unassigned] == ["straddles"]
    assert len(autumn.actions) == 1
    straddling.period = project.periods.get(label="S2-2020")
    straddling.save()
    assert values(report(project, "S1-2020"), "NET-PARTICIPATIONS")[2] == (0, 0)
    assert values(report(project), "NET-PARTICIPATIONS") == [(0, 0), (10, 10), (10, 10)]
    assert report(project).unassigned == ()


def test_nothing_was_before_the_first_half_year_of_a_project():
    """An action may lie before the project's own start, on 15 March, or after it: in the first half-year or in none."""
    project = ProjectFactory(starts_on=date(2020, 3, 15), ends_on=date(2021, 3, 14), half_years=HalfYears.OWN_START)
    ensure_periods(project=project)
    counted(project, declared=(6, 6), earliest=date(2020, 3, 1), latest=date(2020, 4, 1))
    first = report(project, "S1")
    assert values(first, "NET-ACTIONS") == [(0, 0), (0, 1), (0, 1)]
    assert values(first, "NET-PARTICIPATIONS") == [(0, 0), (0, 6), (0, 6)]
    assert values(first, "NET-PERSONS") == [(0, 0), (0, 6), (0, 6)]
    assert values(report(project, "S2"), "NET-ACTIONS") == [(0, 1), (0, 0), (0, 1)]


def test_coaching_is_counted_apart(project):
    CountedCoachingFactory(project=project, coaching=CoachingFactory(persons_lower=5, persons_upper=5, residence="BE"))
    CountedCoachingFactory(project=project, coaching=CoachingFactory(persons_lower=3, persons_upper=None))
    built = report(project)
    assert values(built, "NET-COACHED")[1] == (5, None)
    assert values(built, "NET-ACTIONS")[1] == (0, 0)
    assert values(built, "NET-PERSONS")[1] == (0, 0)
    coached = [(row.value, row.bounds) for row in built.breakdowns if row.by == "coached_residence"]
    assert coached == [("BE", Bounds(5, 5)), ("unknown", Bounds(3, None))]


def test_only_delivered_deliverables_count(project):
    autumn = project.periods.get(label="S2-2020")
    DeliverableFactory(period=autumn)
    DeliverableFactory(period=autumn, delivered=False)
    DeliverableFactory(period=project.periods.get(label="S1-2020"))
    built = report(project)
    assert values(built, "NET-DELIVERABLES") == [(1, 1), (1, 1), (2, 2)]
    assert len(built.deliverables) == 2


def test_a_stock_is_told_and_added_to_nothing(project):
    StockFactory(told_in=project.periods.get(label="S2-2020"))
    built = report(project)
    assert [(stock.code, stock.date, stock.value) for stock in built.stocks] == [("NET-GROUP", date(2021, 3, 24), 98)]
    assert {figure.code for figure in built.figures} == {
        "NET-ACTIONS",
        "NET-PARTICIPATIONS",
        "NET-PERSONS",
        "NET-COACHED",
        "NET-DELIVERABLES",
    }
    assert report(project, "S1-2021").stocks == ()


def test_deviations_are_the_written_ones_and_the_changes_of_events(project):
    DeviationFactory(period=project.periods.get(label="S2-2020"), date=date(2020, 9, 1))
    row = counted(project, state=EventState.CANCELLED, title_fr="Visite")
    Change.objects.create(event=row.event, kind=ChangeKind.CANCELLED, reason="La frontière était fermée.")
    Change.objects.create(event=event(), kind=ChangeKind.CANCELLED, reason="Pas compté.")
    built = report(project)
    assert [(part.date, part.reason["fr"]) for part in built.deviations] == [
        (date(2020, 9, 1), "La frontière était fermée."),
        (date(2020, 11, 18), "La frontière était fermée."),
    ]
    assert built.actions == ()


def test_breakdowns_count_the_named_and_the_unnamed_participations(project):
    space = SpaceFactory(name="La Ferme")
    row = counted(project, declared=(8, 10))
    named(row, 1, 2, residence="BE", gender="woman", home_space=space)
    named(row, 3, residence="FR")
    named(row, 4)
    rows = {(part.by, part.value): part.bounds for part in report(project).breakdowns}
    # Four persons are named; the list is not complete, and at most ten took part.
    assert {value: bounds for (by, value), bounds in rows.items() if by == "residence"} == {
        "BE": Bounds(2, 2),
        "FR": Bounds(1, 1),
        "unknown": Bounds(1, 7),
    }
    assert {value: bounds for (by, value), bounds in rows.items() if by == "home_space"} == {
        "La Ferme": Bounds(2, 2),
        "unknown": Bounds(2, 8),
    }
    assert rows["gender", "woman"] == Bounds(2, 2)


def test_who_did_not_say_is_told_apart_from_who_is_not_named(project):
    row = counted(project, declared=(8, 10))
    whole = {"residence": "BE", "gender": "woman", "age_band": "35-44", "status": "employee"}
    named(row, 1, 2, **whole)
    named(row, 3, **{**whole, "gender": ""})
    named(row, 4, residence="FR")
    named(row, 5)
    counted(project)
    rows = {(part.by, part.value): part for part in report(project).breakdowns}
    silent = {by: part.silent for (by, value), part in rows.items() if value == "unknown"}
    assert silent == {
        "residence": Bounds(1, 1),
        "gender": Bounds(3, 3),
        "age_band": Bounds(2, 2),
        "status": Bounds(2, 2),
        "home_space": Bounds(5, 5),
    }
    # Five are named of at most ten; of the other meeting nothing is known.
    assert {part.unnamed for (_by, value), part in rows.items() if value == "unknown"} == {Bounds(0, None)}
    records = {value: part.bounds for (by, value), part in rows.items() if by == "records"}
    assert records == {"complete": Bounds(2, 2), "incomplete": Bounds(3, 3)}


def test_a_list_over_several_meetings_is_broken_down_within_bounds(project):
    """Of three persons two live in Belgium, and they made from three to seven participations at three meetings."""
    row = counted(project, declared=(5, 7), list_is_complete=True, meetings_lower=3, meetings_upper=3)
    named(row, 1, 2, residence="BE")
    named(row, 3, residence="FR")
    rows = {part.value: part for part in report(project).breakdowns if part.by == "residence"}
    assert {value: part.bounds for value, part in rows.items()} == {
        "BE": Bounds(2, 6),
        "FR": Bounds(1, 3),
        "unknown": Bounds(0, 0),
    }


def test_every_output_tells_who_did_not_say_and_who_is_not_named(project):
    row = counted(project, declared=(8, 8))
    named(row, 1, residence="BE")
    named(row, 2)
    built = report(project)
    with translation.override("en"):
        files = {name: form.render(built) for name, form in FORMATS.items()}
    data = json.loads(files["json"])
    assert [one for one in data["breakdowns"] if one["by"] in ("residence", "records")] == [
        {"by": "residence", "value": "BE", "lower": 1, "upper": 1},
        {"by": "residence", "value": "unknown", "lower": 1, "upper": 7},
        {"by": "records", "value": "complete", "lower": 0, "upper": 0},
        {"by": "records", "value": "incomplete", "lower": 2, "upper": 2},
    ]
    gap = {"by": "residence", "did_not_say": {"lower": 1, "upper": 1}, "not_named": {"lower": 0, "upper": 6}}
    assert data["breakdown_gaps"][0] == gap
    rows = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=";"))
    expected = [
        ["Residence", "Belgium", "1", "1", "1"],
        ["Residence", "did not say", "1", "1", "1"],
        ["Residence", "not named", "at most 6", "0", "6"],
        ["Records on the named lists", "complete", "0", "0", "0"],
        ["Records on the named lists", "something is missing: in the totals alone", "2", "2", "2"],
    ]
    assert [line for line in rows if line and line[0] in ("Residence", "Records on the named lists")] == expected
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    sheet = list(book["Annex B – breakdowns"].iter_rows(values_only=True))
    assert ("Residence", "not named", "at most 6", 0, 6) in sheet
    pages = pypdf.PdfReader(io.BytesIO(files["pdf"])).pages
    text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    assert "not named at most 6" in text and "something is missing" in text


def test_an_action_tells_who_organised_it(project):
    belgian, french = OrganisationFactory(name="BEP", country="BE"), OrganisationFactory(name="Ardenne", country="FR")
    row = counted(project, joint=True, audience=Audience.MEMBERS)
    row.event.organisers.set([belgian, french])
    (action,) = report(project).actions
    assert (action.organisers, action.countries) == (("Ardenne", "BEP"), ("BE", "FR"))
    assert (action.joint, action.public, action.date) == (True, False, date(2020, 11, 18))


def test_a_range_is_no_date(project):
    counted(project, earliest=date(2020, 11, 1), latest=date(2020, 11, 30))
    (action,) = report(project).actions
    assert (action.date, action.earliest, action.latest) == (None, date(2020, 11, 1), date(2020, 11, 30))


def test_missing_proofs_are_named(project):
    row = counted(project, proofs_owed=[ProofKind.ATTENDANCE_SHEET, ProofKind.AGENDA])
    proof(row)
    built = report(project)
    assert built.lacking_proof[0].missing == (ProofKind.AGENDA,)
    proof(row, ProofKind.AGENDA)
    assert report(project).lacking_proof == ()


def test_coaching_and_deliverables_lack_proof_until_it_is_checked(project):
    period = project.periods.get(label="S2-2020")
    coaching, video = CountedCoachingFactory(project=project).coaching, DeliverableFactory(period=period)
    DeliverableFactory(period=period, delivered=False)
    assert [part.title["fr"] for part in report(project).lacking_proof] == ["Accompagnement", "Vidéo"]
    for number, thing in enumerate((coaching, video)):
        evidence = thing.evidence.create(name="x", sha256=f"{number}" * 64)
        assert len(report(project).lacking_proof) == 2 - number
        evidence.checked_at = timezone.now()
        evidence.save()
    assert report(project).lacking_proof == ()


def test_partner_totals_are_unknown_unless_all_are_known(project):
    PartnerFactory(project=project, total="100.10", erdf="50.05")
    PartnerFactory(project=project, role="associated")
    assert str(report(project).partner_totals.total) == "100.10"
    PartnerFactory(project=project)
    assert report(project).partner_totals.total is None


def test_counts_that_cannot_be_true_together_are_listed(project):
    counted(project, declared=(10, 10), persons=(20, 20), slug="both")
    listed = counted(project, declared=(14, 14), list_is_complete=True, slug="complete")
    named(listed, *range(1, 10))
    longer = counted(project, declared=(1, 1), slug="longer")
    named(longer, 1, 2)
    counted(project, declared=(13, 13), slug="agrees")
    straddling = {"earliest": date(2020, 6, 1), "latest": date(2020, 8, 31), "slug": "straddles"}
    counted(project, declared=(3, 3), persons=(9, 9), **straddling)
    counted(project, declared=(3, 3), persons=(9, 9), slug="elsewhere", **SPRING)
    found = report(project).contradictions
    assert [(part.slug, part.measure, part.declared, part.beside, part.number) for part in found] == [
        ("straddles", "persons", Bounds(9, 9), "participations", Bounds(3, 3)),
        ("both", "persons", Bounds(20, 20), "participations", Bounds(10, 10)),
        ("complete", "participations", Bounds(14, 14), "complete_list", Bounds(9, 9)),
        ("longer", "participations", Bounds(1, 1), "list", Bounds(2, 2)),
    ]


def test_a_report_survives_being_kept_as_data(project):
    named(counted(project, list_is_complete=True, declared=(3, 3)), 1, 2)
    proof(counted(project))
    CountedCoachingFactory(project=project)
    period = project.periods.get(label="S2-2020")
    DeliverableFactory(period=period)
    DeviationFactory(period=period)
    StockFactory(told_in=period)
    PartnerFactory(project=project, total="100.10", erdf="50.05")
    counted(project, earliest=date(2020, 6, 1), latest=date(2020, 8, 31))
    built = report(project)
    assert from_payload(to_payload(built)) == built


def test_a_build_announces_its_steps(project):
    seen = []
    build_report(project, project.periods.get(label="S2-2020"), step=seen.append)
    assert tuple(seen) == STEPS


@pytest.mark.parametrize("rows", [1, 3])
def test_a_report_costs_the_same_number_of_queries_whatever_it_tells(project, rows, django_assert_num_queries):
    period = project.periods.get(label="S2-2020")
    for number in range(rows):
        row = counted(project, declared=(13, 13))
        named(row, 10 + number)
        proof(row)
        row.event.organisers.add(OrganisationFactory())
        CountedCoachingFactory(project=project)
        DeliverableFactory(period=period)
        DeviationFactory(period=period)
        PartnerFactory(project=project)
    with django_assert_num_queries(41):
        build_report(project, period)


def test_half_years_are_made_once(project):
    assert ensure_periods(project=project) == []
    assert project.periods.count() == 6
    other = ProjectFactory(starts_on=date(2016, 10, 1), ends_on=date(2020, 9, 30), half_years=HalfYears.OWN_START)
    assert [period.label for period in ensure_periods(project=other)] == [f"S{number}" for number in range(1, 9)]
