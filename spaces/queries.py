"""Reads over several tables, each at a fixed number of queries."""

from collections import defaultdict
from datetime import date, time, timedelta
from math import gcd
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from .enums import BookingStatus, Country, Weekday
from .hours import Stretch, at_local, day_bounds, instant, is_within, local_day, merged, stretches_of, without
from .models import (
    Booking,
    Closure,
    Hold,
    Membership,
    Occupancy,
    PassScheme,
    Resource,
    Series,
    Space,
    Unit,
    Visit,
    Wait,
)
from .periods import barred_by, period
from .rules import GRACE, Wish, can_be_checked_in, holiday_of, is_for, limits_of, opening_of, refusal_of_day

DAY = timedelta(days=1)
#: Minutes below which a list of hours becomes too long to choose from.
FINEST_GRAIN = 15
#: How far ahead a closed space looks for its next opening.
HORIZON = timedelta(days=15)
#: How far ahead a space names the public holidays on which it is closed.
HOLIDAYS_AHEAD = timedelta(days=60)


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


def bookings_today(user, resource, now):
    """What the person holds of this resource today, as the page of its door shows it."""
    today = period(*day_bounds(local_day(now)))
    bookings = bookings_of(user).filter(resource=resource, period__overlap=today)
    shown = (BookingStatus.REQUESTED, BookingStatus.CONFIRMED, BookingStatus.NO_SHOW)
    return bookings.filter(status__in=shown).order_by("period")


def waits_of(user, now):
    """The places that the person waits for, each with its `position` in line, counted from 1."""
    earlier = Q(created_at__lt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), pk__lt=OuterRef("pk"))
    ahead = Wait.objects.live(now).filter(earlier, resource=OuterRef("resource"), period__overlap=OuterRef("period"))
    ahead = ahead.order_by().values("resource").annotate(number=Count("pk")).values("number")
    waits = Wait.objects.live(now).filter(user=user).select_related("resource__space")
    return waits.annotate(position=Coalesce(Subquery(ahead), 0) + 1).order_by("period", "pk")


def series_of(user, now):
    """A person's recurring bookings that are not over."""
    last_day = timezone.localdate(now)
    return Series.objects.filter(user=user, until__gte=last_day).select_related("resource__space").order_by("until")


def occurrences_of(series):
    """Every day of a series with its booking, in the order of the days: one query."""
    return list(series.occurrences.select_related("booking__resource__space", "booking__user").order_by("day"))


# --- passes and visits ---


class Balance(NamedTuple):
    """A member's days in the spaces other than `home` in a calendar year: how many the passes allow, and those that are
    booked, as (space's pk, day)."""

    year: int
    days: int
    home: Space
    booked: frozenset

    @property
    def left(self):
        return max(0, self.days - len(self.booked))

    def allows(self, space, day):
        """A second booking of one space on one day costs nothing more; nor does one's own space."""
        return space == self.home or (space.pk, day) in self.booked or self.left > 0


def pass_balance(user, on, *, moved=None):
    """What the passes valid on that day leave the member, or None where no pass is valid or he has no home space.

    Days count as they are booked, whether past or to come; given back, refused or missed ones do not. `moved` is a
    booking left out of the count."""
    schemes = list(PassScheme.objects.valid(on).prefetch_related("homes", "members"))
    home = home_space(user, on) if schemes else None
    if home is None:
        return None
    year = period(day_bounds(date(on.year, 1, 1)).start, day_bounds(date(on.year + 1, 1, 1)).start)
    bookings = Booking.objects.live().filter(user=user, period__startswith__gte=year.lower)
    bookings = bookings.filter(period__startswith__lt=year.upper).exclude(resource__space=home)
    rows = bookings.exclude(pk=moved and moved.pk).values_list("resource__space", "period")
    booked = frozenset((space, local_day(stretch.lower)) for space, stretch in rows)
    return Balance(on.year, days_of_passes(schemes, user, home), home, booked)


def days_of_passes(schemes, user, home):
    """How many days a year these schemes, with what they name prefetched, give a member of that home space."""
    return sum(
        scheme.days
        for scheme in schemes
        if (not scheme.homes.all() or home in scheme.homes.all())
        and (not scheme.members.all() or user in scheme.members.all())
    )


class Exchange(NamedTuple):
    """How many visits the members of one space paid to another in a year."""

    home: Space
    space: Space
    visits: int


def exchanges(year):
    """The account between the spaces: who received whose members how often, most first. Two queries."""
    counted = (
        Visit.objects.away()
        .filter(day__year=year)
        .values_list("home_space", "space")
        .annotate(visits=Count("pk"))
        .order_by("-visits", "home_space", "space")
    )
    spaces = Space.objects.in_bulk()
    return [Exchange(spaces[home], spaces[space], visits) for home, space, visits in counted]


class Crossing(NamedTuple):
    """How many visits went from one side of the border to the other, and how many distinct persons paid them."""

    home_side: str
    side: str
    visits: int
    persons: int


def crossings(year):
    """Visits across the border in a year, from Belgium and from France, none left out. One query."""
    counted = {
        (row["home_side"], row["side"]): row
        for row in Visit.objects.crossings()
        .filter(day__year=year)
        .order_by()
        .values("home_side", "side")
        .annotate(visits=Count("pk"), persons=Count("participant_number", distinct=True))
    }
    ways = ((Country.BE, Country.FR), (Country.FR, Country.BE))
    none = {"visits": 0, "persons": 0}
    rows = [(way, counted.get(way, none)) for way in ways]
    return [Crossing(Country(home), Country(side), row["visits"], row["persons"]) for (home, side), row in rows]


def years_of_visits(current):
    """The current year and those of which visits are on record, latest first."""
    known = {day.year for day in Visit.objects.dates("day", "year")}
    return sorted(known | {current}, reverse=True)


# --- open or closed ---


class OpeningState(NamedTuple):
    """A space at one moment: `kind` is open, closed or unknown; `changes_at` when it closes or next opens, if known;
    `holiday` the public holiday for which it is closed today."""

    kind: str
    changes_at: object = None
    days_away: int = 0
    holiday: str | None = None


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


class Holiday(NamedTuple):
    day: date
    name: str


def holidays_ahead(space, at, *, limit=3):
    """The next public holidays on which the space would be open, were it not for them. Needs its hours prefetched."""
    hours, today = list(space.opening_hours.all()), local_day(at)
    days = (today + timedelta(days=away) for away in range(HOLIDAYS_AHEAD.days))
    found = (Holiday(day, holiday_of(space, day)) for day in days if stretches_of(hours, day))
    return [holiday for holiday in found if holiday.name][:limit]


# --- what is free ---


def can_be_booked(space, resources):
    """Whether the space has published hours and anything to book."""
    return bool(space.opening_hours.all()) and resources.exists()


class Slot(NamedTuple):
    """From one possible beginning to the next: how many units are free for the shortest booking, or all that time where
    it is longer, of how many. One that is not ahead can no longer be booked: it is over, or too near."""

    start: object
    end: object
    free: int
    total: int
    is_ahead: bool


class ResourceDay(NamedTuple):
    """A resource on one day: when its space is open, what is free slot by slot, and each unit's time in which a booking
    may stand: free itself, and with room around it to prepare and to clear up."""

    resource: Resource
    day: date
    stretches: list
    slots: list
    free_units: list

    @property
    def slots_ahead(self):
        return [slot for slot in self.slots if slot.is_ahead]

    @property
    def starts_ahead(self):
        """The slots with which a booking may begin: the shortest one still fits into the opening hours."""
        shortest = timedelta(minutes=self.resource.min_minutes)
        return [slot for slot in self.slots_ahead if is_within(self.stretches, slot.start, slot.start + shortest)]

    @property
    def ends_ahead(self):
        """When a booking may end, and whether a unit is free just before: as fine as slots and shortest booking ask."""
        grain = gcd(self.resource.start_interval_minutes, self.resource.min_minutes)
        if grain < FINEST_GRAIN:
            grain = self.resource.start_interval_minutes
        step, shortest = timedelta(minutes=grain), timedelta(minutes=self.resource.min_minutes)
        earliest = min((slot.start + shortest for slot in self.starts_ahead), default=None)
        ends = []
        for stretch in self.stretches if earliest else ():
            start = stretch.start
            while start < stretch.end:
                end = min(start + step, stretch.end)
                if end >= max(earliest, stretch.start + shortest):
                    ends.append((end, any(is_within(unit, start, end) for unit in self.free_units)))
                start += step
        return ends

    @property
    def is_over(self):
        return bool(self.slots) and not self.starts_ahead

    @property
    def next_day(self):
        """The next day on which the space opens, closures apart, or None."""
        hours = self.resource.space.opening_hours.all()
        days = (self.day + timedelta(days=away) for away in range(1, HORIZON.days))
        return next((day for day in days if opening_of(self.resource.space, hours, day)), None)

    def first_free(self):
        """The first free hour (or shortest booking, if longer), or None."""
        length = timedelta(minutes=min(max(60, self.resource.min_minutes), self.resource.max_minutes))
        for slot in self.starts_ahead:
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
        """Whether the space is open and one and the same unit free all that time."""
        return self.units_free(start, end) > 0

    def units_free(self, start, end):
        """How many units are free all that time; none while the space is closed."""
        if not is_within(self.stretches, start, end):
            return 0
        return sum(is_within(free, start, end) for free in self.free_units)


def bookable_in(space):
    """What can be booked in the space, with what the booking page says of it."""
    return space.resources.filter(is_bookable=True).prefetch_related("features", "open_to")


def refusal_for(resource, user, day, now):
    """The BookingError for which the person can book nothing of it on that day, or None. A visitor may be anybody."""
    at_noon = at_local(day, time(12))
    known = user.is_authenticated
    wish = Wish(
        resource=resource,
        start=at_noon,
        end=at_noon,
        now=now,
        open_to=list(resource.open_to.all()) if known else [],
        home=home_space(user, day) if known else None,
    )
    return refusal_of_day(wish)


def for_member(resources, user, day):
    """Those of the resources that the person may book on that day; for a visitor, who may sign in yet, all of them.
    Needs `open_to` prefetched."""
    if not user.is_authenticated:
        return list(resources)
    home = home_space(user, day)
    return [resource for resource in resources if is_for(list(resource.open_to.all()), home)]


def free_slots(resource, day, *, now=None, besides=None):
    """The resource's day, at two queries after its space's hours are known; as if the booking `besides` were not."""
    return _days_of([resource], day, now or timezone.now(), besides=besides)[resource.pk]


def free_days(resources, day, *, now=None):
    """As `free_slots` for many resources at once: {resource's pk: ResourceDay}. Spaces' hours must be prefetched."""
    return _days_of(list(resources), day, now or timezone.now())


def _days_of(resources, day, now, besides=None):
    units = list(Unit.objects.in_use().filter(resource__in=resources).order_by("resource", "number"))
    held, closed = defaultdict(list), defaultdict(list)
    occupancies = Occupancy.objects.filter(unit__in=units, period__overlap=period(*around(day)))
    if besides:
        occupancies = occupancies.exclude(booking=besides)
    for unit, kept, closure in occupancies.values_list("unit", "period", "closure"):
        (closed if closure else held)[unit].append(Stretch(kept.lower, kept.upper))
    days = {}
    for resource in resources:
        mine = [unit for unit in units if unit.resource_id == resource.pk]
        free = [free_time(resource, day, held[unit.pk], closed[unit.pk]) for unit in mine]
        days[resource.pk] = day_of(resource, day, free, now)
    return days


def around(day, last=None):
    """The day (or days, to the `last`) with those before and after: what is kept around a booking may reach there."""
    return Stretch(day_bounds(day).start - DAY, day_bounds(last or day).end + DAY)


def free_time(resource, day, held, closed):
    """A unit's time in which a booking of that day may stand, by what others hold of it and when it is closed."""
    barred = [Stretch(*barred_by(stretch, resource, closed)) for stretch in held]
    return without([around(day)], merged([*barred, *closed]))


def day_of(resource, day, free_units, now):
    """The day of a resource whose units are free as given. Asks nothing once its space's hours are known."""
    stretches = opening_of(resource.space, resource.space.opening_hours.all(), day)
    return ResourceDay(resource, day, stretches, _slots(resource, stretches, free_units, now), free_units)


def _slots(resource, stretches, free_units, now):
    step = timedelta(minutes=resource.start_interval_minutes)
    shortest, notice = timedelta(minutes=resource.min_minutes), timedelta(minutes=resource.min_notice_minutes)
    earliest = instant(now) + notice if notice else instant(now) - GRACE
    slots = []
    for stretch in stretches:
        start = stretch.start
        while start < stretch.end:
            end = min(start + step, stretch.end)
            free = sum(is_within(unit, start, min(end, start + shortest)) for unit in free_units)
            slots.append(Slot(start, end, free, len(free_units), start >= earliest))
            start += step
    return slots


def next_free(resource, start, end, *, now=None, limit=3, days=7, besides=None):
    """The next stretches of the same length that are free, from the wished one on: what a refusal offers instead."""
    now = now or timezone.now()
    length = end - start
    if length <= timedelta(0):
        return []
    step = timedelta(minutes=resource.start_interval_minutes)
    earliest = max(start, now + timedelta(minutes=resource.min_notice_minutes))
    found = []
    first = max(local_day(start), local_day(now))
    last = min(first + timedelta(days=days), local_day(now) + timedelta(days=resource.max_days_ahead))
    while first <= last and len(found) < limit:
        plan = free_slots(resource, first, now=now, besides=besides)
        for stretch in plan.stretches:
            begin = stretch.start
            while begin + length <= stretch.end and len(found) < limit:
                if begin >= earliest and plan.is_free(begin, begin + length):
                    found.append(Stretch(begin, begin + length))
                    begin += -(-length // step) * step
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
    came_or_not = (BookingStatus.CONFIRMED, BookingStatus.NO_SHOW)
    arrivals = bookings.filter(status__in=came_or_not, period__overlap=bounds).order_by("period")
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
        booking.awaits_check_in = not booking.checked_in_at and can_be_checked_in(booking, at)
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

    @property
    def schema_day(self):
        """As schema.org calls it."""
        return Weekday(self.weekday).name.capitalize()


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
    """What the page of a space shows of the space itself, in ten queries after `with_opening`."""
    resources = space.resources.annotate(unit_count=Count("units", filter=Q(units__is_retired=False)))
    resources = list(resources.prefetch_related("features", "open_to"))
    photos = list(space.photos.all())
    rooms = {resource.pk: resource for resource in resources}
    for photo in photos:
        photo.resource = rooms.get(photo.resource_id)
    for resource in resources:
        resource.limits = limits_of(resource)
        resource.shown_photos = [photo for photo in photos if photo.resource is resource]
    closures = list(space.closures.upcoming(at).select_related("resource")[:5])
    return {
        "week": week_of(space, at),
        "hours_are_example": any(row.is_example for row in space.opening_hours.all()),
        "closures": closures,
        "holidays": holidays_ahead(space, at),
        "special_days": special_days(space, closures, at),
        "resources": resources,
        "services": list(space.services.all()),
        "photos": photos,
        "team": list(space.team.all()),
        "travel_times": list(
            space.travel_times.filter(to_space__is_published=True)
            .select_related("to_space")
            .order_by("to_space__order")
        ),
        "entrance": space.scenes.first(),
    }


class SpecialDays(NamedTuple):
    """Days on which the usual hours do not hold: closed all day where `opens` is None. `last` is included."""

    first: date
    last: date
    opens: object = None
    closes: object = None


def special_days(space, closures, at):
    """What the closures of the whole space leave of the opening hours of the days they touch, from today on."""
    closed = [Stretch(row.period.lower, row.period.upper) for row in closures if row.resource_id is None]
    hours = list(space.opening_hours.all())
    found = []
    for day in _days_in(closed, local_day(at)):
        usual = stretches_of(hours, day)
        left = without(usual, closed)
        if left:
            local = [(timezone.localtime(part.start).time(), timezone.localtime(part.end).time()) for part in left]
            found += [SpecialDays(day, day, *part) for part in local if left != usual]
        elif found and found[-1].opens is None and found[-1].last == day - timedelta(days=1):
            found[-1] = found[-1]._replace(last=day)
        else:
            found.append(SpecialDays(day, day))
    return found


def _days_in(stretches, first):
    """The local days that the stretches touch, from `first` on, in order."""
    for stretch in merged(stretches):
        day = max(local_day(stretch.start), first)
        while day_bounds(day).start < stretch.end:
            yield day
            first = day = day + timedelta(days=1)


# --- the virtual tour ---


def scene_of(space, pk):
    """One scene of a space's tour with its points, and all scenes: (scene, points, scenes), in two queries. None where
    the space has no such scene."""
    scenes = list(space.scenes.all())
    scene = next((scene for scene in scenes if scene.pk == pk), None)
    if scene is None:
        return None
    points = list(scene.hotspots.select_related("to_scene", "resource"))
    for point in points:
        if point.to_scene:
            point.to_scene.space = space
    return scene, points, scenes


# --- in the admin ---


def units_booked_ahead(resource):
    """How many of the resource's units a person holds from now on."""
    return (
        resource.units.in_use()
        .filter(occupancies__booking__isnull=False, occupancies__period__endswith__gt=timezone.now())
        .distinct()
        .count()
    )
