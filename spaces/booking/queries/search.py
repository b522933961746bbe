"""Search free places in all spaces, by day and by week, and the nearest alternatives.

The database finds what is free with the index of the exclusion constraints, and only for the spaces of one page. So a
search costs the same number of queries, and about the same time, however many spaces there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

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
    QuerySet,
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
from .free import ResourceDay, free_days
from .persons import Person

#: In spaces, for each page of results.
SPACES_A_PAGE = 10
#: In results: so many other times, and so many other spaces, are offered if nothing is free.
ALTERNATIVES = 4
#: In rooms, and in spaces: another time is searched in so many rooms, another place in so many near spaces.
NEAR_ROOMS, NEAR_SPACES = 24, 40
#: In spaces: so many are suggested while people type, and a network of so many stands on the map as a whole.
SUGGESTED, MOST_ON_MAP = 40, 12
DAYS_OF_A_WEEK = 7
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Wanted:
    """A wish to search for: local hours of one day, for a number of people, with all of the `features` (slugs).

    `kind` (a `ResourceKind`), `where` (words of a name, postcode or town) and `side` (a `Country`) may be empty: any.
    """

    day: date
    start: time
    end: time
    people: int = 1
    kind: str = ""
    where: str = ""
    side: str = ""
    features: tuple[str, ...] = ()

    @property
    def stretch(self) -> Stretch:
        return Stretch(at_local(self.day, self.start), at_local(self.day, self.end))

    @property
    def minutes(self) -> float:
        start, end = self.stretch
        return (end - start).total_seconds() / 60


class Found(NamedTuple):
    """A resource with `free` units all that `stretch`, which is the wished time or one near it."""

    resource: Resource
    stretch: Stretch
    free: int


class Cell(NamedTuple):
    """A resource on one day of a week.

    `kind` is free, taken, closed, over, or barred when a rule keeps only this person from booking. `refusal` is the
    code of the rule.
    """

    day: date
    kind: str
    found: Found | None
    refusal: str = ""

    @property
    def why(self) -> str:
        """Return in a few words why the person cannot book, or an empty string."""
        if self.refusal in Refusal.values:
            return str(Refusal(self.refusal).label)
        return ""


class Page(NamedTuple):
    """The spaces of one page, each with `found`: a list of `Found` for a day, of (resource, cells) for a week."""

    spaces: list[Any]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def previous_number(self) -> int:
        return self.number - 1

    @property
    def next_number(self) -> int:
        return self.number + 1


# --- where, and for whom ---


def places(wanted: Wanted) -> QuerySet[Space]:
    """Return the published spaces at the wished place, in their order."""
    spaces = Space.objects.published()
    if wanted.side:
        spaces = spaces.filter(country=wanted.side)
    for word in searched_words(wanted.where):
        spaces = spaces.alias(called=Unaccent(Concat("name", Value(" "), "postcode", Value(" "), "town"))).filter(
            called__icontains=Unaccent(Value(word))
        )
    return spaces.order_by("order", "name", "pk")


def suggested_places() -> list[Space]:
    """Return the first spaces, to suggest while people type, and for the map."""
    return list(map(copy, _suggested_places()))


@catalogue("spaces")
def _suggested_places() -> list[Space]:
    return list(Space.objects.published().order_by("order", "name", "pk")[:SUGGESTED])


@catalogue("spaces")
def offered_features() -> list[Feature]:
    """Return the features of the resources that can be booked, in their order."""
    return list(Feature.objects.filter(Exists(Resource.objects.bookable().rooted().filter(features=OuterRef("pk")))))


def on_map(found: Iterable[Space], suggested: Sequence[Space]) -> list[Space]:
    """Return the spaces for the map, each with `is_found`: all spaces of a small network, else those of the page."""
    by_pk: dict[int, Any] = {space.pk: space for space in (suggested if len(suggested) <= MOST_ON_MAP else [])}
    by_pk |= {space.pk: space for space in found}
    for space in by_pk.values():
        space.is_found = any(_has_free(one) for one in getattr(space, "found", []))
    return list(by_pk.values())


def _has_free(one: Found | tuple[Resource, list[Cell]]) -> bool:
    """Tell if the result has a free time: always for a day, for a week if one of its days is free."""
    return isinstance(one, Found) or any(cell.found for cell in one[1])


def suited(wanted: Wanted) -> QuerySet[Resource]:
    """Return the resources that suit the wish if they are free: kind, size, length and features.

    Of an open-plan room several workplaces together may have enough seats. A room whose number of seats is not entered
    stays in the result, and the page says so. A new criterion is one more filter here, and one more field of `Wanted`.
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


def _for(resources: QuerySet[Resource], person: Person, wanted: Wanted) -> QuerySet[Resource]:
    """Keep the resources that the person may book on that day.

    The rules are repeated here in SQL so that every page is full. `Person.may_book` has the last word.
    """
    start, end = wanted.stretch
    notice = (start - person.now) // MINUTE
    resources = resources.filter(max_days_ahead__gte=_days(wanted, person.now))
    resources = resources.filter(Q(min_notice_minutes=0) | Q(min_notice_minutes__lte=notice))
    home, balance = person.home(wanted.day), person.balance(wanted.day)
    # A subquery for each resource: with a join PostgreSQL would read the whole network before the first page.
    links: Any = Resource.open_to.through
    named = links.objects.filter(resource=OuterRef("pk"))
    resources = resources.filter(~Exists(named) | Exists(named.filter(space=home)) if home else ~Exists(named))
    if person.bookings:
        resources = resources.exclude(pk__in=person.booked_within(start, end))
        open_there = [When(pk=pk, then=Value(count)) for pk, count in person.open_bookings.items()]
        resources = resources.alias(open_there=Case(*open_there, default=Value(0)))
        resources = resources.filter(Q(max_open_bookings=None) | Q(max_open_bookings__gt=F("open_there")))
    if balance and not balance.left:
        there = {space for space, day in balance.booked if day == wanted.day}
        resources = resources.filter(space__in=there | {home.pk} if home else there)
    return resources


def takes(people: int) -> Q:
    """Return the filter for resources whose `free` units have room for so many people."""
    several = Q(kind=ResourceKind.WORKPLACE, room__gte=people)
    return several | (~Q(kind=ResourceKind.WORKPLACE) & Q(free__gte=1))


def _takes(resource: Resource, free: int, people: int) -> bool:
    """Tell if this number of free units has room for so many people."""
    if resource.kind == ResourceKind.WORKPLACE:
        return free * (resource.seats or 1) >= people
    return free >= 1 and (resource.seats is None or resource.seats >= people)


def free_units(stretch: Stretch) -> Coalesce:
    """Return the subquery that counts the units free all that time and the time to prepare and to clear up."""
    start, end = stretch
    # The buffers are those of the resource two levels up, so that one index serves unit and time.
    minutes = (OuterRef(OuterRef(name)) for name in ("buffer_before_minutes", "buffer_minutes"))
    there = Occupancy.objects.filter(unit=OuterRef("pk"), period__overlap=with_buffer_in_sql(start, end, *minutes))
    # The same rule as `periods.outside`: kept time ends at a closure, so what lies beyond a closure is not in the way.
    between = Q(period__startswith__gte=end, period__startswith__lte=OuterRef("period__startswith"))
    between |= Q(period__endswith__lte=start, period__endswith__gte=OuterRef("period__endswith"))
    beyond = Occupancy.objects.filter(between, unit=OuterRef("unit"), closure__isnull=False)
    busy = there.filter(Q(period__overlap=period(start, end)) | (Q(closure=None) & ~Exists(beyond)))
    free = Unit.objects.in_use().filter(~Exists(busy), resource=OuterRef("pk"))
    return Coalesce(Subquery(free.order_by().values("resource").annotate(count=Count("pk")).values("count")), 0)


def is_open(space: str, day: date, start: time, end: time) -> Q:
    """Return the condition that the opening hours of the space cover these hours of the day.

    The space is open at the start, and another stretch follows each one that ends before the end. `space` is the
    name of the field with the key of the space.
    """
    hours = OpeningHours.objects.filter(space=OuterRef(space), weekday=day.weekday())
    goes_on = OpeningHours.objects.filter(
        space=OuterRef("space"), weekday=day.weekday(), opens__lte=OuterRef("closes"), closes__gt=OuterRef("closes")
    )
    begun = hours.filter(opens__lte=start, closes__gt=start)
    breaks = hours.filter(~Exists(goes_on), closes__gt=start, closes__lt=end)
    return Exists(begun) & ~Exists(breaks)


def _opened(spaces: QuerySet[Space], day: date, start: time, end: time) -> QuerySet[Space]:
    """Keep the spaces that are open all these hours of the day. Closures are not considered."""
    on_holiday = [country for country in Country.values if holiday_on(country, day)]
    open_spaces = spaces.exclude(closes_on_public_holidays=True, country__in=on_holiday)
    return open_spaces.filter(is_open("pk", day, start, end))


def _free(wanted: Wanted, person: Person) -> QuerySet[Resource]:
    """Return the suited resources that are free all that time, each with its number of `free` units."""
    resources = _for(suited(wanted), person, wanted)
    counted = resources.alias(seats_a_unit=Coalesce("seats", 1)).annotate(free=free_units(wanted.stretch))
    return counted.alias(room=F("free") * F("seats_a_unit")).filter(takes(wanted.people))


# --- one day ---


def by_day(wanted: Wanted, *, page: int = 1, person: Person | None = None) -> Page:
    """Return a page of the spaces where the person may book something that is free all that time. Four queries."""
    person = person or Person(timezone.now())
    open_spaces = _opened(places(wanted), wanted.day, wanted.start, wanted.end)
    free = _free(wanted, person)
    shown = _page(open_spaces.filter(Exists(free.filter(space=OuterRef("pk")))), page)
    _fill(shown.spaces, free, wanted, person)
    return shown._replace(spaces=[space for space in shown.spaces if space.found])


def _page(spaces: QuerySet[Space], number: int) -> Page:
    first = (number - 1) * SPACES_A_PAGE
    rows = list(spaces.prefetch_related("opening_hours")[first : first + SPACES_A_PAGE + 1])
    return Page(rows[:SPACES_A_PAGE], number, len(rows) > SPACES_A_PAGE)


def _fill(spaces: list[Any], resources: QuerySet[Any], wanted: Wanted, person: Person) -> None:
    """Set `found` of each space, without the resources that the person may not book."""
    by_pk = {space.pk: space for space in spaces}
    for space in spaces:
        space.found = []
    for resource in resources.filter(space__in=by_pk).order_by("order", "pk"):
        resource.space = by_pk[resource.space_id]
        if person.may_book(resource, *wanted.stretch):
            resource.space.found.append(Found(resource, wanted.stretch, resource.free))


# --- a week ---


def week_days(day: date) -> list[date]:
    """Return the seven days of the week of this day, from Monday."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(DAYS_OF_A_WEEK)]


def by_week(wanted: Wanted, *, page: int = 1, person: Person | None = None) -> Page:
    """Return a page of the spaces with suited resources, each with the seven days of the week. Four queries."""
    person = person or Person(timezone.now())
    resources: QuerySet[Any] = suited(wanted)
    shown = _page(places(wanted).filter(Exists(resources.filter(space=OuterRef("pk")))), page)
    wishes = [replace(wanted, day=day) for day in week_days(wanted.day)]
    counts = {f"free_{number}": free_units(wish.stretch) for number, wish in enumerate(wishes)}
    by_pk = {space.pk: space for space in shown.spaces}
    for space in shown.spaces:
        space.found = []
    for resource in resources.filter(space__in=by_pk).annotate(**counts).order_by("order", "pk"):
        resource.space = by_pk[resource.space_id]
        cells = [
            _cell(resource, wish, getattr(resource, f"free_{number}"), person) for number, wish in enumerate(wishes)
        ]
        resource.space.found.append((resource, cells))
    return shown


def _cell(resource: Resource, wish: Wanted, free: int, person: Person) -> Cell:
    if wish.stretch.start < person.now and wish.day <= local_day(person.now):
        kind = "over"
    elif refusal := person.why_not(resource, *wish.stretch):
        return Cell(wish.day, "closed" if refusal in OF_THE_SPACE else "barred", None, refusal)
    else:
        kind = "free" if _takes(resource, free, wish.people) else "taken"
    return Cell(wish.day, kind, Found(resource, wish.stretch, free) if kind == "free" else None)


# --- what is shown of a result ---


def describe(*spaces_or_found: Any) -> None:
    """Read the features and the first photo (`first_photos`) of every resource of these results, in two queries.

    Takes `Found`, and spaces with `found`.
    """
    found = [one for each in spaces_or_found for one in ([each] if isinstance(each, Found) else each.found)]
    resources = [one.resource if isinstance(one, Found) else one[0] for one in found]
    # The stubs look for the fields in the abstract `Picture`, which has the query set.
    first = Photo.objects.exclude(resource=None)  # type: ignore[misc]
    first = first.order_by("resource_id", "order", "pk").distinct("resource_id")
    prefetch_related_objects(resources, "features", Prefetch("photos", queryset=first, to_attr="first_photos"))


# --- nothing fits ---


class Alternatives(NamedTuple):
    """The nearest results to a wish without any: other times of that day at the same place, and other spaces."""

    times: list[Found]
    spaces: list[Any]

    def __bool__(self) -> bool:
        return bool(self.times or self.spaces)


def alternatives(wanted: Wanted, *, person: Person | None = None) -> Alternatives:
    """Search the nearest results in `NEAR_ROOMS` rooms and `NEAR_SPACES` spaces: at most twelve queries."""
    person = person or Person(timezone.now())
    return Alternatives(_other_times(wanted, person), _other_spaces(wanted, person))


def _other_times(wanted: Wanted, person: Person) -> list[Found]:
    """Return, for the first suited rooms, the free time of the same length that is nearest to the wished one."""
    rooms = suited(wanted).filter(max_days_ahead__gte=_days(wanted, person.now))
    first = places(wanted).filter(Exists(rooms.filter(space=OuterRef("pk")))).values_list("pk", flat=True)
    rooms = rooms.filter(space__in=list(first[:NEAR_ROOMS]))
    rooms = rooms.select_related("space").prefetch_related("space__opening_hours")
    near = list(rooms.order_by("space__order", "space__name", "space", "order", "pk")[:NEAR_ROOMS])
    plans = free_days(near, wanted.day, now=person.now)
    found = [nearest for room in near if (nearest := _nearest_time(plans[room.pk], wanted, person))]
    return sorted(found, key=lambda one: _distance(one.stretch, wanted))[:ALTERNATIVES]


def _days(wanted: Wanted, now: datetime) -> int:
    return (wanted.day - local_day(now)).days


def _distance(stretch: Stretch, wanted: Wanted) -> timedelta:
    return abs(stretch.start - wanted.stretch.start)


def _nearest_time(plan: ResourceDay, wanted: Wanted, person: Person) -> Found | None:
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


def _other_spaces(wanted: Wanted, person: Person) -> list[Space]:
    """Return the nearest other spaces with something free all that time; [] if the wish names no place."""
    if not (wanted.where or wanted.side):
        return []
    anywhere = replace(wanted, where="", side="")
    elsewhere = places(anywhere).exclude(pk__in=places(wanted).values("pk"))
    centre = places(wanted).order_by().aggregate(latitude=Avg("latitude"), longitude=Avg("longitude"))
    if centre["latitude"] is not None:
        # At this latitude a degree of longitude is about two thirds of a degree of latitude: exact enough for an order.
        away = Abs(F("latitude") - centre["latitude"]) * 3 + Abs(F("longitude") - centre["longitude"]) * 2
        elsewhere = elsewhere.alias(away=away).order_by("away", "order", "pk")
    near = list(elsewhere.values_list("pk", flat=True)[:NEAR_SPACES])
    free = _free(anywhere, person)
    opened = _opened(Space.objects.filter(pk__in=near), wanted.day, wanted.start, wanted.end)
    spaces: list[Any] = list(opened.prefetch_related("opening_hours"))
    _fill(spaces, free, anywhere, person)
    spaces.sort(key=lambda space: near.index(space.pk))
    return [space for space in spaces if space.found][:ALTERNATIVES]
