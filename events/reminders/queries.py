"""Find the rules by which an event's messages leave."""

from ..models import Event, MessageRule, usual_messages


def message_rules_of(event: Event) -> list[MessageRule]:
    """Return the rules by which an event's messages leave: its own, else its type's, else the usual ones."""
    if event.own_messages:
        return list(event.message_rules.all())
    if event.type.own_messages:
        return list(event.type.message_rules.all())
    return list(usual_messages())


def message_rule(event: Event, kind: str, lead: str | None = None) -> MessageRule | None:
    """Return the event's rule of this kind (and for reminders of this `lead`), or None if it was taken back."""
    found = (rule for rule in message_rules_of(event) if rule.kind == kind and lead in {None, rule.lead})
    return next(found, None)
