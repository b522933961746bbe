"""Find the rules by which an event's messages leave."""

from ..models import usual_messages


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
