from itertools import combinations
from types import SimpleNamespace

import pytest

from spaces.places import border_map as geo


def place(name, latitude, longitude):
    return SimpleNamespace(name=name, latitude=latitude, longitude=longitude)


NETWORK = [
    place("La Ferme", 50.048, 4.317),
    place("Coworking E420", 50.095, 4.522),
    place("Rimbaud'Tech", 49.768, 4.725),
    place("Pépinière Val de Vence", 49.762, 4.716),
    place("Maison du Campus", 49.739, 4.719),
]


def test_the_corners_of_the_box_are_the_corners_of_the_map():
    west, south, east, north = geo.BOX
    assert geo.project(west, north) == (0, 0)
    x, y = geo.project(east, south)
    assert (round(x), round(y)) == (geo.WIDTH, geo.HEIGHT)


def test_east_is_right_and_south_is_down():
    chimay, charleville = geo.project(4.317, 50.048), geo.project(4.725, 49.768)
    assert chimay[0] < charleville[0]
    assert chimay[1] < charleville[1]


def test_a_degree_north_is_longer_on_the_map_than_a_degree_east():
    origin = geo.project(4.5, 49.9)
    assert geo.project(4.6, 49.9)[0] - origin[0] == pytest.approx(
        (origin[1] - geo.project(4.5, 50.0)[1]) * 0.645, rel=0.01
    )


def test_no_marker_covers_another_or_leaves_the_map():
    markers = geo.markers(NETWORK)
    assert [marker.place for marker in markers] == NETWORK
    assert all(marker.box.is_on_the_map for marker in markers)
    overlaps = [
        (one.place.name, other.place.name)
        for number, one in enumerate(markers)
        for other in markers[number + 1 :]
        if one.box.meets(other.box)
    ]
    assert overlaps == []


def test_a_marker_alone_stands_on_its_place():
    (marker,) = geo.markers([place("Seule", 49.9, 4.5)])
    assert (marker.centre_x, marker.centre_y) == (marker.x, marker.y)


def test_no_name_covers_the_place_of_another_space():
    markers = geo.markers(NETWORK)
    covered = [
        (one.place.name, other.place.name)
        for one in markers
        for other in markers
        if one is not other and one.box.left < other.x < one.box.right and one.box.top < other.y < one.box.bottom
    ]
    assert covered == []


def test_a_space_outside_the_map_is_left_to_the_list():
    assert geo.markers([place("Paris", 48.85, 2.35)]) == []


def test_many_spaces_in_one_town_still_have_a_marker_each():
    crowd = [place(f"Espace {number}", 49.768, 4.725) for number in range(12)]
    assert [marker.place for marker in geo.markers(crowd)] == crowd


def note_of(place):
    return "ouvre demain à 13 h 30"


def test_the_note_of_a_space_stands_under_its_name_and_covers_nothing():
    markers = geo.markers(NETWORK, note_of)
    assert [marker.note for marker in markers] == ["ouvre demain à 13 h 30"] * 5
    assert all(marker.box.is_on_the_map for marker in markers)
    overlaps = [(one, other) for one in markers for other in markers if one is not other and one.box.meets(other.box)]
    assert overlaps == []


@pytest.mark.parametrize("said", [note_of, lambda place: ""])
def test_no_marker_covers_a_town_name_and_all_spaces_are_near_one(said):
    markers = geo.markers(NETWORK, said)
    towns = geo.towns_around(markers)
    assert {"Chimay", "Mariembourg", "Couvin", "Charleville-Mézières"} <= {town.name for town in towns}
    tiles = [geo.Box(one.tile_x, one.tile_y, one.tile_x + geo.TILE, one.tile_y + geo.TILE) for one in markers]
    assert [town.name for town in towns if not town.beside and any(tile.meets(town.box) for tile in tiles)] == []


@pytest.mark.parametrize("note", ["", "22 min", "1 h 15 min"])
def test_no_town_s_name_covers_another_whichever_spaces_are_shown(note):
    shown = [subset for size in range(len(NETWORK) + 1) for subset in combinations(NETWORK, size)]
    drawn = [geo.towns_around(geo.markers(list(places), lambda place: note)) for places in shown]
    overlaps = {(a.name, b.name) for towns in drawn for a, b in combinations(towns, 2) if a.box.meets(b.box)}
    assert overlaps == set()


def test_ten_kilometres_are_as_long_as_on_the_ground():
    # Chimay to Mariembourg: 15.6 km as the crow flies.
    (ax, ay), (bx, by) = geo.project(4.317, 50.048), geo.project(4.522, 50.095)
    assert ((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5 / geo.TEN_KILOMETRES * 10 == pytest.approx(15.6, rel=0.02)
