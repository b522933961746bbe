"""Search what comes nearest to a wish for which nothing is found, and say why nothing is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Avg, Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from hacktiv.common import dates

from ...models import Closure, Resource, Space
from ...models.resources import WHO_MAY_BOOK
from ...places.queries.opening import HORIZON, state_now
from ...places.rules import holiday_of, opening_of
from ...timing.hours import Stretch, local_day
from ...timing.periods import period
from ..rules import OF_THE_SPACE
from .criteria import RoomFor, described, free_during, open_during, suited
from .free import ResourceDay, free_days
from .persons import Person
from .search import fill, with_ways
from .whereabouts import middle, places
from .wishes import Found, Origin, ResultPage, Wanted

#: In results: so many other times, and so many other spaces, are offered if nothing is free.
ALTERNATIVES = 4
#: In rooms, and in spaces: another time is searched in so many rooms, another place in so many near spaces.
NEAR_ROOMS, NEAR_SPACES = 24, 40
#: Codes of the refusals after which it is said when a space opens again.
CLOSED_THEN = OF_THE_SPACE | {"in_the_past"}


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
    rooms = rooms.select_related("space").prefetch_related("space__opening_hours", *WHO_MAY_BOOK)
    return list(rooms.order_by("space__order", "space__name", "space", "order", "pk")[:NEAR_ROOMS])


def too_large(wanted: Wanted) -> str:
    """Say that no place that is searched holds so many people, and the largest that there is; "" if one does, or may,
    as nobody entered its seats. One query, for a group only."""
    if wanted.people == 1:
        return ""
    rooms = described(wanted).filter(space__in=places(wanted).order_by().values("pk")).select_related("space")
    rooms = rooms.annotate(room_for=RoomFor(wanted.people))
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
    if furthest < wanted.days_ahead(person.now):
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
    near = [room for room in rooms if room.max_days_ahead >= wanted.days_ahead(person.now)]
    plans = free_days(near, wanted.day, now=person.now)
    found = [nearest for room in near if (nearest := _nearest_time(plans[room.pk], wanted, person))]
    return sorted(found, key=lambda one: _distance(one.stretch, wanted))[:ALTERNATIVES]


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
    free = free_during(anywhere, person)
    are_open = open_during(Space.objects.filter(pk__in=[way[0] for way in near]), wanted.day, wanted.start, wanted.end)
    there = set(are_open.filter(Exists(free.filter(space=OuterRef("pk")))).values_list("pk", flat=True))
    spaces = with_ways(way for way in near if way[0] in there)
    fill(spaces, free, anywhere, person)
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
    return middle(in_towns.pop() if len(in_towns) == 1 else name, spaces) if spaces else None
