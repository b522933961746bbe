"""Lock an event, record a change, and put mails about it into the outbox."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from django.db import transaction
from django.db.models import ForeignKey
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import enqueue, enqueue_all
from members.core.queries import language_of
from members.models import User
from spaces.models import Resource

from ..enums import SEATED_REGISTRATIONS, EventState, RegistrationStatus
from ..errors import EventError
from ..models import Change, Event, Registration, Speaker
from .queries import audience_of, language_of_receiver

#: How `Message.about` of a mail about an event begins.
ABOUT_AN_EVENT = "event:"


def locked(event: Event) -> Event:
    """Return the event's row, locked until the end of the transaction: other writers to the event wait here.

    The space and the type that the caller has loaded are used again, if they are the same ones. This saves time under
    the lock, and no operation on an event changes them."""
    known = [
        name
        for name in ("space", "type")
        if cast("ForeignKey[Any, Any]", Event._meta.get_field(name)).is_cached(event)
        or getattr(event, f"{name}_id") is None
    ]
    rows = Event.objects.select_for_update(of=("self",), no_key=True)
    lacking = {"space", "type"}.difference(known)
    fresh = (rows.select_related(*lacking) if lacking else rows).get(pk=event.pk)
    for name in known:
        if getattr(fresh, f"{name}_id") == getattr(event, f"{name}_id"):
            setattr(fresh, name, getattr(event, name))
    return fresh


def refuse(refusal: EventError | None) -> None:
    """Raise the refusal of a rule, if there is one."""
    if refusal:
        raise refusal


def keep_change(event: Event, kind: str, reason: str, by: User | None, **fields: Any) -> Change:
    """Record a change of a published event. Raises EventError `reason` for an empty reason."""
    if not reason.strip():
        raise EventError("reason", _("Say why: whoever is registered is told, and the report needs it."))
    return Change.objects.create(event=event, kind=kind, reason=reason.strip(), made_by=by, **fields)


class Effects(NamedTuple):
    """The changes that an act made beside the event itself: who was `given` a seat or `offered` one, who has `lost`
    theirs and waits, the rooms that are `lacking` because they are taken; how many people are `told` by mail, and the
    names of the `silent`, whom no mail reaches."""

    given: list[Registration]
    offered: list[Registration]
    lost: list[Registration]
    lacking: list[Resource]
    told: int
    silent: list[str]


def carry_out(event: Event, act: Callable[[], Any], *, tells_all: bool, agrees: Callable[[Effects], bool]) -> Effects:
    """Carry out an act on the event; if `agrees` says no to its effects, undo all of it, mails too.

    Return the effects that it has had, or would have. An act that does not tell all tells those whose seat it changes.
    Raises what the act raises."""
    with transaction.atomic():
        event = locked(event)
        was, lacked = _statuses(event), set(event.resources_wanted.values_list("pk", flat=True))
        last = Message.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        act()
        changed: dict[Any, list[Registration]] = {"given": [], "offered": [], "lost": []}
        people = list(event.registrations.standing().select_related("user", "brought_by__user").order_by("pk"))
        for one in people:
            if one.is_waiting and was.get(one.pk) in SEATED_REGISTRATIONS:
                changed["lost"].append(one)
            elif was.get(one.pk) == RegistrationStatus.WAITING and not one.is_waiting:
                changed["offered" if one.is_offered else "given"].append(one)
        concerned = people if tells_all else [one for some in changed.values() for one in some]
        effects = Effects(
            **changed,
            lacking=list(event.resources_wanted.exclude(pk__in=lacked).order_by("name", "pk")),
            told=Message.objects.filter(about=about(event.pk), pk__gt=last).values("to_email").distinct().count(),
            silent=[str(one.person_name) for one in concerned if not one.mailed.person_email],
        )
        if not agrees(effects):
            transaction.set_rollback(True)
    return effects


def foresee(event: Event, act: Callable[[], Any]) -> Effects:
    """Return the effects that an act on the event would have now. Nothing is done. Raises what the act raises."""
    return carry_out(event, act, tells_all=True, agrees=lambda _effects: False)


def _statuses(event: Event) -> dict[int, str]:
    return dict(event.registrations.standing().order_by().values_list("pk", "status"))


def tell_all(
    event: Event,
    kind: str,
    *,
    occasion: str = "",
    context: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
    seats: Mapping[int, str] = MappingProxyType({}),
) -> None:
    """Put a mail of this kind to everybody with a place or on the waiting list into the outbox.

    Speakers without a confirmed registration get the mail for speakers. `seats` says of the registrations (primary
    keys) whose seat the same act has changed if it was "given" or "lost"; their mail says it too."""
    words: dict[str, Any] = {"occasion": occasion, "due_at": due_at, "expires_at": event.ends_at}
    people, speakers = audience_of(event)
    mails = []
    for registration in people:
        seat = {"seat": seats[registration.pk]} if registration.pk in seats else {}
        mails += mails_of(kind, registration, context={**(context or {}), **seat}, **words)
    enqueue_all(mails)
    for speaker in speakers:
        tell_speaker(speaker, event, news=kind, due_at=due_at)


def tell_speaker(speaker: Speaker, event: Event, *, news: str = "", due_at: datetime | None = None) -> None:
    """Tell a speaker with an address when and where they speak, or that the event is cancelled.

    They are told once for each sequence number of the event. `news` is the kind of mail that the others get."""
    if speaker.email and event.state != EventState.DRAFT:
        kind = "speaker_cancelled" if event.is_cancelled else "speaker"
        enqueue(
            key=f"events.{kind}:{speaker.pk}:{event.sequence}",
            template=f"events.{kind}",
            to_email=speaker.email,
            to_name=speaker.name,
            language=language_of_speaker(speaker),
            about=about(event.pk),
            context={"speaker": speaker.pk, "sequence": event.sequence, "news": news},
            due_at=due_at,
            expires_at=event.ends_at,
        )


def language_of_speaker(speaker: Speaker) -> str:
    """Return the language of the account, of the account with the address, or that of who named the speaker."""
    if speaker.user:
        return str(speaker.user.language)
    return language_of(speaker.guest_email, otherwise=speaker.language)


def tell(kind: str, registration: Registration, **words: Any) -> Message | None:
    """Put a mail about a registration into the outbox, once for each kind and occasion; `words` as for `mails_of`.

    Return the message. Return None if it was there before, or if nobody has an address."""
    return next(iter(enqueue_all(mails_of(kind, registration, **words))), None)


def mails_of(
    kind: str,
    registration: Registration,
    *,
    occasion: str = "",
    context: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> list[Message]:
    """Return the mail about a registration, as a list of one row for the outbox, not stored yet.

    A mail about a companion without an address goes to the person who brings them. The list is empty for other people
    without an address."""
    receiver = registration.mailed
    if not receiver.person_email:
        return []
    mail = Message(
        key=message_key(kind, registration, occasion),
        template=f"events.{kind}",
        to_email=receiver.person_email,
        to_name=str(receiver.person_name) if receiver.address_is_confirmed else "",
        language=language_of_receiver(receiver),
        about=about(registration.event_id),
        context={"registration": registration.pk, **(context or {})},
        due_at=due_at or timezone.now(),
        expires_at=expires_at,
    )
    return [mail]


def message_key(kind: str, registration: Registration, occasion: str = "") -> str:
    """Return the key by which the outbox refuses a second mail of this kind and occasion."""
    return f"events.{kind}:{registration.pk}:{occasion}"


def about(event_id: int) -> str:
    """Return the value of `Message.about` for mails about this event."""
    return f"{ABOUT_AN_EVENT}{event_id}"


def event_named(about: str) -> int | None:
    """Return the primary key of the event that a value of `Message.about` names; None if it names none."""
    return int(about.removeprefix(ABOUT_AN_EVENT)) if about.startswith(ABOUT_AN_EVENT) else None


def instant(moment: datetime) -> str:
    """Return the moment as text in UTC: the same text for the same moment in any time zone."""
    return moment.astimezone(UTC).isoformat()
