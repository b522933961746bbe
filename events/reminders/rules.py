"""Times of the messages that leave by rule: when they are due, and until when they are of use."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import cast

from django.utils import timezone

from ..enums import MessageKind, MessageUnit
from ..models import Event, MessageRule

#: From the due time of a message on: later it is no longer sent.
USEFUL_AFTER: dict[str, timedelta] = {MessageKind.THANKS: timedelta(days=14), MessageKind.OUTCOME: timedelta(days=30)}


def message_due_at(rule: MessageRule, event: Event) -> datetime:
    """Return when the message of a rule leaves. Days are counted by the local clock."""
    moment = cast(datetime, event.starts_at if rule.is_before else event.ends_at)
    lead = timedelta(**{rule.unit: -rule.amount if rule.is_before else rule.amount})
    if rule.unit != MessageUnit.DAYS:
        return moment + lead
    return timezone.make_aware(timezone.localtime(moment).replace(tzinfo=None) + lead)


def message_expires_at(rule: MessageRule, event: Event) -> datetime:
    """Return when the message is of no use any more: a reminder at the start, the others after `USEFUL_AFTER`."""
    if rule.is_before:
        return cast(datetime, event.starts_at)
    return message_due_at(rule, event) + USEFUL_AFTER[rule.kind]


def messages_due(rules: Iterable[MessageRule], event: Event, *, now: datetime, horizon: timedelta) -> list[MessageRule]:
    """Return the rules whose message is due before `now + horizon` and still of use.

    Several reminders may be late at once, for example for a person who registers on the eve. Only the one nearest to
    the start is returned then."""
    due = [
        rule for rule in rules if message_due_at(rule, event) <= now + horizon and now < message_expires_at(rule, event)
    ]
    late = [rule for rule in due if rule.is_before and message_due_at(rule, event) <= now]
    nearest = max(late, key=lambda rule: message_due_at(rule, event), default=None)
    return [rule for rule in due if rule not in late or rule is nearest]
