"""What the mails of the events show. Each is gathered as it leaves: what no longer holds is not sent."""

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from hacktiv.common.calendar import CANCEL, REQUEST, content_type
from hacktiv.outbox.registry import Mail, absolute_url, register

from . import rules
from .calendars import calendar_file, where_lines
from .enums import ChangeKind, EventState, MessageKind, RegistrationStatus, TopicState
from .models import Registration, Speaker, TopicProposal
from .queries import message_rule, position_in_line
from .tickets import ticket_picture


def _registration(context):
    found = Registration.objects.select_related(
        "event__type", "event__space", "event__resource", "user", "brought_by__user"
    )
    return found.filter(pk=context["registration"]).first()


def _is_to_come(registration):
    return registration and registration.event.is_open


def _sees_link(registration):
    return registration.is_confirmed and registration.is_online


def _bringer(registration):
    """Who registered this companion, told to himself; blank for all others."""
    is_companion = registration.brought_by and registration.mailed == registration
    return registration.brought_by.person_name if is_companion else ""


def _mail(registration, *, method=None, url=None, **context):
    event = registration.event
    receiver = registration.mailed
    if url is None and registration.user:
        url = absolute_url("events:event", event.slug)
    attachments = []
    # Who is told of a companion has the event in the calendar already, by the same UID.
    if method and receiver == registration:
        entry = calendar_file(
            event, method=method, attendee=registration.person_email, with_link=_sees_link(registration)
        )
        attachments = [("hacktiv.ics", entry, content_type(method))]
    has_ticket = method == REQUEST and registration.is_confirmed and not registration.is_online
    if has_ticket:
        attachments.append(("ticket.png", ticket_picture(registration), "image/png"))
    return Mail(
        context={
            "registration": registration,
            "has_ticket": has_ticket,
            "event": event,
            "where": where_lines(event),
            "speakers": event.speaker_names,
            "name": receiver.person_name,
            "companion": registration.person_name if receiver != registration else "",
            "shows_link": _sees_link(registration),
            "url": url or absolute_url("events:registration", registration.token),
            **context,
        },
        attachments=attachments,
    )


@register("events.confirmation", label=_("Confirmation"))
def confirmation(context):
    registration = _registration(context)
    if not _is_to_come(registration) or not registration.is_confirmed:
        return None
    return _mail(registration, method=REQUEST, bringer=_bringer(registration))


@register("events.waiting", label=_("Waiting list"))
def waiting(context):
    registration = _registration(context)
    if not _is_to_come(registration) or not registration.is_waiting:
        return None
    return _mail(registration, position=position_in_line(registration), bringer=_bringer(registration))


@register("events.promoted", label=_("A seat for who waited"))
def promoted(context):
    registration = _registration(context)
    if not _is_to_come(registration) or not registration.is_confirmed:
        return None
    return _mail(registration, method=REQUEST)


@register("events.offer", label=_("Offer of a seat"))
def offer(context):
    """Only while the offer stands: a seat taken, given up or lapsed is no offer."""
    registration = _registration(context)
    if not _is_to_come(registration) or rules.refusal_to_accept(registration):
        return None
    return _mail(registration, url=absolute_url("events:registration", registration.token))


@register("events.offer_lapsed", label=_("Offer that lapsed"))
def offer_lapsed(context):
    registration = _registration(context)
    if not _is_to_come(registration) or registration.status != RegistrationStatus.CANCELLED:
        return None
    return _mail(registration, url=absolute_url("events:event", registration.event.slug))


@register("events.registration_cancelled", label=_("Registration cancelled"))
def registration_cancelled(context):
    registration = _registration(context)
    if not registration or registration.status != RegistrationStatus.CANCELLED:
        return None
    return _mail(
        registration,
        method=CANCEL if registration.confirmed_at else None,
        url=absolute_url("events:event", registration.event.slug),
        by_staff=context["by_staff"],
        bringer_cancelled=_bringer(registration) if context.get("by_bringer") else "",
    )


@register("events.event_cancelled", label=_("Event cancelled"))
def event_cancelled(context):
    registration = _registration(context)
    if not registration or not registration.event.is_cancelled or not registration.is_standing:
        return None
    change = registration.event.changes.filter(kind=ChangeKind.CANCELLED).first()
    return _mail(
        registration,
        method=CANCEL if registration.is_confirmed else None,
        url=absolute_url("events:agenda"),
        reason=change.reason if change else "",
    )


@register("events.moved", label=_("New time"))
def moved(context):
    """Of two moves shortly after each other only the latest is told."""
    registration = _registration(context)
    if not _is_to_come(registration) or not registration.is_standing:
        return None
    if registration.event.starts_at != parse_datetime(context["starts_at"]):
        return None
    change = registration.event.changes.filter(kind=ChangeKind.MOVED).first()
    return _mail(registration, method=REQUEST if registration.is_confirmed else None, change=change)


@register("events.online", label=_("Held online"))
def online(context):
    """The event is held online instead."""
    registration = _registration(context)
    if not _is_to_come(registration) or not registration.is_standing:
        return None
    change = registration.event.changes.filter(kind=ChangeKind.ONLINE).first()
    return _mail(registration, method=REQUEST if registration.is_confirmed else None, change=change)


@register("events.changed", label=_("Change"))
def changed(context):
    """Another place or link; of several edits shortly after each other only the last is told."""
    registration = _registration(context)
    if not _is_to_come(registration) or not registration.is_standing:
        return None
    if registration.event.sequence != context["sequence"]:
        return None
    return _mail(registration, method=REQUEST if registration.is_confirmed else None)


@register("events.guest_link", label=_("Link to confirm"))
def guest_link(context):
    registration = _registration(context)
    if not _is_to_come(registration) or registration.status != RegistrationStatus.UNCONFIRMED:
        return None
    if not rules.guest_link_is_alive(registration):
        return None
    return _mail(
        registration,
        url=absolute_url("events:confirm_guest", registration.token),
        hours=int(rules.GUEST_LINK_LIFE.total_seconds() // 3600),
    )


@register("events.already", label=_("Already registered"))
def already(context):
    registration = _registration(context)
    if not _is_to_come(registration) or not registration.is_standing:
        return None
    return _mail(registration, position=position_in_line(registration))


@register("events.reminder", label=_("Reminder"), optional=True)
def reminder(context):
    """For the time the event had when the reminder was written; a moved event has a reminder of its own."""
    registration = _registration(context)
    rule = registration and message_rule(registration.event, MessageKind.REMINDER, context["lead"])
    if not rule or not registration.is_confirmed or registration.event.state != EventState.PUBLISHED:
        return None
    starts_at = registration.event.starts_at
    if starts_at != parse_datetime(context["starts_at"]) or starts_at <= timezone.now():
        return None
    return _mail(registration, words=rule.words)


def _speaker(context):
    """Who speaks, of the event as it is since the mail was written; else None."""
    found = Speaker.objects.select_related("event__type", "event__space", "event__resource", "user")
    speaker = found.filter(pk=context["speaker"]).first()
    return speaker if speaker and speaker.event.sequence == context["sequence"] else None


def _speaker_mail(speaker, *, method, url, **context):
    event = speaker.event
    entry = calendar_file(event, method=method, attendee=speaker.user.email, with_link=event.is_online)
    return Mail(
        context={
            "event": event,
            "where": where_lines(event),
            "name": speaker.name,
            "shows_link": event.is_online,
            "url": url,
            **context,
        },
        attachments=[("hacktiv.ics", entry, content_type(method))],
    )


@register("events.speaker", label=_("To a speaker"))
def speaker(context):
    """When and where one speaks, whenever that is new or changes."""
    speaker = _speaker(context)
    if not speaker or not speaker.event.is_open:
        return None
    return _speaker_mail(speaker, method=REQUEST, url=absolute_url("events:event", speaker.event.slug))


@register("events.speaker_cancelled", label=_("To a speaker: cancelled"))
def speaker_cancelled(context):
    speaker = _speaker(context)
    if not speaker or not speaker.event.is_cancelled:
        return None
    change = speaker.event.changes.filter(kind=ChangeKind.CANCELLED).first()
    return _speaker_mail(
        speaker, method=CANCEL, url=absolute_url("events:agenda"), reason=change.reason if change else ""
    )


def _topic(context, state):
    """The proposal while it is in this state, else None."""
    found = TopicProposal.objects.select_related("space", "user", "event")
    return found.filter(pk=context["proposal"], state=state).first()


@register("events.topic_proposed", label=_("Topic proposed"))
def topic_proposed(context):
    proposal = _topic(context, TopicState.PROPOSED)
    if not proposal:
        return None
    url = absolute_url("admin:events_topicproposal_change", proposal.pk)
    return Mail(context={"proposal": proposal, "url": url})


@register("events.topic_accepted", label=_("Topic accepted"))
def topic_accepted(context):
    proposal = _topic(context, TopicState.ACCEPTED)
    if not proposal or not proposal.event:
        return None
    is_shown = proposal.event.state != EventState.DRAFT
    url = absolute_url("events:event", proposal.event.slug) if is_shown else absolute_url("events:rota")
    return Mail(context={"proposal": proposal, "event": proposal.event, "url": url})


@register("events.topic_declined", label=_("Topic declined"))
def topic_declined(context):
    proposal = _topic(context, TopicState.DECLINED)
    return proposal and Mail(context={"proposal": proposal, "url": absolute_url("events:rota")})
