"""Transactions that really overlap on PostgreSQL: threads with their own connections, released by one barrier."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from members.tests.factories import UserFactory
from reporting.classifying.operations import Choice, accept_proposals, classify
from reporting.classifying.rules import UNDECIDED
from reporting.counting.operations import count_events
from reporting.errors import ReportingError
from reporting.models import Classification, CountedAction, EarlierClassification
from reporting.tests.factories import PeriodFactory, ProjectFactory

from .actions import closed_action

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 8


def at_once(work):
    """Return what eight threads return that begin a work at the same time, each with its number."""
    barrier = Barrier(PEOPLE)

    def begin(number):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return work(number)
        except ReportingError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(begin, range(PEOPLE)))


def test_eight_who_choose_otherwise_at_once_leave_one_decision():
    action, person = closed_action(ProjectFactory()), UserFactory(coordinates=True)
    codes = [("RCO81",), ("RCO85",), (), ("RCO81",)] * 2

    def choose(number):
        return classify(action=action, choice=Choice(codes[number], f"Mot {number}"), by=person, seen=UNDECIDED)

    outcomes = at_once(choose)
    assert outcomes.count("meanwhile") == PEOPLE - 1
    assert Classification.objects.count() == 1
    assert not EarlierClassification.objects.exists()


def test_the_same_proposals_accepted_eight_times_at_once_are_written_once():
    project, person = ProjectFactory(), UserFactory(coordinates=True)
    actions = [closed_action(project) for _number in range(3)]

    def accept(number):
        keys = [action.pk for action in actions]
        shown = dict.fromkeys(keys if number % 2 else reversed(keys), "RCO81")
        return len(accept_proposals(project=project, seen=shown, by=person).done)

    assert at_once(accept) == [3] * PEOPLE
    assert sorted(Classification.objects.values_list("action", "indicator")) == [(one.pk, "RCO81") for one in actions]
    assert not EarlierClassification.objects.exists()


def test_of_eight_projects_that_count_an_event_at_once_one_does():
    event = closed_action(ProjectFactory()).event
    CountedAction.objects.all().delete()
    periods = [PeriodFactory(project=ProjectFactory()) for _number in range(PEOPLE)]
    outcomes = at_once(lambda number: count_events(period=periods[number], events=[event], by=None))
    assert outcomes.count("in_another_project") == PEOPLE - 1
    assert CountedAction.objects.count() == 1
