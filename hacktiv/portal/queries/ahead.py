"""Read what lies ahead of those whose role is in the network and in no space: facilitators and trainers."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q

from events.enums import EventState, RegistrationStatus
from events.models import Event
from members.core.rules import administers, network_roles
from members.enums import NetworkRoleKind
from members.models import User
from training.models import Session

from .today import LISTED


class Ahead(NamedTuple):
    """The next events of all spaces, with the number of those `registered`, and the next training sessions."""

    events: list[Event]
    sessions: list[Session]
    facilitates: bool
    trains: bool


def ahead_of(user: User, now: datetime) -> Ahead | None:
    """Return what is next for a facilitator or a trainer; None for others, and for who administers the network, whose
    day shows it. One query a role."""
    roles = network_roles(user)
    facilitates, trains = NetworkRoleKind.FACILITATOR in roles, NetworkRoleKind.TRAINER in roles
    if administers(user) or not (facilitates or trains):
        return None
    coming = Q(state__in=[EventState.DRAFT, EventState.PUBLISHED], ends_at__gt=now)
    confirmed = Count("registrations", filter=Q(registrations__status=RegistrationStatus.CONFIRMED))
    events = Event.objects.filter(coming).select_related("type", "space").annotate(registered=confirmed)
    of_events = Q(event__state__in=[EventState.DRAFT, EventState.PUBLISHED], event__ends_at__gt=now)
    sessions = Session.objects.filter(of_events).select_related("event__space", "programme")
    return Ahead(
        list(events.order_by("starts_at", "pk")[:LISTED]) if facilitates else [],
        list(sessions.order_by("event__starts_at", "pk")[:LISTED]) if trains else [],
        facilitates,
        trains,
    )
