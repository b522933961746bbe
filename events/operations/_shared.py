"""What the operations share: the lock and the mails' keys."""

from datetime import UTC, timedelta

from django.db.models import DateTimeField, Func
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.operations import enqueue, take_back

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


def remind(registration, event, *, now=None):
    """Have a confirmed person reminded where the time for it is near; `schedule_messages` does the others. Who brings a
    companion without an address has a reminder of his own."""
    if not event.is_open or not registration.person_email:
        return
    now = now or timezone.now()
    reminders = [rule for rule in message_rules_of(event) if rule.is_before]
    for rule in rules.messages_due(reminders, event, now=now, horizon=MESSAGE_HORIZON):
        tell_by_rule(rule, registration, event)


def plan_anew(*events):
    """Forget what was to leave by rule and has not: what still is to leave is written as things stand."""
    take_back(about=[about(event.pk) for event in events], kinds=BY_RULE)


def tell_by_rule(rule, registration, event):
    """Put a rule's message to a person into the outbox: one for each time that the event is set to, and one in all of
    what is said after it. The message, or None where it was there before."""
    return tell(
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
