"""The programme's indicators in a report, each rule counted by hand."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.enums import ProofKind
from events.models import Proof
from events.tests.factories import HistoryEventFactory, ParticipationFactory
from hacktiv.common.bounds import Bounds
from reporting.core.figures import Value
from reporting.core.operations import ensure_periods
from reporting.enums import PartnerRole, ProgrammingYears
from reporting.models import Classification, EvidenceFile, Milestone
from reporting.tests.builds import close, draft, report
from reporting.tests.factories import (
    CoachingFactory,
    CountedCoachingFactory,
    CountedEventFactory,
    OutputFactory,
    PartnerFactory,
    ProjectFactory,
    ProjectIndicatorFactory,
)

pytestmark = pytest.mark.django_db

ZERO = (0, 0)
UNKNOWN = (None, None)


@pytest.fixture
def project():
    project = ProjectFactory()
    ensure_periods(project=project)
    return project


def chosen(project, *codes, **aims):
    for order, code in enumerate(codes):
        ProjectIndicatorFactory(project=project, code=code, order=order, **aims)


def event_on(day, **fields):
    return HistoryEventFactory(space=None, earliest=day, latest=fields.pop("until", day), **fields)


def counted(project, event, *codes, participations=None, part=(None, None)):
    action = CountedEventFactory(project=project, event=event, declared=participations)
    for code in codes:
        lower, upper = part if code == "RCO81" else (None, None)
        Classification.objects.create(action=action, indicator=code, reason_fr="Dit", lower=lower, upper=upper)
    return action


def closed(period):
    version = draft(period)
    return close(version=version, built_at=version.built_at, by=None, reason="Essai")


def told(project, code, label="S2-2020"):
    """Return the bounds of an indicator: previously, in the half-year, and so far."""
    part = next(part for part in report(project, label).indicators if part.code == code)
    return tuple((value.lower, value.upper) for value in (part.previous, part.current, part.total))


def test_no_indicator_is_told_where_the_project_has_chosen_none(project):
    counted(project, event_on(date(2020, 9, 1)), "RCO81", participations=(13, 13))
    assert report(project).indicators == ()


def test_participations_add_up_over_actions_and_half_years(project):
    chosen(project, "RCO81")
    counted(project, event_on(date(2020, 3, 2)), "RCO81", participations=(7, 7))
    counted(project, event_on(date(2020, 9, 1)), "RCO81", participations=(13, 13))
    counted(project, event_on(date(2020, 10, 1)), "RCO81", participations=(5, None))
    assert told(project, "RCO81") == ((7, 7), (18, None), (25, None))


def test_only_what_is_classified_under_an_indicator_counts(project):
    chosen(project, "RCO81", "RCO85")
    counted(project, event_on(date(2020, 9, 1)), "RCO81", participations=(13, 13))
    counted(project, event_on(date(2020, 9, 2)), "RCO85", participations=(4, 4))
    counted(project, event_on(date(2020, 9, 3)), participations=(100, 100))
    counted(project, event_on(date(2020, 9, 4)), "", participations=(100, 100))
    assert told(project, "RCO81") == (ZERO, (13, 13), (13, 13))
    assert told(project, "RCO85") == (ZERO, (4, 4), (4, 4))


def test_public_events_count_their_meetings(project):
    chosen(project, "RCO115")
    counted(project, event_on(date(2020, 9, 1)), "RCO115", participations=(200, 200))
    counted(project, event_on(date(2020, 9, 2), meetings_lower=2, meetings_upper=2), "RCO115")
    assert told(project, "RCO115") == (ZERO, (3, 3), (3, 3))


def test_a_mixed_event_counts_its_closed_part_and_is_one_public_event(project):
    chosen(project, "RCO81", "RCO115")
    counted(project, event_on(date(2020, 9, 1)), "RCO81", "RCO115", participations=(60, 60), part=(12, 12))
    assert told(project, "RCO81") == (ZERO, (12, 12), (12, 12))
    assert told(project, "RCO115") == (ZERO, (1, 1), (1, 1))


def test_a_closed_part_that_nobody_counted_is_at_most_everybody(project):
    chosen(project, "RCO81")
    counted(project, event_on(date(2020, 9, 1)), "RCO81", "RCO115", participations=(60, 60))
    assert told(project, "RCO81") == (ZERO, (0, 60), (0, 60))


def test_a_closed_part_is_not_more_than_all_participations(project):
    chosen(project, "RCO81")
    counted(project, event_on(date(2020, 9, 1)), "RCO81", "RCO115", participations=(60, 60), part=(12, None))
    assert told(project, "RCO81") == (ZERO, (12, 60), (12, 60))


def test_an_action_whose_half_year_is_undecided_widens_both(project):
    chosen(project, "RCO81", "RCO115")
    straddling = event_on(date(2020, 6, 1), until=date(2020, 7, 31))
    counted(project, straddling, "RCO81", "RCO115", participations=(60, 60), part=(12, 12))
    assert told(project, "RCO81") == ((0, 12), (0, 12), (12, 12))
    assert told(project, "RCO115") == ((0, 1), (0, 1), (1, 1))
    assert report(project).indicators[0].actions == ()


def test_coached_persons_took_part_at_least_once_each(project):
    chosen(project, "RCO85")
    action = CountedCoachingFactory(project=project, coaching=CoachingFactory(persons_lower=5, persons_upper=5))
    Classification.objects.create(action=action, indicator="RCO85", reason_fr="Formation")
    assert told(project, "RCO85") == (ZERO, (5, None), (5, None))


def test_completions_are_unknown_until_somebody_records_them(project):
    chosen(project, "RCR81")
    assert told(project, "RCR81", "S1-2020") == (ZERO, UNKNOWN, UNKNOWN)
    assert told(project, "RCR81", "S2-2020") == (UNKNOWN, UNKNOWN, UNKNOWN)


def test_organisations_are_the_partners_and_associates_once_per_project(project):
    chosen(project, "RCO87")
    PartnerFactory(project=project, role=PartnerRole.LEAD)
    PartnerFactory(project=project)
    PartnerFactory(project=project, role=PartnerRole.ASSOCIATED)
    assert told(project, "RCO87", "S1-2020") == (ZERO, (3, 3), (3, 3))
    assert told(project, "RCO87", "S2-2020") == ((3, 3), (3, 3), (3, 3))


def output(project, code, label="S2-2020", **fields):
    return OutputFactory(period=project.periods.get(label=label), code=code, **fields)


@pytest.mark.parametrize("code", ["RCO83", "RCO116"])
def test_an_output_counts_once_it_is_finished(project, code):
    chosen(project, code)
    output(project, code)
    output(project, code, finished_on=None)
    output(project, code, "S1-2020")
    assert told(project, code) == ((1, 1), (1, 1), (2, 2))


def test_a_pilot_action_counts_once_it_is_implemented_and_finished(project):
    chosen(project, "RCO84")
    output(project, "RCO84", is_implemented=False)
    output(project, "RCO84", is_implemented=True, finished_on=None)
    assert told(project, "RCO84") == (ZERO, ZERO, ZERO)
    output(project, "RCO84", is_implemented=True)
    assert told(project, "RCO84") == (ZERO, (1, 1), (1, 1))


def test_who_cooperates_after_the_project_does_so_by_a_formal_agreement(project):
    chosen(project, "RCR84")
    output(project, "RCR84")
    output(project, "RCR84", agreement="Convention du 1er décembre 2020")
    assert told(project, "RCR84") == (ZERO, (1, 1), (1, 1))


def test_an_output_is_proven_by_a_file_that_was_checked(project):
    chosen(project, "RCO116")
    charter = output(project, "RCO116")
    assert report(project).indicators[0].current == Value(1, 1, "declared", "declared")
    assert [part.key for part in report(project).lacking_proof] == [f"output:{charter.pk}"]
    EvidenceFile.objects.create(output=charter, name="charte.pdf", sha256="a" * 64, checked_at=timezone.now())
    assert report(project).indicators[0].current == Value(1, 1, "proven", "proven")
    assert report(project).lacking_proof == ()


def test_participants_of_2014_are_distinct_persons(project):
    project.programming_period = ProgrammingYears.FROM_2014
    project.save()
    chosen(project, "CO44")
    ada, bert, carl = (uuid4() for _person in range(3))
    first, second = event_on(date(2020, 3, 2), list_is_complete=True), event_on(date(2020, 9, 1), list_is_complete=True)
    other = event_on(date(2020, 9, 2), list_is_complete=True)
    for event, number in ((first, ada), (first, bert), (second, ada), (other, carl)):
        ParticipationFactory(event=event, participant_number=number)
    counted(project, first, "CO44")
    counted(project, second, "CO44")
    counted(project, other)
    assert told(project, "CO44") == ((2, 2), (1, 1), (2, 2))


def test_a_figure_is_proven_when_each_action_under_it_is(project):
    chosen(project, "RCO115")
    event = event_on(date(2020, 9, 1), proofs_owed=[ProofKind.ADVERTISING])
    counted(project, event, "RCO115")
    assert report(project).indicators[0].current == Value(1, 1, "declared", "declared")
    Proof.objects.create(
        event=event, kind=ProofKind.ADVERTISING, name="affiche.pdf", sha256="a" * 64, checked_at=timezone.now()
    )
    assert report(project).indicators[0].current == Value(1, 1, "proven", "proven")


def test_behind_an_indicator_stand_its_actions_with_what_each_adds(project):
    chosen(project, "RCO81")
    event = event_on(date(2020, 9, 1))
    counted(project, event, "RCO81", "RCO115", participations=(60, 60), part=(12, 12))
    part = report(project).indicators[0]
    assert part.actions == (f"event:{event.slug}",)
    assert [value.bounds for value in part.adds] == [Bounds(12, 12)]


def test_previously_is_what_closed_reports_said_and_today_stands_beside_it(project):
    chosen(project, "RCO81", "RCO87")
    action = counted(project, event_on(date(2020, 3, 2)), "RCO81", participations=(7, 7))
    PartnerFactory(project=project)
    closed(project.periods.get(label="S1-2020"))
    Classification.objects.filter(action=action).delete()
    PartnerFactory(project=project)
    now = report(project)
    participations, organisations = now.indicators
    assert (participations.previous.bounds, participations.previous_now.bounds) == (Bounds(7, 7), Bounds(0, 0))
    assert (organisations.previous.bounds, organisations.previous_now.bounds) == (Bounds(1, 1), Bounds(2, 2))
    corrected = {(one.what, one.title.get("en"), one.before, one.after) for one in now.corrections}
    assert ("counted", "RCO81 Participations in joint actions across borders", Bounds(7, 7), Bounds(0, 0)) in corrected
    assert (
        "counted",
        "RCO87 Organisations cooperating across borders",
        Bounds(1, 1),
        Bounds(2, 2),
    ) in corrected


def test_an_indicator_chosen_after_a_report_was_closed_takes_the_records_before(project):
    counted(project, event_on(date(2020, 3, 2)), "RCO81", participations=(7, 7))
    closed(project.periods.get(label="S1-2020"))
    chosen(project, "RCO81")
    assert told(project, "RCO81") == ((7, 7), ZERO, (7, 7))
    assert report(project).corrections == ()


def test_a_target_changed_after_closing_is_a_correction(project):
    chosen(project, "RCO81", target=40)
    Milestone.objects.create(indicator=project.indicators.get(), date=date(2021, 12, 31), value=20)
    closed(project.periods.get(label="S1-2020"))
    assert report(project).corrections == ()
    project.indicators.update(target=60)
    project.indicators.get().milestones.update(value=30)
    assert [(one.what, one.before, one.after) for one in report(project).corrections] == [
        ("target", Bounds(40, 40), Bounds(60, 60)),
        ("milestones", None, None),
    ]


@pytest.mark.parametrize(
    ("participations", "day", "state"),
    [
        ((40, 40), date(2020, 12, 31), "reached"),
        ((40, None), date(2021, 6, 30), "reached"),
        ((39, 39), date(2020, 12, 31), "missed"),
        ((39, None), date(2020, 12, 31), "unknown"),
        ((39, 40), date(2020, 12, 31), "unknown"),
        ((39, 39), date(2021, 1, 1), "ahead"),
    ],
)
def test_a_milestone_is_reached_or_not_by_the_total_so_far(project, participations, day, state):
    chosen(project, "RCO81")
    Milestone.objects.create(indicator=project.indicators.get(), date=day, value=40)
    counted(project, event_on(date(2020, 9, 1)), "RCO81", participations=participations)
    assert [one.state for one in report(project).indicators[0].milestones] == [state]


@pytest.mark.parametrize(
    ("spring", "autumn", "state"),
    [
        ((40, 40), (1, 1), "reached"),
        ((39, 39), (1, 1), "late"),
        ((39, None), (1, 1), "perhaps_late"),
        ((39, 40), (1, 1), "perhaps_late"),
        ((39, 40), (0, 0), "unknown"),
        ((38, 38), (1, 1), "missed"),
    ],
)
def test_a_milestone_is_judged_by_the_half_year_in_which_it_lies(project, spring, autumn, state):
    chosen(project, "RCO81")
    Milestone.objects.create(indicator=project.indicators.get(), date=date(2020, 5, 31), value=40)
    counted(project, event_on(date(2020, 3, 1)), "RCO81", participations=spring)
    counted(project, event_on(date(2020, 9, 1)), "RCO81", participations=autumn)
    assert [one.state for one in report(project).indicators[0].milestones] == [state]


def test_a_milestone_of_persons_is_judged_by_its_half_year_too(project):
    project.programming_period = ProgrammingYears.FROM_2014
    project.save()
    chosen(project, "CO44")
    for value in (1, 2):
        Milestone.objects.create(indicator=project.indicators.get(), date=date(2020, 5, 30 + value % 2), value=value)
    for day in (date(2020, 3, 2), date(2020, 9, 1)):
        event = event_on(day, list_is_complete=True)
        ParticipationFactory(event=event)
        counted(project, event, "CO44")
    assert {one.value: one.state for one in report(project).indicators[0].milestones} == {1: "reached", 2: "late"}


def test_a_milestone_before_the_project_was_missed_until_later(project):
    chosen(project, "RCO81")
    Milestone.objects.create(indicator=project.indicators.get(), date=date(2010, 5, 31), value=40)
    counted(project, event_on(date(2020, 9, 1)), "RCO81", participations=(40, 40))
    assert [one.state for one in report(project).indicators[0].milestones] == ["late"]


def test_who_joins_after_closing_corrects_no_half_year_but_the_project(project):
    chosen(project, "RCO87")
    PartnerFactory(project=project)
    closed(project.periods.get(label="S1-2020"))
    closed(project.periods.get(label="S2-2020"))
    PartnerFactory(project=project, name="Neuf")
    built = report(project, "S1-2021")
    assert [(one.period, one.what) for one in built.corrections if one.what != "role"] == [("S2-2020", "counted")]
    closed(project.periods.get(label="S1-2021"))
    assert report(project, "S1-2021").corrections == ()


def test_indicators_stand_in_the_order_of_the_programme(project):
    chosen(project, "RCO81", "RCO87", "RCO85")
    assert [part.code for part in report(project).indicators] == ["RCO81", "RCO87", "RCO85"]


def test_more_indicators_and_actions_cost_no_more_queries(project):
    chosen(project, "RCO81", "RCO116")
    counted(project, event_on(date(2020, 9, 1)), "RCO81", participations=(7, 7))
    output(project, "RCO116")
    Milestone.objects.create(indicator=project.indicators.first(), date=date(2021, 1, 1), value=40)
    queries = count_queries(project)
    chosen(project, "RCO115", "RCO85", "RCR81")
    for day in (2, 3, 4):
        counted(project, event_on(date(2020, 9, day)), "RCO81", participations=(7, 7))
        output(project, "RCO116")
    Milestone.objects.create(indicator=project.indicators.last(), date=date(2021, 1, 1), value=40)
    assert count_queries(project) == queries


def count_queries(project):
    with CaptureQueriesContext(connection) as queries:
        report(project)
    return len(queries)


def test_a_milestone_of_a_half_year_that_lasts_is_still_to_come():
    today = timezone.localdate()
    project = ProjectFactory(starts_on=today, ends_on=today + timedelta(days=40))
    ensure_periods(project=project)
    chosen(project, "RCO81")
    for day in (today, today - timedelta(days=1)):
        Milestone.objects.create(indicator=project.indicators.get(), date=day, value=40)
    first = project.periods.earliest("starts_on").label
    states = {one.date: one.state for one in report(project, first).indicators[0].milestones}
    assert states == {today: "ahead", today - timedelta(days=1): "missed"}
