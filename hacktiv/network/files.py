"""Read the files in data/, each checked against its form and against the names that the others give.

Each function raises DataFileError where its file, or one that it builds on, is wrong.
"""

import re
from functools import cache
from pathlib import Path

from django.conf import settings

from hacktiv.common.datafiles import read

from . import schema

DATA = Path(__file__).parent / "data"
ICONS = settings.BASE_DIR / "static" / "img" / "icons"
#: The style sheet that gives each kind of event its colour.
KINDS = settings.BASE_DIR / "static" / "css" / "events" / "kinds.css"
#: The files of projects, in the order in which they are loaded.
PROJECTS = ("hacktiv-ardenne.toml", "coffee.toml")


@cache
def sources() -> dict[str, str]:
    """Return the public sources by letter, as reports name them."""
    found = read(DATA / "sources.toml", schema.SourceFile)
    return {source.letter: f"({source.letter}) {source.name}" for source in found.source}


@cache
def organisations() -> tuple[schema.Organisation, ...]:
    return read(DATA / "organisations.toml", schema.OrganisationFile).organisation


@cache
def spaces() -> schema.SpaceFile:
    return read(DATA / "spaces.toml", schema.SpaceFile, {schema.ORGANISATION: _slugs(organisations()), **_drawn()})


@cache
def projects() -> tuple[schema.ProjectFile, ...]:
    names = {
        schema.ORGANISATION: _slugs(organisations()),
        schema.SPACE: _slugs(spaces().space),
        schema.EVENT_TYPE: _slugs(event_types()),
        schema.SOURCE: sources(),
    }
    return tuple(read(DATA / name, schema.ProjectFile, names) for name in PROJECTS)


@cache
def event_types() -> tuple[schema.EventType, ...]:
    return read(DATA / "event-types.toml", schema.EventTypeFile, _drawn()).type


@cache
def skills() -> schema.SkillFile:
    return read(DATA / "skills.toml", schema.SkillFile)


@cache
def room_features() -> tuple[schema.RoomFeature, ...]:
    return read(DATA / "room-features.toml", schema.RoomFeatureFile, _drawn()).feature


@cache
def membership_kinds() -> tuple[schema.MembershipKind, ...]:
    return read(DATA / "membership-kinds.toml", schema.MembershipKindFile).kind


def _slugs(rows):
    return [row.slug for row in rows]


def _drawn() -> dict[str, list[str]]:
    """Return the names of the drawings and of the colours of events."""
    return {
        schema.ICON: [file.stem for file in ICONS.glob("*.svg")],
        schema.COLOUR: re.findall(r'data-colour="([\w-]+)"', KINDS.read_text(encoding="utf-8")),
    }
