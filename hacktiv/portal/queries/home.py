"""What the home page shows of other apps."""

from events.enums import Audience
from events.models import Event

NEXT_EVENTS = 4


def next_events(now, *, user):
    """The next published events: those open to all, and for a signed-in person the members' ones too."""
    events = Event.objects.upcoming(now).for_cards().order_by("starts_at", "pk")
    if not user.is_authenticated:
        events = events.exclude(audience=Audience.MEMBERS)
    return list(events[:NEXT_EVENTS])
