"""Write the messages that leave by rule into the outbox, and change the rules."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from hacktiv.outbox.models import Message, MessageState
from hacktiv.outbox.operations import enqueue_all, take_back, who_refuse

from ..core.operations import about, instant, locked, mails_of, message_key
from ..enums import EventState, MessageKind, RegistrationStatus
from ..models import Event, EventType, MessageRule, Registration
from ..models.messages import LONGEST_LEAD
from . import rules
from .queries import message_rules_of

#: Messages enter the outbox this long before they are due, so that a late run makes no message late.
MESSAGE_HORIZON = timedelta(hours=1)
#: The kinds of mail that leave by rule, by their names in the outbox.
BY_RULE = [f"events.{kind}" for kind in MessageKind.values]
#: The furthest before the start, and after the end, that a message can be due and of use.
FURTHEST_BEFORE = timedelta(days=LONGEST_LEAD + 1)
FURTHEST_AFTER = FURTHEST_BEFORE + max(rules.USEFUL_AFTER.values())


def plan_anew(*events: Event) -> None:
    """Remove the unsent messages by rule of these events; `schedule_messages` writes the right ones again."""
    take_back(about=[about(event.pk) for event in events], kinds=BY_RULE)


def reminders_of(registration: Registration, event: Event, *, now: datetime | None = None) -> list[Message]:
    """Return the reminders of a confirmed person whose time is near, as rows for the outbox, not stored yet.

    `schedule_messages` writes the others. The person who brings a companion without an address has their own."""
    if not event.is_open or not registration.person_email:
        return []
    now = now or timezone.now()
    before = [rule for rule in message_rules_of(event) if rule.is_before]
    due = rules.messages_due(before, event, now=now, horizon=MESSAGE_HORIZON)
    return [mail for rule in due for mail in mails_by_rule(rule, registration, event)]


def mails_by_rule(rule: MessageRule, registration: Registration, event: Event) -> list[Message]:
    """Return a rule's message to a person, as `mails_of` does.

    A moved event has a new reminder for each start; the messages after the end are sent once."""
    return mails_of(
        rule.kind,
        registration,
        occasion=occasion_of(rule, event),
        context={"starts_at": instant(cast(datetime, event.starts_at)), "lead": rule.lead},
        due_at=rules.message_due_at(rule, event),
        expires_at=rules.message_expires_at(rule, event),
    )


def occasion_of(rule: MessageRule, event: Event) -> str:
    """Return the occasion in the key of a rule's mail: the start and the lead for a reminder, else blank."""
    return f"{instant(cast(datetime, event.starts_at))}:{rule.lead}" if rule.is_before else ""


def schedule_messages(*, now: datetime | None = None) -> int:
    """Put the messages that are late or due soon into the outbox; return the number of new ones.

    It may run at any time and any number of times."""
    now = now or timezone.now()
    return _write(_events_in_reach(now), now)


@transaction.atomic
def set_message_rules(*, event: Event, wanted: Iterable[Mapping[str, Any]] | None) -> Event:
    """Give the event rules of its own; each is a dict of the fields of a `MessageRule`. None: the type's rules hold.

    The rules hold at once: unsent messages of the old rules are removed, and those of the new ones are written."""
    event = locked(event)
    event.message_rules.all().delete()
    event.own_messages = wanted is not None
    event.save(update_fields=["own_messages"])
    for fields in wanted or ():
        MessageRule.objects.create(event=event, **fields)
    _follow_rules(Q(pk=event.pk))
    return event


def follow_rules_of_type(*, type: EventType) -> None:
    """Apply the edited rules of a type at once to its events that have no rules of their own."""
    _follow_rules(Q(type=type, own_messages=False))


def messages_ahead(event: Event, *, now: datetime | None = None) -> list[tuple[MessageRule, datetime, int | None]]:
    """Return (rule, due time, number of people) of the messages still to be written, the next one first.

    The number is None for messages to participants while the event is not over."""
    now = now or timezone.now()
    if event.starts_at is None or event.state not in {EventState.PUBLISHED, EventState.HELD}:
        return []
    near = _due(event, now)
    people = _recipients([(event, rule) for rule in message_rules_of(event) if rule.is_before != event.has_begun])
    known = set(Message.objects.filter(about=about(event.pk), template__in=BY_RULE).values_list("key", flat=True))
    refusing = who_refuse([registration.person_email for rows in people.values() for registration in rows])
    ahead: list[tuple[MessageRule, datetime, int | None]] = []
    for rule in message_rules_of(event):
        due_at = rules.message_due_at(rule, event)
        is_far = due_at > now + MESSAGE_HORIZON
        if not rule.is_before and not event.is_past:
            ahead.append((rule, due_at, None))
        elif is_far or rule in near:
            keys = {
                message_key(rule.kind, registration, occasion_of(rule, event))
                for registration in people.get((event.pk, rule.is_before), ())
                if registration.person_email.lower() not in refusing
            }
            ahead += [(rule, due_at, len(keys - known))] if is_far or keys - known else []
    return sorted(ahead, key=lambda row: row[1])


def _follow_rules(condition: Q) -> None:
    with transaction.atomic():
        now = timezone.now()
        events = list(_events_in_reach(now).filter(condition))
        plan_anew(*events)
        _write(events, now)


def _write(events: Iterable[Event], now: datetime) -> int:
    due = [(event, rule) for event in events for rule in _due(event, now)]
    registrations = _recipients(due)
    wanted: dict[str, tuple[MessageRule, Registration, Event]] = {}
    for event, rule in due:
        for registration in registrations.get((event.pk, rule.is_before), ()):
            wanted[message_key(rule.kind, registration, occasion_of(rule, event))] = (rule, registration, event)
    missing = wanted.keys() - Message.objects.filter(key__in=wanted).values_list("key", flat=True)
    missing -= _already_reminded({key: wanted[key] for key in missing}, now)
    # The keys are sorted so that two runs at once cannot wait for each other in a circle.
    return len(enqueue_all([mail for key in sorted(missing) for mail in mails_by_rule(*wanted[key])]))


def _already_reminded(wanted: Mapping[str, tuple[MessageRule, Registration, Event]], now: datetime) -> set[str]:
    """Return the keys of late reminders to people who have had a reminder nearer to the start.

    Example: « one day before » becomes « two days before » on the eve."""
    late = {
        key: (rules.message_due_at(rule, event), event)
        for key, (rule, _registration, event) in wanted.items()
        if rule.is_before and rules.message_due_at(rule, event) <= now
    }
    if not late:
        return set()
    told = Message.objects.filter(
        about__in={about(event.pk) for _due_at, event in late.values()}, template=f"events.{MessageKind.REMINDER}"
    )
    nearest: dict[str, list[MessageRule]] = {}
    for key in told.exclude(state=MessageState.DROPPED).values_list("key", flat=True):
        occasion, _colon, lead = key.rpartition(":")
        nearest.setdefault(occasion, []).append(MessageRule.by_lead(MessageKind.REMINDER, lead))
    return {
        key
        for key, (due_at, event) in late.items()
        if any(rules.message_due_at(rule, event) > due_at for rule in nearest.get(key.rpartition(":")[0], ()))
    }


def _events_in_reach(now: datetime) -> QuerySet[Event]:
    to_come = Q(state=EventState.PUBLISHED, starts_at__gt=now, starts_at__lte=now + FURTHEST_BEFORE + MESSAGE_HORIZON)
    over = Q(state__in=[EventState.PUBLISHED, EventState.HELD], ends_at__lte=now, ends_at__gt=now - FURTHEST_AFTER)
    events = Event.objects.filter(to_come | over).select_related("type", "space")
    return events.prefetch_related("message_rules", "type__message_rules").order_by("pk")


def _due(event: Event, now: datetime) -> list[MessageRule]:
    possible = [rule for rule in message_rules_of(event) if rule.is_before != event.has_begun]
    return rules.messages_due(possible, event, now=now, horizon=MESSAGE_HORIZON)


def _recipients(due: Sequence[tuple[Event, MessageRule]]) -> dict[tuple[int, bool], list[Registration]]:
    """Return the recipients by (event, is before the start): people with a seat before, people who were there after."""
    before = {event.pk for event, rule in due if rule.is_before}
    after = {event.pk for event, rule in due if not rule.is_before}
    there = Q(event__in=before, status=RegistrationStatus.CONFIRMED) | Q(event__in=after, participation__isnull=False)
    found: dict[tuple[int, bool], list[Registration]] = {}
    for registration in Registration.objects.filter(there).select_related("user").order_by("pk"):
        if not registration.person_email:
            continue
        found.setdefault((registration.event_id, registration.event_id in before), []).append(registration)
    return found
