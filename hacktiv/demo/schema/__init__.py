"""The form of the files in data/: the tables, their keys, and what each key may say. One module for each file."""

from .bookings import BookingFile
from .names import EVENT_TYPE, FEATURE, LANGUAGE, PERSON, PICTURE, ROOM, SERIES, SKILL, SPACE
from .people import Agreement, Invitation, Person, PersonFile
from .programme import ProgrammeFile
from .project import ProjectFile
from .rooms import RoomFile
from .spaces import SpaceFile
from .stories import StoryFile
from .words import WordFile

__all__ = [
    "EVENT_TYPE",
    "FEATURE",
    "LANGUAGE",
    "PERSON",
    "PICTURE",
    "ROOM",
    "SERIES",
    "SKILL",
    "SPACE",
    "Agreement",
    "BookingFile",
    "Invitation",
    "Person",
    "PersonFile",
    "ProgrammeFile",
    "ProjectFile",
    "RoomFile",
    "SpaceFile",
    "StoryFile",
    "WordFile",
]
