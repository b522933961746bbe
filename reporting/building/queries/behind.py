"""Find the events behind the actions of a report, and who can correct their records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from events.core.queries import run_by
from events.models import Event
from members.models import User

from ...models import CountedAction
from .content import Action, Report


@dataclass(frozen=True)
class Behind:
    """The event behind an action, and whether the person who reads the report runs it. Else its space's team does, and
    who coordinates corrects its counts alone, while a project counts it."""

    event: Event
    is_run: bool
    is_counted: bool


def events_behind(report: Report, reader: User, actions: Iterable[Action] | None = None) -> dict[str, Behind]:
    """Return the events behind the actions of a report by slug, or behind some of them and what contradicts itself.
    Two queries."""
    slugs = {action.slug for action in (report.actions if actions is None else actions)}
    return behind_of(slugs | {part.slug for part in report.contradictions}, reader)


def behind_of(slugs: Iterable[str], reader: User) -> dict[str, Behind]:
    """Return events by their slug, with whether the person who reads of them runs them. Two queries."""
    slugs = set(slugs)
    counted = CountedAction.objects.filter(event=OuterRef("pk"), counts=True)
    events = Event.objects.filter(slug__in=slugs).select_related("space").annotate(is_counted=Exists(counted))
    run = set(run_by(reader).filter(slug__in=slugs).order_by().values_list("pk", flat=True))
    return {event.slug: Behind(event, event.pk in run, event.is_counted) for event in events}
