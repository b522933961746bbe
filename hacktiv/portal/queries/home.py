"""Read what the home page shows of other apps."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from events.core.queries import registrations_at
from events.models import Event
from members.models import User
from spaces.enums import Right
from spaces.memberships.queries import may

#: How many events the home page shows.
NEXT_EVENTS = 4


def next_events(now: datetime, *, user: User | AnonymousUser) -> list[Event]:
    """Return the next published events, those for members only to who has the right today, each with their
    `registration` or None."""
    events = list(Event.objects.upcoming(now).open_to(members=may(user, Right.EVENTS)).for_cards()[:NEXT_EVENTS])
    registrations_at(user, events)
    return events
