"""Lock actions in one order in the admin and elsewhere: neither of two who decide ends the other's work."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from events.models import Event
from members.tests.factories import UserFactory
from reporting.counting.operations import count_events
from reporting.models import CountedAction
from reporting.tests.factories import CountedEventFactory, PeriodFactory
from reporting.tests.test_admin_meanwhile import ASKED, form_of, page_of
from tests.waiting import until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)

LIST, JOINT = "admin:reporting_countedaction_changelist", "admin:reporting_jointdecision_changelist"


@pytest.fixture
def coordinator():
    browser = Client()
    browser.force_login(UserFactory(coordinates=True, language="en"))
    return browser


def while_locked(row, work, *, then):
    """Lock a row, begin a work in another thread, and do something else once it waits. Return what the work returns."""

    def begin():
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            type(row).objects.select_for_update(no_key=True).get(pk=row.pk)
            begun = pool.submit(begin)
            until_somebody_waits()
            then()
        return begun.result(timeout=60)


def lock(row):
    """Lock a row that nobody has locked."""
    type(row).objects.select_for_update(nowait=True).get(pk=row.pk)


def test_the_form_of_an_action_locks_its_event_first(coordinator):
    action = CountedEventFactory()
    page = page_of(action)
    sent = form_of(coordinator.get(page), page) | {"_save": ["1"]}
    answer = while_locked(action.event, lambda: coordinator.post(page, sent), then=lambda: lock(action))
    assert answer.status_code == 302


def test_the_list_of_actions_locks_their_events_in_order(coordinator):
    project = PeriodFactory().project
    first, last = (CountedEventFactory(project=project, event__earliest=date(2020, 10, day)) for day in (2, 3))
    page = reverse(LIST)
    sent = form_of(coordinator.get(page), page) | {"_save": ["1"]}

    def decide():
        lock(last.event)
        lock(last)
        lock(first)

    assert while_locked(first.event, lambda: coordinator.post(page, sent), then=decide).status_code == 302


def test_rows_that_are_deleted_together_are_locked_first(coordinator):
    action = CountedEventFactory()
    sent = {"action": "delete_selected", "_selected_action": [action.pk], "post": "yes"}
    work = partial(coordinator.post, reverse(LIST), sent)
    assert while_locked(action.event, work, then=lambda: lock(action)).status_code == 302
    assert not CountedAction.objects.exists()


def test_of_two_who_save_a_list_at_once_the_second_is_asked(coordinator):
    event = CountedEventFactory(event__joint=None).event
    page = reverse(JOINT)
    sent = form_of(coordinator.get(page), page) | {"_save": ["1"], "form-0-joint": ["false"]}
    decide = Event.objects.filter(pk=event.pk).update
    answer = while_locked(event, lambda: coordinator.post(page, sent), then=lambda: decide(joint=True))
    assert ASKED in answer.text
    assert Event.objects.get(pk=event.pk).joint is True


@pytest.mark.parametrize("counts", [True, False])
def test_an_event_that_is_added_in_the_admin_meanwhile_is_decided_once(counts):
    period, person = PeriodFactory(), UserFactory(coordinates=True)
    event = CountedEventFactory(project__slug="other", counts=False).event

    def add():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '3s'")
        CountedAction.objects.create(project=period.project, event=event)

    def count():
        return count_events(period=period, events=[event], counts=counts, by=person)

    assert while_locked(event, count, then=add) == []
    assert CountedAction.objects.get(project=period.project).counts is True
