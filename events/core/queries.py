"""Reads over registrations and events that several capabilities need."""

from django.db.models import Q
from django.utils import timezone

from hacktiv.common.text import fold
from spaces.timing.hours import day_bounds

from ..enums import LISTED_REGISTRATIONS, RegistrationStatus
from ..models import Event, Registration


def position_in_line(registration):
    """The person's place in the line of his way of taking part, from 1; None for who is not in line."""
    if not registration.is_waiting:
        return None
    earlier = Q(queued_at__lt=registration.queued_at) | Q(queued_at=registration.queued_at, pk__lt=registration.pk)
    return (
        Registration.objects.filter(event_id=registration.event_id, status=RegistrationStatus.WAITING)
        .filter(earlier, way=registration.way)
        .count()
        + 1
    )


def registration_of(user, event):
    """The person's place at the event or in its line, with `position`; None without one."""
    if not user.is_authenticated:
        return None
    registration = event.registrations.standing().filter(participant_number=user.participant_number).first()
    if registration:
        registration.event = event
        registration.position = position_in_line(registration)
    return registration


def registrations_at(user, events):
    """Give each event of a list the person's `registration` at it, or None: at most one query."""
    own = {}
    if user.is_authenticated:
        standing = Registration.objects.standing().filter(user=user, event__in=[event.pk for event in events])
        own = {registration.event_id: registration for registration in standing}
    for event in events:
        event.registration = own.get(event.pk)


def cards_hold_until(events, now):
    """Return the moment at which a list of these events would look otherwise: when one begins or ends, or the day
    does."""
    turns = [turn for event in events for turn in (event.starts_at, event.ends_at) if turn and turn > now]
    return min([*turns, day_bounds(timezone.localdate(now)).end])


def registrations_of(user, *, past=False):
    """The person's places, the next event first (of past ones the latest), for a list: two queries, and `position`."""
    events = Event.objects.past() if past else Event.objects.announced()
    registrations = (
        Registration.objects.standing()
        .filter(user=user, event__in=events.order_by())
        .select_related("event__type", "event__space")
        .prefetch_related("event__venues")
        .order_by("-event__starts_at" if past else "event__starts_at", "pk")
    )
    return with_positions(registrations)


def speaking_at(user):
    """The events to come at which the person speaks, the next one first."""
    return Event.objects.announced().filter(speakers__user=user).for_cards()


def with_positions(registrations):
    """The registrations as a list, each with its `position` in line (None: it is not in one), at one query more."""
    registrations = list(registrations)
    events = {registration.event_id for registration in registrations if registration.is_waiting}
    places = {}
    counts = {}
    if events:
        in_line = Registration.objects.filter(event__in=events, status=RegistrationStatus.WAITING)
        for event_id, way, pk in in_line.order_by("queued_at", "pk").values_list("event_id", "way", "pk"):
            counts[event_id, way] = counts.get((event_id, way), 0) + 1
            places[pk] = counts[event_id, way]
    for registration in registrations:
        registration.position = places.get(registration.pk)
    return registrations


def people_at_the_door(event):
    """Everybody on the list by name, each with `participation` if he is there."""
    people = event.registrations.filter(status__in=LISTED_REGISTRATIONS)
    people = people.select_related("user", "participation", "brought_by__user")
    return sorted(people, key=by_name)


def by_name(registration):
    """As people look a name up: é beside e."""
    return fold(str(registration.person_name)), registration.pk
