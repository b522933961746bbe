"""The mails to participants after an event: thanks, and weeks later the question about outcomes."""

from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import Mail, absolute_url, register

from ..core.files.calendars import where_lines
from ..core.mails import greeted
from ..enums import MessageKind
from ..models import Registration
from ..reminders.queries import message_rule
from .queries import asks_survey
from .rules import has_taken_part


def _registration_of_participant(kind, context):
    """Return the registration of a participant, with the `words` of the rule for this kind of mail.

    Return None if the person did not take part or the rule was taken back."""
    found = Registration.objects.select_related("event__type", "event__space", "user")
    registration = found.filter(pk=context["registration"]).first()
    rule = registration and message_rule(registration.event, kind)
    if not rule or not has_taken_part(registration):
        return None
    registration.words = rule.words
    return registration


def _mail(registration, *, url, **context):
    return Mail(
        context={
            "registration": registration,
            "event": registration.event,
            "where": where_lines(registration.event),
            "speakers": registration.event.speaker_names,
            "name": greeted(registration),
            "url": url,
            "words": registration.words,
            **context,
        }
    )


@register("events.thanks", label=_("Thanks"), optional=True)
def thanks(context):
    """Thank the person, with links to the certificate and to the survey if they have not answered it."""
    registration = _registration_of_participant(MessageKind.THANKS, context)
    if not registration:
        return None
    certificate = absolute_url("events:certificate", registration.token)
    asks = asks_survey(registration)
    url = absolute_url("events:survey", registration.token) if asks else certificate
    return _mail(registration, url=url, asks=asks, certificate=certificate)


@register("events.outcome", label=_("What came of it"), optional=True)
def outcome(context):
    """Ask for the outcome, unless the person has told it already."""
    registration = _registration_of_participant(MessageKind.OUTCOME, context)
    if not registration or hasattr(registration, "outcome"):
        return None
    return _mail(registration, url=absolute_url("events:outcome", registration.token))
