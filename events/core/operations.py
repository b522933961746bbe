"""Lock an event, keep what changed, and put mails about it into the outbox."""

from datetime import UTC

from django.db.models import DateTimeField, Func
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.operations import enqueue

from ..enums import EventState
from ..errors import EventError
from ..models import Change, Event


class ClockTimestamp(Func):
    """The database's clock at this very moment (`now()` stands still within a transaction)."""

    function = "clock_timestamp"
    output_field = DateTimeField()


def locked(event):
    """The event's row, locked until the end of the transaction: whoever writes to an event waits for it here."""
    return Event.objects.select_related("space", "type").select_for_update(of=("self",), no_key=True).get(pk=event.pk)


def refuse(refusal):
    """Raise a rule's refusal, if there is one."""
    if refusal:
        raise refusal


def keep_change(event, kind, reason, by, **fields):
    """Keep what was changed once people knew of the event. Raises EventError `reason` where none is given."""
    if not reason.strip():
        raise EventError("reason", _("Say why: whoever is registered is told, and the report needs it."))
    return Change.objects.create(event=event, kind=kind, reason=reason.strip(), made_by=by, **fields)


def tell_all(event, kind, *, occasion="", context=None, due_at=None):
    """A mail of this kind to everybody with a place or in line; speakers without a seat are told in their own words."""
    for registration in event.registrations.standing().select_related("user", "brought_by__user"):
        tell(kind, registration, occasion=occasion, context=context, due_at=due_at, expires_at=event.ends_at)
    seated = event.registrations.confirmed().filter(user__isnull=False)
    for speaker in event.speakers.exclude(user__in=seated.values("user")).select_related("user"):
        tell_speaker(speaker, event, news=kind, due_at=due_at)


def tell_speaker(speaker, event, *, news="", due_at=None):
    """Tell a member who speaks when and where, or that the event is cancelled: once for each state of the event.

    `news` is the kind of mail that tells others what is new."""
    if speaker.user and event.state != EventState.DRAFT:
        kind = "speaker_cancelled" if event.is_cancelled else "speaker"
        enqueue(
            key=f"events.{kind}:{speaker.pk}:{event.sequence}",
            template=f"events.{kind}",
            to_email=speaker.user.email,
            to_name=str(speaker.user),
            language=speaker.user.language,
            about=about(event.pk),
            context={"speaker": speaker.pk, "sequence": event.sequence, "news": news},
            due_at=due_at,
            expires_at=event.ends_at,
        )


def tell(kind, registration, *, occasion="", context=None, due_at=None, expires_at=None):
    """Put a mail about a registration into the outbox: one of a kind, or of a kind and occasion.

    Returns the message, or None: it was there before, or the person, registered on the phone, has no address. What is
    about a companion without an address goes to who brings him."""
    receiver = registration.mailed
    if not receiver.person_email:
        return None
    return enqueue(
        key=message_key(kind, registration, occasion),
        template=f"events.{kind}",
        to_email=receiver.person_email,
        to_name=str(receiver.person_name),
        language=receiver.user.language if receiver.user else receiver.language,
        about=about(registration.event_id),
        context={"registration": registration.pk, **(context or {})},
        due_at=due_at,
        expires_at=expires_at,
    )


def message_key(kind, registration, occasion=""):
    return f"events.{kind}:{registration.pk}:{occasion}"


def about(event_id):
    """Names an event among what mails tell about."""
    return f"event:{event_id}"


def instant(moment):
    """A moment written in one way only, whatever its time zone."""
    return moment.astimezone(UTC).isoformat()
