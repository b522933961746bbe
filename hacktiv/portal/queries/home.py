"""What the home page shows of other apps."""

from events.core.queries import registrations_at
from events.models import Event

NEXT_EVENTS = 4


def next_events(now, *, user):
    """The next published events that this visitor may take part in, each with their own `registration` or None."""
    events = list(Event.objects.upcoming(now).open_to(user).for_cards()[:NEXT_EVENTS])
    registrations_at(user, events)
    return events
