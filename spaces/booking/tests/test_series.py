"""Test recurring bookings: their days, refused days, and the rest of a series."""

from contextlib import suppress
from datetime import date, time, timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.booking.operations import (
    BookingRequest,
    SeriesRequest,
    book,
    book_series,
    cancel_booking,
    cancel_series,
    close,
    extend_series,
    retry_occurrence,
)
from spaces.enums import BookingStatus, Pattern
from spaces.errors import BookingError
from spaces.models import Booking, Occurrence, Series
from spaces.tests.factories import (
    BookingFactory,
    HomeSpaceFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
)
from spaces.timing import recurrence
from spaces.timing.hours import at_local

from .recurring import local, series_of, state_of
from .test_races import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits_spent")]

# --- which days ---


@pytest.mark.parametrize(
    ("pattern", "first", "until", "days", "rule"),
    [
        (Pattern.WEEKLY, date(2026, 10, 1), date(2026, 10, 22), [1, 8, 15, 22], "FREQ=WEEKLY"),
        (Pattern.FORTNIGHTLY, date(2026, 10, 1), date(2026, 10, 31), [1, 15, 29], "FREQ=WEEKLY;INTERVAL=2"),
        (Pattern.WORKDAYS, date(2026, 10, 2), date(2026, 10, 6), [2, 5, 6], "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        (Pattern.WORKDAYS, date(2026, 10, 3), date(2026, 10, 5), [5], "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ],
)
def test_the_days_of_a_pattern(pattern, first, until, days, rule):
    assert [day.day for day in recurrence.days(pattern, first, until)] == days
    assert recurrence.rule(pattern, first) == rule


def test_a_month_keeps_its_weekday_and_the_fifth_is_the_last():
    second = recurrence.days(Pattern.MONTHLY, date(2026, 10, 8), date(2026, 12, 31))
    assert second == [date(2026, 10, 8), date(2026, 11, 12), date(2026, 12, 10)]
    last = recurrence.days(Pattern.MONTHLY, date(2026, 10, 29), date(2026, 12, 31))
    assert last == [date(2026, 10, 29), date(2026, 11, 26), date(2026, 12, 31)]


def last_sunday(year, month):
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


@pytest.mark.parametrize(("first", "last", "change", "before", "after"), [(10, 11, 10, 7, 8), (3, 4, 3, 8, 7)])
def test_a_series_keeps_its_local_hour_when_the_clocks_change(first, last, change, before, after):
    user, resource, year = UserFactory(), ResourceFactory(max_days_ahead=900), timezone.localdate().year + 1
    wish = {"first_day": date(year, first, 1), "until": date(year, last, 30), "starts": time(9), "ends": time(12)}
    series = book_series(asked=SeriesRequest(resource=resource, pattern=Pattern.WEEKLY, user=user, **wish), by=user)
    bookings = Booking.objects.filter(occurrence__series=series).order_by("period")
    assert len(bookings) == 9
    assert {(timezone.localtime(row.start).hour, timezone.localtime(row.end).hour) for row in bookings} == {(9, 12)}
    assert [row.start.hour for row in bookings] == [
        before if row.start.date() < last_sunday(year, change) else after for row in bookings
    ]
    assert {row.end - row.start for row in bookings} == {timedelta(hours=3)}


# --- what becomes of them ---


def test_every_day_is_a_booking_told_of_in_one_mail():
    series = series_of()
    assert state_of(series) == [(week, "confirmed") for week in range(4)]
    assert list(Message.objects.values_list("template", flat=True)) == ["spaces.series_booked"]
    assert series.rule == f"FREQ=WEEKLY;UNTIL={local(22):%Y%m%d}"


def test_refused_days_are_kept_with_their_rule_and_can_be_tried_again():
    resource, user = ResourceFactory(max_days_ahead=20), UserFactory()
    other = BookingFactory(resource=resource, days=8, hours=(11, 13))
    series = series_of(resource, user)
    assert state_of(series) == [(0, "confirmed"), (1, "taken"), (2, "confirmed"), (3, "too_far")]
    refused = series.occurrences.get(day=local(8))
    with pytest.raises(BookingError) as refusal:
        retry_occurrence(occurrence=refused, by=user)
    assert refusal.value.code == "taken"
    cancel_booking(booking=other, by=other.user)
    Message.objects.all().delete()
    assert retry_occurrence(occurrence=refused, by=user).booking.start == in_days(8, 9)
    assert retry_occurrence(occurrence=refused, by=user).booking.start == in_days(8, 9)
    assert state_of(series)[1] == (1, "confirmed")
    assert list(Message.objects.values_list("template", flat=True)) == ["spaces.booking_confirmed"]


def test_a_series_without_any_possible_day_is_not_kept():
    resource = ResourceFactory()
    with pytest.raises(BookingError) as refusal:
        series_of(resource, starts=time(6), ends=time(7))
    assert refusal.value.code == "outside_hours"
    assert (Series.objects.count(), Occurrence.objects.count(), Message.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"ends": time(9)}, "not_in_order"),
        ({"until": local(0)}, "not_in_order"),
        ({"pattern": Pattern.WORKDAYS, "until": local(200)}, "too_many"),
    ],
)
def test_wrong_days_hours_or_persons_make_no_series(wish, code):
    with pytest.raises(BookingError) as refusal:
        series_of(**wish)
    assert refusal.value.code == code


def test_a_day_booked_already_counts_as_one_of_the_series():
    resource, user = ResourceFactory(), UserFactory()
    single = book(asked=BookingRequest(resource=resource, user=user, start=in_days(8, 9), end=in_days(8, 12)), by=user)
    first = series_of(resource, user)
    assert first.occurrences.get(day=local(8)).booking == single
    # A second series on the same days takes no day from the first.
    second = series_of(resource, user, weeks=6)
    assert state_of(second) == [(week, "already_yours") for week in range(4)] + [(4, "confirmed"), (5, "confirmed")]


def test_requests_wait_for_the_managers_who_are_told_once():
    resource = ResourceFactory(needs_approval=True, space__managers=[UserFactory()])
    series = series_of(resource)
    assert state_of(series) == [(week, "requested") for week in range(4)]
    assert sorted(Message.objects.values_list("template", flat=True)) == [
        "spaces.series_booked",
        "spaces.series_to_decide",
    ]


def test_the_same_series_asked_for_twice_is_one():
    resource, user = ResourceFactory(), UserFactory()
    assert series_of(resource, user) == series_of(resource, user)
    assert (Series.objects.count(), Booking.objects.count(), Message.objects.count()) == (1, 4, 1)


def test_cancelling_from_a_day_on_leaves_the_days_before():
    resource, user = ResourceFactory(), UserFactory()
    BookingFactory(resource=resource, days=22, hours=(9, 10))
    series = series_of(resource, user)
    cancel_series(series=series, from_day=local(15), by=user, reason="Malade")
    series.refresh_from_db()
    assert state_of(series) == [(0, "confirmed"), (1, "confirmed"), (2, "cancelled")]
    assert series.until == local(14)
    with pytest.raises(BookingError) as refusal:
        cancel_series(series=series, from_day=local(15), by=user)
    assert refusal.value.code == "over"
    assert Message.objects.filter(template="spaces.series_cancelled").count() == 1
    assert Message.objects.filter(template="spaces.booking_cancelled").count() == 0


def test_extending_adds_the_days_after_and_takes_cancelled_ones_again():
    user = UserFactory()
    series = series_of(user=user)
    cancel_series(series=series, from_day=local(15), by=user)
    extend_series(series=series, until=local(29), by=user)
    assert state_of(series) == [(week, "confirmed") for week in range(5)]
    with pytest.raises(BookingError) as refusal:
        extend_series(series=series, until=local(29), by=user)
    assert refusal.value.code == "not_in_order"
    assert Booking.objects.filter(status=BookingStatus.CANCELLED).count() == 2


def test_a_day_too_late_to_cancel_stays_in_the_extended_series():
    resource = ResourceFactory(cancel_until_minutes=9 * 24 * 60)
    series = series_of(resource, weeks=3)
    assert [state for _week, state in state_of(series)] == ["confirmed"] * 3
    cancel_series(series=series, from_day=local(8), by=series.user)
    assert [state for _week, state in state_of(series)] == ["confirmed", "confirmed", "cancelled"]
    extend_series(series=series, until=local(15), by=series.user)
    assert [state for _week, state in state_of(series)] == ["confirmed"] * 3


def test_a_refused_day_that_was_given_up_meanwhile_is_not_tried_again():
    resource = ResourceFactory()
    BookingFactory(resource=resource, days=8, hours=(9, 10))
    series = series_of(resource)
    refused = series.occurrences.get(booking=None)
    cancel_series(series=series, from_day=local(8), by=series.user)
    with pytest.raises(BookingError) as refusal:
        retry_occurrence(occurrence=refused, by=series.user)
    assert refusal.value.code == "over"


def test_an_erased_account_takes_its_series_along_and_leaves_the_bookings():
    user = UserFactory()
    series_of(user=user)
    user.delete()
    assert (Series.objects.count(), Occurrence.objects.count(), Booking.objects.count()) == (0, 0, 4)


def test_the_mail_brings_every_day_into_the_calendar():
    resource, user = ResourceFactory(name="Les Serres"), UserFactory()
    BookingFactory(resource=resource, days=8, hours=(9, 10))
    series = series_of(resource, user)
    mail.outbox.clear()
    send_due()
    [message] = [sent for sent in mail.outbox if "récurrente" in sent.subject]
    assert ", chaque semaine" in message.subject
    [(name, content, _kind)] = message.attachments
    entries = Calendar.from_ical(content).walk("VEVENT")
    assert name == "reservations.ics"
    assert [entry.decoded("DTSTART") for entry in entries] == [in_days(days, 9) for days in (1, 15, 22)]
    assert "Déjà pris" in message.body
    assert reverse("spaces:series", args=[series.reference]).split("/", 2)[2] in message.body


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_two_series_and_single_bookings_at_once_share_no_unit():
    resource = ResourceFactory(units=2)
    calls = [lambda user=user: series_of(resource, user, weeks=3) for user in UserFactory.create_batch(5)]
    calls += [
        lambda user=user: book(
            asked=BookingRequest(resource=resource, user=user, start=in_days(8, 10), end=in_days(8, 11)), by=user
        )
        for user in UserFactory.create_batch(3)
    ]
    at_once(*calls)
    for days in (1, 8, 15):
        held = Booking.objects.live().filter(period__contains=in_days(days, 10)).values_list("occupancies__unit")
        assert len(held) == len(set(held)) == 2


@pytest.mark.django_db(transaction=True)
def test_a_series_asked_for_eight_times_at_once_is_one():
    resource, user = ResourceFactory(units=8), UserFactory()
    assert {code for code, _text in at_once(*[lambda: series_of(resource, user)] * 8)} == {"ok"}
    assert (Series.objects.count(), Booking.objects.count(), Message.objects.count()) == (1, 4, 1)


def season(resource, user, **wish):
    """Book four weeks of days from tomorrow on, eight to ten."""
    wish = {"pattern": Pattern.WORKDAYS, "first_day": local(1), "until": local(28), **wish}
    return SeriesRequest(resource=resource, user=user, starts=time(8), ends=time(10), **wish)


def each_by_itself(resource, days, user, by, *, as_manager=False, unit_count=1):
    """Book each day as `book` does, undo it all, and return the code of each refusal with the numbers of the units."""
    found = []
    with transaction.atomic():
        for day in days:
            hours = {"start": at_local(day, time(8)), "end": at_local(day, time(10))}
            asked = BookingRequest(resource=resource, user=user, unit_count=unit_count, or_another=True, **hours)
            try:
                with transaction.atomic():
                    booking = book(asked=asked, by=by, as_manager=as_manager, tell=False)
                found.append((day, "", [unit.number for unit in booking.units], booking.occupancies.first().period))
            except BookingError as error:
                found.append((day, error.code, [], None))
        transaction.set_rollback(True)
    return found


def as_a_series(asked, by, *, as_manager=False):
    rows = book_series(asked=asked, by=by, as_manager=as_manager).occurrences.select_related("booking")
    return [
        (
            row.day,
            row.refusal,
            [unit.number for unit in row.booking.units] if row.booking else [],
            row.booking.occupancies.first().period if row.booking else None,
        )
        for row in rows
    ]


@pytest.mark.parametrize("as_manager", [False, True])
@pytest.mark.parametrize(("unit_count", "buffer", "cap"), [(1, 0, None), (2, 30, None), (1, 1440, None), (1, 0, 6)])
def test_a_series_books_and_refuses_as_each_day_would_be_alone(as_manager, unit_count, buffer, cap):
    user, space = UserFactory(), SpaceFactory(with_hours=True)
    resource = ResourceFactory(
        space=space, units=3, buffer_minutes=buffer, buffer_before_minutes=buffer // 2, max_open_bookings=cap
    )
    HomeSpaceFactory(user=user, space=SpaceFactory(with_hours=True), since=local(-30))
    PassSchemeFactory(days=12)
    asked = season(resource, user, unit_count=unit_count)
    days = recurrence.days(asked.pattern, asked.first_day, asked.until)
    for number, day in enumerate(days[:9]):
        hours = {"start": at_local(day, time(9)), "end": at_local(day, time(11))}
        for _each in range(number % 4):
            with suppress(BookingError):
                other = BookingRequest(resource=resource, user=UserFactory(), **hours)
                book(asked=other, by=None, as_manager=True, tell=False)
    book(
        asked=BookingRequest(
            resource=resource, user=user, start=at_local(days[9], time(9)), end=at_local(days[9], time(12))
        ),
        by=None,
        as_manager=True,
    )
    with suppress(BookingError):
        close(space=space, start=at_local(days[11], time(0)), end=at_local(days[11], time(23)), reason="x", by=None)
    alone = each_by_itself(resource, days, user, user, as_manager=as_manager, unit_count=unit_count)
    codes = {code for _day, code, *_rest in alone}
    assert "" in codes and len(codes) > 2
    assert as_a_series(asked, user, as_manager=as_manager) == alone


def test_a_long_series_takes_few_queries_and_so_holds_its_resource_for_a_short_time(django_assert_max_num_queries):
    user, resource = UserFactory(), ResourceFactory(space=SpaceFactory(with_hours=True), units=4, max_days_ahead=90)
    with django_assert_max_num_queries(40):
        series = book_series(asked=season(resource, user, until=local(80)), by=user)
    assert series.occurrences.exclude(booking=None).count() > 40
    with django_assert_max_num_queries(40):
        extend_series(series=series, until=local(89), by=user)
