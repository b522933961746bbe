"""Test that every way of reading counts the same bookings for what a membership includes a month."""

from datetime import date, time, timedelta
from itertools import product

import pytest

from spaces.allowances.queries import allowances_ahead, counted
from spaces.booking.queries import person_of
from spaces.enums import BookedBy, BookingStatus
from spaces.memberships.queries import standing_of
from spaces.models import Booking
from spaces.tests.factories import MembershipFactory, MembershipKindFactory, ResourceFactory, SpaceFactory
from spaces.timing.hours import Stretch, at_local
from spaces.timing.periods import period

pytestmark = pytest.mark.django_db

MONTH = date(2027, 3, 1)
NOW = at_local(date(2027, 3, 15), time(12))
#: What a row of each state must have by the constraints of the table.
FIELDS = {BookingStatus.REFUSED: {"reason": "Plein"}, BookingStatus.CANCELLED: {"cancelled_at": NOW}}


def stretch(number, is_past):
    """Return an hour of a day of the month, before the moment or after it. One each, so that each is recognised."""
    start = at_local(MONTH if is_past else MONTH + timedelta(days=16), time(8)) + timedelta(minutes=number)
    return Stretch(start, start + timedelta(hours=1))


CASES = list(product(BookingStatus, BookedBy, (True, False), (True, False)))


def counts(status, booked_by, is_past, is_loan):
    if is_loan or booked_by == BookedBy.ANYONE:
        return False
    return status == BookingStatus.CONFIRMED or (status == BookingStatus.REQUESTED and not is_past)


@pytest.fixture
def space(db):
    return SpaceFactory()


@pytest.fixture
def membership(space):
    kind = MembershipKindFactory(space=space, included=20)
    return MembershipFactory(space=space, kind=kind, since=MONTH - timedelta(days=60))


@pytest.fixture
def rows(space, membership):
    """Book, in each state, what each group of people may book, in the past and ahead, as a loan and not."""
    for number, (status, booked_by, is_past, is_loan) in enumerate(CASES):
        Booking.objects.create(
            resource=ResourceFactory(space=space, booked_by=booked_by),
            user=membership.user,
            status=status,
            period=period(*stretch(number, is_past)),
            place=space if is_loan else None,
            **FIELDS.get(status, {}),
        )


@pytest.fixture
def expected(rows):
    return sorted(stretch(number, case[2]) for number, case in enumerate(CASES) if counts(*case))


def test_an_operation_and_a_page_count_the_same_bookings(space, membership, expected):
    room = ResourceFactory(space=space, booked_by=BookedBy.MEMBERS)
    asked = at_local(MONTH + timedelta(days=20), time(9)), at_local(MONTH + timedelta(days=20), time(10))
    user = membership.user
    assert sorted(counted(user, standing_of(user), room, *asked, now=NOW)) == expected
    assert sorted(person_of(user, now=NOW).counted[space.pk]) == expected
    assert sorted(person_of(user, now=NOW, anew=True).counted[space.pk]) == expected


def test_what_is_left_counts_the_same_bookings(membership, expected):
    (allowance,) = allowances_ahead(membership.user, [membership], MONTH, now=NOW)[membership.pk]
    assert sorted(allowance.booked) == expected


def test_what_is_left_begins_with_the_first_month_of_the_membership(membership):
    membership.since = date(2027, 5, 10)
    (allowance,) = allowances_ahead(membership.user, [membership], MONTH, now=NOW)[membership.pk]
    assert allowance.month == date(2027, 5, 1)


def test_one_more_booking_counts_as_it_does_once_it_is_made(space, membership):
    user, (start, end) = membership.user, stretch(0, is_past=False)
    for booked_by in BookedBy:
        room = ResourceFactory(space=space, booked_by=booked_by)
        wished = person_of(user, now=NOW).having(room, start, end).counted
        made = Booking.objects.create(
            resource=room, user=user, status=BookingStatus.CONFIRMED, period=period(start, end)
        )
        assert wished == person_of(user, now=NOW).counted, booked_by
        made.delete()
