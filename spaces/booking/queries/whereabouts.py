"""Find the spaces that the field « where » names, by their names and by the way to them; know what people may name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any, NamedTuple

from django.contrib.postgres.lookups import Unaccent
from django.db.models import Case, Exists, F, FloatField, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Ceil, Coalesce, Concat, Least, Power, Sqrt
from django.db.models.lookups import Exact

from hacktiv.common.freshness import catalogue
from hacktiv.common.languages import texts_of
from hacktiv.common.text import fold, searched_words

from ...enums import TravelMode
from ...models import Feature, Resource, Space, TravelTime
from ...places import towns
from .sentence import Names, parts_of_where
from .wishes import Origin, Wanted

#: In spaces: so many are suggested while people type.
SUGGESTED = 40
#: Words of the names of spaces that do not tell one from another; nor do words of fewer letters.
COMMON_WORDS = frozenset({"coworking", "maison", "espace", "centre", "house", "huis"})
LEAST_LETTERS = 5


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
        return Whereabouts(near=(middle(home.name, [home]),) if by_time and home else ())
    spots, unknown = {}, []
    for name in names:
        town = towns.town_called(name)
        found = list(called(Space.objects.published(), name).only("latitude", "longitude"))
        if found:
            spots[name] = middle(town.name if town else name, found)
        elif town:
            spots[name] = Origin(town.name, town.latitude, town.longitude)
        else:
            unknown.append(name)
    if by_time or not all(origin.spaces for origin in spots.values()):
        return Whereabouts(near=tuple(spots.values()), unknown=tuple(unknown))
    return Whereabouts(where=tuple(spots), unknown=tuple(unknown))


def middle(name: str, spaces: Sequence[Space]) -> Origin:
    """Return the spot in the middle of these spaces."""
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
