"""Read what the page of an event shows to all alike."""

from django.db.models import prefetch_related_objects

from hacktiv.common.freshness import catalogue

from ..core.queries import event_of
from ..models import Event


@catalogue("agenda", "events")
def shown_event(slug: str) -> Event | None:
    """Return the event with this slug, and what remains of it once it has begun; None without one. It may be a draft,
    which is not for everybody."""
    event = event_of(slug)
    if event and event.has_begun:
        prefetch_related_objects([event], "materials", "photos")
    return event
