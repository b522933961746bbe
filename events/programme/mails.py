"""Write the mails about changes of an event, to the people registered and to its speakers."""

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common.calendar import CANCEL, REQUEST, content_type
from hacktiv.common.dates import moment_in_words
from hacktiv.outbox.registry import Mail, absolute_url, register
from members.models import User

from ..core.files.calendars import calendar_file, where_lines
from ..core.mails import is_to_come, registration_in, registration_mail
from ..core.queries import position_in_line
from ..enums import ChangeKind, Mode, SpeakerState
from ..models import Event, Speaker
from .rules import reason_in_words


@register("events.event_cancelled", label=_("Event cancelled"))
def event_cancelled(context):
    registration = registration_in(context)
    if not registration or not registration.event.is_cancelled or not registration.is_standing:
        return None
    change = registration.event.changes.filter(kind=ChangeKind.CANCELLED).first()
    return registration_mail(
        registration,
        method=CANCEL if registration.is_confirmed else None,
        url=absolute_url("events:agenda"),
        reason=reason_in_words(change),
    )


def _seat_in_words(registration, *, kept, seat=""):
    """Return what has become of the person's seat: `kept`, unless they wait or are offered one. `seat` says if the same
    act has "given" or "lost" it."""
    if registration.is_offered:
        deadline = moment_in_words(registration.offered_until)
        text = gettext("A seat is kept for you until %(deadline)s: say yes on the page of your registration.")
        return text % {"deadline": deadline}
    if registration.is_waiting:
        text = gettext(
            "You are number %(position)s on the waiting list. As soon as a seat is free for you, it is yours and we "
            "write to you."
        )
        if seat == "lost":
            text = gettext(
                "On site there are fewer seats: you are number %(position)s on the waiting list. As soon as a seat is "
                "free for you, it is yours and we write to you."
            )
        return text % {"position": position_in_line(registration)}
    if seat == "given":
        return gettext(
            "You were on the waiting list: now there is a seat for you, and you are registered. If you cannot take "
            "part after all, please cancel your registration."
        )
    return kept


def _news(registration, context, *, kept, **more):
    """Return the mail that tells a person in line or with a seat what has become of the event, and of their seat."""
    url = None
    if registration.is_offered:
        url = absolute_url("events:registration", registration.token)
    seat = _seat_in_words(registration, kept=kept, seat=context.get("seat", ""))
    method = REQUEST if registration.is_confirmed else None
    return registration_mail(registration, method=method, url=url, seat=seat, **more)


@register("events.moved", label=_("New time"))
def moved(context):
    """Return the mail about the latest move only, else None."""
    registration = registration_in(context)
    if not is_to_come(registration) or not registration.is_standing:
        return None
    if registration.event.starts_at != parse_datetime(context["starts_at"]):
        return None
    change = registration.event.changes.filter(kind=ChangeKind.MOVED).first()
    return _news(
        registration,
        context,
        kept=gettext("Your place is kept. If the new date does not suit you, please cancel your registration."),
        change=change,
        reason=reason_in_words(change),
    )


#: The change whose reason a speaker reads, by the kind of mail that the others get.
CHANGES_TOLD = {"moved": ChangeKind.MOVED, "online": ChangeKind.ONLINE, "onsite_again": ChangeKind.ONSITE}


@register("events.online", label=_("Held online"))
def online(context):
    """Return the mail that says that the event is held online instead; None where that was taken back."""
    registration = registration_in(context)
    if not is_to_come(registration) or not registration.is_standing or registration.event.mode != Mode.ONLINE:
        return None
    return _news(
        registration,
        context,
        kept=gettext(
            "Your place is kept: there is nothing to do. If you cannot take part online, please cancel your "
            "registration."
        ),
        reason=reason_in_words(registration.event.changes.filter(kind=ChangeKind.ONLINE).first()),
    )


@register("events.onsite_again", label=_("On site again"))
def onsite_again(context):
    """Return the mail that says that the event takes place on site after all."""
    registration = registration_in(context)
    if not is_to_come(registration) or not registration.is_standing or not registration.event.is_onsite:
        return None
    return _news(
        registration,
        context,
        kept=gettext(
            "Your place is kept: there is nothing to do. If you cannot come, please cancel your registration."
        ),
        reason=reason_in_words(registration.event.changes.filter(kind=ChangeKind.ONSITE).first()),
    )


@register("events.changed", label=pgettext_lazy("mail", "Change"))
def changed(context):
    """Return the mail about another place or link; None unless this is the last edit."""
    registration = registration_in(context)
    if not is_to_come(registration) or not registration.is_standing:
        return None
    if registration.event.sequence != context["sequence"]:
        return None
    return registration_mail(registration, method=REQUEST if registration.is_confirmed else None)


def entry_for(event, email, *, method=REQUEST):
    """Return the calendar file of the event for a speaker with this address, as an attachment."""
    entry = calendar_file(event, method=method, attendee=email, with_link=event.is_online)
    return "hacktiv.ics", entry, content_type(method)


def _speaker(context):
    """Return the speaker, or None where the event has changed since the mail was put into the outbox."""
    found = Speaker.objects.select_related("event__type", "event__space", "user")
    speaker = found.filter(pk=context["speaker"], state=SpeakerState.AGREED).first()
    return speaker if speaker and speaker.event.sequence == context["sequence"] else None


def _mail(event, name, *, attachments, url, **context):
    return Mail(
        context={
            "event": event,
            "where": where_lines(event),
            "name": name,
            "shows_link": event.is_online,
            "url": url,
            **context,
        },
        attachments=attachments,
    )


@register("events.speaker", label=_("To a speaker"))
def speaker(context):
    """Return the mail that tells a speaker when and where they speak, or what changed."""
    speaker = _speaker(context)
    if not speaker or not speaker.event.is_open:
        return None
    event, news = speaker.event, context.get("news", "")
    change = event.changes.filter(kind=CHANGES_TOLD[news]).first() if news in CHANGES_TOLD else None
    url = absolute_url("events:event", event.slug)
    attachments = [entry_for(event, speaker.email)]
    return _mail(
        event, speaker.name, attachments=attachments, url=url, news=news, change=change, reason=reason_in_words(change)
    )


@register("events.speaker_cancelled", label=_("To a speaker: cancelled"))
def speaker_cancelled(context):
    speaker = _speaker(context)
    if not speaker or not speaker.event.is_cancelled:
        return None
    event = speaker.event
    change = event.changes.filter(kind=ChangeKind.CANCELLED).first()
    return _mail(
        event,
        speaker.name,
        attachments=[entry_for(event, speaker.email, method=CANCEL)],
        url=absolute_url("events:agenda"),
        reason=reason_in_words(change),
    )


@register("events.speaker_removed", label=_("To a speaker: no longer one"))
def speaker_removed(context):
    """Return the mail to a former speaker; None if they are a speaker again.

    A person who also has a seat keeps the event in their calendar."""
    event = Event.objects.select_related("type", "space").filter(pk=context["event"]).first()
    if not event or not event.is_open:
        return None
    user = User.objects.filter(pk=context["user"]).first() if context["user"] else None
    if context["user"] and user is None:
        return None
    email, name = (user.email, str(user)) if user else (context["email"], context["name"])
    if event.speakers.filter(Q(user=user) if user else Q(guest_email=email)).exists():
        return None
    has_seat = bool(user) and event.registrations.confirmed().filter(user=user).exists()
    attachments = [] if has_seat else [entry_for(event, email, method=CANCEL)]
    return _mail(event, name, attachments=attachments, url=absolute_url("events:event", event.slug))


@register("events.speaker_invited", label=_("To a speaker: invitation"))
def speaker_invited(context):
    """Return the mail that asks a person to speak, without any word that staff typed of them; None once answered."""
    found = Speaker.objects.select_related("event__type", "event__space", "user")
    speaker = found.filter(pk=context["speaker"], state=SpeakerState.INVITED).first()
    if not speaker or not speaker.event.is_open:
        return None
    url = absolute_url("events:speak", speaker.token)
    return _mail(speaker.event, "", attachments=[], url=url, shows_link=False)
