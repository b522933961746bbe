"""Decide whether a project counts held events, take the decision back, and correct how many came."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.attendance.operations import declare_count
from events.core.operations import locked
from events.errors import EventError
from events.models import DeclaredCount, Event
from members.models import User

from ..building.rules import lies_within
from ..core.operations import check_coordinates
from ..core.queries import is_closed
from ..core.rules import MOVED
from ..errors import ReportingError
from ..models import CountedAction, Period, Project
from .queries import counts_seen


@transaction.atomic
def count_events(
    *, period: Period, events: Iterable[Event], counts: bool = True, twice_because: str = "", by: User | None
) -> list[CountedAction]:
    """Note that the project of this half-year counts these events, or with `counts` False that it leaves them out.

    An event whose days lie in several half-years is counted in this one. An event on which somebody decided before
    stays as it is. `twice_because` says why it counts though another project counts it. Raises ReportingError:
    `not_yours`, `gone`, `elsewhere` (no day of an event lies in this half-year), `in_another_project` (without a
    word)."""
    check_coordinates(by)
    # Its key stays free: who adds one of the events to it in the admin has locked that event, and needs the key.
    project = Project.objects.select_for_update(no_key=True).get(pk=period.project_id)
    chosen = {event.pk: event for event in events}
    _lock(chosen)
    decided = CountedAction.objects.filter(project=period.project_id, event__in=chosen)
    for pk in decided.values_list("event", flat=True):
        del chosen[pk]
    if not all(period.touches(event.earliest, event.latest) for event in chosen.values()):
        raise ReportingError("elsewhere", _("The dates of this action do not touch this half-year."))
    twice = _counted_twice(project, chosen) if counts else set()
    if twice and not twice_because.strip():
        raise ReportingError(
            "in_another_project",
            _("Another project counts some of these events already. Write why they count in both."),
        )
    return CountedAction.objects.bulk_create(
        CountedAction(
            project_id=period.project_id,
            event=event,
            counts=counts,
            twice_because=twice_because.strip() if event.pk in twice else "",
            period=None if lies_within(event.earliest, event.latest, period.starts_on, period.ends_on) else period,
        )
        for event in chosen.values()
    )


def _lock(events: Collection[int]) -> None:
    """Lock events in one order: two who decide on one at the same time wait for each other."""
    list(Event.objects.select_for_update(no_key=True).filter(pk__in=events).order_by("pk").values_list("pk"))


def _counted_twice(project: Project, events: Collection[int]) -> set[int]:
    """Return which of these events another project counts already."""
    others = CountedAction.objects.filter(event__in=events, counts=True, project__is_example=project.is_example)
    return set(others.exclude(project=project).values_list("event", flat=True))


@transaction.atomic
def take_back(*, period: Period, actions: Iterable[CountedAction], by: User | None) -> int:
    """Forget whether the project counts these events: they wait for a decision again. Return how many do.

    Raises ReportingError: `not_yours`, `gone`, `closed` (the half-year has a closed report)."""
    check_coordinates(by)
    period = Period.objects.select_for_update().get(pk=period.pk)
    if is_closed(period):
        raise ReportingError(
            "closed",
            _(
                "The report of this half-year is closed. Untick “counts” in the administration: "
                "the next version says so as a correction."
            ),
        )
    theirs = CountedAction.objects.filter(project=period.project_id, pk__in=[action.pk for action in actions])
    return theirs.delete()[0]


@transaction.atomic
def correct_count(
    *,
    event: Event,
    measure: str,
    lower: int,
    upper: int | None,
    seen: str,
    reason: str = "",
    despite_others: bool = False,
    by: User,
) -> DeclaredCount:
    """Declare how many came to an event that a project counts, whoever runs it; the old count is kept with the reason.

    `seen` are the counts that the page showed (`counts_seen`). A report that is closed stays as it is: the next version
    tells the correction. Raises ReportingError: `not_yours`, `gone`, `not_counted`, `moved`, and those of a declared
    count (`not_in_order`, `reason`, `other_count` unless `despite_others`, `too_early`, `cancelled`)."""
    check_coordinates(by)
    event = locked(event)
    if not event.counted.filter(counts=True).exists():
        raise ReportingError("not_counted", _("No project counts this event: its team declares its counts."))
    if counts_seen(event) != seen:
        raise ReportingError("moved", MOVED)
    try:
        return declare_count(
            event=event,
            measure=measure,
            lower=lower,
            upper=upper,
            reason=reason,
            despite_others=despite_others,
            by=by,
        )
    except EventError as refusal:
        raise ReportingError(refusal.code, refusal.message) from refusal
