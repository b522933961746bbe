"""Reads over several tables, each at a fixed number of queries."""

from datetime import date, timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from .enums import BookingStatus, Weekday
from .hours import Stretch, day_bounds, is_within, local_day, merged, stretches_of, without
from .models import Booking, Closure, Hold, Membership, Occupancy, Resource, Space, Unit
from .periods import period

#: How far ahead a closed space looks for its next opening.
HORIZON = timedelta(days=15)


# --- who ---


class Recipient(NamedTuple):
    email: str
    name: str
    language: str


def recipients_of(space):
    """Who reads what is sent to the space: its contact address, else its managers, else the superusers."""
    if space.contact_email:
        return [Recipient(space.contact_email, space.name, settings.LANGUAGE_CODE)]
    people = list(space.managers.filter(is_active=True)) or list(
        get_user_model().objects.filter(is_superuser=True, is_active=True)
    )
    return [Recipient(person.email, str(person), person.language) for person in people]


def runs(user, space):
    """Whether the person is one of the space's managers, or runs all spaces."""
    return user.is_superuser or space.managers.filter(pk=user.pk).exists()


def home_space(user, on):
    """The person's home space on that day, or None."""
    membership = Membership.objects.current(on).filter(user=user).select_related("space").first()
    return membership and membership.space


def side_of(user, on):
    """The side of the border of the person's home space on that day, or None."""
    home = home_space(user, on)
    return home and home.country


def bookings_of(user):
    """A person's bookings with what their cards show."""
    return Booking.objects.filter(user=user).select_related("resource__space")


# --- open or closed ---


class OpeningState(NamedTuple):
    """A space at one moment: `kind` is open, closed or unknown; `changes_at` when it closes or next opens, if known."""

    kind: str
    changes_at: object = None
    days_away: int = 0


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
    for days_away in range(HORIZON.days):
        for stretch in without(stretches_of(hours, today + timedelta(days=days_away)), closed):
            if stretch.start <= at < stretch.end:
                return OpeningState("open", stretch.end)
            if stretch.start > at:
                return OpeningState("closed", stretch.start, days_away)
    return OpeningState("closed")


# --- what is free ---


def can_be_booked(space, resources):
    """Whether the space has published hours and anything to book."""
    return bool(space.opening_hours.all()) and resources.exists()


class Slot(NamedTuple):
    """Half an hour or a quarter: how many units are free all that time, of how many."""

    start: object
    end: object
    free: int
    total: int
    is_past: bool


class ResourceDay(NamedTuple):
    """A resource on one day: when its space is open, what is free slot by slot, each unit's free time."""

    resource: Resource
    day: date
    stretches: list
    slots: list
    free_units: list

    @property
    def slots_ahead(self):
        return [slot for slot in self.slots if not slot.is_past]

    @property
    def is_over(self):
        return bool(self.slots) and not self.slots_ahead

    def first_free(self):
        """The first free hour (or shortest booking, if longer), or None."""
        length = timedelta(minutes=max(60, self.resource.min_minutes))
        for slot in self.slots_ahead:
            if self.is_free(slot.start, slot.start + length):
                return Stretch(slot.start, slot.start + length)
        return None

    def whole_stretches(self):
        """The stretches that can be booked from end to end at one click."""
        longest = timedelta(minutes=self.resource.max_minutes)
        ahead = {slot.start for slot in self.slots_ahead}
        return [
            stretch
            for stretch in self.stretches
            if stretch.start in ahead and stretch.end - stretch.start <= longest and self.is_free(*stretch)
        ]

    def is_free(self, start, end):
        """Whether the space is open and one and the same unit free all that time, the time to clear up included."""
        return self.units_free(start, end) > 0

    def units_free(self, start, end):
        """How many units are free all that time, the time to clear up included; none while the space is closed."""
        cleared = min(end + timedelta(minutes=self.resource.buffer_minutes), day_bounds(local_day(start)).end)
        if not is_within(self.stretches, start, end):
            return 0
        return sum(is_within(free, start, max(end, cleared)) for free in self.free_units)


def step_of(resource):
    """The grain of its hours, in minutes."""
    return 15 if resource.min_minutes < 30 else 30


def free_slots(resource, day, *, now=None):
    """The resource's day, at two queries after its space's hours are known."""
    return _days_of([resource], day, now or timezone.now())[resource.pk]


def free_days(resources, day, *, now=None):
    """As `free_slots` for many resources at once: {resource's pk: ResourceDay}. Spaces' hours must be prefetched."""
    return _days_of(list(resources), day, now or timezone.now())


def _days_of(resources, day, now):
    bounds = day_bounds(day)
    units = list(Unit.objects.in_use().filter(resource__in=resources).order_by("resource", "number"))
    taken = {}
    for unit, stretch in Occupancy.objects.filter(unit__in=units, period__overlap=period(*bounds)).values_list(
        "unit", "period"
    ):
        taken.setdefault(unit, []).append(Stretch(stretch.lower, stretch.upper))
    days = {}
    for resource in resources:
        mine = [unit for unit in units if unit.resource_id == resource.pk]
        free = [without([bounds], merged(taken.get(unit.pk, []))) for unit in mine]
        days[resource.pk] = day_of(resource, day, free, now)
    return days


def day_of(resource, day, free_units, now):
    """The day of a resource whose units are free as given. Asks nothing once its space's hours are known."""
    stretches = stretches_of(resource.space.opening_hours.all(), day)
    return ResourceDay(resource, day, stretches, _slots(resource, stretches, free_units, now), free_units)


def _slots(resource, stretches, free_units, now):
    step = timedelta(minutes=step_of(resource))
    slots = []
    for stretch in stretches:
        start = stretch.start
        while start < stretch.end:
            end = min(start + step, stretch.end)
            free = sum(is_within(unit, start, end) for unit in free_units)
            slots.append(Slot(start, end, free, len(free_units), end <= now))
            start += step
    return slots


def next_free(resource, start, end, *, now=None, limit=3, days=7):
    """The next stretches of the same length that are free, from the wished one on: what a refusal offers instead."""
    now = now or timezone.now()
    length = end - start
    if length <= timedelta(0):
        return []
    step = timedelta(minutes=step_of(resource))
    found = []
    first = max(local_day(start), local_day(now))
    last = min(first + timedelta(days=days), local_day(now) + timedelta(days=resource.max_days_ahead))
    while first <= last and len(found) < limit:
        plan = free_slots(resource, first, now=now)
        for stretch in plan.stretches:
            begin = stretch.start
            while begin + length <= stretch.end and len(found) < limit:
                if begin >= max(now, start) and plan.is_free(begin, begin + length):
                    found.append(Stretch(begin, begin + length))
                    begin += length
                else:
                    begin += step
        first += timedelta(days=1)
    return found


# --- the manager's day ---


class SpaceDay(NamedTuple):
    """A day in a space as its manager needs it."""

    space: Space
    arrivals: list
    requests: list
    holds: list
    closures: list
    resources: list


class FreeNow(NamedTuple):
    resource: Resource
    free: int
    total: int


def day_plans(spaces, day, *, at=None):
    """Each space's day: who comes, which requests wait (whatever their day), what events hold, what is closed, what is
    free now. Five queries, however many spaces."""
    at = at or timezone.now()
    spaces = list(spaces)
    bounds = period(*day_bounds(day))
    bookings = Booking.objects.filter(resource__space__in=spaces).select_related(
        "user", "resource__space", "occupancy__unit"
    )
    arrivals = bookings.filter(status=BookingStatus.CONFIRMED, period__overlap=bounds).order_by("period")
    requests = bookings.filter(status=BookingStatus.REQUESTED, period__endswith__gt=at).order_by("period")
    holds = Hold.objects.filter(resource__space__in=spaces, period__overlap=bounds)
    holds = holds.select_related("resource").order_by("period")
    closures = Closure.objects.filter(space__in=spaces, period__overlap=bounds)
    closures = closures.select_related("resource", "space").order_by("period")
    resources = (
        Resource.objects.filter(space__in=spaces)
        .select_related("space")
        .annotate(
            total=Count("units", filter=Q(units__is_retired=False), distinct=True),
            busy=Count(
                "units", filter=Q(units__is_retired=False, units__occupancies__period__contains=at), distinct=True
            ),
        )
    )
    found = {space.pk: SpaceDay(space, [], [], [], [], []) for space in spaces}
    for booking in arrivals:
        found[booking.resource.space_id].arrivals.append(booking)
    for booking in requests:
        found[booking.resource.space_id].requests.append(booking)
    for held in holds:
        found[held.resource.space_id].holds.append(held)
    for closure in closures:
        found[closure.space_id].closures.append(closure)
    for resource in resources:
        found[resource.space_id].resources.append(FreeNow(resource, resource.total - resource.busy, resource.total))
    return [found[space.pk] for space in spaces]


def day_plan(space, day, *, at=None):
    """One space's day, as `day_plans`."""
    return day_plans([space], day, at=at)[0]


# --- a space's page ---


class WeekdayHours(NamedTuple):
    weekday: int
    name: str
    hours: list
    is_today: bool


def week_of(space, at):
    """The seven days with their hours, from Monday; empty when none are known."""
    hours = list(space.opening_hours.all())
    if not hours:
        return []
    today = local_day(at).weekday()
    return [
        WeekdayHours(day.value, day.label, [row for row in hours if row.weekday == day.value], day.value == today)
        for day in Weekday
    ]


def page_of(space, at):
    """What the page of a space shows of the space itself, in five queries after `with_opening`."""
    resources = space.resources.annotate(unit_count=Count("units", filter=Q(units__is_retired=False)))
    return {
        "week": week_of(space, at),
        "hours_are_example": any(row.is_example for row in space.opening_hours.all()),
        "closures": list(space.closures.upcoming(at).select_related("resource")[:5]),
        "resources": list(resources),
        "services": list(space.services.all()),
        "photos": list(space.photos.all()),
    }


# --- in the admin ---


def units_booked_ahead(resource):
    """How many of the resource's units a person holds from now on."""
    return (
        resource.units.in_use()
        .filter(occupancies__booking__isnull=False, occupancies__period__endswith__gt=timezone.now())
        .distinct()
        .count()
    )
