"""A place over all spaces: what is free for so many people all that time, by day and by week, and what is near it.

The database reckons what is free, by the index of the exclusion constraints, and only for the spaces that one page
shows: a search costs the same number of queries, and about the same time, however many spaces there are.
"""

from copy import copy
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import NamedTuple

from django.contrib.postgres.lookups import Unaccent
from django.db.models import (
    Avg,
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Abs, Coalesce, Concat
from django.utils import timezone

from hacktiv.common.freshness import catalogue
from hacktiv.common.text import searched_words

from ...enums import Country, Refusal, ResourceKind
from ...models import Feature, Occupancy, OpeningHours, Photo, Resource, Space, Unit
from ...timing.hours import Stretch, at_local, local_day
from ...timing.periods import period, with_buffer_in_sql
from ...timing.public_holidays import holiday_on
from ..rules import OF_THE_SPACE
from .free import free_days
from .persons import Person

#: A page shows so many spaces.
SPACES_A_PAGE = 10
#: How many other times, and other spaces, stand in for what is taken.
ALTERNATIVES = 4
#: Among how many rooms another time of that day is looked for, and among how many near spaces a place elsewhere.
NEAR_ROOMS, NEAR_SPACES = 24, 40
#: As many spaces are offered as one types; as many stand on the map all at once.
SUGGESTED, MOST_ON_MAP = 40, 12
DAYS_OF_A_WEEK = 7
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: local hours of one day, for some people, of any kind and anywhere unless it is said,
    with all of the `features` (slugs)."""

    day: date
    start: time
    end: time
    people: int = 1
    kind: str = ""
    where: str = ""
    side: str = ""
    features: tuple = ()

    @property
    def stretch(self):
        return Stretch(at_local(self.day, self.start), at_local(self.day, self.end))

    @property
    def minutes(self):
        start, end = self.stretch
        return (end - start).total_seconds() / 60


class Found(NamedTuple):
    """A resource that is free all that `stretch` (the wished one, or one near it), with how many units are."""

    resource: Resource
    stretch: Stretch
    free: int

    @property
    def seats_are_known(self):
        return self.resource.kind == ResourceKind.WORKPLACE or self.resource.seats is not None


class Cell(NamedTuple):
    """A resource on one day of a week: `kind` is free, taken, closed, over, or barred where something stands against
    this person only (`refusal`, the code of the rule)."""

    day: date
    kind: str
    found: Found | None
    refusal: str = ""

    @property
    def why(self):
        """Why they cannot book, in a few words."""
        if self.refusal in Refusal.values:
            return Refusal(self.refusal).label
        return ""


class Page(NamedTuple):
    """The spaces of one page, each with `found`: resources of a day, or (resource, cells) of a week."""

    spaces: list
    number: int
    has_next: bool

    @property
    def has_previous(self):
        return self.number > 1

    @property
    def previous_number(self):
        return self.number - 1

    @property
    def next_number(self):
        return self.number + 1


# --- where, and for whom ---


def places(wanted):
    """The published spaces where somebody looks, in their order."""
    spaces = Space.objects.published()
    if wanted.side:
        spaces = spaces.filter(country=wanted.side)
    for word in searched_words(wanted.where):
        spaces = spaces.alias(called=Unaccent(Concat("name", Value(" "), "postcode", Value(" "), "town"))).filter(
            called__icontains=Unaccent(Value(word))
        )
    return spaces.order_by("order", "name", "pk")


def suggested_places():
    """The first spaces, for who types where to look and for the map."""
    return list(map(copy, _suggested_places()))


@catalogue("spaces")
def _suggested_places():
    return list(Space.objects.published().order_by("order", "name", "pk")[:SUGGESTED])


@catalogue("spaces")
def offered_features():
    """The features that anything to be booked has, in their order."""
    return list(Feature.objects.filter(Exists(Resource.objects.bookable().rooted().filter(features=OuterRef("pk")))))


def on_map(found, suggested):
    """The spaces that the map shows, each with `is_found`: all of a small network, else those of the page."""
    by_pk = {space.pk: space for space in (suggested if len(suggested) <= MOST_ON_MAP else [])}
    by_pk |= {space.pk: space for space in found}
    for space in by_pk.values():
        space.is_found = any(_has_free(one) for one in getattr(space, "found", []))
    return list(by_pk.values())


def _has_free(one):
    """Of a day the resource is free; of a week it is if it is free on one of its days."""
    return isinstance(one, Found) or any(cell.found for cell in one[1])


def suited(wanted):
    """The resources that suit the wish if they are free: of that kind, large enough, for so long, so equipped.

    A workplace takes who sits at it; of an open-plan room so many workplaces must be free. Of a room whose seats
    nobody entered, nobody knows whether it is too small: it stays in, and the page says so. Any further demand on a
    resource is one more filter here, and one more field of `Wanted`.
    """
    resources = Resource.objects.rooted().filter(
        is_bookable=True, min_minutes__lte=wanted.minutes, max_minutes__gte=wanted.minutes
    )
    if wanted.kind:
        resources = resources.filter(kind=wanted.kind)
    if wanted.people > 1:
        large = Q(kind=ResourceKind.WORKPLACE) | Q(seats=None) | Q(seats__gte=wanted.people)
        resources = resources.filter(large)
    for slug in wanted.features:
        resources = resources.filter(Exists(Feature.objects.filter(resources=OuterRef("pk"), slug=slug)))
    return resources.prefetch_related("open_to")


def _for(resources, person, wanted):
    """Those of the resources that the rules let the person book that day: what they say of it in SQL, so that pages
    are full. `Person.may_book` has the last word."""
    start, end = wanted.stretch
    notice = (start - person.now) // MINUTE
    resources = resources.filter(max_days_ahead__gte=_days(wanted, person.now))
    resources = resources.filter(Q(min_notice_minutes=0) | Q(min_notice_minutes__lte=notice))
    home, balance = person.home(wanted.day), person.balance(wanted.day)
    # Asked for each resource apart: a join would make PostgreSQL look at the whole network before its first page.
    named = Resource.open_to.through.objects.filter(resource=OuterRef("pk"))
    resources = resources.filter(~Exists(named) | Exists(named.filter(space=home)) if home else ~Exists(named))
    if person.bookings:
        resources = resources.exclude(pk__in=person.booked_within(start, end))
        open_there = [When(pk=pk, then=Value(count)) for pk, count in person.open_bookings.items()]
        resources = resources.alias(open_there=Case(*open_there, default=Value(0)))
        resources = resources.filter(Q(max_open_bookings=None) | Q(max_open_bookings__gt=F("open_there")))
    if balance and not balance.left:
        there = {space for space, day in balance.booked if day == wanted.day}
        resources = resources.filter(space__in={home.pk, *there})
    return resources


def takes(people):
    """Whether the `free` units of a resource take so many people."""
    several = Q(kind=ResourceKind.WORKPLACE, room__gte=people)
    return several | (~Q(kind=ResourceKind.WORKPLACE) & Q(free__gte=1))


def _takes(resource, free, people):
    """The same, of a number of free units that Python has counted."""
    if resource.kind == ResourceKind.WORKPLACE:
        return free * (resource.seats or 1) >= people
    return free >= 1 and (resource.seats is None or resource.seats >= people)


def free_units(stretch):
    """How many of a resource's units are free all that time and the time to prepare and to clear up: a subquery."""
    start, end = stretch
    # Of the resource two levels up, so that the index is asked for unit and time at once.
    minutes = (OuterRef(OuterRef(name)) for name in ("buffer_before_minutes", "buffer_minutes"))
    there = Occupancy.objects.filter(unit=OuterRef("pk"), period__overlap=with_buffer_in_sql(start, end, *minutes))
    # As `periods.outside`: only its own time keeps clear of closures, and what lies beyond one is not in the way.
    between = Q(period__startswith__gte=end, period__startswith__lte=OuterRef("period__startswith"))
    between |= Q(period__endswith__lte=start, period__endswith__gte=OuterRef("period__endswith"))
    beyond = Occupancy.objects.filter(between, unit=OuterRef("unit"), closure__isnull=False)
    busy = there.filter(Q(period__overlap=period(start, end)) | (Q(closure=None) & ~Exists(beyond)))
    free = Unit.objects.in_use().filter(~Exists(busy), resource=OuterRef("pk"))
    return Coalesce(Subquery(free.order_by().values("resource").annotate(count=Count("pk")).values("count")), 0)


def is_open(space, day, start, end):
    """Whether the space's hours cover these hours of the day: open when it begins, and where one stretch ends before
    the end another goes on."""
    hours = OpeningHours.objects.filter(space=OuterRef(space), weekday=day.weekday())
    goes_on = OpeningHours.objects.filter(
        space=OuterRef("space"), weekday=day.weekday(), opens__lte=OuterRef("closes"), closes__gt=OuterRef("closes")
    )
    begun = hours.filter(opens__lte=start, closes__gt=start)
    breaks = hours.filter(~Exists(goes_on), closes__gt=start, closes__lt=end)
    return Exists(begun) & ~Exists(breaks)


def _opened(spaces, day, start, end):
    """Those of the spaces that are open all these hours of the day, closures apart."""
    on_holiday = [country for country in Country.values if holiday_on(country, day)]
    open_spaces = spaces.exclude(closes_on_public_holidays=True, country__in=on_holiday)
    return open_spaces.filter(is_open("pk", day, start, end))


def _free(wanted, person):
    """The suited resources that are free all that time, with `free` units of theirs."""
    resources = _for(suited(wanted), person, wanted)
    counted = resources.alias(seats_a_unit=Coalesce("seats", 1)).annotate(free=free_units(wanted.stretch))
    return counted.alias(room=F("free") * F("seats_a_unit")).filter(takes(wanted.people))


# --- one day ---


def by_day(wanted, *, page=1, person=None):
    """A page of the spaces that have something free all that time which the person may book. Four queries."""
    person = person or Person(timezone.now())
    open_spaces = _opened(places(wanted), wanted.day, wanted.start, wanted.end)
    free = _free(wanted, person)
    page = _page(open_spaces.filter(Exists(free.filter(space=OuterRef("pk")))), page)
    _fill(page.spaces, free, wanted, person)
    return page._replace(spaces=[space for space in page.spaces if space.found])


def _page(spaces, number):
    first = (number - 1) * SPACES_A_PAGE
    rows = list(spaces.prefetch_related("opening_hours")[first : first + SPACES_A_PAGE + 1])
    return Page(rows[:SPACES_A_PAGE], number, len(rows) > SPACES_A_PAGE)


def _fill(spaces, resources, wanted, person):
    """Give each space what was `found` in it. What a rule forbids, the booking would refuse: it is not shown."""
    by_pk = {space.pk: space for space in spaces}
    for space in spaces:
        space.found = []
    for resource in resources.filter(space__in=by_pk).order_by("order", "pk"):
        resource.space = by_pk[resource.space_id]
        if person.may_book(resource, *wanted.stretch):
            resource.space.found.append(Found(resource, wanted.stretch, resource.free))


# --- a week ---


def week_days(day):
    """The seven days of the week that the day is in, from Monday."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(DAYS_OF_A_WEEK)]


def by_week(wanted, *, page=1, person=None):
    """A page of the spaces that have something which suits, each resource with the seven days of that week: four
    queries."""
    person = person or Person(timezone.now())
    resources = suited(wanted)
    page = _page(places(wanted).filter(Exists(resources.filter(space=OuterRef("pk")))), page)
    wishes = [replace(wanted, day=day) for day in week_days(wanted.day)]
    counts = {f"free_{number}": free_units(wish.stretch) for number, wish in enumerate(wishes)}
    by_pk = {space.pk: space for space in page.spaces}
    for space in page.spaces:
        space.found = []
    for resource in resources.filter(space__in=by_pk).annotate(**counts).order_by("order", "pk"):
        resource.space = by_pk[resource.space_id]
        cells = [
            _cell(resource, wish, getattr(resource, f"free_{number}"), person) for number, wish in enumerate(wishes)
        ]
        resource.space.found.append((resource, cells))
    return page


def _cell(resource, wish, free, person):
    if wish.stretch.start < person.now and wish.day <= local_day(person.now):
        kind = "over"
    elif refusal := person.why_not(resource, *wish.stretch):
        return Cell(wish.day, "closed" if refusal in OF_THE_SPACE else "barred", None, refusal)
    else:
        kind = "free" if _takes(resource, free, wish.people) else "taken"
    return Cell(wish.day, kind, Found(resource, wish.stretch, free) if kind == "free" else None)


# --- what is shown of a result ---


def describe(*spaces_or_found):
    """Give every resource of these results its features and its first photo (`first_photos`), in two queries."""
    found = [one for each in spaces_or_found for one in (each.found if isinstance(each, Space) else [each])]
    resources = [one.resource if isinstance(one, Found) else one[0] for one in found]
    first = Photo.objects.exclude(resource=None).order_by("resource_id", "order", "pk").distinct("resource_id")
    prefetch_related_objects(resources, "features", Prefetch("photos", queryset=first, to_attr="first_photos"))


# --- nothing fits ---


class Alternatives(NamedTuple):
    """What is nearest to a wish that nothing fits: other times of that day in the same places, other spaces."""

    times: list
    spaces: list

    def __bool__(self):
        return bool(self.times or self.spaces)


def alternatives(wanted, *, person=None):
    """Twelve queries at most, among a bounded number of rooms and spaces."""
    person = person or Person(timezone.now())
    return Alternatives(_other_times(wanted, person), _other_spaces(wanted, person))


def _other_times(wanted, person):
    """For each of the first rooms that suit, the free stretch of the same length nearest to the wished one."""
    rooms = suited(wanted).filter(max_days_ahead__gte=_days(wanted, person.now))
    first = places(wanted).filter(Exists(rooms.filter(space=OuterRef("pk")))).values_list("pk", flat=True)
    rooms = rooms.filter(space__in=list(first[:NEAR_ROOMS]))
    rooms = rooms.select_related("space").prefetch_related("space__opening_hours")
    rooms = list(rooms.order_by("space__order", "space__name", "space", "order", "pk")[:NEAR_ROOMS])
    plans = free_days(rooms, wanted.day, now=person.now)
    found = [nearest for room in rooms if (nearest := _nearest_time(plans[room.pk], wanted, person))]
    return sorted(found, key=lambda one: _distance(one.stretch, wanted))[:ALTERNATIVES]


def _days(wanted, now):
    return (wanted.day - local_day(now)).days


def _distance(stretch, wanted):
    return abs(stretch.start - wanted.stretch.start)


def _nearest_time(plan, wanted, person):
    length = wanted.stretch.end - wanted.stretch.start
    step = timedelta(minutes=plan.resource.start_interval_minutes)
    best = None
    for opened in plan.stretches:
        start = opened.start
        while start + length <= opened.end:
            stretch = Stretch(start, start + length)
            start += step
            if best and _distance(stretch, wanted) >= _distance(best.stretch, wanted):
                continue
            free = plan.units_free(*stretch)
            if _takes(plan.resource, free, wanted.people) and person.may_book(plan.resource, *stretch):
                best = Found(plan.resource, stretch, free)
    return best


def _other_spaces(wanted, person):
    """Something free all that time elsewhere, the nearest first: only where somebody looked in some places."""
    if not (wanted.where or wanted.side):
        return []
    anywhere = replace(wanted, where="", side="")
    elsewhere = places(anywhere).exclude(pk__in=places(wanted).values("pk"))
    centre = places(wanted).order_by().aggregate(latitude=Avg("latitude"), longitude=Avg("longitude"))
    if centre["latitude"] is not None:
        # At this latitude a degree to the east is about two thirds of one to the north: near enough to put in order.
        away = Abs(F("latitude") - centre["latitude"]) * 3 + Abs(F("longitude") - centre["longitude"]) * 2
        elsewhere = elsewhere.alias(away=away).order_by("away", "order", "pk")
    near = list(elsewhere.values_list("pk", flat=True)[:NEAR_SPACES])
    free = _free(anywhere, person)
    spaces = _opened(Space.objects.filter(pk__in=near), wanted.day, wanted.start, wanted.end)
    spaces = list(spaces.prefetch_related("opening_hours"))
    _fill(spaces, free, anywhere, person)
    spaces.sort(key=lambda space: near.index(space.pk))
    return [space for space in spaces if space.found][:ALTERNATIVES]
