"""Proposals are accepted, in bulk too, or chosen otherwise with a word; what was decided before is kept."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from events.enums import Audience, EventState
from events.models import Event
from hacktiv.common.bounds import Bounds
from hacktiv.common.languages import texts_of
from members.tests.factories import UserFactory
from reporting.classifying.operations import Choice, accept_proposals, classify, take_back
from reporting.classifying.queries import classified_actions, numbers_undecided, to_classify
from reporting.classifying.rules import mark_of
from reporting.closing.tests.test_closing import closed
from reporting.desk.queries.missing import missing_in, records_of
from reporting.enums import ProgrammingYears, SessionsCountAs
from reporting.errors import ReportingError
from reporting.models import Classification, CountedAction, EarlierClassification
from reporting.tests.builds import report
from reporting.tests.factories import (
    ClassificationFactory,
    CountedCoachingFactory,
    CountedEventFactory,
    PeriodFactory,
    ProjectFactory,
)

from .actions import closed_action, of_both_sides, public_action, training_action

pytestmark = pytest.mark.django_db


@pytest.fixture
def period():
    return PeriodFactory()


@pytest.fixture
def project(period):
    return period.project


@pytest.fixture
def coordinator():
    return UserFactory(coordinates=True)


def seen(*actions):
    """Return what a page shows of the proposals for actions of one project."""
    found = classified_actions(actions[0].project, [action.pk for action in actions])
    return {key: one.shown for key, one in found.items()}


def decided(action):
    return list(action.classifications.order_by("indicator").values_list("indicator", flat=True))


def choose(action, *codes, by=None, reason="Vu avec le programme", part=None, mark=None):
    return classify(action=action, choice=Choice(codes, reason, part), by=by, seen=mark)


def refusal_of(function, *args, **values):
    with pytest.raises(ReportingError) as refusal:
        function(*args, **values)
    return refusal.value.code


def test_proposals_are_accepted_with_their_reason_in_each_language(project, coordinator):
    actions = [closed_action(project), public_action(project), training_action(project)]
    outcome = accept_proposals(project=project, seen=seen(*actions), by=coordinator)
    assert (len(outcome.done), outcome.refused) == (3, [])
    assert [decided(action) for action in actions] == [["RCO81"], ["RCO115"], ["RCO85"]]
    row = actions[0].classifications.get()
    assert texts_of(row, "reason")["en"] == "joint: Ardenne Métropole, BEP; not open to everybody"
    assert set(texts_of(row, "reason")) == {"fr", "nl", "en"}
    assert (row.decided_by, row.is_override) == (coordinator, False)


def test_an_action_of_one_side_counts_under_no_indicator(project, coordinator):
    action = closed_action(project, joint=False)
    accept_proposals(project=project, seen=seen(action), by=coordinator)
    assert decided(action) == [""]
    assert to_classify(PeriodFactory(project=project)).undecided == []


def test_of_several_the_one_refused_leaves_the_others_done(project, coordinator):
    first, changed, last = closed_action(project), closed_action(project), closed_action(project)
    shown = seen(first, changed, last)
    Event.objects.filter(pk=changed.event_id).update(audience=Audience.PUBLIC)
    outcome = accept_proposals(project=project, seen=shown, by=coordinator)
    assert outcome.done == [first, last]
    assert [(action, refusal.code) for action, refusal in outcome.refused] == [(changed, "nothing_proposed")]
    assert [decided(action) for action in (first, changed, last)] == [["RCO81"], [], ["RCO81"]]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda action: action.event.organisers.filter(country="FR").delete(), "proposed_otherwise"),
        (lambda action: ClassificationFactory(action=action, indicator="RCO115"), "meanwhile"),
        (lambda action: CountedAction.objects.update(counts=False), "gone"),
        (lambda action: Event.objects.update(state=EventState.CANCELLED), "gone"),
    ],
)
def test_what_changed_since_the_page_was_shown_is_refused(project, coordinator, change, code):
    action = closed_action(project)
    shown = seen(action)
    change(action)
    outcome = accept_proposals(project=project, seen=shown, by=coordinator)
    assert [refusal.code for _action, refusal in outcome.refused] == [code]
    assert not action.classifications.filter(indicator="RCO81").exists()


def test_accepting_twice_changes_nothing(project, coordinator):
    action = closed_action(project)
    shown = seen(action)
    for _time in range(2):
        assert accept_proposals(project=project, seen=shown, by=coordinator).done == [action]
    assert Classification.objects.count() == 1
    assert not EarlierClassification.objects.exists()


def test_actions_of_another_project_are_out_of_reach(project, coordinator):
    foreign = closed_action(ProjectFactory())
    outcome = accept_proposals(project=project, seen=seen(foreign), by=coordinator)
    assert (outcome.done, outcome.refused, decided(foreign)) == ([], [], [])


def test_an_indicator_is_chosen_otherwise_with_a_word(project, coordinator):
    action = closed_action(project)
    assert refusal_of(choose, action, "RCO85", by=coordinator, reason=" ") == "no_reason"
    assert refusal_of(choose, action, "RCO85", by=coordinator, reason="x" * 2001) == "too_long"
    with override("nl"):
        choose(action, "RCO85", by=coordinator, reason="Een opleiding, zegt het programma")
    row = action.classifications.get()
    assert (row.indicator, row.is_override, row.decided_by) == ("RCO85", True, coordinator)
    assert texts_of(row, "reason") == {"nl": "Een opleiding, zegt het programma"}


@pytest.mark.parametrize(
    ("make", "codes", "code"),
    [
        (public_action, ["RCO81"], "not_public"),
        (closed_action, ["RCO81", "RCO85"], "excluded"),
        (closed_action, ["RCO115"], "public"),
        (lambda project: closed_action(project, joint=False), ["RCO81"], "joint"),
        (closed_action, ["CO43"], "other_period"),
        (training_action, ["RCR81"], "never_by_hand"),
        (public_action, ["RCO81", "RCO115"], "closed_part"),
    ],
)
def test_what_the_rules_exclude_is_refused_and_nothing_written(project, coordinator, make, codes, code):
    action = make(project)
    assert refusal_of(choose, action, *codes, by=coordinator) == code
    assert decided(action) == []


def test_a_mixed_event_counts_under_both_with_its_closed_part(project, coordinator):
    action = public_action(project)
    choose(action, "RCO115", "RCO81", by=coordinator, part=Bounds(12, 15))
    rows = {row.indicator: row.closed_part for row in action.classifications.all()}
    assert rows == {"RCO81": Bounds(12, 15), "RCO115": None}


def test_a_decision_that_is_replaced_stays_readable(project, coordinator):
    action, other = closed_action(project), UserFactory(coordinates=True)
    accept_proposals(project=project, seen=seen(action), by=other)
    choose(action, by=coordinator, reason="Aucun lien avec le projet")
    choose(action, "RCO85", by=coordinator, reason="Une formation")
    assert decided(action) == ["RCO85"]
    earlier = [(row.indicator, row.decided_by, row.ended_by) for row in action.earlier_classifications.order_by("pk")]
    assert earlier == [("RCO81", other, coordinator), ("", coordinator, coordinator)]
    reasons = [texts_of(row, "reason") for row in action.earlier_classifications.order_by("pk")]
    assert "Ardenne Métropole" in reasons[0]["nl"]
    assert reasons[1] == {"fr": "Aucun lien avec le projet"}


def test_who_saw_an_older_decision_is_refused(project, coordinator):
    action = closed_action(project)
    mark = mark_of(action)
    choose(action, "RCO81", mark=mark)
    assert refusal_of(choose, action, "RCO85", by=coordinator, mark=mark) == "meanwhile"
    assert refusal_of(take_back, action=action, by=coordinator, seen=mark) == "meanwhile"
    assert decided(action) == ["RCO81"]


def test_a_decision_is_taken_back_until_a_closed_report_tells_it(period, coordinator):
    action = closed_action(period.project)
    choose(action, "RCO81")
    take_back(action=action, by=coordinator)
    assert decided(action) == []
    assert action.earlier_classifications.get().ended_by == coordinator
    choose(action, "RCO81")
    closed(period, reason="Essai")
    assert refusal_of(take_back, action=action, by=coordinator) == "closed"
    choose(action, "RCO85", by=coordinator)
    assert decided(action) == ["RCO85"]


def test_who_accepts_that_an_action_is_joint_decides_it(project, coordinator):
    action, none = closed_action(project), closed_action(project)
    accept_proposals(project=project, seen=seen(action), by=coordinator)
    choose(none, by=coordinator)
    assert [Event.objects.get(pk=one.event_id).joint for one in (action, none)] == [True, None]


def joint(*actions):
    return [Event.objects.get(pk=action.event_id).joint for action in actions]


def test_who_accepts_that_an_action_is_not_joint_decides_it(period, coordinator):
    action = closed_action(period.project, organisers=of_both_sides()[:1])
    accept_proposals(project=period.project, seen=seen(action), by=coordinator)
    assert (decided(action), joint(action)) == ([""], [False])
    (part,) = report(period.project).actions
    assert part.joint is False
    assert ("joint", "") not in {(line.kind, line.whom) for line in missing_in(records_of(period))}
    take_back(action=action, by=coordinator)
    assert joint(action) == [None]
    assert action.earlier_classifications.get().joint is False


@pytest.mark.parametrize(("both", "codes", "is_joint"), [(True, [""], False), (False, ["RCO81"], True)])
def test_organisers_that_change_contradict_what_was_accepted(period, coordinator, both, codes, is_joint):
    belgian, french = of_both_sides()
    action = closed_action(period.project, organisers=[belgian] if both else [belgian, french])
    accept_proposals(project=period.project, seen=seen(action), by=coordinator)
    assert (decided(action), joint(action)) == (codes, [is_joint])
    action.event.organisers.set([belgian, french] if both else [belgian])
    (one,) = to_classify(period).contradicted
    assert [refusal.code for refusal in one.against] == ["joint_now" if both else "joint"]
    choose(action, *(["RCO81"] if both else []), by=coordinator)
    assert to_classify(period).contradicted == []
    assert joint(action) == [both]


def test_what_was_decided_apart_wins_over_the_organisers(period, coordinator):
    belgian, french = of_both_sides()
    action = closed_action(period.project, organisers=[belgian, french], joint=True)
    accept_proposals(project=period.project, seen=seen(action), by=coordinator)
    action.event.organisers.set([belgian])
    assert to_classify(period).contradicted == []
    take_back(action=action, by=coordinator)
    assert joint(action) == [True]


def test_what_is_decided_apart_later_wins_over_what_was_accepted(period, coordinator):
    action = closed_action(period.project)
    accept_proposals(project=period.project, seen=seen(action), by=coordinator)
    Event.objects.filter(pk=action.event_id).update(joint=False)
    (one,) = to_classify(period).contradicted
    assert [refusal.code for refusal in one.against] == ["joint"]
    take_back(action=action, by=coordinator)
    assert joint(action) == [False]


def test_training_counts_as_the_project_says(project, coordinator):
    project.sessions_count_as = SessionsCountAs.RCO81
    project.save()
    action = training_action(project)
    assert refusal_of(choose, action, "RCO85", by=coordinator) == "one_session"
    accept_proposals(project=project, seen=seen(action), by=coordinator)
    assert decided(action) == ["RCO81"]


def test_another_programming_period_contradicts_what_was_decided(period, coordinator):
    action = closed_action(period.project)
    choose(action, "RCO81")
    period.project.programming_period = ProgrammingYears.FROM_2014
    period.project.save()
    (one,) = to_classify(period).contradicted
    assert [refusal.code for refusal in one.against] == ["other_period"]
    choose(action, "CO43", by=coordinator)
    assert to_classify(period).contradicted == []


def test_database_keeps_no_indicator_apart_from_others():
    action = CountedEventFactory()
    ClassificationFactory(action=action, indicator="")
    for code in ("RCO81", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            ClassificationFactory(action=action, indicator=code)
    ClassificationFactory(indicator="")
    with pytest.raises(IntegrityError), transaction.atomic():
        ClassificationFactory(indicator="", lower=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClassificationFactory(indicator="RCO81", lower=3, upper=2)


def test_each_action_stands_where_something_is_to_be_done(period):
    project = period.project
    proposed, unknown = closed_action(project), closed_action(project, organisers=[])
    decided_on, contradicted = closed_action(project), public_action(project)
    coaching = CountedCoachingFactory(project=project)
    closed_action(project, earliest=date(2020, 12, 30), latest=date(2021, 1, 2))
    closed_action(project, state=EventState.CANCELLED)
    ClassificationFactory(action=decided_on)
    ClassificationFactory(action=contradicted)
    work = to_classify(period)
    stands = [work.proposed, work.left_to_choose, work.decided, work.contradicted]
    assert [[one.counted for one in row] for row in stands] == [
        [coaching, proposed],
        [unknown],
        [decided_on],
        [contradicted],
    ]
    assert numbers_undecided([period]) == {period: 3}


def test_the_undecided_are_counted_for_each_half_year_and_project(period):
    other = PeriodFactory(
        project=period.project, label="S1-2021", starts_on=date(2021, 1, 1), ends_on=date(2021, 6, 30)
    )
    foreign = PeriodFactory(project=ProjectFactory())
    closed_action(period.project, is_example=True)
    closed_action(foreign.project)
    straddling = closed_action(period.project, earliest=date(2020, 12, 30), latest=date(2021, 1, 2))
    assert numbers_undecided([period, other, foreign]) == {period: 0, other: 0, foreign: 1}
    CountedAction.objects.filter(pk=straddling.pk).update(period=other)
    assert numbers_undecided([period, other, foreign]) == {period: 0, other: 1, foreign: 1}
