"""Read the rooms of the spaces with all that is shown of them. They are kept for all as long as no space changes, and
must not be changed."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

from django.db.models import Prefetch, QuerySet

from hacktiv.common.freshness import catalogue

from ...models import Photo, Resource, Space, Unit
from ...models.resources import WHO_MAY_BOOK

#: Pages of a search that a process keeps, of about a megabyte each: every search may find other spaces.
MOST_PAGES = 12


def bookable_rooms() -> QuerySet[Resource]:
    """Return the resources that can be booked where they are, in the order of their space."""
    return Resource.objects.rooted().filter(is_bookable=True).order_by("order", "pk")


def with_rooms(pks: Sequence[int]) -> list[Any]:
    """Return the spaces, in the order of their keys, each with its hours and its `rooms`: the resources that can be
    booked, with features, those whom they are open to, and their `first_photos`, one at most."""
    spaces = _with_rooms(tuple(pks))
    return [copy(spaces[pk]) for pk in pks if pk in spaces]


@catalogue("spaces", most=MOST_PAGES)
def _with_rooms(pks: tuple[int, ...]) -> dict[int, Any]:
    rooms = bookable_rooms().prefetch_related(*WHO_MAY_BOOK, "features", first_photos())
    spaces = Space.objects.prefetch_related("opening_hours", Prefetch("resources", rooms, to_attr="rooms"))
    return spaces.in_bulk(pks)


def first_photos() -> Prefetch[Any]:
    """Prefetch the first photo of each resource as its `first_photos`."""
    # The stubs look for the fields in the abstract `Picture`, which has the query set.
    first = Photo.objects.exclude(resource=None)  # type: ignore[misc]
    first = first.order_by("resource_id", "order", "pk").distinct("resource_id")
    return Prefetch("photos", queryset=first, to_attr="first_photos")


def rooms_in(space: Space) -> list[Any]:
    """Return the resources of the space that can be booked, with features, those whom they are open to, photos, plan
    and their `units_in_use`."""
    return [_of_space(room, space) for room in _rooms_in(space.pk)]


def _of_space(room: Resource, space: Space) -> Resource:
    room = copy(room)
    room.space = space
    return room


@catalogue("spaces")
def _rooms_in(pk: int) -> list[Resource]:
    units = Prefetch("units", Unit.objects.in_use().order_by("number"), to_attr="units_in_use")
    rooms = bookable_rooms().filter(space=pk).select_related("plan")
    return list(rooms.prefetch_related(*WHO_MAY_BOOK, "features", "photos", units))
