"""Another place or link of an event that people know of: calendars follow, and who comes is told."""

from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from ...core.operations import locked, tell_all
from ...models import Event

#: Whoever edits an event often corrects himself: of several edits within this time the last one is told.
SECOND_THOUGHTS = timedelta(minutes=2)


class Whereabouts(NamedTuple):
    place: str
    venues: tuple
    online_link: str


def whereabouts_of(event):
    """Where people find the event, as the database has it now."""
    event = Event.objects.get(pk=event.pk)
    venues = tuple(event.venues.order_by("pk").values_list("pk", flat=True))
    return Whereabouts(event.place, venues, event.online_link if event.is_online else "")


@transaction.atomic
def follow_edit(*, event, before):
    """After an edit of an event to come, where its `whereabouts_of` are not what they were `before`: calendars get the
    next SEQUENCE, and everybody with a place or in line is told."""
    event = locked(event)
    if not event.is_open or whereabouts_of(event) == before:
        return event
    event.sequence += 1
    event.save(update_fields=["sequence"])
    tell_all(
        event,
        "changed",
        occasion=str(event.sequence),
        context={"sequence": event.sequence},
        due_at=timezone.now() + SECOND_THOUGHTS,
    )
    return event
