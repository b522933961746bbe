"""Tell whether a space is open, and when that changes."""

from collections.abc import Iterable
from copy import copy
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from hacktiv.common import dates
from hacktiv.common.freshness import catalogue

from ...models import Booking, Closure, OpeningHours, Space
from ...timing.hours import Stretch, day_bounds, is_within, local_day, stretches_of, without
from ...timing.periods import period
from ..rules import changes_hands_in, holiday_of, opening_of

#: For each space: the next opening is looked for so far ahead.
HORIZON = timedelta(days=15)
#: For each space: public holidays are named so far ahead.
HOLIDAYS_AHEAD = timedelta(days=60)


class OpeningState(NamedTuple):
    """The state of a space at a moment. `kind` is open, closed or unknown. `changes_at` says when it closes or next
    opens, if known, and `days_away` in how many days it opens. `holiday` names the holiday for which it is closed."""

    kind: str
    changes_at: datetime | None = None
    days_away: int = 0
    holiday: Promise | None = None

    @property
    def in_brief(self) -> str:
        """Say the state in a few words, as beside a name on the map."""
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


def with_opening(spaces: QuerySet[Space], at: datetime) -> QuerySet[Space]:
    """Prefetch what `state_now` reads: the hours of the spaces, and the coming closures of whole spaces."""
    near = Closure.objects.filter(resource=None, period__overlap=period(at, at + HORIZON))
    return spaces.prefetch_related("opening_hours", Prefetch("closures", queryset=near, to_attr="near_closures"))


def spaces_with_state(at: datetime | None = None) -> list[Space]:
    """Return the published spaces, each with its `state`, in three queries at most."""
    at = at or timezone.now()
    spaces: list[Any] = [copy(space) for space in _published_spaces(local_day(at))]
    for space in spaces:
        space.near_closures = closures_near(space.closures_to_come, at)
        space.state = state_now(space, at)
    return spaces


@catalogue("spaces")
def _published_spaces(today: date) -> list[Space]:
    return list(_with_closures_to_come(today))


def _with_closures_to_come(today: date) -> QuerySet[Space]:
    whole = Closure.objects.filter(resource=None, period__endswith__gt=day_bounds(today).start)
    to_come = Prefetch("closures", whole, to_attr="closures_to_come")
    return Space.objects.published().prefetch_related("opening_hours", to_come)


def published_space(slug: str, at: datetime) -> Space | None:
    """Return the published space of this slug with all that `state_now` reads, or None."""
    found = _published_space(slug, local_day(at))
    if found is None:
        return None
    space: Any = copy(found)
    space.near_closures = closures_near(space.closures_to_come, at)
    return space


@catalogue("spaces")
def _published_space(slug: str, today: date) -> Any:
    return _with_closures_to_come(today).filter(slug=slug).first()


def closures_near(closures: Iterable[Closure], at: datetime) -> list[Closure]:
    """Return the closures of the whole space that `state_now` looks at, as `with_opening` prefetches them."""
    near = Stretch(at, at + HORIZON)
    return [
        closure
        for closure in closures
        if closure.resource_id is None and closure.period.upper > near.start and closure.period.lower < near.end
    ]


def state_now(space: Space, at: datetime) -> OpeningState:
    """Return the state of the space at `at`. After `with_opening` this costs no query."""
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


def states_hold_until(spaces: Iterable[Any], now: datetime) -> datetime:
    """Return the moment at which one of the spaces opens or closes, or the day ends. Each has its `state`."""
    turns = [space.state.changes_at for space in spaces if space.state.changes_at]
    return min([*turns, day_bounds(local_day(now)).end])


class Holiday(NamedTuple):
    day: date
    name: Promise


def holidays_ahead(space: Space, at: datetime, *, limit: int = 3) -> list[Holiday]:
    """Return the next `limit` public holidays that close the space on a day of its usual hours. Prefetch the hours."""
    hours, today = list(space.opening_hours.all()), local_day(at)
    days = (today + timedelta(days=away) for away in range(HOLIDAYS_AHEAD.days))
    names = ((day, holiday_of(space, day)) for day in days if stretches_of(hours, day))
    return [Holiday(day, name) for day, name in names if name][:limit]


def bookings_shut_out(space: Space, before: Space, hours: list[OpeningHours], now: datetime) -> list[Booking]:
    """Return the live bookings after `now` that a change of hours leaves outside the opening hours, in order.

    `before` is the space as it is stored; `space` and `hours` are as they are about to be. Loans count where they are
    taken over and brought back. This costs one query once the hours of `before` are known."""
    there = Q(resource__space=before, place=None) | Q(place=before)
    bookings = Booking.objects.live().filter(there, period__startswith__gt=now)
    known = list(before.opening_hours.all())
    return [
        booking
        for booking in bookings.select_related("resource__space", "user").order_by("period", "pk")
        if _is_open(before, known, booking) and not _is_open(space, hours, booking)
    ]


def _is_open(space: Space, hours: list[OpeningHours], booking: Booking) -> bool:
    if booking.place_id:
        return changes_hands_in(space, hours, booking.start, booking.end)
    return is_within(opening_of(space, hours, local_day(booking.start)), booking.start, booking.end)
