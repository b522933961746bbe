"""How far it is by car, roughly: for who does not know it."""

from math import asin, cos, radians, sin, sqrt

from hacktiv.common.text import fold
from spaces.models import Space
from spaces.places.border_map import TOWNS

EARTH = 6371
#: Roads of the Ardenne are so much longer than the flight of the crow.
ROADS_PER_FLIGHT = 1.35


def towns():
    """(longitude, latitude) by the name of each town that we know: those of the map, and those of the spaces."""
    known = {town.name: (town.longitude, town.latitude) for town in TOWNS}
    for town, longitude, latitude in Space.objects.published().values_list("town", "longitude", "latitude"):
        known.setdefault(town, (float(longitude), float(latitude)))
    return known


def estimate(town, place):
    """The kilometres by road from a town to a space; None where we do not know the town, or there is no place."""
    if place is None:
        return None
    spots = {fold(name): spot for name, spot in towns().items()}
    spot = spots.get(fold(town))
    if spot is None:
        return None
    return max(1, round(_flight(*spot, float(place.longitude), float(place.latitude)) * ROADS_PER_FLIGHT))


def _flight(east, north, other_east, other_north):
    """Along the great circle, in kilometres."""
    east, north, other_east, other_north = map(radians, (east, north, other_east, other_north))
    part = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return 2 * EARTH * asin(sqrt(part))
