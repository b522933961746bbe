"""Place the spaces and their names on the border map.

The drawing is equirectangular, true at the latitude of its middle, in its own units (WIDTH by HEIGHT).
"""

from dataclasses import dataclass, replace
from math import cos, radians

#: West, south, east and north edge of the map, in degrees.
BOX = (4.1, 49.575, 5.0, 50.22)
WIDTH = 480
_UNITS_PER_DEGREE = WIDTH / (BOX[2] - BOX[0])
_STRETCH = 1 / cos(radians((BOX[1] + BOX[3]) / 2))
HEIGHT = round((BOX[3] - BOX[1]) * _UNITS_PER_DEGREE * _STRETCH)

#: Length of ten kilometres at the latitude of the middle, in units of the map.
TEN_KILOMETRES = round(10 / (40_030 / 360) * _UNITS_PER_DEGREE * _STRETCH)

#: In units of the map: side of a tile; width of a letter of a name, a note, a town; free room around boxes and edges.
TILE = 46
LETTER = 9.6
NOTE_LETTER = 7.3
TOWN_LETTER = 7.5
GAP = 5
MARGIN = 6


def project(longitude, latitude):
    """Turn degrees into units of the map; x grows to the east, y to the south."""
    return (
        (float(longitude) - BOX[0]) * _UNITS_PER_DEGREE,
        (BOX[3] - float(latitude)) * _UNITS_PER_DEGREE * _STRETCH,
    )


@dataclass(frozen=True)
class Town:
    """A town named for orientation only; `side` is where its name stands. If the tile of a
    marker covers its spot, the name stands `beside` that tile."""

    name: str
    longitude: float
    latitude: float
    side: str = "right"
    beside: "Marker | None" = None

    @property
    def x(self):
        return round(project(self.longitude, self.latitude)[0], 1)

    @property
    def y(self):
        return round(project(self.longitude, self.latitude)[1], 1)

    @property
    def text_x(self):
        left, right = (self.beside.tile_x, self.beside.tile_x + TILE) if self.beside else (self.x, self.x)
        return round({"right": right + 7, "left": left - 7, "below": self.x}[self.side], 1)

    @property
    def text_y(self):
        return self.y + (16 if self.side == "below" else 4)

    @property
    def box(self):
        """Return the box of the town's name."""
        width = TOWN_LETTER * len(self.name)
        left = {"right": self.text_x, "left": self.text_x - width, "below": self.x - width / 2}[self.side]
        return Box(left, self.text_y - 10, left + width, self.text_y + 2)


#: Towns with a space are named too, unless its marker covers them.
TOWNS = (
    Town("Philippeville", 4.543, 50.196),
    Town("Chimay", 4.317, 50.048, "left"),
    Town("Mariembourg", 4.522, 50.095, "left"),
    Town("Couvin", 4.495, 50.052, "left"),
    Town("Givet", 4.826, 50.138),
    Town("Fumay", 4.706, 49.994),
    Town("Revin", 4.637, 49.940),
    Town("Rocroi", 4.521, 49.925, "left"),
    Town("Monthermé", 4.733, 49.884),
    Town("Charleville-Mézières", 4.737, 49.768),
    Town("Sedan", 4.942, 49.701, "below"),
)


@dataclass(frozen=True)
class Road:
    name: str
    x: float
    y: float

    @property
    def text_x(self):
        return self.x + 19

    @property
    def text_y(self):
        return self.y + 13


#: The road that brings both sides within three quarters of an hour, on each side of the border.
ROADS = (Road("E420", 190, 46), Road("A304", 205, 318))

#: Firs where the forest is thickest: the tips, in the map's units.
TREES = (
    (252, 168), (266, 176), (258, 190), (276, 196), (362, 188), (376, 180), (388, 196), (402, 214), (384, 222),
    (232, 212), (246, 222), (268, 252), (376, 252), (392, 262), (410, 254), (426, 272), (402, 286), (440, 238),
    (456, 252), (180, 190), (166, 200), (184, 210), (428, 318), (444, 330), (460, 314),
)  # fmt: skip


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other):
        return (
            self.left < other.right + GAP
            and other.left < self.right + GAP
            and self.top < other.bottom + GAP
            and other.top < self.bottom + GAP
        )

    @property
    def is_on_the_map(self):
        return (
            self.left >= MARGIN
            and self.top >= MARGIN
            and self.right <= WIDTH - MARGIN
            and self.bottom <= HEIGHT - MARGIN
        )


@dataclass(frozen=True)
class Marker:
    """A place on the map: its spot (x, y), its tile on or beside it, its name on one side of the tile, and the `note`
    under the name."""

    place: object
    x: float
    y: float
    tile_x: float
    tile_y: float
    side: str
    note: str = ""

    @property
    def centre_x(self):
        return round(self.tile_x + TILE / 2, 1)

    @property
    def centre_y(self):
        return round(self.tile_y + TILE / 2, 1)

    @property
    def text_x(self):
        return round(self.tile_x + (TILE + 8 if self.side == "right" else -8), 1)

    @property
    def text_y(self):
        return round(self.centre_y + (-1 if self.note else 6.5), 1)

    @property
    def note_y(self):
        return round(self.centre_y + 17, 1)

    def covers(self, town):
        """Return True if the tile hides the town's spot."""
        inside_x = self.tile_x <= town.x <= self.tile_x + TILE
        return inside_x and self.tile_y <= town.y <= self.tile_y + TILE

    @property
    def box(self):
        width = TILE + 8 + max(LETTER * len(self.place.name), NOTE_LETTER * len(self.note))
        if self.side == "right":
            return Box(self.tile_x, self.tile_y, self.tile_x + width, self.tile_y + TILE)
        return Box(self.tile_x + TILE - width, self.tile_y, self.tile_x + TILE, self.tile_y + TILE)


def markers(places, note_of=lambda place: ""):
    """Return a marker for each place within the map; none covers the tile, name or spot of another.

    A place has a name, a latitude and a longitude; `note_of` says what stands under its name. Each marker takes the
    nearest free room around its spot; places outside the map stand only in the list beside it.
    """
    spots = [(place, *project(place.longitude, place.latitude)) for place in places]
    spots = [(place, x, y) for place, x, y in spots if 0 <= x <= WIDTH and 0 <= y <= HEIGHT]
    towns = [town.box for town in TOWNS if not any(_is_at(town, x, y) for _place, x, y in spots)]
    taken = []
    drawn = {}
    for place, x, y in sorted(spots, key=lambda spot: (spot[2], spot[1])):
        others = [Box(ox - 4, oy - 4, ox + 4, oy + 4) for other, ox, oy in spots if other is not place]
        marker = _nearest_free(place, x, y, note_of(place), taken + others, towns)
        taken.append(marker.box)
        drawn[id(place)] = marker
    return [drawn[id(place)] for place in places if id(place) in drawn]


def _nearest_free(place, x, y, note, blocked, towns):
    """Return the marker nearest to its spot that meets none of the blocked boxes; it covers the name of a town only
    where there is no room for both."""
    over_a_town = None
    for marker in _candidates(place, x, y, note):
        box = marker.box
        if not box.is_on_the_map or any(box.meets(other) for other in blocked):
            continue
        if not any(box.meets(town) for town in towns):
            return marker
        over_a_town = over_a_town or marker
    return over_a_town or _marker(place, x, y, note)


def _is_at(town, x, y):
    """Return True if a tile on that spot would cover the town's spot."""
    return abs(town.x - x) <= TILE / 2 and abs(town.y - y) <= TILE / 2


def towns_around(drawn):
    """Return the towns to name, so that no tile or name of these markers, and no other town, covers a town's name."""
    named, alone = [], []
    for town in TOWNS:
        over = next((marker for marker in drawn if marker.covers(town)), None)
        if over:
            named.append(replace(town, side="left" if over.side == "right" else "right", beside=over))
        else:
            alone.append(town)
    for town in alone:
        spots = [replace(town, side=side) for side in (town.side, "below", "right", "left")]
        taken = [one.box for one in (*drawn, *named)]
        named += [spot for spot in spots if not any(box.meets(spot.box) for box in taken)][:1]
    return named


def _marker(place, x, y, note="", dx=0, dy=0, side="right"):
    """Return a marker whose tile is centred at dx, dy from its spot."""
    left, top = round(x + dx - TILE / 2, 1), round(y + dy - TILE / 2, 1)
    return Marker(place, round(x, 1), round(y, 1), left, top, side, note)


def _shifts():
    """Return the possible shifts of a tile from its spot, the nearest first: none, then to the side at growing
    distance."""
    shifts = [(0, 0)]
    for distance in range(TILE, 6 * TILE, 8):
        shifts += [(dx, dy) for dx in (distance, -distance) for dy in range(-distance, distance + 1, 8)]
    # Places are drawn from north to south: later ones should move south, so that their lines do not cross.
    return sorted(shifts, key=lambda shift: (shift[0] ** 2 + shift[1] ** 2) * (2 if shift[1] < 0 else 1))


_SHIFTS = _shifts()


def _candidates(place, x, y, note):
    for dx, dy in _SHIFTS:
        for side in ("right", "left"):
            yield _marker(place, x, y, note, dx, dy, side)
