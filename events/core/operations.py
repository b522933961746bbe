"""Lock an event, keep what changed, and put mails about it into the outbox."""

from datetime import UTC

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import enqueue, enqueue_all

from ..enums import EventState
from ..errors import EventError
from ..models import Change, Event


def locked(event):
    """Return the event's row, locked until the end of the transaction: whoever writes to an event waits for it here.

    Its space and its type are those that the caller has loaded, as long as they are the same ones: no operation on an
    event changes them, and the time under the lock is everybody's."""
    known = [
        name
        for name in ("space", "type")
        if Event._meta.get_field(name).is_cached(event) or getattr(event, f"{name}_id") is None
    ]
    rows = Event.objects.select_for_update(of=("self",), no_key=True)
    lacking = {"space", "type"}.difference(known)
    fresh = (rows.select_related(*lacking) if lacking else rows).get(pk=event.pk)
    for name in known:
        if getattr(fresh, f"{name}_id") == getattr(event, f"{name}_id"):
            setattr(fresh, name, getattr(event, name))
    return fresh


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
    words = {"occasion": occasion, "context": context, "due_at": due_at, "expires_at": event.ends_at}
    people = event.registrations.standing().select_related("user", "brought_by__user")
    enqueue_all([mail for registration in people for mail in mails_of(kind, registration, **words)])
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


def tell(kind, registration, **words):
    """Put a mail about a registration into the outbox: one of a kind, or of a kind and occasion; `words` as `mails_of`.

    Return the message, or None: it was there before, or nobody has an address."""
    return next(iter(enqueue_all(mails_of(kind, registration, **words))), None)


def mails_of(kind, registration, *, occasion="", context=None, due_at=None, expires_at=None):
    """Return the mail about a registration, as a list of one row for the outbox, not stored yet.

    The list is empty for a person without an address, registered on the phone. What is about a companion without an
    address goes to the person who brings them."""
    receiver = registration.mailed
    if not receiver.person_email:
        return []
    mail = Message(
        key=message_key(kind, registration, occasion),
        template=f"events.{kind}",
        to_email=receiver.person_email,
        to_name=str(receiver.person_name),
        language=receiver.user.language if receiver.user else receiver.language,
        about=about(registration.event_id),
        context={"registration": registration.pk, **(context or {})},
        due_at=due_at or timezone.now(),
        expires_at=expires_at,
    )
    return [mail]


def message_key(kind, registration, occasion=""):
    return f"events.{kind}:{registration.pk}:{occasion}"


def about(event_id):
    """Names an event among what mails tell about."""
    return f"event:{event_id}"


def instant(moment):
    """A moment written in one way only, whatever its time zone."""
    return moment.astimezone(UTC).isoformat()
