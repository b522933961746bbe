"""Recurring bookings. Each of their days goes through `book` like any other booking, and may be refused like it."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common import dates

from ...enums import BookingStatus
from ...errors import BookingError
from ...models import Booking, Occurrence, Series
from ...timing import recurrence
from ...timing.hours import at_local
from ..rules import can_be_cancelled
from .bookings import BookingRequest, book, is_of
from .changes import cancel_booking
from .locks import lock_resource
from .mail import tell_managers, tell_of_new, tell_of_series

#: A year of weeks, or five months of working days. What is longer is extended when the time comes.
MOST_DAYS = 110


@transaction.atomic
def book_series(
    *,
    resource,
    pattern,
    first_day,
    until,
    starts,
    ends,
    by,
    user=None,
    unit=None,
    guest_name="",
    guest_email="",
    guest_language=settings.LANGUAGE_CODE,
    purpose="",
    as_manager=False,
    is_example=False,
):
    """Book the same local hours on every day of the pattern, and tell of all of them in one mail.

    For whom, and `as_manager`: as `book`. `unit` is taken on each day on which it is free, another one on the others.
    A day that cannot be had is kept with the code of the rule that refused it, to be shown and tried again. The same
    series asked for twice is answered with the first one.
    Raises BookingError: `not_in_order`, `too_many`, `no_day`, or the first day's refusal where no day can be had.
    """
    if ends <= starts:
        raise BookingError("not_in_order", _("The end comes after the beginning."))
    if user is None and not (as_manager and guest_name.strip()):
        raise BookingError("no_person", _("Say who the booking is for: a member, or a guest's name."))
    days = _days(pattern, first_day, until)
    wish = {"pattern": pattern, "first_day": first_day, "until": until, "starts": starts, "ends": ends}
    series = Series(
        resource=lock_resource(resource.pk),
        user=user,
        unit=unit,
        guest_name="" if user else guest_name.strip(),
        guest_email="" if user else guest_email.strip().lower(),
        guest_language=guest_language,
        purpose=purpose,
        is_example=is_example,
        **wish,
    )
    same = _live(Series.objects.filter(is_of(series), resource=series.resource, **wish)).first()
    if same:
        return same
    series.save()
    _take(series, days, by, as_manager)
    return series


@transaction.atomic
def extend_series(*, series, until, by, as_manager=False):
    """The same days on to `until`. Raises as `book_series`; the days that it had stay as they are."""
    series = _locked(series)
    if until <= series.until:
        raise BookingError("not_in_order", format_lazy(_("It lasts until {day} already."), day=dates.day(series.until)))
    days = [day for day in _days(series.pattern, series.first_day, until, after=series.until) if day > series.until]
    series.until = until
    _take(series, days, by, as_manager)
    return series


@transaction.atomic
def retry_occurrence(*, occurrence, by, as_manager=False):
    """Try again to book a day that was refused, and tell the member of it. Raises as `book`, and `over` once the day
    was given up with the rest of the series."""
    series = _locked(occurrence.series)
    occurrence = series.occurrences.select_related("booking").filter(pk=occurrence.pk).first()
    if occurrence is None:
        raise BookingError("over", _("This booking no longer holds."))
    if occurrence.booking:
        return occurrence
    occurrence.booking, occurrence.refusal = _book_day(series, occurrence.day, by, as_manager), ""
    occurrence.save(update_fields=["booking", "refusal"])
    tell_of_new(occurrence.booking)
    return occurrence


@transaction.atomic
def cancel_series(*, series, from_day, by, reason="", as_manager=False):
    """Give back every day of the series from `from_day` on, and say so in one mail.

    Days that were refused are forgotten with them. Raises BookingError `over` when nothing is left to cancel.
    """
    series = _locked(series)
    now = timezone.now()
    left = series.occurrences.filter(day__gte=from_day).select_related("booking__resource")
    going = [row for row in left if row.booking and can_be_cancelled(row.booking, now, by_manager=as_manager)]
    forgotten, _rows = left.filter(booking=None).delete()
    if not going and not forgotten:
        raise BookingError("over", _("Nothing of it is left to cancel from that day on."))
    for row in going:
        cancel_booking(booking=row.booking, by=by, reason=reason, as_manager=as_manager, tell=False)
    series.until = max(series.first_day, min(series.until, from_day - timedelta(days=1)))
    _changed(series)
    if going:
        tell_of_series(series, "spaces.series_cancelled")
    return series


def _days(pattern, first_day, until, after=None):
    """The pattern's days, of which at most `MOST_DAYS` are new ones (later than `after`)."""
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


def _take(series, days, by, as_manager):
    """Book what can be had of the days. Where a day was cancelled before, it takes the new booking; one that is booked
    still (too late to be cancelled with the others) stays."""
    before = {row.day: row for row in series.occurrences.select_related("booking")}
    refusals = []
    for day in days:
        occurrence = before.get(day) or Occurrence(series=series, day=day)
        if occurrence.is_live:
            continue
        occurrence.booking, occurrence.refusal = None, ""
        try:
            occurrence.booking = _book_day(series, day, by, as_manager)
        except BookingError as error:
            occurrence.refusal = error.code
            refusals.append(error)
        occurrence.save()
    if len(refusals) == len(days):
        raise refusals[0]
    _changed(series)
    tell_of_series(series, "spaces.series_booked")
    waiting = Booking.objects.filter(occurrence__series=series, status=BookingStatus.REQUESTED)
    if waiting.exists():
        tell_managers(series.resource.space, "spaces.series_to_decide", series)


def _book_day(series, day, by, as_manager):
    """The day's booking, in a savepoint of its own. One that stands in another series is no new one."""
    start, end = at_local(day, series.starts), at_local(day, series.ends)
    with transaction.atomic():
        names = ("resource", "user", "guest_name", "guest_email", "guest_language", "purpose", "is_example", "unit")
        wish = {name: getattr(series, name) for name in names}
        asked = BookingRequest(start=start, end=end, or_another=True, **wish)
        booking = book(asked=asked, by=by, as_manager=as_manager, tell=False)
        if Occurrence.objects.filter(booking=booking).exists():
            raise BookingError("already_yours", _("You already have a booking there at that time."), [booking])
    return booking


def _live(series):
    """Those of which a day to come is still booked."""
    ahead = Booking.objects.live().upcoming().filter(occurrence__series=OuterRef("pk"))
    return series.filter(Exists(ahead))


def _locked(series):
    resource = lock_resource(series.resource_id)
    series = Series.objects.select_related("user").get(pk=series.pk)
    series.resource = resource
    return series


def _changed(series):
    series.sequence += 1
    series.save(update_fields=["sequence", "until"])
