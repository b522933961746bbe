"""Read the content of the pages of a space."""

from collections.abc import Iterable, Iterator
from copy import copy
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import Promise

from ...enums import Weekday
from ...models import Closure, Hotspot, OpeningHours, Scene, Space
from ...models.resources import WHO_MAY_BOOK
from ...timing.hours import Stretch, day_bounds, local_day, merged, stretches_of, without
from ..rules import limits_of, opening_of
from .opening import Holiday, closures_near, holidays_ahead, state_now

#: Number of closures on each page, the next first.
MOST_CLOSURES = 5


class WeekdayHours(NamedTuple):
    weekday: int
    name: str | Promise
    hours: list[OpeningHours]
    is_today: bool

    @property
    def schema_day(self) -> str:
        """Return the name of the day in schema.org."""
        return Weekday(self.weekday).name.capitalize()


def week_of(space: Space, at: datetime) -> list[WeekdayHours]:
    """Return the seven days with their hours, from Monday; an empty list if no hours are known."""
    hours = list(space.opening_hours.all())
    if not hours:
        return []
    today = local_day(at).weekday()
    return [
        WeekdayHours(day.value, day.label, [row for row in hours if row.weekday == day.value], day.value == today)
        for day in Weekday
    ]


class Facts(NamedTuple):
    """The part of a space's page that is the same for every reader at any time. `closures` are all closures to come."""

    space: Space
    resources: list
    photos: list
    services: list
    team: list
    travel_times: list
    entrance: Scene | None
    closures: list


def facts_of(slug: str) -> Facts | None:
    """Return the facts of a published space, or None, in twelve queries."""
    spaces = Space.objects.published().select_related("operator").prefetch_related("opening_hours")
    space = spaces.filter(slug=slug).first()
    if space is None:
        return None
    of_space: Any = space.resources
    resources = of_space.rooted().annotate(unit_count=Count("units", filter=Q(units__is_retired=False)))
    resources = list(resources.prefetch_related("features", *WHO_MAY_BOOK))
    photos = list(space.photos.all())
    rooms = {resource.pk: resource for resource in resources}
    for photo in photos:
        photo.resource = rooms.get(photo.resource_id)
    for resource in resources:
        resource.limits = limits_of(resource)
        resource.shown_photos = [photo for photo in photos if photo.resource is resource]
    travel_times = space.travel_times.filter(to_space__is_published=True).select_related("to_space")
    return Facts(
        space=space,
        resources=resources,
        photos=photos,
        services=list(space.services.all()),
        team=list(space.team.all()),
        travel_times=list(travel_times.order_by("to_space__order")),
        entrance=space.scenes.first(),
        closures=list(space.closures.upcoming().select_related("resource")),
    )


def page_of(facts: Facts, at: datetime) -> dict[str, Any]:
    """Return the content of a space's page at this moment; its space has its `state`. The facts stay unchanged."""
    space: Any = copy(facts.space)
    to_come = [closure for closure in facts.closures if closure.period.upper > at]
    space.near_closures = closures_near(facts.closures, at)
    space.state = state_now(space, at)
    closures, holidays = to_come[:MOST_CLOSURES], holidays_ahead(space, at)
    return {
        **facts._asdict(),
        "space": space,
        "state": space.state,
        "week": week_of(space, at),
        "hours_are_example": any(row.is_example for row in space.opening_hours.all()),
        "closures": closures,
        "holidays": holidays,
        "special_days": special_days(space, closures, holidays, at),
    }


class SpecialDays(NamedTuple):
    """Days, `last` included, on which the usual hours do not hold. If `opens` is None, the space is closed all day."""

    first: date
    last: date
    opens: time | None = None
    closes: time | None = None


def special_days(
    space: Space, closures: Iterable[Closure], holidays: Iterable[Holiday], at: datetime
) -> list[SpecialDays]:
    """Return the days from `at` on whose opening hours public holidays or closures of the whole space change."""
    closed = [Stretch(row.period.lower, row.period.upper) for row in closures if row.resource_id is None]
    hours = list(space.opening_hours.all())
    found = []
    for day in sorted({*_days_in(closed, local_day(at)), *(holiday.day for holiday in holidays)}):
        usual = stretches_of(hours, day)
        left = without(opening_of(space, hours, day), closed)
        if left:
            local = [(timezone.localtime(part.start).time(), timezone.localtime(part.end).time()) for part in left]
            found += [SpecialDays(day, day, *part) for part in local if left != usual]
        elif found and found[-1].opens is None and found[-1].last == day - timedelta(days=1):
            found[-1] = found[-1]._replace(last=day)
        else:
            found.append(SpecialDays(day, day))
    return found


def _days_in(stretches: Iterable[Stretch], first: date) -> Iterator[date]:
    """Yield the local days that the stretches touch, from `first` on, in order."""
    for stretch in merged(stretches):
        day = max(local_day(stretch.start), first)
        while day_bounds(day).start < stretch.end:
            yield day
            first = day = day + timedelta(days=1)


def scene_of(space: Space, pk: int) -> tuple[Scene, list[Hotspot], list[Scene]] | None:
    """Return (scene, points, scenes): a scene of a space's tour, its points, and all scenes, in two queries. Return
    None where the space has no such scene."""
    scenes = list(space.scenes.all())
    scene = next((scene for scene in scenes if scene.pk == pk), None)
    if scene is None:
        return None
    points = list(scene.hotspots.select_related("to_scene", "resource"))
    for point in points:
        if point.to_scene:
            point.to_scene.space = space
    return scene, points, scenes
