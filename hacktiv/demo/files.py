"""Read the files in data/, each checked against its form and against the names that it uses.

Each function raises DataFileError where its file, or one that it builds on, is wrong.
"""

from functools import cache
from pathlib import Path

from hacktiv.common.datafiles import read
from hacktiv.network import files as network

from . import schema

DATA = Path(__file__).parent / "data"
#: The drawings that the examples show (docs/tools/draw_rooms.py, docs/tools/draw_plan.py).
PICTURES = Path(__file__).parent / "pictures"


@cache
def words() -> schema.WordFile:
    return read(DATA / "words.toml", schema.WordFile)


@cache
def _people() -> schema.PersonFile:
    names = _names_of_the_network() | {schema.LANGUAGE: words().last_name}
    return read(DATA / "people.toml", schema.PersonFile, names)


def people() -> tuple[schema.Person, ...]:
    return _people().person


def invitation() -> schema.Invitation:
    return _people().invitation


def agreement() -> schema.Agreement:
    return _people().agreement


@cache
def rooms() -> schema.RoomFile:
    return read(DATA / "rooms.toml", schema.RoomFile, _names_of_the_network())


@cache
def spaces() -> schema.SpaceFile:
    return read(DATA / "spaces.toml", schema.SpaceFile, _names_of_all_rooms())


@cache
def programme() -> schema.ProgrammeFile:
    names = _names_of_all_rooms() | {schema.LANGUAGE: words().last_name}
    return read(DATA / "programme.toml", schema.ProgrammeFile, names)


@cache
def bookings() -> schema.BookingFile:
    names = _names_of_all_rooms() | _names_of_people()
    return read(DATA / "bookings.toml", schema.BookingFile, names)


@cache
def stories() -> schema.StoryFile:
    names = _names_of_the_network() | _names_of_people()
    names |= {schema.SERIES: [series.key for series in programme().series], schema.LANGUAGE: words().mark}
    return read(DATA / "stories.toml", schema.StoryFile, names)


@cache
def project() -> schema.ProjectFile:
    return read(DATA / "project.toml", schema.ProjectFile, _names_of_the_network())


def address_of(first_name: str) -> str:
    """Return the e-mail address of one of the people."""
    return next(person.address for person in people() if person.first_name == first_name)


def _names_of_the_network() -> dict[str, list[str]]:
    return {
        schema.SPACE: [space.slug for space in network.spaces().space],
        schema.ROOM: [room.slug for space in network.spaces().space for room in space.room],
        schema.FEATURE: [feature.slug for feature in network.room_features()],
        schema.EVENT_TYPE: [kind.slug for kind in network.event_types()],
        schema.SKILL: [skill.slug for skill in network.skills().skills()],
        schema.PICTURE: [file.stem for file in PICTURES.glob("*.jpg")],
    }


def _names_of_all_rooms() -> dict[str, list[str]]:
    names = _names_of_the_network()
    own = [rooms().room.slug, rooms().office.slug]
    return names | {schema.ROOM: names[schema.ROOM] + own}


def _names_of_people() -> dict[str, list[str]]:
    return {schema.PERSON: [person.first_name for person in people()]}
