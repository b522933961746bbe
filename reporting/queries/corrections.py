"""What closed reports said otherwise than the records do now."""

from __future__ import annotations

from collections.abc import Iterator

from hacktiv.common.bounds import Bounds

from ..enums import VersionState
from ..models import Deliverable, Period, Project, ReportVersion
from .codec import from_payload
from .content import Correction, Words
from .parts import key, words
from .records import Placed


def corrections(
    project: Project,
    period: Period,
    periods: list[Period],
    placed: list[Placed],
    deliverables: list[Deliverable],
) -> tuple[Correction, ...]:
    """Where the last closed report of this half-year, and of each before it, differs from what the records say now."""
    closed: dict[int, ReportVersion] = {}
    for version in ReportVersion.objects.filter(
        period__project=project, period__starts_on__lte=period.starts_on, state=VersionState.CLOSED
    ).order_by("number"):
        closed[version.period_id] = version
    found: list[Correction] = []
    for other in periods:
        if other.pk in closed:
            actions = [action for action in placed if action.period_id == other.pk and action.takes_place]
            delivered = [item for item in deliverables if item.period_id == other.pk and item.delivered]
            found += _differences(other, closed[other.pk], _said_now(actions, delivered))
    return tuple(found)


#: What is said of each thing, by (what is counted, the thing's key).
Said = dict[tuple[str, str], tuple[Words, Bounds]]


def _differences(period: Period, version: ReportVersion, now: Said) -> Iterator[Correction]:
    then = _said_then(version)
    for what, thing in sorted(then.keys() | now.keys()):
        title, before = then.get((what, thing), ({}, None))
        current_title, after = now.get((what, thing), (title, None))
        if before != after:
            yield Correction(period.label, version.number, what, current_title, before, after)


def _said_then(version: ReportVersion) -> Said:
    report = from_payload(version.payload)
    said: Said = {}
    for action in report.actions:
        said["events", action.key] = (action.title, action.held.bounds)
        said["participations", action.key] = (action.title, action.participations.bounds)
        said["persons", action.key] = (action.title, action.persons.bounds)
    for part in report.coaching:
        said["coached", part.key] = (part.title, part.persons.bounds)
    for item in report.deliverables:
        if item.delivered:
            said["deliverables", item.key] = (item.title, Bounds.exactly(1))
    return said


def _said_now(actions: list[Placed], delivered: list[Deliverable]) -> Said:
    said: Said = {}
    for action in actions:
        thing, title = key(action.counted), words(action.thing, "title")
        if action.is_event:
            said["events", thing] = (title, action.held.bounds)
            said["participations", thing] = (title, action.participations.bounds)
            said["persons", thing] = (title, action.persons.bounds)
        else:
            said["coached", thing] = (title, action.persons.bounds)
    for item in delivered:
        said["deliverables", f"deliverable:{item.pk}"] = (words(item, "title"), Bounds.exactly(1))
    return said
