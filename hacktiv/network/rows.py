"""The rows of the database that the data files describe, in the order in which they can be loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from django.db.models import Model

from events.enums import EventState, Measure
from events.models import DeclaredCount, Event, EventType
from hacktiv.common.datafiles import LEFT_OUT, Text
from members.models import Organisation
from reporting.models import CountedAction, Deliverable, Deviation, Partner, Period, Project, Stock
from spaces.models import Resource, Service, Space, Unit
from training.models import Coaching

from . import files, schema

#: By language: the spaces at which a line never breaks.
_UNBREAKABLE = {"fr": re.compile("(?<=«) | (?=[»:;?!%€])")}


@dataclass(frozen=True)
class Ref:
    """Another row of this data, by its key."""

    key: str


@dataclass(frozen=True)
class Known:
    """A row of a catalogue that was loaded before, by its slug."""

    model: type[Model]
    slug: str


@dataclass(frozen=True)
class Row:
    """One row to load. `find` are the fields that tell it from others of its table, where somebody else made it."""

    key: str
    model: type[Model]
    find: tuple[str, ...]
    values: dict[str, Any]
    many: dict[str, tuple[Ref, ...]] = field(default_factory=dict)


def network_rows() -> tuple[Row, ...]:
    """Return all rows of the network. Raises DataFileError where a file is wrong."""
    return (
        *_organisation_rows(),
        *_space_rows(),
        *(row for project in files.projects() for row in _project_rows(project)),
    )


def _organisation_rows() -> Iterator[Row]:
    for organisation in files.organisations():
        yield Row(f"organisation/{organisation.slug}", Organisation, ("slug",), _values(organisation))


def _space_rows() -> Iterator[Row]:
    """Yield services, spaces and rooms. Each space has all services until its manager corrects them."""
    found = files.spaces()
    for service in found.service:
        yield Row(f"service/{service.slug}", Service, ("slug",), _values(service))
    services = tuple(Ref(f"service/{service.slug}") for service in found.service)
    for space in found.space:
        values = {
            **_values(space, without=("operator", "room")),
            "operator": Ref(f"organisation/{space.operator}"),
            "position_is_exact": False,
        }
        yield Row(f"space/{space.slug}", Space, ("slug",), values, {"services": services})
    for space in found.space:
        for room in space.room:
            yield from _room_rows(space, room)


def _room_rows(space: schema.Space, room: schema.Room) -> Iterator[Row]:
    key = f"{space.slug}/{room.slug}"
    values = {"space": Ref(f"space/{space.slug}"), **_values(room, without=("units",))}
    yield Row(f"resource/{key}", Resource, ("space", "slug"), values)
    for number in range(1, room.units + 1):
        values = {"resource": Ref(f"resource/{key}"), "number": number}
        yield Row(f"unit/{key}/{number}", Unit, ("resource", "number"), values)


def _project_rows(found: schema.ProjectFile) -> Iterator[Row]:
    slug = found.project.slug
    yield Row(f"project/{slug}", Project, ("slug",), _told(found.project))
    yield from _partner_rows(found)
    yield from _period_rows(found)
    for event in found.event:
        yield from _event_rows(slug, event)
    for coaching in found.coaching:
        yield from _coaching_rows(slug, coaching)
    for deviation in found.deviation:
        yield _row_of_period(slug, "deviation", Deviation, deviation)
    for deliverable in found.deliverable:
        yield _row_of_period(slug, "deliverable", Deliverable, deliverable)
    for stock in found.stock:
        values = {
            "project": Ref(f"project/{slug}"),
            **_told(stock, without=("half_year",)),
            "told_in": _period(slug, stock.half_year),
        }
        yield Row(f"stock/{slug}/{stock.code}/{stock.date}", Stock, ("project", "code", "date"), values)


def _partner_rows(found: schema.ProjectFile) -> Iterator[Row]:
    slug = found.project.slug
    for partner in found.partner:
        values = {"project": Ref(f"project/{slug}"), **_told(partner, without=("organisation",))}
        name: str | int = partner.order
        if partner.organisation is not LEFT_OUT:
            name = partner.organisation
            values["organisation"] = Ref(f"organisation/{name}")
        yield Row(f"partner/{slug}/{name}", Partner, ("project", "name"), values)


def _period_rows(found: schema.ProjectFile) -> Iterator[Row]:
    slug = found.project.slug
    told = {half.label: _values(half) for half in found.half_year}
    for half in found.project.periods():
        values = {
            "project": Ref(f"project/{slug}"),
            "label": half.label,
            "starts_on": half.start,
            "ends_on": half.end,
            **told.get(half.label, {}),
        }
        yield Row(f"period/{slug}/{half.label}", Period, ("project", "label"), values)


def _event_rows(project: str, event: schema.Event) -> Iterator[Row]:
    """Yield a held event of the past, the counts that somebody declared for it, and its place in the reports."""
    own = ("type", "half_year", "meetings", "participations", "persons", "organisers", "venues")
    values = {
        "type": Known(EventType, event.type),
        "state": EventState.HELD,
        "latest": event.earliest,
        "meetings_lower": event.meetings.floor,
        "meetings_upper": event.meetings.upper,
        "audience": "",
        **_told(event, without=own),
    }
    many = {
        "organisers": tuple(Ref(f"organisation/{name}") for name in event.organisers),
        "venues": tuple(Ref(f"space/{name}") for name in event.venues),
    }
    yield Row(f"event/{event.slug}", Event, ("slug",), values, many)
    for measure, bounds in ((Measure.PARTICIPATIONS, event.participations), (Measure.PERSONS, event.persons)):
        if bounds is not LEFT_OUT:
            values = {
                "event": Ref(f"event/{event.slug}"),
                "measure": measure,
                "lower": bounds.floor,
                "upper": bounds.upper,
                "replaced_at": None,
            }
            yield Row(
                f"declared/{event.slug}/{measure.value}", DeclaredCount, ("event", "measure", "replaced_at"), values
            )
    yield _counted(project, "event", event)


def _coaching_rows(project: str, coaching: schema.Coaching) -> Iterator[Row]:
    values = {
        "persons_lower": coaching.persons.floor,
        "persons_upper": coaching.persons.upper,
        **_told(coaching, without=("half_year", "persons")),
    }
    yield Row(f"coaching/{coaching.slug}", Coaching, ("slug",), values)
    yield _counted(project, "coaching", coaching)


def _counted(project: str, kind: str, thing: schema.Event | schema.Coaching) -> Row:
    values = {
        "project": Ref(f"project/{project}"),
        kind: Ref(f"{kind}/{thing.slug}"),
        "period": None if thing.half_year is LEFT_OUT else _period(project, thing.half_year),
    }
    return Row(f"counted/{project}/{thing.slug}", CountedAction, ("project", kind), values)


def _row_of_period(project: str, kind: str, model: type[Model], thing: schema.Deviation | schema.Deliverable) -> Row:
    values = {
        "project": Ref(f"project/{project}"),
        "period": _period(project, thing.half_year),
        **_told(thing, without=("slug", "half_year")),
    }
    return Row(f"{kind}/{project}/{thing.slug}", model, ("project", "title_fr"), values)


def _period(project: str, half_year: str) -> Ref:
    return Ref(f"period/{project}/{half_year}")


def _told(table: Any, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the values of a table with its sources in words."""
    told = " ; ".join(files.sources()[letter] for letter in table.sources)
    return {**_values(table, without=(*without, "sources")), "source": told}


def _values(table: Any, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return what a table says, as the fields of a model: a column a language, and nothing that was left out."""
    values = {}
    for name in (key.name for key in fields(table)):
        value = getattr(table, name)
        if name in without or value is LEFT_OUT:
            continue
        if isinstance(value, Text):
            spaced = Text((language, _unbroken(language, text)) for language, text in value.items())
            values |= spaced.columns(name)
        else:
            values[name] = list(value) if isinstance(value, tuple) else value
    return values


def _unbroken(language: str, text: str) -> str:
    pattern = _UNBREAKABLE.get(language)
    return pattern.sub("\N{NO-BREAK SPACE}", text) if pattern else text
