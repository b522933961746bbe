"""Tell people about another place or link of a published event, and update their calendars."""

from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from ...core.operations import locked, tell_all
from ...models import Event

#: People often correct their own edits: of several edits within this time only the last one is mailed.
SECOND_THOUGHTS = timedelta(minutes=2)


class Whereabouts(NamedTuple):
    """The ways to find an event. `venues` are primary keys. Place and venues are empty where nobody comes on site, the
    link where nobody takes part online."""

    place: str
    venues: tuple[int, ...]
    online_link: str


def whereabouts_of(event: Event) -> Whereabouts:
    """Read the place, venues and link of an event from the database."""
    event = Event.objects.get(pk=event.pk)
    online_link = event.online_link if event.is_online else ""
    if not event.is_onsite:
        return Whereabouts("", (), online_link)
    return Whereabouts(event.place, tuple(event.venues.order_by("pk").values_list("pk", flat=True)), online_link)


@transaction.atomic
def follow_edit(*, event: Event, before: Whereabouts) -> Event:
    """Tell everybody with a seat or in line if the `whereabouts_of` an event to come differ from `before`.

    Calendar files then get the next SEQUENCE."""
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
