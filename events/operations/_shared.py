"""What the operations share: the lock and the mails' keys."""

from datetime import UTC, timedelta

from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import enqueue, enqueue_all, take_back

from .. import rules
from ..enums import LISTED_REGISTRATIONS, EventState, MessageKind
from ..errors import EventError, SameNameError
from ..models import Change, Event
from ..queries import message_rules_of

#: A message is put into the outbox this long before it is due, so that a late sweep is no late message.
MESSAGE_HORIZON = timedelta(hours=1)
#: The kinds of mail that leave by rule.
BY_RULE = [f"events.{kind}" for kind in MessageKind.values]
#: What is sent again so soon is a second click.
SECOND_CLICK = timedelta(seconds=30)


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


def tell_removed_speaker(speaker, event):
    """Tell a member who was to speak that he no longer is."""
    if speaker.user and event.is_open:
        enqueue(
            key=f"events.speaker_removed:{speaker.pk}",
            template="events.speaker_removed",
            to_email=speaker.user.email,
            to_name=str(speaker.user),
            language=speaker.user.language,
            about=about(event.pk),
            context={"event": event.pk, "user": speaker.user.pk},
            expires_at=event.ends_at,
        )


def sent_before(event, name, *, known):
    """Under the event's lock: of the people on the list by this name alone, whom a second click sent again, or None.

    Who adds another person of the same name knew of `known`. Raises SameNameError where there are more."""
    namesakes = event.registrations.filter(user=None, guest_email="", guest_name__iexact=name.strip())
    namesakes = namesakes.filter(status__in=LISTED_REGISTRATIONS).annotate(
        touched_at=Greatest("registered_at", "participation__marked_at")
    )
    namesakes = list(namesakes.order_by("touched_at", "pk"))
    if len(namesakes) <= known:
        return None
    last = namesakes[-1]
    if len(namesakes) == known + 1 and timezone.now() < last.touched_at + SECOND_CLICK:
        return last
    raise SameNameError(len(namesakes))


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


def reminders_of(registration, event, *, now=None):
    """Return the reminders of a confirmed person whose time is near, as rows for the outbox, not stored yet.

    `schedule_messages` writes the others. The person who brings a companion without an address has their own."""
    if not event.is_open or not registration.person_email:
        return []
    now = now or timezone.now()
    before = [rule for rule in message_rules_of(event) if rule.is_before]
    due = rules.messages_due(before, event, now=now, horizon=MESSAGE_HORIZON)
    return [mail for rule in due for mail in mails_by_rule(rule, registration, event)]


def plan_anew(*events):
    """Forget what was to leave by rule and has not: what still is to leave is written as things stand."""
    take_back(about=[about(event.pk) for event in events], kinds=BY_RULE)


def tell_by_rule(rule, registration, event):
    """Put a rule's message to a person into the outbox. The message, or None where it was there before."""
    return next(iter(enqueue_all(mails_by_rule(rule, registration, event))), None)


def mails_by_rule(rule, registration, event):
    """Return a rule's message to a person, as `mails_of` does: one for each time that the event is set to, and one in
    all of what is said after it."""
    return mails_of(
        rule.kind,
        registration,
        occasion=occasion_of(rule, event),
        context={"starts_at": instant(event.starts_at), "lead": rule.lead},
        due_at=rules.message_due_at(rule, event),
        expires_at=rules.message_expires_at(rule, event),
    )


def occasion_of(rule, event):
    return f"{instant(event.starts_at)}:{rule.lead}" if rule.is_before else ""


def instant(moment):
    """A moment written in one way only, whatever its time zone."""
    return moment.astimezone(UTC).isoformat()
