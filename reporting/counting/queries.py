"""Find the held events about which nobody said whether a project counts them, and those that are decided on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Q, QuerySet, prefetch_related_objects

from events.models import Event

from ..building.queries.content import Action
from ..building.queries.parts import action_part
from ..building.queries.records import placed_if_counted
from ..core.queries import closed_half_years
from ..models import CountedAction, CountWord, Period, Project

#: How long after its end a half-year that is not closed is reminded of.
REMINDED_AFTER = timedelta(days=200)


def half_years_to_count(today: date) -> QuerySet[Period]:
    """Return the half-years of all projects that have begun, ended lately at most, and have no closed report."""
    begun = Period.objects.filter(starts_on__lte=today, ends_on__gte=today - REMINDED_AFTER)
    return begun.exclude(pk__in=closed_half_years()).select_related("project").order_by("project", "starts_on")


def uncounted_events(periods: Iterable[Period]) -> dict[Period, list[Event]]:
    """Return for each half-year the held events that its project may count and neither counts nor leaves out, by date.
    In a fixed number of queries.

    An event may be counted if a partner of the project organises it or operates its space, or if it has no space; of a
    project whose partners name no organisation, every event of the network. Examples are only an example's."""
    periods = list(periods)
    if not periods:
        return {}
    prefetch_related_objects(periods, "project__partners")
    held = Event.objects.held().filter(
        latest__gte=min(period.starts_on for period in periods),
        earliest__lte=max(period.ends_on for period in periods),
    )
    candidates = held.select_related("space", "type", "training_session").prefetch_related(
        "organisers", "counted__project"
    )
    events = list(candidates.order_by("earliest", "starts_at", "pk"))
    return {
        period: [
            event
            for event in events
            if period.touches(event.earliest, event.latest)
            and period.project_id not in {action.project_id for action in event.counted.all()}
            and _takes_part(event, period.project)
        ]
        for period in periods
    }


def _takes_part(event: Event, project: Project) -> bool:
    if event.is_example and not project.is_example:
        return False
    partners = {partner.organisation_id for partner in project.partners.all()} - {None}
    if not partners or event.space is None:
        return True
    return event.space.operator_id in partners or any(each.pk in partners for each in event.organisers.all())


def counted_elsewhere(event: Event, project: Project) -> list[Project]:
    """Return the other projects that count the event already. Examples and real projects are apart."""
    return [
        action.project
        for action in event.counted.all()
        if action.counts and action.project_id != project.pk and action.project.is_example == project.is_example
    ]


def decided_actions(period: Period) -> list[CountedAction]:
    """Return the events of this half-year that its project counts or leaves out, the last decided first."""
    here = Q(period=period) | Q(period=None, event__earliest__gte=period.starts_on, event__latest__lte=period.ends_on)
    actions = CountedAction.objects.filter(here, project=period.project_id, event__isnull=False)
    return list(actions.select_related("event__space").prefetch_related("classifications").order_by("-pk"))


def contributions(project: Project, events: Sequence[Event]) -> list[tuple[Event, Action]]:
    """Return each event with what it adds to a report of the project, or would if the project counted it."""
    prefetch_related_objects(events, "organisers", "venues", "declared_counts", "proofs", "changes")
    parts = [action_part(placed) for placed in placed_if_counted(project, events)]
    return list(zip(events, parts, strict=True))


def counts_seen(event: Event) -> str:
    """Return the declared counts of an event as they hold, for a form to say what its page showed."""
    current = event.declared_counts.current().order_by("measure", "pk")
    return " ".join(f"{count.measure}:{count.pk}" for count in current)


def objections_to(event: Event) -> list[CountWord]:
    """Return what partners say is not right with the counts of an event, since these were last declared."""
    words = CountWord.objects.filter(action__event=event, is_right=False)
    last = event.declared_counts.current().order_by("-entered_at").first()
    if last:
        words = words.filter(said_at__gte=last.entered_at)
    return list(words.select_related("contribution__partner").order_by("said_at"))
