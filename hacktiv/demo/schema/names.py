"""Name what one file gives and others use, and the days of the week."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from hacktiv.common.datafiles import OneOf
from spaces.enums import Weekday

#: The kinds of name that one file gives and others use. PICTURE is a file in pictures/, without its ending.
SPACE, ROOM, FEATURE, EVENT_TYPE, SKILL = "space", "room", "feature", "type of event", "skill"
LANGUAGE, PERSON, SERIES, PICTURE = "language", "person", "series", "picture"

SpaceSlug = Annotated[str, OneOf(SPACE)]
RoomSlug = Annotated[str, OneOf(ROOM)]
FirstName = Annotated[str, OneOf(PERSON)]
Picture = Annotated[str, OneOf(PICTURE)]


class Day(StrEnum):
    """A day of the week, as the files name it."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> Weekday:
        """Return the day as `date.weekday()` counts it."""
        return Weekday[self.name]
