"""Whatever people do in whatever order, no seat is lost, none is taken twice, and the line keeps its order."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from events.errors import EventError
from events.models import Event, Registration
from events.operations import cancel_registration, change_capacity, register
from events.tests.factories import EventFactory
from members.models import User
from members.tests.factories import UserFactory

PEOPLE = 6
STEPS = st.one_of(
    st.tuples(st.just("register"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("cancel"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("capacity"), st.integers(0, 4)),
)


def perform(event, users, step):
    verb, value = step
    try:
        if verb == "register":
            register(event=event, user=users[value])
        elif verb == "cancel":
            registration = Registration.objects.standing().filter(event=event, user=users[value]).first()
            if registration:
                cancel_registration(registration=registration)
        else:
            change_capacity(event=event, capacity=value, by=users[0])
    except EventError:
        pass


def assert_sound(event):
    event = Event.objects.get(pk=event.pk)
    confirmed = event.registrations.confirmed().count()
    assert confirmed == event.seats_taken <= event.capacity
    assert confirmed == event.capacity or not event.registrations.in_line().exists()
    people = event.registrations.standing().values_list("user", flat=True)
    assert len(people) == len(set(people))


@pytest.mark.django_db
@settings(max_examples=max(10, settings.default.max_examples // 4))
@given(capacity=st.integers(0, 3), steps=st.lists(STEPS, max_size=30))
def test_one_after_the_other(capacity, steps):
    event = EventFactory(capacity=capacity)
    users = [UserFactory() for _ in range(PEOPLE)]
    for step in steps:
        line = list(event.registrations.in_line())
        perform(event, users, step)
        left = [registration for registration in event.registrations.in_line() if registration in line]
        assert left == [registration for registration in line if registration in left]
        assert_sound(event)


@pytest.mark.django_db(transaction=True)
@settings(max_examples=max(3, settings.default.max_examples // 50))
@given(capacity=st.integers(0, 3), steps=st.lists(STEPS, min_size=8, max_size=8))
def test_all_at_once(capacity, steps):
    event = EventFactory(capacity=capacity)
    users = [UserFactory() for _ in range(PEOPLE)]
    for user in users[:4]:
        register(event=event, user=user)
    barrier = Barrier(len(steps))

    def run(step):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            perform(event, users, step)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as pool:
        list(pool.map(run, steps))
    assert_sound(event)
    Registration.objects.all().delete()
    User.objects.all().delete()
