"""When a message by rule is due, and until when it is of use."""

from datetime import timedelta

from django.utils import timezone

from ..enums import MessageKind, MessageUnit

#: So long after it was due a message still says something.
USEFUL_AFTER = {MessageKind.THANKS: timedelta(days=14), MessageKind.OUTCOME: timedelta(days=30)}


def message_due_at(rule, event):
    """When the message of a rule leaves. Days are counted by the clock on the wall."""
    moment = event.starts_at if rule.is_before else event.ends_at
    lead = timedelta(**{rule.unit: -rule.amount if rule.is_before else rule.amount})
    if rule.unit != MessageUnit.DAYS:
        return moment + lead
    return timezone.make_aware(timezone.localtime(moment).replace(tzinfo=None) + lead)


def message_expires_at(rule, event):
    """When it is of no use any more: a reminder at the start, the others some weeks after they were due."""
    return event.starts_at if rule.is_before else message_due_at(rule, event) + USEFUL_AFTER[rule.kind]


def messages_due(rules, event, *, now, horizon):
    """Those of the rules whose message is to be written now. Of several reminders that are due at once, as for who
    registers on the eve, only the one nearest to the start."""
    due = [
        rule for rule in rules if message_due_at(rule, event) <= now + horizon and now < message_expires_at(rule, event)
    ]
    late = [rule for rule in due if rule.is_before and message_due_at(rule, event) <= now]
    nearest = max(late, key=lambda rule: message_due_at(rule, event), default=None)
    return [rule for rule in due if rule not in late or rule is nearest]
