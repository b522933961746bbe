"""Note the people present and declared counts.

A participation keeps what the reports break down (residence, status, home side) as it was on the day of the event."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import User
from spaces.core.queries import known_in, side_of_residence

from ...core import rules
from ...core.operations import locked
from ...core.queries import frozen_of, side_of_member
from ...enums import ATTENDANCE_PROOFS, LISTED_REGISTRATIONS, EventState, RegistrationStatus, Way
from ...errors import EventError
from ...models import DeclaredCount, Event, Participation, Registration
from ...models.attendance import NOTHING_IMPORTED
from ...registering.operations import note_residence, note_way, number_by_staff, participant_number_of
from ...registering.operations.guests import end_links, sent_before
from ..queries import contradicting, differing_count

#: Registrations that stand on no list of presences.
OFF_THE_LIST = (RegistrationStatus.UNCONFIRMED, RegistrationStatus.CANCELLED)


@dataclass(frozen=True)
class Meanwhile:
    """The people whose presence somebody else `marked` or `unmarked` between the showing of a list and its sending."""

    marked: list[Registration]
    unmarked: list[Registration]


@transaction.atomic
def mark_attendance(
    *, event: Event, registrations: Iterable[Registration], by: User | None, **details: Any
) -> list[Participation]:
    """Mark these people as present, and leave marked ones as they are. Return the new participations.

    `details` are fields of the participations, such as `marked_at` and `door_key`.
    Raises EventError: `too_early`, `cancelled`, `not_registered`."""
    event = open_list(event)
    marks = list(event.participations.values_list("registration", "participant_number"))
    marked, counted = {pk for pk, _number in marks}, {number for _pk, number in marks}
    new = []
    for registration in _own(event, registrations):
        if registration.pk not in marked and registration.participant_number not in counted:
            counted.add(registration.participant_number)
            new.append(_mark(event, registration, by, **details))
    return new


@transaction.atomic
def unmark_attendance(
    *, event: Event, registrations: Iterable[Registration], by: User, newest: int | None = None
) -> int:
    """Delete marks made by mistake. Return how many. Raises EventError as `mark_attendance`.

    `newest` is the key of the newest mark that the page knew: a later one stays (None: no mark is later)."""
    event = open_list(event)
    marks = event.participations.filter(registration__in=_own(event, registrations))
    return _unmark(event, marks if newest is None else marks.filter(pk__lte=newest))


@transaction.atomic
def set_attendance(
    *, event: Event, present: Iterable[Registration], by: User, was: Iterable[int] | None = None
) -> Meanwhile:
    """Mark these registrations as present, and unmark the others. Return what somebody else changed meanwhile.

    `was` are the keys of the registrations that the page showed as present (None: those that are present now). Only who
    is absent there and present here is marked, and only who is present there and absent here is unmarked: what
    somebody else noted since stays. Raises EventError as `mark_attendance`."""
    event = open_list(event)
    wanted = {registration.pk: registration for registration in present}
    now = set(event.registrations.filter(participation__isnull=False).values_list("pk", flat=True))
    shown = now if was is None else set(was)
    _unmark(event, event.participations.filter(registration__in=now & shown - wanted.keys()))
    mark_attendance(event=event, registrations=[wanted[pk] for pk in wanted.keys() - shown], by=by)
    others = event.registrations.exclude(status__in=OFF_THE_LIST).select_related("user")
    return Meanwhile(
        marked=list(others.filter(pk__in=now - shown - wanted.keys())),
        unmarked=list(others.filter(pk__in=(shown & wanted.keys()) - now)),
    )


def _unmark(event: Event, marks: QuerySet[Participation]) -> int:
    """Delete marks, and restore the ways that the check-in desk had changed with them. Return how many."""
    changed = list(marks.exclude(registered_way="").select_related("registration"))
    deleted = marks.delete()[0]
    for mark in changed:
        theirs = filter(None, [mark.registration])
        note_way(event, theirs, mark.registered_way, seats_back=int(mark.added_seat))
    return deleted


def note_in_the_room(event: Event, mark: Participation) -> bool:
    """Note that a marked person was seen in the room: they take part on site, whatever way they had registered for,
    and an imported list that is taken back leaves their mark. Return True if that was not known.

    The way comes back with a mark that is taken back. The caller holds the event's lock."""
    was_on_a_list = _keep_without_lists(event, mark)
    registration = mark.registration
    if registration is None or registration.way == Way.ONSITE or Way.ONSITE not in event.ways:
        return was_on_a_list
    capacity = event.capacity
    mark.registered_way = registration.way
    note_way(event, [registration], Way.ONSITE)
    mark.added_seat = event.capacity != capacity
    mark.save(update_fields=["registered_way", "added_seat"])
    return True


def _keep_without_lists(event: Event, mark: Participation) -> bool:
    """Take a mark out of what the import of a list wrote. Return True if it stood there."""
    lists = event.proofs.filter(imported__marks__contains=[mark.pk])
    for proof in lists:
        wrote = NOTHING_IMPORTED | (proof.imported or {})
        proof.imported = wrote | {"marks": [pk for pk in wrote["marks"] if pk != mark.pk]}
        proof.save(update_fields=["imported"])
    return bool(lists)


@transaction.atomic
def add_walk_in(
    *,
    event: Event,
    by: User,
    user: User | None = None,
    name: str = "",
    email: str = "",
    residence: str = "",
    namesakes: int = 0,
    **details: Any,
) -> Participation:
    """Mark somebody as present who came without registering: a member, or a guest by name. Return the participation.

    A person on the list is marked there, as one who takes part on site. They are recognised by their address or,
    without one, by their name. `namesakes` is how many people of this name, without an address, the caller knows to be
    on the list: then this is another person. A second click is answered with the first participation.
    Raises EventError: `too_early`, `cancelled`, `present`, `same_name`, `nobody`."""
    event = open_list(event)
    if not user and not name.strip():
        raise EventError("nobody", _("Say who came: a member, or a guest's name."))
    user = user or known_in(event.space, email)
    if user or email:
        number = user.participant_number if user else number_by_staff(event, email)
        if mark := event.participations.filter(participant_number=number).first():
            if note_in_the_room(event, mark):
                return mark
            raise EventError("present", _("This person is marked as present already."))
        known = event.registrations.filter(status__in=LISTED_REGISTRATIONS, participant_number=number).first()
    else:
        number = participant_number_of(email)
        known = _known_by_name(event, name, namesakes)
    if known and hasattr(known, "participation"):
        return known.participation
    if known:
        note_residence(known, residence)
    registration = known or came_unregistered(
        event=event, user=user, name=name, email=email, residence=residence, number=number, by=by
    )
    mark = _mark(event, registration, by, **details)
    note_in_the_room(event, mark)
    return mark


@transaction.atomic
def mark_list_complete(*, event: Event, by: User, complete: bool = True, despite_count: bool = False) -> Event:
    """Note that the list of names is complete, so that it replaces the declared count; or take that back.

    A declared count that says something else is refused, unless `despite_count`: somebody read both numbers.
    Raises EventError: `too_early`, `cancelled`, `other_count`."""
    event = open_list(event)
    if complete and not despite_count and differing_count(event):
        raise EventError("other_count", _("A declared count says another number: look at both."))
    event.list_is_complete = complete
    event.save(update_fields=["list_is_complete"])
    return event


@transaction.atomic
def declare_count(
    *,
    event: Event,
    measure: str,
    lower: int,
    upper: int | None,
    by: User,
    reason: str = "",
    despite_others: bool = False,
) -> DeclaredCount:
    """Declare how many people took part: at least `lower`, at most `upper` (None: unknown).

    A correction of the current count needs a reason, and the old count is kept. A count that cannot be true together
    with the other measure's or with the list is refused, unless `despite_others`: somebody read both numbers.

    Raises EventError: `not_in_order`, `reason`, `other_count`, `too_early`, `cancelled`."""
    event = open_list(event)
    if upper is not None and upper < lower:
        raise EventError("not_in_order", _("At most is not less than at least."))
    current = event.declared_counts.current().filter(measure=measure).first()
    if current and (current.lower, current.upper) == (lower, upper):
        return current
    if current and not reason.strip():
        raise EventError("reason", _("Say why the count changes: the old one is kept beside it."))
    apart = [] if despite_others else contradicting(event, measure=measure, lower=lower, upper=upper)
    if apart:
        raise EventError("other_count", " ".join(map(str, apart)))
    now = timezone.now()
    if current:
        current.replaced_at = max(now, current.entered_at)
        current.save(update_fields=["replaced_at"])
    return DeclaredCount.objects.create(
        event=event, measure=measure, lower=lower, upper=upper, reason=reason.strip(), entered_at=now, entered_by=by
    )


def came_unregistered(
    *,
    event: Event,
    by: User,
    number: UUID,
    user: User | None = None,
    name: str = "",
    email: str = "",
    residence: str = "",
    way: str = Way.ONSITE,
) -> Registration:
    """Create the registration of a member or guest who came without one. `number` is their participant number.

    Links that wait in the mailbox of this address end: its owner is on the list now."""
    end_links(event, user.email if user else email)
    return Registration.objects.create(
        event=event,
        user=user,
        guest_name="" if user else name.strip(),
        guest_email="" if user else email.lower(),
        guest_residence="" if user else residence,
        participant_number=number,
        status=RegistrationStatus.WALK_IN,
        way=way,
        side=side_of_member(user) if user else side_of_residence(residence),
        registered_by=by,
    )


def open_list(event: Event) -> Event:
    """Lock and return the event if its attendance can be marked now. Raises EventError: `too_early`, `cancelled`."""
    event = locked(event)
    if event.state == EventState.CANCELLED:
        raise EventError("cancelled", _("This event is cancelled."))
    if not rules.attendance_is_open(event):
        raise EventError("too_early", _("Attendance is marked from the day of the event on."))
    return event


def _known_by_name(event: Event, name: str, namesakes: int) -> Registration | None:
    """Return the registration of this name without an address that is not marked yet, or that the first of two clicks
    marked. None: there is none."""
    if not namesakes:
        absent = event.registrations.filter(user=None, guest_email="", guest_name__iexact=name.strip())
        absent = absent.filter(status__in=LISTED_REGISTRATIONS, participation=None)
        if absent:
            return absent[0]
    return sent_before(event, name, known=namesakes)


def _own(event: Event, registrations: Iterable[Registration]) -> list[Registration]:
    """Read these registrations again. Raises EventError `not_registered` where one is unconfirmed or cancelled."""
    ids = {registration.pk for registration in registrations}
    listed = event.registrations.filter(pk__in=ids).exclude(status__in=OFF_THE_LIST)
    own = list(listed.select_related("user"))
    if len(own) != len(ids):
        raise EventError("not_registered", _("Somebody on the list is not registered for this event any more."))
    return own


def _mark(event: Event, registration: Registration, by: User | None, **details: Any) -> Participation:
    registration.event = event
    _outdate_checks(event)
    return Participation.objects.create(
        event=event, registration=registration, **frozen_of(registration), marked_by=by, **details
    )


def _outdate_checks(event: Event) -> None:
    """Take back that the lists of names were checked and complete: a name is noted that nobody looked for on them."""
    lists = event.proofs.filter(kind__in=ATTENDANCE_PROOFS, checked_at__isnull=False)
    if lists.update(checked_at=None, checked_by=None, outdated_at=timezone.now()):
        event.list_is_complete = False
        event.save(update_fields=["list_is_complete"])
