"""Estimate the distance by car from a town to a space."""

from math import asin, cos, radians, sin, sqrt

from hacktiv.common.text import fold
from spaces.models import Space
from spaces.places.border_map import TOWNS

#: The radius, in kilometres.
EARTH = 6371
#: The length of a road in the Ardenne, as a multiple of the straight line.
ROADS_PER_FLIGHT = 1.35


def towns() -> dict[str, tuple[float, float]]:
    """Return (longitude, latitude) by name of the known towns: those of the map and those of the spaces."""
    known = {town.name: (town.longitude, town.latitude) for town in TOWNS}
    for town, longitude, latitude in Space.objects.published().values_list("town", "longitude", "latitude"):
        known.setdefault(town, (float(longitude), float(latitude)))
    return known


def estimate(town: str, place: Space | None) -> int | None:
    """Return the kilometres by road from a town to a space; None without a space or for an unknown town."""
    if place is None:
        return None
    spots = {fold(name): spot for name, spot in towns().items()}
    spot = spots.get(fold(town))
    if spot is None:
        return None
    return max(1, round(_flight(*spot, float(place.longitude), float(place.latitude)) * ROADS_PER_FLIGHT))


def _flight(east: float, north: float, other_east: float, other_north: float) -> float:
    """Return the distance along the great circle in kilometres, from degrees of longitude and latitude."""
    east, north, other_east, other_north = map(radians, (east, north, other_east, other_north))
    part = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return 2 * EARTH * asin(sqrt(part))
