"""Reads over several tables."""

from datetime import time, timedelta

from django.db.models import Q

from hacktiv.common.text import fold
from spaces.hours import at_local
from spaces.models import Closure, Space
from spaces.periods import period
from spaces.public_holidays import holiday_on

from .enums import LISTED_REGISTRATIONS, EventState, RegistrationStatus, TopicState
from .models import Event, Registration, TopicProposal, usual_messages

#: The type of event whose Fridays members take, how far ahead, and the hour at which the space must be open to it.
ROTA_TYPE = "lunch-talk"
ROTA_DAYS = 91
FRIDAY, NOON = 4, time(12)


def message_rules_of(event):
    """The rules by which an event's messages leave: its own, else its type's, else the usual ones."""
    if event.own_messages:
        return list(event.message_rules.all())
    if event.type.own_messages:
        return list(event.type.message_rules.all())
    return list(usual_messages())


def message_rule(event, kind, lead=None):
    """The rule of this kind, of a reminder the one of this lead, if it still stands; else None."""
    found = (rule for rule in message_rules_of(event) if rule.kind == kind and lead in {None, rule.lead})
    return next(found, None)


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


def attendance_list(event):
    """Who may come, by name: those with a seat, and those who came without registering."""
    people = event.registrations.filter(status__in=[RegistrationStatus.CONFIRMED, RegistrationStatus.WALK_IN])
    return sorted(people.select_related("user", "brought_by__user"), key=_by_name)


def people_who_may_come(event):
    """Those with a seat or in line, and those who came: whom a person on a list can be."""
    return list(event.registrations.filter(status__in=LISTED_REGISTRATIONS).select_related("user").order_by("pk"))


def people_at_the_door(event):
    """Everybody on the list by name, each with `participation` if he is there."""
    people = event.registrations.filter(status__in=LISTED_REGISTRATIONS)
    people = people.select_related("user", "participation", "brought_by__user")
    return sorted(people, key=_by_name)


def _by_name(registration):
    """As people look a name up: é beside e."""
    return fold(str(registration.person_name)), registration.pk


def free_fridays(today, *, spaces=None):
    """The Fridays of the next three months on which nothing is planned, by published space that holds lunch&talks.

    Taken are the days of a lunch&talk (a draft too), of an accepted topic, of a public holiday and of a closed space.
    A fixed number of queries."""
    talks = Event.objects.filter(type__slug=ROTA_TYPE).exclude(state=EventState.CANCELLED)
    holding = Space.objects.published().filter(pk__in=talks.values("space")).select_related("operator")
    if spaces is not None:
        holding = holding.filter(pk__in=[space.pk for space in spaces])
    ahead = [today + timedelta(days=days) for days in range(1, ROTA_DAYS + 1)]
    fridays = [day for day in ahead if day.weekday() == FRIDAY]
    taken = set(talks.filter(earliest__range=(ahead[0], ahead[-1])).values_list("space", "earliest"))
    accepted = TopicProposal.objects.filter(state=TopicState.ACCEPTED, day__range=(ahead[0], ahead[-1]))
    taken |= set(accepted.values_list("space", "day"))
    closures = list(Closure.objects.filter(resource=None, space__in=holding, period__overlap=_stretch(ahead)))
    found = {}
    for space in holding:
        closed = [closure.period for closure in closures if closure.space_id == space.pk]
        found[space] = [
            day
            for day in fridays
            if (space.pk, day) not in taken
            and not holiday_on(space.country, day)
            and not any(at_local(day, NOON) in stretch for stretch in closed)
        ]
    return found


def _stretch(days):
    return period(at_local(days[0], time.min), at_local(days[-1] + timedelta(days=1), time.min))
