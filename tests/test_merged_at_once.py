"""Two accounts are merged while the person books, registers, is checked in, or another administrator merges them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from events.attendance.operations import mark_attendance
from events.enums import STANDING_REGISTRATIONS
from events.errors import EventError
from events.models import Participation, Registration
from events.registering.operations import cancel_registration, register
from events.tests.factories import EventFactory
from hacktiv.merging.errors import MergingError
from hacktiv.merging.models import Merging
from hacktiv.merging.operations import merge_accounts
from hacktiv.outbox.models import Message
from members.models import User
from members.tests.factories import UserFactory
from spaces.booking.operations import check_in
from spaces.errors import BookingError
from spaces.memberships.operations import ask_membership
from spaces.models import Booking, Membership, Visit
from spaces.tests.factories import (
    BookingFactory,
    MembershipKindFactory,
    ResourceFactory,
    SpaceFactory,
    running_booking,
)

pytestmark = pytest.mark.django_db(transaction=True)

REFUSALS = (BookingError, EventError, MergingError, User.DoesNotExist, Registration.DoesNotExist)


def together(*works):
    """Begin all works at one moment, each with a connection of its own. Return their results, or their refusals."""
    barrier = Barrier(len(works))

    def alone(work):
        try:
            barrier.wait(timeout=30)
            return work()
        except REFUSALS as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result(timeout=120) for done in [pool.submit(alone, work) for work in works]]


@pytest.fixture
def by():
    return UserFactory(superuser=True)


@pytest.fixture
def kept():
    return UserFactory()


@pytest.fixture
def gone():
    return UserFactory()


def accounts_of(rows):
    return set(rows.order_by().values_list("user", flat=True))


def test_of_eight_administrators_one_merges(kept, gone):
    register(event=EventFactory(), user=gone)
    people = [UserFactory(superuser=True) for _each in range(8)]
    pairs = [(kept, gone) if number % 2 else (gone, kept) for number in range(8)]
    done = together(
        *(
            lambda one=one, other=other, by=by: merge_accounts(kept=one, gone=other, by=by)
            for (one, other), by in zip(pairs, people, strict=True)
        )
    )
    assert sorted(type(each).__name__ for each in done) == ["Merging"] + 7 * ["MergingError"]
    assert {each.code for each in done if isinstance(each, MergingError)} == {"gone"}
    assert Merging.objects.count() == 1
    assert User.objects.filter(pk__in=[kept.pk, gone.pk]).count() == 1
    assert accounts_of(Registration.objects) == {Merging.objects.get().kept_id}
    assert Message.objects.filter(template="merging.merged").count() == 2


def test_both_register_and_book_meanwhile(kept, gone, by):
    events = [EventFactory(capacity=3) for _each in range(3)]
    rooms = [ResourceFactory(units=3) for _each in range(2)]
    register(event=events[0], user=gone)
    works = [
        lambda event=event, user=user: register(event=event, user=user) for event in events for user in (kept, gone)
    ]
    works += [lambda room=room: BookingFactory(resource=room, user=gone) for room in rooms]
    works += [lambda: merge_accounts(kept=kept, gone=gone, by=by)]
    *_others, trace = together(*works)
    assert isinstance(trace, Merging), trace
    assert accounts_of(Registration.objects) <= {kept.pk}
    assert accounts_of(Booking.objects) <= {kept.pk}
    for event in events:
        event.refresh_from_db()
        live = event.registrations.filter(status__in=STANDING_REGISTRATIONS)
        assert live.count() == event.seats_taken <= 1
        numbers = live.values_list("participant_number", flat=True)
        assert set(numbers) <= {User.objects.get(pk=kept.pk).participant_number}


def test_the_person_is_checked_in_meanwhile(kept, gone, by):
    event = EventFactory()
    rows = [register(event=event, user=user) for user in (kept, gone)]
    past = {"starts_at": "2020-11-18T08:00Z", "ends_at": "2020-11-18T10:00Z"}
    type(event).objects.filter(pk=event.pk).update(**past, earliest="2020-11-18", latest="2020-11-18")
    room = ResourceFactory(units=2)
    bookings = [running_booking(room, user=user) for user in (kept, gone)]
    works = [lambda row=row: mark_attendance(event=event, registrations=[row], by=by) for row in rows]
    works += [lambda booking=booking: check_in(booking=booking, by=by) for booking in bookings]
    works += [lambda: merge_accounts(kept=kept, gone=gone, by=UserFactory(superuser=True))]
    *_others, trace = together(*works)
    assert isinstance(trace, Merging), trace
    number = User.objects.get(pk=kept.pk).participant_number
    assert Participation.objects.count() <= 1
    assert set(Participation.objects.values_list("participant_number", flat=True)) <= {number}
    assert list(Visit.objects.values_list("participant_number", flat=True)) == [number]
    assert accounts_of(Booking.objects) == {kept.pk}


def test_a_membership_is_asked_for_and_a_seat_given_back_meanwhile(kept, gone, by):
    space, kind = SpaceFactory(), MembershipKindFactory()
    event = EventFactory()
    row = register(event=event, user=gone)
    *_others, trace = together(
        *(lambda user=user: ask_membership(user=user, space=space, kind=kind) for user in (kept, gone)),
        lambda: cancel_registration(registration=row),
        lambda: merge_accounts(kept=kept, gone=gone, by=by),
    )
    assert isinstance(trace, Merging), trace
    assert accounts_of(Membership.objects) <= {kept.pk}
    assert Membership.objects.requested().count() <= 1
    event.refresh_from_db()
    assert event.seats_taken == event.registrations.seated().count()
