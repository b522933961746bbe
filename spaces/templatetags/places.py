"""Template tags that draw the spaces: their emblems, and the map of both sides of the border."""

from datetime import date, datetime, time
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from hacktiv.common.drawings import drawing, svg
from hacktiv.common.markup import drawn
from hacktiv.common.templatetags.hacktiv import Wording, wording_of

from ..enums import BookedBy, Emblem
from ..places import border_map as geo
from ..places.queries import OpeningState
from ..places.rules import duration

register = template.Library()
register.filter("time_before", duration)


def _emblem_name(name):
    return name if name in Emblem.values else Emblem.HILLS.value


@register.simple_tag
def emblem(space, css=""):
    """Draw `{% emblem space %}`, the emblem in its colour. Takes a space, or the name of an emblem."""
    return _emblem(_emblem_name(getattr(space, "emblem", space)), css)


@cache
def _emblem(name, css):
    drawn = svg("emblems", name, "emblem-drawing")
    return format_html('<span class="emblem {}" data-emblem="{}" aria-hidden="true">{}</span>', css, name, drawn)


@register.simple_tag
def emblem_at(name, x, y, size):
    """Draw the emblem inside another drawing: a square of `size` with its corner at x, y."""
    box, inner = drawing("emblems", _emblem_name(name))
    return format_html(
        '<svg class="emblem-drawing" viewBox="{}" x="{}" y="{}" width="{}" height="{}">{}</svg>',
        box,
        str(x + size * 0.14),
        str(y + size * 0.14),
        str(size * 0.72),
        str(size * 0.72),
        mark_safe(inner),  # noqa: S308 - our own file
    )


@register.simple_tag
def map_address(space):
    """Return the address of a map that shows the space, as soon as its street or its exact position is entered."""
    if space.position_is_exact:
        where = f"mlat={space.latitude}&mlon={space.longitude}#map=17/{space.latitude}/{space.longitude}"
        return f"https://www.openstreetmap.org/?{where}"
    return f"https://www.openstreetmap.org/search?{urlencode({'query': _postal(space)})}" if space.street else ""


@register.simple_tag
def way_address(space):
    """Return the address of a map that finds the way to the space, under the same condition."""
    if not (space.street or space.position_is_exact):
        return ""
    to = f"{space.latitude},{space.longitude}" if space.position_is_exact else _postal(space)
    return f"https://www.openstreetmap.org/directions?{urlencode({'to': to})}"


def _postal(space):
    town = " ".join(filter(None, [space.postcode, space.town]))
    return ", ".join(filter(None, [space.street, town, str(space.get_country_display())]))


class SpaceCard(NamedTuple):
    """The content of a space's card."""

    address: str
    name: str
    emblem: str
    street: str
    town: str
    country: str
    tagline: Wording
    state: OpeningState | None


@register.simple_tag
def space_card(space, with_address=False):
    """Draw `{% space_card space %}`: a space of a list, with its `state` if it has one."""
    facts = SpaceCard(
        address=space.get_absolute_url(),
        name=space.name,
        emblem=str(space.emblem),
        street=space.street if with_address else "",
        town=space.town,
        country=space.country,
        tagline=wording_of(space, "tagline"),
        state=getattr(space, "state", None),
    )
    return drawn("spaces/places/_card.html", facts)


class ShownImage(NamedTuple):
    url: str


class ShownPicture(NamedTuple):
    """A picture, as components/picture.html reads it."""

    image: ShownImage
    sources: tuple
    alternative_text: str
    width: int
    height: int


class ShownRoom(NamedTuple):
    """A room among the results of a search, and the space where it is."""

    slug: str
    name: Wording
    seats_one_each: bool
    kind_name: str
    seats: int | None
    needs_approval: bool
    photos: tuple[ShownPicture, ...]
    features: tuple[tuple[str, Wording], ...]
    booked_by: str
    booked_among: tuple[str | Wording, ...]
    space: str
    town: str
    country: str
    book_address: str


def _shown_room(room, space):
    """Return the facts of a room; those of one that is kept for many searches (`with_rooms`) are kept with it."""
    language = get_language()
    kept = room.__dict__.setdefault("shown_in", {})
    if language not in kept:
        kept[language] = _facts_of(room, space)
    return kept[language]


def _facts_of(room, space):
    pictures = (
        ShownPicture(
            ShownImage(photo.image.url), tuple(photo.sources), photo.alternative_text, photo.width, photo.height
        )
        for photo in room.first_photos
    )
    return ShownRoom(
        slug=room.slug,
        name=wording_of(room, "name"),
        seats_one_each=room.seats_one_each,
        kind_name=str(room.get_kind_display()),
        seats=room.seats,
        needs_approval=room.needs_approval,
        photos=tuple(pictures),
        features=tuple((feature.icon, wording_of(feature, "name")) for feature in room.features.all()),
        booked_by=room.booked_by,
        booked_among=tuple(
            wording_of(one, "name") if room.booked_by == BookedBy.KINDS else one.name for one in room.booked_among
        ),
        space=space.name,
        town=space.town,
        country=space.country,
        book_address=reverse("spaces:book", args=[space.slug]),
    )


class FoundRoom(NamedTuple):
    """A room with `free` units all that time."""

    room: ShownRoom
    start: datetime
    end: datetime
    free: int
    is_for_several: bool
    is_elsewhen: bool
    is_visitor: bool
    book_address: str


@register.simple_tag
def found_room(found, wanted, is_elsewhen=False, is_visitor=False):
    """Draw `{% found_room found wanted %}`: a room that is free, with the button that books it; with `is_elsewhen` its
    time and its space too. A visitor is led to the booking by way of the sign-in, or may look first."""
    room = _shown_room(found.resource, found.resource.space)
    start, end = map(timezone.localtime, found.stretch)
    choice = {
        "resource": room.slug,
        "day": f"{start:%Y-%m-%d}",
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
        **({"people": wanted.people} if wanted.people > 1 else {}),
    }
    address = f"{room.book_address}?{urlencode(choice)}"
    facts = FoundRoom(room, *found.stretch, found.free, wanted.people > 1, is_elsewhen, is_visitor, address)
    return drawn("spaces/booking/_found_room.html", facts)


class WeekOfRoom(NamedTuple):
    """A room on the days of a week; each cell is (day, kind, refusal, why)."""

    room: ShownRoom
    start: time
    end: time
    cells: tuple[tuple[date, str, str, str], ...]


@register.simple_tag
def found_week(room, cells, space, wanted):
    """Draw `{% found_week room cells space wanted %}`: the row of a room in the table of a week."""
    shown = tuple((cell.day, cell.kind, cell.refusal, cell.why) for cell in cells)
    facts = WeekOfRoom(_shown_room(room, space), wanted.start, wanted.end, shown)
    return drawn("spaces/booking/_found_week_row.html", facts)


class Shown(NamedTuple):
    """The content of the map for a place. The map is drawn once for all readers who see the same."""

    name: str
    town: str
    country: str
    emblem: str
    latitude: float
    longitude: float
    address: str
    kind: str
    note: str
    is_found: bool | None


@register.simple_tag
def border_map(places):
    """Draw both sides of the border with the places. Each has latitude, longitude, name, town, country and emblem; a
    `state` (kind, in_brief) is shown if there is one, and so is `is_found`, the result of a search."""
    return _map(tuple(_shown(place) for place in places), get_language())


def _shown(place):
    state = getattr(place, "state", None)
    is_found = getattr(place, "is_found", None)
    return Shown(
        place.name,
        place.town,
        str(place.get_country_display()),
        str(place.emblem),
        float(place.latitude),
        float(place.longitude),
        f"#{place.slug}" if is_found else place.get_absolute_url(),
        state.kind if state else "",
        state.in_brief if state else "",
        is_found,
    )


@lru_cache(maxsize=64)
def _map(places, language):  # the language is a part of what is drawn
    drawn = geo.markers(places, lambda place: place.note)
    context = {
        "markers": drawn,
        "towns": geo.towns_around(drawn),
        "geo": geo,
        "kinds": {marker.place.kind for marker in drawn if marker.note},
        "shows_found": any(place.is_found is not None for place in places),
    }
    return render_to_string("components/map.html", context)
