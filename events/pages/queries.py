"""Read what the page of an event shows to all alike."""

from django.db.models import Value, prefetch_related_objects

from hacktiv.common.freshness import catalogue

from ..core.queries import event_of
from ..enums import ChangeKind
from ..models import Change, Event, Registration

#: The further dates of a series that its page links to.
DATES_SHOWN = 8


def moved_online(event: Event) -> Change | None:
    """Return the change by which an event online moved there; None for one that was planned so, or is on site."""
    if event.is_onsite:
        return None
    return next((change for change in event.changes.all() if change.kind == ChangeKind.ONLINE), None)


def other_dates(event: Event) -> list[Event]:
    """Return the next dates of the event's series, without its own; none outside a series."""
    if not event.series_id:
        return []
    return list(Event.objects.announced().filter(series=event.series_id).exclude(pk=event.pk)[:DATES_SHOWN])


def what_there_is(registration: Registration) -> set[str]:
    """Tell in one query if the registration has « companions » and « answers », as most have neither."""
    companions = registration.companions.standing().order_by().values_list(Value("companions"))
    answers = registration.answers.order_by().values_list(Value("answers"))
    return {name for (name,) in companions.union(answers)}


@catalogue("agenda", "events")
def shown_event(slug: str) -> Event | None:
    """Return the event with this slug, what remains of it once it has begun, and the changes of one online.

    None without one. It may be a draft, which is not for everybody."""
    event = event_of(slug)
    if event and not event.is_onsite:
        prefetch_related_objects([event], "changes")
    if event and event.has_begun:
        prefetch_related_objects([event], "materials", "photos")
    return event
