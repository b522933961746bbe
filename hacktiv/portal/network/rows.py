"""How the network's data is written down."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model

from events.enums import EventState, Measure
from events.models import DeclaredCount, Event, EventType
from hacktiv.common.bounds import Bounds
from hacktiv.common.halfyears import HalfYear
from reporting.models import CountedAction, Period
from training.models import Coaching

ONE_MEETING = Bounds.exactly(1)

SOURCE_A = "(A) BEP, annonce de 2019"
SOURCE_B = "(B) Interreg V France-Wallonie-Vlaanderen, fiche du projet, rapport du 24-03-2021"
SOURCE_C = "(C) BEP, article de clôture, 2022"
SOURCE_D = "(D) Interreg V France-Wallonie-Vlaanderen, fiche du projet COFFEE"


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


def words(name: str, *, fr: str, nl: str, en: str) -> dict[str, str]:
    """The columns of a translated field; French gets its unbreakable spaces."""
    return {f"{name}_fr": re.sub("(« )|( [»:;?!%€])", _unbreakable, fr), f"{name}_nl": nl, f"{name}_en": en}


def _unbreakable(match: re.Match[str]) -> str:
    return match[0].replace(" ", "\N{NO-BREAK SPACE}")


def same(name: str, text: str) -> dict[str, str]:
    """A translated field that reads the same in each language, such as a name."""
    return words(name, fr=text, nl=text, en=text)


def period_rows(project: str, half_years: Iterable[HalfYear], told: dict[str, dict[str, Any]]) -> list[Row]:
    """The half-years of a project; `told` adds what a report says of some of them, by label."""
    return [
        Row(
            key=f"period/{project}/{half.label}",
            model=Period,
            find=("project", "label"),
            values={
                "project": Ref(f"project/{project}"),
                "label": half.label,
                "starts_on": half.start,
                "ends_on": half.end,
                **told.get(half.label, {}),
            },
        )
        for half in half_years
    ]


def event_rows(
    slug: str,
    *,
    project: str,
    kind: str,
    titles: dict[str, str],
    earliest: date,
    latest: date | None = None,
    period: str | None = None,
    meetings: Bounds = ONE_MEETING,
    participations: Bounds | None = None,
    persons: Bounds | None = None,
    organisers: Iterable[str] = (),
    venues: Iterable[str] = (),
    **facts: Any,
) -> list[Row]:
    """A held event of the past, the counts somebody declared for it, and its place in the project's reports."""
    event = Row(
        key=f"event/{slug}",
        model=Event,
        find=("slug",),
        values={
            "slug": slug,
            "type": Known(EventType, kind),
            "state": EventState.HELD,
            "earliest": earliest,
            "latest": latest or earliest,
            "meetings_lower": meetings.floor,
            "meetings_upper": meetings.upper,
            "audience": "",
            **titles,
            **facts,
        },
        many={
            "organisers": tuple(Ref(f"organisation/{name}") for name in organisers),
            "venues": tuple(Ref(f"space/{name}") for name in venues),
        },
    )
    declared = [
        Row(
            key=f"declared/{slug}/{measure.value}",
            model=DeclaredCount,
            find=("event", "measure", "replaced_at"),
            values={
                "event": Ref(event.key),
                "measure": measure,
                "lower": bounds.floor,
                "upper": bounds.upper,
                "replaced_at": None,
            },
        )
        for measure, bounds in ((Measure.PARTICIPATIONS, participations), (Measure.PERSONS, persons))
        if bounds is not None
    ]
    return [event, *declared, _counted(project, "event", Ref(event.key), slug, period)]


def coaching_rows(slug: str, *, project: str, period: str | None = None, persons: Bounds, **values: Any) -> list[Row]:
    coaching = Row(
        key=f"coaching/{slug}",
        model=Coaching,
        find=("slug",),
        values={"slug": slug, "persons_lower": persons.floor, "persons_upper": persons.upper, **values},
    )
    return [coaching, _counted(project, "coaching", Ref(coaching.key), slug, period)]


def _counted(project: str, kind: str, thing: Ref, slug: str, period: str | None) -> Row:
    return Row(
        key=f"counted/{project}/{slug}",
        model=CountedAction,
        find=("project", kind),
        values={
            "project": Ref(f"project/{project}"),
            kind: thing,
            "period": Ref(f"period/{project}/{period}") if period else None,
        },
    )
