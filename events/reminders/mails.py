"""The reminder before an event."""

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import register

from ..core.mails import registration_in, registration_mail
from ..enums import EventState, MessageKind
from .queries import message_rule


@register("events.reminder", label=_("Reminder"), optional=True)
def reminder(context):
    """Remind of the start that the event had when the reminder was written; a moved event has a new reminder."""
    registration = registration_in(context)
    rule = registration and message_rule(registration.event, MessageKind.REMINDER, context["lead"])
    if not rule or not registration.is_confirmed or registration.event.state != EventState.PUBLISHED:
        return None
    starts_at = registration.event.starts_at
    if starts_at != parse_datetime(context["starts_at"]) or starts_at <= timezone.now():
        return None
    return registration_mail(registration, words=rule.words)
