"""Read what lies ahead, and what is to be noted, of those whose role is in the network and in no space: facilitators
and trainers."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q

from events.core.rules import is_at_the_door
from events.enums import EventState, RegistrationStatus
from events.models import Event
from members.core.rules import administers, network_roles
from members.enums import NetworkRoleKind
from members.models import User
from training.models import Session

from .today import EVENTS_BEHIND, LISTED


class Ahead(NamedTuple):
    """The next events of all spaces, with how many are `registered` and `waiting`, those at whose doors people are
    checked in (keys), those that are over and whose attendance is to be noted, and the next training sessions."""

    events: list[Event]
    doors: frozenset[int]
    to_mark: list[Event]
    sessions: list[Session]
    facilitates: bool
    trains: bool


def ahead_of(user: User, now: datetime) -> Ahead | None:
    """Return what is next for a facilitator or a trainer; None for others, and for who administers the network, whose
    day shows it. Two queries for a facilitator, one for a trainer."""
    roles = network_roles(user)
    facilitates, trains = NetworkRoleKind.FACILITATOR in roles, NetworkRoleKind.TRAINER in roles
    if administers(user) or not (facilitates or trains):
        return None
    coming = Q(state__in=[EventState.DRAFT, EventState.PUBLISHED], ends_at__gt=now)
    behind = Q(state=EventState.PUBLISHED, ends_at__range=(now - EVENTS_BEHIND, now))
    all_events = Event.objects.select_related("type", "space").annotate(
        registered=Count("registrations", filter=Q(registrations__status=RegistrationStatus.CONFIRMED)),
        waiting=Count("registrations", filter=Q(registrations__status=RegistrationStatus.WAITING)),
    )
    events: list[Event] = list(all_events.filter(coming).order_by("starts_at", "pk")[:LISTED]) if facilitates else []
    of_events = Q(event__state__in=[EventState.DRAFT, EventState.PUBLISHED], event__ends_at__gt=now)
    sessions = Session.objects.filter(of_events).select_related("event__space", "programme")
    return Ahead(
        events,
        frozenset(event.pk for event in events if is_at_the_door(event, now)),
        list(all_events.filter(behind).order_by("starts_at", "pk")[:LISTED]) if facilitates else [],
        list(sessions.order_by("event__starts_at", "pk")[:LISTED]) if trains else [],
        facilitates,
        trains,
    )
