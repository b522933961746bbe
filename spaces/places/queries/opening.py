"""Whether a space is open, and when that changes."""

from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hacktiv.common import dates

from ...models import Booking, Closure, Space
from ...timing.hours import Stretch, day_bounds, is_within, local_day, stretches_of, without
from ...timing.periods import period
from ..rules import changes_hands_in, holiday_of, opening_of

#: How far ahead a closed space looks for its next opening.
HORIZON = timedelta(days=15)
#: How far ahead a space names the public holidays on which it is closed.
HOLIDAYS_AHEAD = timedelta(days=60)


class OpeningState(NamedTuple):
    """A space at one moment: `kind` is open, closed or unknown; `changes_at` when it closes or next opens, if known;
    `holiday` the public holiday for which it is closed today."""

    kind: str
    changes_at: object = None
    days_away: int = 0
    holiday: str | None = None

    @property
    def in_brief(self):
        """In a few words, as beside a name on the map."""
        if self.kind == "unknown":
            return _("hours to be confirmed")
        if self.kind == "open":
            return _("open until %(hour)s") % {"hour": dates.hour(self.changes_at)}
        if self.holiday:
            return _("closed, public holiday")
        if self.changes_at is None:
            return _("closed at the moment")
        when = {"day": dates.short_weekday(self.changes_at), "hour": dates.hour(self.changes_at)}
        if self.days_away == 0:
            return _("opens at %(hour)s") % when
        if self.days_away == 1:
            return _("opens tomorrow at %(hour)s") % when
        return _("opens on %(day)s at %(hour)s") % when


def with_opening(spaces, at):
    """The spaces with what `state_now` reads: their hours and the closures of the whole space to come."""
    near = Closure.objects.filter(resource=None, period__overlap=period(at, at + HORIZON))
    return spaces.prefetch_related("opening_hours", Prefetch("closures", queryset=near, to_attr="near_closures"))


def spaces_with_state(at=None):
    """The published spaces, each with its `state`, in three queries."""
    at = at or timezone.now()
    spaces = list(with_opening(Space.objects.published(), at))
    for space in spaces:
        space.state = state_now(space, at)
    return spaces


def state_now(space, at):
    """Whether the space is open at `at`, and when that changes. Without a query after `with_opening`."""
    hours = list(space.opening_hours.all())
    if not hours:
        return OpeningState("unknown")
    closures = getattr(space, "near_closures", None)
    if closures is None:
        closures = list(space.closures.filter(resource=None, period__overlap=period(at, at + HORIZON)))
    closed = [Stretch(closure.period.lower, closure.period.upper) for closure in closures]
    today = local_day(at)
    holiday = holiday_of(space, today) if stretches_of(hours, today) else None
    for days_away in range(HORIZON.days):
        for stretch in without(opening_of(space, hours, today + timedelta(days=days_away)), closed):
            if stretch.start <= at < stretch.end:
                return OpeningState("open", stretch.end)
            if stretch.start > at:
                return OpeningState("closed", stretch.start, days_away, holiday)
    return OpeningState("closed", holiday=holiday)


def states_hold_until(spaces, now):
    """Return the moment at which one of the spaces opens or closes, or the day ends. Each has its `state`."""
    turns = [space.state.changes_at for space in spaces if space.state.changes_at]
    return min([*turns, day_bounds(local_day(now)).end])


class Holiday(NamedTuple):
    day: date
    name: str


def holidays_ahead(space, at, *, limit=3):
    """The next public holidays on which the space would be open, were it not for them. Needs its hours prefetched."""
    hours, today = list(space.opening_hours.all()), local_day(at)
    days = (today + timedelta(days=away) for away in range(HOLIDAYS_AHEAD.days))
    found = (Holiday(day, holiday_of(space, day)) for day in days if stretches_of(hours, day))
    return [holiday for holiday in found if holiday.name][:limit]


def bookings_shut_out(space, before, hours, now):
    """The live bookings to come that lie within the hours of `before`, the space as it is stored, and no longer within
    `hours`, those that `space` is about to have; of loans, those taken over and brought back there, whatever their
    home. One query once the hours of `before` are known."""
    there = Q(resource__space=before, place=None) | Q(place=before)
    bookings = Booking.objects.live().filter(there, period__startswith__gt=now)
    known = list(before.opening_hours.all())
    return [
        booking
        for booking in bookings.select_related("resource__space", "user").order_by("period")
        if _is_open(before, known, booking) and not _is_open(space, hours, booking)
    ]


def _is_open(space, hours, booking):
    if booking.place_id:
        return changes_hands_in(space, hours, booking.start, booking.end)
    return is_within(opening_of(space, hours, local_day(booking.start)), booking.start, booking.end)
