"""Messages that leave by rule.

What is to be sent follows at each sweep from the rules, the events and who comes as they are then: nothing is planned
that a later change would have to undo. A message becomes a row of the outbox shortly before it is due, under a key that
names person and occasion, so that whoever sweeps, however often and however many at once, writes each one once."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hacktiv.outbox.models import Message

from .. import rules
from ..enums import EventState, RegistrationStatus
from ..models import Event, MessageRule, Registration
from ..models.messages import LONGEST_LEAD
from ..queries import message_rules_of
from ._shared import MESSAGE_HORIZON, locked, message_key, occasion_of, tell_by_rule

#: No rule reaches further than so long before the start, or after the end while its message is of use.
FURTHEST_BEFORE = timedelta(days=LONGEST_LEAD + 1)
FURTHEST_AFTER = FURTHEST_BEFORE + max(rules.USEFUL_AFTER.values())


def schedule_messages(*, now=None):
    """Put the messages that are due soon, or late, into the outbox; the number of new ones. Safe to run at any time,
    any number of times."""
    now = now or timezone.now()
    due = [(event, rule) for event in _events_in_reach(now) for rule in _due(event, now)]
    registrations = _recipients(due)
    wanted = {}
    for event, rule in due:
        for registration in registrations.get((event.pk, rule.is_before), ()):
            wanted[message_key(rule.kind, registration, occasion_of(rule, event))] = (rule, registration, event)
    known = set(Message.objects.filter(key__in=wanted).values_list("key", flat=True))
    with transaction.atomic():
        written = [tell_by_rule(*wanted[key]) for key in wanted.keys() - known]
    return sum(message is not None for message in written)


@transaction.atomic
def set_message_rules(*, event, wanted):
    """Give the event rules of its own, each a dict of the fields of a `MessageRule`; None: those of its type hold."""
    event = locked(event)
    event.message_rules.all().delete()
    event.own_messages = wanted is not None
    event.save(update_fields=["own_messages"])
    for fields in wanted or ():
        MessageRule.objects.create(event=event, **fields)
    return event


def messages_ahead(event, *, now=None):
    """(rule, when it is due, how many people it would go to as things stand) of the messages still to be written."""
    now = now or timezone.now()
    if event.starts_at is None or event.state not in {EventState.PUBLISHED, EventState.HELD}:
        return []
    people = {True: event.registrations.confirmed().count(), False: event.participations.count()}
    ahead = [
        (rule, rules.message_due_at(rule, event), people[rule.is_before])
        for rule in message_rules_of(event)
        if rules.message_due_at(rule, event) > now + MESSAGE_HORIZON
    ]
    return sorted(ahead, key=lambda row: row[1])


def _events_in_reach(now):
    to_come = Q(state=EventState.PUBLISHED, starts_at__gt=now, starts_at__lte=now + FURTHEST_BEFORE + MESSAGE_HORIZON)
    over = Q(state__in=[EventState.PUBLISHED, EventState.HELD], ends_at__lte=now, ends_at__gt=now - FURTHEST_AFTER)
    events = Event.objects.filter(to_come | over).select_related("type", "space")
    return events.prefetch_related("message_rules", "type__message_rules").order_by("pk")


def _due(event, now):
    possible = [rule for rule in message_rules_of(event) if rule.is_before != event.has_begun]
    return rules.messages_due(possible, event, now=now, horizon=MESSAGE_HORIZON)


def _recipients(due):
    """Who receives what is due, by (event, whether it is before the event): who has a seat, and later who was there."""
    before = {event.pk for event, rule in due if rule.is_before}
    after = {event.pk for event, rule in due if not rule.is_before}
    there = Q(event__in=before, status=RegistrationStatus.CONFIRMED) | Q(event__in=after, participation__isnull=False)
    found = {}
    for registration in Registration.objects.filter(there).select_related("user").order_by("pk"):
        found.setdefault((registration.event_id, registration.event_id in before), []).append(registration)
    return found
