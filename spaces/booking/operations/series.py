"""Write recurring bookings. Each day is booked by the rules of `book`, and may be refused like any other booking.

The days of a series are read and written all at once, so that its resource is locked for a short time only."""

from dataclasses import dataclass, fields
from datetime import date, time, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common import dates
from members.models import User

from ...enums import BookingStatus
from ...errors import BookingError
from ...models import Booking, Occupancy, Occurrence, Resource, Series, Unit, Wait
from ...models.resources import WHO_MAY_BOOK
from ...passes.operations.visits import lock_passes
from ...timing import recurrence
from ...timing.hours import at_local
from ...timing.periods import period
from ..queries import outlook_of_days, person_of
from ..rules import already_yours, can_be_cancelled
from .bookings import (
    BookingRequest,
    book,
    check_person,
    confirm_or_ask,
    goes_beyond,
    is_of,
    note_beyond,
    stop_waiting,
    whom,
)
from .changes import cancel_booking
from .locks import lock_resource
from .mail import tell_managers, tell_of_new, tell_of_series

#: In days, for each request: two years of weeks, or five months of working days. A longer series is extended later.
MOST_DAYS = 110


@dataclass(frozen=True)
class SeriesRequest:
    """Input of `book_series`: the local hours [starts, ends) on every day of the `pattern`, `first_day` to `until`.

    The series is for `user`, or for a guest, as in `BookingRequest`. `unit` is taken on each day on which it is free,
    another one on the other days. The days in `skipped` are left out.
    """

    resource: Resource
    pattern: str
    first_day: date
    until: date
    starts: time
    ends: time
    user: User | None = None
    guest_name: str = ""
    guest_email: str = ""
    guest_language: str = settings.LANGUAGE_CODE
    people: int | None = None
    unit_count: int = 1
    purpose: str = ""
    unit: Unit | None = None
    skipped: frozenset[date] = frozenset()
    is_example: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "guest_name", "" if self.user else self.guest_name.strip())
        object.__setattr__(self, "guest_email", "" if self.user else self.guest_email.strip().lower())


#: Fields of a series that each of its bookings has too: all that both requests have.
OF_EACH_DAY = {field.name for field in fields(SeriesRequest)} & {field.name for field in fields(BookingRequest)}

#: Fields of a request that two requests for one series have in common, beside the resource and the person.
SAME_DAYS = ("pattern", "first_day", "until", "starts", "ends")


@transaction.atomic
def book_series(*, asked: SeriesRequest, by: User | None, as_manager: bool = False, beyond: str = "") -> Series:
    """Book every day of the series and tell the person of all of them in one mail.

    `as_manager` and `beyond` mean the same as in `book`. A day that is refused is kept with the code of the rule that
    refused it, to be shown and tried again. A second request for the same series returns the first series.

    Raises BookingError: `not_in_order`, `no_person`, `too_many`, `no_day`, or the first day's refusal when every day is
    refused.
    """
    if asked.ends <= asked.starts:
        raise BookingError("not_in_order", _("The end comes after the beginning."))
    if asked.user is None and not (as_manager and asked.guest_name):
        raise BookingError("no_person", _("Say who the booking is for: a member, or a guest's name."))
    days = [day for day in _days(asked.pattern, asked.first_day, asked.until) if day not in asked.skipped]
    if not days:
        raise BookingError("no_day", _("There is no such day in that time."))
    values = {field.name: getattr(asked, field.name) for field in fields(asked) if field.name != "skipped"}
    user, guest = whom(asked)
    series = Series(**{**values, "user": user, "guest_name": "", "guest_email": "", **guest})
    series.resource = lock_resource(asked.resource.pk)
    same_days = {name: values[name] for name in SAME_DAYS}
    same = _live(Series.objects.filter(is_of(series), resource=series.resource, **same_days)).first()
    if same:
        return same
    series.save()
    _take(series, days, by, as_manager, beyond)
    return series


@transaction.atomic
def extend_series(*, series: Series, until: date, by: User | None, as_manager: bool = False) -> Series:
    """Continue the series to `until`. Its former days stay as they are. Raises BookingError as `book_series` does."""
    series = _locked(series)
    if until <= series.until:
        raise BookingError("not_in_order", format_lazy(_("It lasts until {day} already."), day=dates.day(series.until)))
    days = [day for day in _days(series.pattern, series.first_day, until, after=series.until) if day > series.until]
    series.until = until
    _take(series, days, by, as_manager)
    return series


@transaction.atomic
def retry_occurrence(*, occurrence: Occurrence, by: User | None, as_manager: bool = False) -> Occurrence:
    """Try again to book a day that was refused, and tell the person of it.

    Raises BookingError as `book` does, and `over` once the day was given up with the rest of the series.
    """
    series = _locked(occurrence.series)
    found = series.occurrences.select_related("booking").filter(pk=occurrence.pk).first()
    if found is None:
        raise BookingError("over", _("This booking no longer holds."))
    if found.booking:
        return found
    booking = _book_day(series, found.day, by, as_manager)
    found.booking, found.refusal = booking, ""
    found.save(update_fields=["booking", "refusal"])
    tell_of_new(booking)
    return found


@transaction.atomic
def cancel_series(
    *, series: Series, from_day: date, by: User | None, reason: str = "", as_manager: bool = False
) -> Series:
    """Cancel every day of the series from `from_day` on, and tell the person in one mail.

    Refused days of that time are deleted. Raises BookingError `over` when nothing is left to cancel.
    """
    series = _locked(series)
    now = timezone.now()
    left = series.occurrences.filter(day__gte=from_day).select_related("booking__resource")
    going = [row.booking for row in left if row.booking and can_be_cancelled(row.booking, now, by_manager=as_manager)]
    forgotten, _rows = left.filter(booking=None).delete()
    if not going and not forgotten:
        raise BookingError("over", _("Nothing of it is left to cancel from that day on."))
    for booking in going:
        cancel_booking(booking=booking, by=by, reason=reason, as_manager=as_manager, tell=False)
    series.until = max(series.first_day, min(series.until, from_day - timedelta(days=1)))
    _changed(series)
    if going:
        tell_of_series(series, "spaces.series_cancelled")
    return series


def _days(pattern: str, first_day: date, until: date, after: date | None = None) -> list[date]:
    """Return the days of the pattern. At most `MOST_DAYS` of them may be later than `after`.

    Raises BookingError `not_in_order`, `no_day`, `too_many`.
    """
    if until < first_day:
        raise BookingError("not_in_order", _("The last day does not come before the first."))
    days = recurrence.days(pattern, first_day, until)
    new = [day for day in days if after is None or day > after]
    if not new:
        raise BookingError("no_day", _("There is no such day in that time."))
    if len(new) > MOST_DAYS:
        raise BookingError(
            "too_many",
            format_lazy(
                _("That makes {count} days, and {most} is the most at once. Choose an earlier last day."),
                count=len(new),
                most=MOST_DAYS,
            ),
        )
    return days


def _take(series: Series, days: list[date], by: User | None, as_manager: bool, beyond: str = "") -> None:
    """Book those of the days that can be booked.

    A day that was cancelled takes the new booking. A day that is still booked, because it was too late to cancel it,
    stays.
    """
    before = {row.day: row for row in series.occurrences.select_related("booking")}
    rows = [before.get(day) or Occurrence(series=series, day=day) for day in days]
    rows = [row for row in rows if not row.is_live]
    for row in rows:
        row.booking, row.refusal = None, ""
    try:
        with transaction.atomic():
            _book_at_once(series, rows, by, as_manager, beyond)
    except IntegrityError:
        _book_one_by_one(series, rows, by, as_manager, beyond)
    if rows and len(rows) == len(days) and all(row.refusal for row in rows):
        # It raises the refusal, in all its words; or books, where a day of the pass has come back meanwhile.
        rows[0].booking, rows[0].refusal = _book_day(series, days[0], by, as_manager, beyond), ""
    Occurrence.objects.bulk_create([row for row in rows if not row.pk])
    Occurrence.objects.bulk_update([row for row in rows if row.pk], ["booking", "refusal"])
    _changed(series)
    tell_of_series(series, "spaces.series_booked")
    waiting = Booking.objects.filter(occurrence__series=series, status=BookingStatus.REQUESTED)
    if waiting.exists():
        tell_managers(series.resource.space, "spaces.series_to_decide", series)


def _book_at_once(series: Series, rows: list[Occurrence], by: User | None, as_manager: bool, beyond: str) -> None:
    """Give each row its booking or its refusal. However many they are, a score of queries.

    Raises BookingError of `check_person`, and IntegrityError where a unit is taken by who did not wait for the lock."""
    resource, now = series.resource, timezone.now()
    prefetch_related_objects([resource], "space__opening_hours", *WHO_MAY_BOOK)
    user, guest = whom(series)
    check_person(user, guest.get("guest_name", ""), as_manager)
    if user:
        lock_passes(user)
    values = {
        "resource": resource,
        "user": user,
        **guest,
        **{name: getattr(series, name) for name in ("people", "unit_count", "purpose", "is_example")},
    }
    found = outlook_of_days(
        resource,
        [row.day for row in rows],
        series.starts,
        series.ends,
        person_of(user, now=now, by_manager=as_manager, anew=True, goes_beyond=goes_beyond(resource, by, beyond)),
        people=series.people or 1,
        wanted=series.unit_count,
        chosen=series.unit,
        whose=is_of(Booking(**values)),
    )
    made, held, more = [], [], []
    for row, outlook in zip(rows, found.days, strict=True):
        row.refusal, row.booking = outlook.refusal, outlook.held
        if outlook.units:
            span = period(at_local(row.day, series.starts), at_local(row.day, series.ends))
            row.booking = Booking(**values, period=span, created_by=by)
            confirm_or_ask(row.booking, by, now, as_manager)
            made.append(row.booking)
            if outlook.is_beyond:
                more.append(row.booking)
            held += [Occupancy(unit=unit, period=outlook.kept, booking=row.booking) for unit in outlook.units]
    Booking.objects.bulk_create(made)
    Occupancy.objects.bulk_create(held)
    if more and by:
        note_beyond(more, by, beyond)
    if user and Wait.objects.filter(booking=None, user=user, resource=resource).exists():
        for booking in made:
            stop_waiting(booking)


def _book_one_by_one(series: Series, rows: list[Occurrence], by: User | None, as_manager: bool, beyond: str) -> None:
    for row in rows:
        row.booking, row.refusal = None, ""
        try:
            row.booking = _book_day(series, row.day, by, as_manager, beyond)
        except BookingError as error:
            row.refusal = error.code


def _book_day(series: Series, day: date, by: User | None, as_manager: bool, beyond: str = "") -> Booking:
    """Book the day, in its own savepoint. Raises `already_yours` for a booking that belongs to another series."""
    start, end = at_local(day, series.starts), at_local(day, series.ends)
    with transaction.atomic():
        wish = {name: getattr(series, name) for name in OF_EACH_DAY}
        asked = BookingRequest(start=start, end=end, or_another=True, **wish)
        booking = book(asked=asked, by=by, as_manager=as_manager, tell=False, beyond=beyond)
        if Occurrence.objects.filter(booking=booking).exists():
            raise already_yours(booking, by_manager=as_manager)
    return booking


def _live(series: QuerySet[Series]) -> QuerySet[Series]:
    """Return the series of which a future day is still booked."""
    ahead = Booking.objects.live().upcoming().filter(occurrence__series=OuterRef("pk"))
    return series.filter(Exists(ahead))


def _locked(series: Series) -> Series:
    resource = lock_resource(series.resource_id)
    series = Series.objects.select_related("user").get(pk=series.pk)
    series.resource = resource
    return series


def _changed(series: Series) -> None:
    series.sequence += 1
    series.save(update_fields=["sequence", "until"])
