"""Read what of a person's bookings counts for what their memberships include a month."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.db.models import QuerySet

from members.models import User

from ..enums import MonthUnit
from ..memberships.queries import access_of
from ..memberships.rules import Held, Standing
from ..models import Booking, Membership, Resource
from ..models.bookings import counts_a_month
from ..timing.hours import Stretch, day_bounds
from ..timing.periods import period
from .rules import Allowance, allowances_of, months_of

#: Nothing is booked after it.
FOR_GOOD = datetime(9000, 1, 1, tzinfo=UTC)


def _counting(user: User, bounds: Stretch, now: datetime) -> QuerySet[Booking]:
    """Return the bookings of the person that count in that time."""
    return Booking.objects.filter(counts_a_month(now), user=user, period__overlap=period(*bounds))


def counted(
    user: User,
    standing: Standing,
    resource: Resource,
    start: datetime,
    end: datetime,
    *,
    now: datetime,
    moved: Booking | None = None,
) -> tuple[Stretch, ...]:
    """Return what counts in the months of a booking of the resource, without the booking that moves. No query where
    nothing is limited."""
    limited = allowances_of(standing, resource.space_id, access_of(resource), start, end, ())
    if not limited:
        return ()
    bounds = Stretch(limited[0].bounds.start, limited[-1].bounds.end)
    found = _counting(user, bounds, now).filter(resource__space=resource.space_id)
    if moved:
        found = found.exclude(pk=moved.pk)
    return tuple(Stretch(stretch.lower, stretch.upper) for stretch in found.values_list("period", flat=True))


def allowances_ahead(
    user: User, memberships: Iterable[Membership], month: date, *, now: datetime
) -> dict[int, list[Allowance]]:
    """Return by primary key what those of the person's memberships that include only so much a month leave of that one,
    or of their first where they begin later, and of each later month of theirs in which something is booked. One query,
    none without such a membership."""
    limited = _limited(memberships)
    if not limited:
        return {}
    booked = _booked(user, limited, Stretch(day_bounds(month).start, FOR_GOOD), now)
    found = {}
    for one in limited:
        first = max(month, one.since.replace(day=1)) if one.since else month
        months = {each for stretch in booked[one.space_id] for each in months_of(*stretch) if each > first}
        theirs = [first, *(each for each in sorted(months) if not (one.until and one.until <= each))]
        found[one.pk] = [Allowance(_held(one), each, tuple(booked[one.space_id])) for each in theirs]
    return found


def _limited(memberships: Iterable[Membership]) -> list[Membership]:
    return [one for one in memberships if one.kind.included and one.kind.opens_bookings]


def _booked(user: User, memberships: list[Membership], bounds: Stretch, now: datetime) -> dict[int, list[Stretch]]:
    """Return by its space what of the person's bookings counts in that time; one query."""
    booked: defaultdict[int, list[Stretch]] = defaultdict(list)
    found = _counting(user, bounds, now).filter(resource__space__in={one.space_id for one in memberships})
    for space, stretch in found.values_list("resource__space", "period"):
        booked[space].append(Stretch(stretch.lower, stretch.upper))
    return booked


def _held(membership: Membership) -> Held:
    kind = membership.kind
    days = (membership.space_id, kind.pk, membership.since, membership.until)
    return Held(*days, name=membership.space.name, included=kind.included, unit=MonthUnit(kind.included_unit))
