"""Search free places in all spaces, by day and by week, and the nearest alternatives.

The database finds what is free with the index of the exclusion constraints, and only for the spaces of one page. So a
search costs the same number of queries, and about the same time, however many spaces there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib.postgres.lookups import Unaccent
from django.db.models import (
    Avg,
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Cast, Ceil, Coalesce, Concat, Least, Power, Sqrt
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext as _

from hacktiv.common import dates
from hacktiv.common.freshness import catalogue
from hacktiv.common.languages import texts_of
from hacktiv.common.text import fold, searched_words

from ...enums import Country, Refusal, ResourceKind, TravelMode
from ...models import Closure, Feature, OpeningHours, Resource, Space, TravelTime, Unit
from ...models.resources import ONE_UNIT_EACH, ResourceQuerySet
from ...places import towns
from ...places.queries.opening import HORIZON, state_now
from ...places.rules import holiday_of, opening_of
from ...timing.hours import Stretch, at_local, local_day
from ...timing.periods import period
from ...timing.public_holidays import holiday_on
from ..rules import OF_THE_SPACE
from .free import ResourceDay, free_days
from .persons import Person
from .rooms import first_photos, with_rooms
from .sentence import Names, parts_of_where

#: In spaces, for each page of results.
SPACES_A_PAGE = 10
#: In results: so many other times, and so many other spaces, are offered if nothing is free.
ALTERNATIVES = 4
#: In rooms, and in spaces: another time is searched in so many rooms, another place in so many near spaces.
NEAR_ROOMS, NEAR_SPACES = 24, 40
#: In spaces: so many are suggested while people type, and a network of so many stands on the map as a whole.
SUGGESTED, MOST_ON_MAP = 40, 12
DAYS_OF_A_WEEK = 7
#: Codes of the refusals after which it is said when a space opens again.
CLOSED_THEN = OF_THE_SPACE | {"in_the_past"}
#: Rooms that are made for several people, so that a group may ask for one whose number of seats nobody entered.
FOR_SEVERAL = (ResourceKind.MEETING_ROOM, ResourceKind.LOUNGE, ResourceKind.STUDIO)
#: Words of the names of spaces that do not tell one from another; nor do words of fewer letters.
COMMON_WORDS = frozenset({"coworking", "maison", "espace", "centre", "house", "huis"})
LEAST_LETTERS = 5
MINUTE = timedelta(minutes=1)


class Origin(NamedTuple):
    """A spot from which people come: a town, or the middle of some `spaces` (keys), which are reached at once."""

    name: str
    latitude: float
    longitude: float
    spaces: tuple[int, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """A wish to search for: local hours of one day, for a number of people, with all of the `features` (slugs).

    `kind` (a `ResourceKind`), `where` (each the words of a name, postcode or town, of which one is enough) and `side`
    (a `Country`) may be empty: any. With `near` the spaces are in the order of the time that the way from the nearest
    of these spots takes.
    """

    day: date
    start: time
    end: time
    people: int = 1
    kind: str = ""
    where: tuple[str, ...] = ()
    side: str = ""
    features: tuple[str, ...] = ()
    near: tuple[Origin, ...] = ()

    @cached_property
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


class ResultPage(NamedTuple):
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
    """Return the published spaces at the wished places, in their order or the nearest first, each with the `minutes` of
    the way from the nearest of `wanted.near` and the name of that spot (`way_from`), or None and ""."""
    spaces = called(Space.objects.published(), *wanted.where)
    if wanted.side:
        spaces = spaces.filter(country=wanted.side)
    if wanted.near:
        ways = [_minutes_from(origin) for origin in wanted.near]
        spaces = spaces.annotate(minutes=Least(*ways) if len(ways) > 1 else ways[0])
        names = [
            When(Exact(way, F("minutes")), then=Value(origin.name))
            for way, origin in zip(ways[:-1], wanted.near, strict=False)
        ]
        spaces = spaces.annotate(way_from=Case(*names, default=Value(wanted.near[-1].name)))
        return spaces.order_by("minutes", "order", "name", "pk")
    spaces = spaces.annotate(minutes=Value(None, IntegerField()), way_from=Value(""))
    return spaces.order_by("order", "name", "pk")


def called(spaces: QuerySet[Space], *names: str) -> QuerySet[Space]:
    """Keep the spaces that have all words of one of these names in their name, postcode or town."""
    if not names:
        return spaces
    spaces = spaces.alias(called=Unaccent(Concat("name", Value(" "), "postcode", Value(" "), "town")))
    any_of_them = Q()
    for name in names:
        any_of_them |= Q(*(Q(called__icontains=Unaccent(Value(word))) for word in searched_words(name)))
    return spaces.filter(any_of_them)


def _minutes_from(origin: Origin) -> Case:
    """Return the minutes by car from there: those that a manager entered between two spaces, else an estimate."""
    north = (Cast("latitude", FloatField()) - origin.latitude) * towns.KM_OF_LATITUDE
    east = (Cast("longitude", FloatField()) - origin.longitude) * towns.KM_OF_LONGITUDE
    steps = Ceil(Sqrt(Power(north, 2) + Power(east, 2)) * towns.MINUTES_A_KM / towns.ROUNDED_TO)
    estimate = Cast(steps * towns.ROUNDED_TO, IntegerField())
    if not origin.spaces:
        return Case(default=estimate, output_field=IntegerField())
    one_way = Q(space__in=origin.spaces, to_space=OuterRef("pk"))
    other_way = Q(to_space__in=origin.spaces, space=OuterRef("pk"))
    entered = TravelTime.objects.filter(one_way | other_way, mode=TravelMode.CAR)
    quickest = Subquery(entered.order_by("minutes").values("minutes")[:1])
    return Case(
        When(pk__in=origin.spaces, then=Value(0)),
        default=Coalesce(quickest, estimate),
        output_field=IntegerField(),
    )


class Whereabouts(NamedTuple):
    """How a search reads the field « where »: names of which spaces have one, or spots to be near. What is `unknown` by
    any name is neither, and filters nothing."""

    where: tuple[str, ...] = ()
    near: tuple[Origin, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def towns_without(self) -> list[str]:
        """The names of the towns in which there is no space."""
        return [origin.name for origin in self.near if not origin.spaces]


def places_named(where: str) -> tuple[str, ...]:
    """Return the places that the field « where » names: the one known by the whole text, else those between its commas
    and its words such as « ou ». One query, if there are any of these."""
    parts = parts_of_where(where)
    if len(parts) > 1 and (towns.town_called(where) or called(Space.objects.published(), where).exists()):
        return (where,)
    return parts


def whereabouts(names: Sequence[str], *, by_time: bool = False, home: Space | None = None) -> Whereabouts:
    """Return the spaces that are called by one of these names, or where the names are, to be near: by one query a name.

    All spaces are wanted, those first that are nearest to any of the names, if one is a town without a space, or with
    `by_time`, which without a name reckons from the home space."""
    if not names:
        return Whereabouts(near=(_middle(home.name, [home]),) if by_time and home else ())
    spots, unknown = {}, []
    for name in names:
        town = towns.town_called(name)
        found = list(called(Space.objects.published(), name).only("latitude", "longitude"))
        if found:
            spots[name] = _middle(town.name if town else name, found)
        elif town:
            spots[name] = Origin(town.name, town.latitude, town.longitude)
        else:
            unknown.append(name)
    if by_time or not all(origin.spaces for origin in spots.values()):
        return Whereabouts(near=tuple(spots.values()), unknown=tuple(unknown))
    return Whereabouts(where=tuple(spots), unknown=tuple(unknown))


def _middle(name: str, spaces: Sequence[Space]) -> Origin:
    latitude, longitude = (
        sum(float(getattr(space, axis)) for space in spaces) / len(spaces) for axis in ("latitude", "longitude")
    )
    return Origin(name, latitude, longitude, tuple(space.pk for space in spaces))


def suggested_places() -> list[Space]:
    """Return the first spaces, to suggest while people type, and for the map."""
    return list(map(copy, _suggested_places()))


@catalogue("spaces")
def _suggested_places() -> list[Space]:
    return list(Space.objects.published().order_by("order", "name", "pk")[:SUGGESTED])


@catalogue("spaces")
def all_features() -> list[Any]:
    """Return the features of the network's list, in their order; `is_offered` tells if something to book has it."""
    having = Resource.objects.bookable().rooted().filter(features=OuterRef("pk"))
    return list(Feature.objects.annotate(is_offered=Exists(having)))


@catalogue("spaces")
def known_names() -> Names:
    """Return the names by which people may ask for a place or a feature: of the towns around, of the first spaces, and
    of the features in every language."""
    found = towns.names_of_towns()
    spaces = _suggested_places()
    for space in spaces:
        found |= {fold(name): name for name in (space.town, space.postcode) if name}
    for space in spaces:
        for word in fold(space.name).split():
            if len(word) >= LEAST_LETTERS and word not in COMMON_WORDS:
                found.setdefault(word, space.name if _is_alone_with(word, spaces) else word)
    found |= {fold(space.name): space.name for space in spaces}
    features = all_features()
    return Names(found, {fold(text): one.slug for one in features for text in texts_of(one, "name").values()})


def _is_alone_with(word: str, spaces: Iterable[Space]) -> bool:
    return sum(word in fold(space.name).split() for space in spaces) == 1


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


def suited(wanted: Wanted) -> ResourceQuerySet:
    """Return the resources that suit the wish if they are free: kind, size, length and features.

    Of an open-plan room each person takes a workplace, of which there are enough. A room for several people
    (`FOR_SEVERAL`) whose number of seats is not entered stays in the result, and the page says so; a private office
    does not. A new criterion is one more filter here, and one more field of `Wanted`.
    """
    resources = _described(wanted).filter(min_minutes__lte=wanted.minutes, max_minutes__gte=wanted.minutes)
    if wanted.people > 1:
        resources = resources.alias(room_for=_room_for(wanted.people)).filter(room_for__gte=wanted.people)
    return resources


def _room_for(people: int) -> Case:
    """Return how many people a resource holds; where nobody entered it, so many `people` in a room for several."""
    each = Unit.objects.in_use().filter(resource=OuterRef("pk")).order_by().values("resource").values(n=Count("pk"))
    return Case(
        When(kind__in=ONE_UNIT_EACH, then=Coalesce(Subquery(each), 0)),
        When(seats=None, kind__in=FOR_SEVERAL, then=people),
        default=Coalesce("seats", 1),
        output_field=IntegerField(),
    )


def _described(wanted: Wanted) -> ResourceQuerySet:
    """Return the resources of the wished kind with the wished features, whatever their size and for however long."""
    resources: Any = Resource.objects.rooted().filter(is_bookable=True)
    if wanted.kind:
        resources = resources.filter(kind=wanted.kind)
    for slug in wanted.features:
        resources = resources.filter(Exists(Feature.objects.filter(resources=OuterRef("pk"), slug=slug)))
    return resources


def _for(resources: ResourceQuerySet, person: Person, wanted: Wanted) -> ResourceQuerySet:
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


class FreeUnits(Func):
    """Count the units of a resource that are free from `start` to `end` and in the time to prepare and to clear up.

    In SQL, as Django takes longer to put this together of expressions than the database takes to answer."""

    # The same rule as `periods.outside`: kept time ends at a closure, so what lies beyond a closure is not in the way.
    template = """(
        SELECT COUNT(*)
        FROM (SELECT %(expressions)s) AS wish (resource_id, starts, ends, before, after)
        JOIN spaces_unit AS unit USING (resource_id)
        WHERE NOT unit.is_retired AND NOT EXISTS (
            SELECT FROM spaces_occupancy AS busy
            WHERE busy.unit_id = unit.id
            AND busy.period && tstzrange(
                starts - make_interval(mins => before), ends + make_interval(mins => after)
            )
            AND (
                busy.period && tstzrange(starts, ends)
                OR busy.closure_id IS NULL AND NOT EXISTS (
                    SELECT FROM spaces_occupancy AS beyond
                    WHERE beyond.unit_id = busy.unit_id AND beyond.closure_id IS NOT NULL
                    AND (
                        lower(beyond.period) BETWEEN ends AND lower(busy.period)
                        OR upper(beyond.period) BETWEEN upper(busy.period) AND starts
                    )
                )
            )
        )
    )"""
    output_field = IntegerField()

    def __init__(self, start: datetime, end: datetime, **extra: Any) -> None:
        moments = (Value(moment, DateTimeField()) for moment in (start, end))
        super().__init__("pk", *moments, "buffer_before_minutes", "buffer_minutes", **extra)


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
    resources = _for(suited(wanted), person, wanted).annotate(free=FreeUnits(*wanted.stretch))
    return resources.with_units_for(wanted.people).filter(free__gte=F("units_for_all"))


# --- one day ---


def by_day(wanted: Wanted, *, page: int = 1, person: Person | None = None) -> ResultPage:
    """Return a page of the spaces where the person may book something that is free all that time. Two queries, and
    those of `with_rooms`."""
    person = person or Person(timezone.now())
    open_spaces = _opened(places(wanted), wanted.day, wanted.start, wanted.end)
    free = _free(wanted, person)
    shown = _page(open_spaces.filter(Exists(free.filter(space=OuterRef("pk")))), page)
    _fill(shown.spaces, free, wanted, person)
    return shown._replace(spaces=[space for space in shown.spaces if space.found])


def _page(spaces: QuerySet[Any], number: int) -> ResultPage:
    first = (number - 1) * SPACES_A_PAGE
    found = list(spaces.values_list("pk", "minutes", "way_from")[first : first + SPACES_A_PAGE + 1])
    return ResultPage(_timed(found[:SPACES_A_PAGE]), number, len(found) > SPACES_A_PAGE)


def _timed(found: Iterable[tuple[int, int | None, str]]) -> list[Any]:
    """Return the spaces of these keys with their rooms, each with the `minutes` of the way and the name where it begins
    (`way_from`), or None and ""."""
    ways = {pk: way for pk, *way in found}
    spaces = with_rooms(list(ways))
    for space in spaces:
        space.minutes, space.way_from = ways[space.pk]
    return spaces


def _fill(spaces: list[Any], resources: QuerySet[Any], wanted: Wanted, person: Person) -> None:
    """Set `found` of each space, without the resources that the person may not book."""
    there = resources.filter(space__in=[space.pk for space in spaces]).order_by()
    free = dict(there.values_list("pk", "free")) if spaces else {}
    for space in spaces:
        space.found = [
            Found(room, wanted.stretch, free[room.pk])
            for room in space.rooms
            if room.pk in free and person.may_book(room, *wanted.stretch)
        ]


# --- a week ---


def week_days(day: date) -> list[date]:
    """Return the seven days of the week of this day, from Monday."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(DAYS_OF_A_WEEK)]


def by_week(wanted: Wanted, *, page: int = 1, person: Person | None = None) -> ResultPage:
    """Return a page of the spaces with suited resources, each with the seven days of the week. Two queries, and
    those of `with_rooms`."""
    person = person or Person(timezone.now())
    resources = suited(wanted)
    shown = _page(places(wanted).filter(Exists(resources.filter(space=OuterRef("pk")))), page)
    wishes = [replace(wanted, day=day) for day in week_days(wanted.day)]
    there = resources.filter(space__in=[space.pk for space in shown.spaces]).order_by()
    counted = there.values_list("pk", *(FreeUnits(*wish.stretch) for wish in wishes)) if shown.spaces else []
    free = {pk: counts for pk, *counts in counted}
    for space in shown.spaces:
        space.found = [
            (room, [_cell(room, wish, count, person) for wish, count in zip(wishes, free[room.pk], strict=True)])
            for room in space.rooms
            if room.pk in free
        ]
    return shown


def _cell(resource: Resource, wish: Wanted, free: int, person: Person) -> Cell:
    if wish.stretch.start < person.now and wish.day <= local_day(person.now):
        kind = "over"
    elif refusal := person.why_not(resource, *wish.stretch):
        return Cell(wish.day, "closed" if refusal in OF_THE_SPACE else "barred", None, refusal)
    else:
        kind = "free" if free >= resource.units_for(wish.people) else "taken"
    return Cell(wish.day, kind, Found(resource, wish.stretch, free) if kind == "free" else None)


# --- what is shown of a result ---


def describe(found: Iterable[Found]) -> None:
    """Read the features and the first photo (`first_photos`) of every resource of these results, in two queries."""
    prefetch_related_objects([one.resource for one in found], "features", first_photos())


# --- nothing fits ---


class Alternatives(NamedTuple):
    """The nearest results to a wish without any: other times of that day at the same place, and other spaces, each
    with the `minutes` of the way from there (`way_from`). `why` says what stands against every place that would suit,
    if anything does; where they are closed, `opening` is the time of the wished length from which one is open again."""

    times: list[Found]
    spaces: list[Any]
    why: str = ""
    opening: Stretch | None = None

    def __bool__(self) -> bool:
        return bool(self.times or self.spaces)


def alternatives(wanted: Wanted, *, person: Person | None = None) -> Alternatives:
    """Search the nearest results in `NEAR_ROOMS` rooms and `NEAR_SPACES` spaces: at most fourteen queries, and one more
    for each further name of a place."""
    person = person or Person(timezone.now())
    near = _near_rooms(wanted)
    spaces = _other_spaces(wanted, person)
    times = _other_times(near, wanted, person)
    if why := too_large(wanted):
        return Alternatives(times, spaces, why)
    why, opening = _why_none(near, wanted, person), _next_opening(near, wanted, person)
    return Alternatives(times, spaces, why, opening)


def _near_rooms(wanted: Wanted) -> list[Resource]:
    """Return the first suited rooms of the first spaces at the wished place, free or not."""
    rooms = suited(wanted)
    first = places(wanted).filter(Exists(rooms.filter(space=OuterRef("pk")))).values_list("pk", flat=True)
    rooms = rooms.filter(space__in=list(first[:NEAR_ROOMS]))
    rooms = rooms.select_related("space").prefetch_related("space__opening_hours", "open_to")
    return list(rooms.order_by("space__order", "space__name", "space", "order", "pk")[:NEAR_ROOMS])


def too_large(wanted: Wanted) -> str:
    """Say that no place that is searched holds so many people, and the largest that there is; "" if one does, or may,
    as nobody entered its seats. One query, for a group only."""
    if wanted.people == 1:
        return ""
    rooms = _described(wanted).filter(space__in=places(wanted).order_by().values("pk")).select_related("space")
    rooms = rooms.annotate(room_for=_room_for(wanted.people))
    largest: Any = rooms.order_by("-room_for", "space__order", "order", "pk").first()
    if largest is None or largest.room_for >= wanted.people:
        return ""
    said = _("No place that we searched holds %(people)s people. The largest, %(room)s at %(space)s, holds %(most)s.")
    about = {"people": wanted.people, "room": largest.name, "space": largest.space.name, "most": largest.room_for}
    return said % about


def _next_opening(rooms: Sequence[Resource], wanted: Wanted, person: Person) -> Stretch | None:
    """Return the time of the wished length, or until closing time, from which one of the spaces of these rooms is open
    again; None where not all are closed then, or for longer than `HORIZON`. One query, where all are."""
    start = max(wanted.stretch.start, person.now)
    if not rooms or not all(person.why_not(room, *wanted.stretch) in CLOSED_THEN for room in rooms):
        return None
    spaces: dict[int, Any] = {room.space_id: room.space for room in rooms}
    closures = list(
        Closure.objects.filter(space__in=spaces, resource=None, period__overlap=period(start, start + HORIZON))
    )
    openings = []
    for space in spaces.values():
        space.near_closures = [closure for closure in closures if closure.space_id == space.pk]
        state = state_now(space, start)
        if state.kind == "closed" and state.changes_at:
            stretches = opening_of(space, list(space.opening_hours.all()), local_day(state.changes_at))
            openings += [Stretch(state.changes_at, end) for begin, end in stretches if begin <= state.changes_at < end]
    if not openings:
        return None
    first = min(openings)
    return Stretch(first.start, min(first.end, first.start + (wanted.stretch.end - wanted.stretch.start)))


def _why_none(rooms: Sequence[Resource], wanted: Wanted, person: Person) -> str:
    """Return why none of these rooms can be booked then, whoever has booked it: the one reason that they share, or of
    several spaces that they are closed or that it is too far ahead. An empty string if a room is merely taken."""
    refusals = {room: person.why_not(room, *wanted.stretch) for room in rooms}
    if not refusals or not all(refusals.values()):
        return ""
    furthest = max(room.max_days_ahead for room in rooms)
    if furthest < _days(wanted, person.now):
        last = local_day(person.now) + timedelta(days=furthest)
        return _("Nothing can be booked so far ahead yet. The last day for now: %(day)s.") % {"day": dates.day(last)}
    codes = set(refusals.values())
    if codes <= OF_THE_SPACE and codes != {"hours_unknown"}:
        return _why_closed({room.space for room in rooms}, wanted.day)
    said = {str(refusal) for room in rooms if (refusal := person.refusal(room, *wanted.stretch))}
    return said.pop() if len(said) == 1 else ""


def _why_closed(spaces: set[Space], day: date) -> str:
    """Say that these spaces are closed: at the wished hours, on a public holiday that they share, or all that day."""
    is_open = any(opening_of(space, list(space.opening_hours.all()), day) for space in spaces)
    holidays = {str(holiday) for space in spaces if (holiday := holiday_of(space, day))}
    shared = holidays.pop() if len(holidays) == 1 else ""
    if len(spaces) > 1:
        if is_open:
            return _("At these hours the spaces are closed.")
        if shared:
            return _("The spaces are closed on that day: %(holiday)s.") % {"holiday": shared}
        return _("The spaces are closed on that day.")
    (space,) = spaces
    if is_open:
        return _("At these hours the space is closed.")
    if shared:
        return _("%(space)s is closed on that day: %(holiday)s.") % {"space": space.name, "holiday": shared}
    return _("%(space)s is closed on that day.") % {"space": space.name}


def features_in_the_way(wanted: Wanted, find: Callable[..., ResultPage], *, person: Person) -> list[str]:
    """Return the wished features without each of which alone `find` (`by_day`, `by_week`) would find something."""
    without = {slug: tuple(one for one in wanted.features if one != slug) for slug in wanted.features}
    return [slug for slug, others in without.items() if find(replace(wanted, features=others), person=person).spaces]


def _other_times(rooms: Sequence[Resource], wanted: Wanted, person: Person) -> list[Found]:
    """Return, for these rooms, the free time of the wished length that is nearest to the wished one."""
    near = [room for room in rooms if room.max_days_ahead >= _days(wanted, person.now)]
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
            if free >= plan.resource.units_for(wanted.people) and person.may_book(plan.resource, *stretch):
                best = Found(plan.resource, stretch, free)
    return best


def _other_spaces(wanted: Wanted, person: Person) -> list[Space]:
    """Return the other spaces nearest to the wished places with something free all that time; [] if the wish names no
    place."""
    if not (wanted.where or wanted.side):
        return []
    anywhere = replace(wanted, where=(), side="", near=wanted.near or _centres_of(wanted))
    elsewhere: QuerySet[Any] = places(anywhere).exclude(pk__in=places(wanted).order_by().values("pk"))
    near = list(elsewhere.values_list("pk", "minutes", "way_from")[:NEAR_SPACES])
    free = _free(anywhere, person)
    opened = _opened(Space.objects.filter(pk__in=[way[0] for way in near]), wanted.day, wanted.start, wanted.end)
    there = set(opened.filter(Exists(free.filter(space=OuterRef("pk")))).values_list("pk", flat=True))
    spaces = _timed(way for way in near if way[0] in there)
    _fill(spaces, free, anywhere, person)
    return [space for space in spaces if space.found][:ALTERNATIVES]


def _centres_of(wanted: Wanted) -> tuple[Origin, ...]:
    """Return the middle of the spaces at each wished place, by the name of their town if they are in one; the middle of
    a side of the border has no name, as nobody comes from there."""
    if wanted.where:
        centres = (_centre_of(name, places(replace(wanted, where=(name,)))) for name in wanted.where)
        return tuple(centre for centre in centres if centre)
    centre = places(wanted).order_by().aggregate(latitude=Avg("latitude"), longitude=Avg("longitude"))
    if centre["latitude"] is None:
        return ()
    return (Origin("", float(centre["latitude"]), float(centre["longitude"])),)


def _centre_of(name: str, found: QuerySet[Space]) -> Origin | None:
    spaces = list(found.only("latitude", "longitude", "town"))
    in_towns = {space.town for space in spaces}
    return _middle(in_towns.pop() if len(in_towns) == 1 else name, spaces) if spaces else None
