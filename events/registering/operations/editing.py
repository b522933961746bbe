"""Change a registration, by the people who run the event: the way, where a guest lives, the answers."""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.operations import cancel, enqueue_all
from members.models import User
from spaces.core.queries import side_of_residence

from ...core import rules
from ...core.operations import mails_of, message_key, refuse
from ...enums import LISTED_REGISTRATIONS, RegistrationStatus
from ...errors import EventError
from ...models import Event, Participation, Registration, ResidenceCorrection, WayCorrection
from ...reminders.operations import plan_anew, reminders_of
from ...travel.operations.ending import leave_travel
from .answers import Answers, write_answers
from .guests import ALREADY_REGISTERED, end_links
from .numbers import number_by_staff, renumber
from .registrations import change_way
from .seats import fill_free_seats, keep_way, locked_with_line, recount_seats, set_seats

#: What a person is told when staff enter them, by the state of the registration.
TOLD_AT_ENTRY = {
    RegistrationStatus.CONFIRMED: "confirmation",
    RegistrationStatus.WAITING: "waiting",
    RegistrationStatus.OFFERED: "offer",
}


@transaction.atomic
def edit_registration(
    *,
    registration: Registration,
    by: User,
    name: str | None = None,
    email: str | None = None,
    way: str | None = None,
    residence: str | None = None,
    reason: str = "",
    answers: Answers | None = None,
) -> Registration:
    """Change what is given of a registration (None: stays as it is), all or nothing.

    Once the event has begun, `way` is the one by which the person took part: of who is marked as present it is
    corrected with a reason, and the former one stays as a `WayCorrection`. Raises EventError as `correct_person`,
    `change_way`, `correct_residence` and `write_answers`, `reason`, and `past` for answers once the event has begun."""
    event, _roll = locked_with_line(registration.event)
    registration.refresh_from_db()
    registration.event = event
    if name is not None or email is not None:
        registration = correct_person(
            registration=registration,
            name=registration.guest_name if name is None else name,
            email=registration.guest_email if email is None else email,
        )
    if way is not None and way != registration.way:
        if event.is_open:
            registration = change_way(registration=registration, way=way)
        else:
            refuse(rules.refusal_of_way(event, way))
            _correct_way(registration, way, reason.strip(), by)
    if residence is not None:
        registration = correct_residence(registration=registration, residence=residence, reason=reason, by=by)
    if answers is not None:
        if not rules.can_answer(registration):
            raise EventError("past", _("Answers are taken until the event begins, of who is registered."))
        write_answers(registration, answers, insists=False)
    return registration


@transaction.atomic
def correct_person(*, registration: Registration, name: str, email: str) -> Registration:
    """Correct the name and the address of somebody whom staff entered; the place in line and the marks stay.

    A new address is told where the person stands, as at the first entry, by a link of its own: the former one opens
    nothing any more, and mails that have not left for it are dropped. Who owns the address is not said to staff.
    Raises EventError: `not_by_staff`, `no_name`, `already_registered`."""
    event, _roll = locked_with_line(registration.event)
    registration.refresh_from_db()
    registration.event = event
    name, email = name.strip(), email.strip().lower()
    if (name, email) == (registration.guest_name, registration.guest_email):
        return registration
    if not rules.can_correct_person(registration):
        raise EventError(
            "not_by_staff", _("Only the name and the address of a guest whom staff entered are corrected.")
        )
    if not name:
        raise EventError("no_name", _("Enter the name."))
    has_moved = email != registration.guest_email
    if has_moved and email:
        number = number_by_staff(event, email)
        others = event.registrations.filter(status__in=LISTED_REGISTRATIONS).exclude(pk=registration.pk)
        if others.filter(Q(participant_number=number) | Q(guest_email__iexact=email)).exists():
            raise EventError("already_registered", ALREADY_REGISTERED)
        renumber(registration, number)
        end_links(event, email)
    elif has_moved:
        # It is no longer the person of the address that was there by mistake.
        renumber(registration, uuid.uuid4(), is_by_name=True)
    registration.guest_name, registration.guest_email = name, email
    if has_moved:
        registration.token = uuid.uuid4()
    registration.save(update_fields=["guest_name", "guest_email", "token"])
    if has_moved:
        _tell_anew(registration, event)
    return registration


def _tell_anew(registration: Registration, event: Event) -> None:
    """Drop what has not left for the former address, and tell the new one where the person stands."""
    for kind in (*TOLD_AT_ENTRY.values(), "promoted", "changed", "note"):
        cancel(key_prefix=message_key(kind, registration))
    plan_anew(event)
    if event.is_open and registration.status in TOLD_AT_ENTRY:
        ends = registration.offered_until if registration.is_offered else None
        kind = TOLD_AT_ENTRY[RegistrationStatus(registration.status)]
        mails = mails_of(kind, registration, occasion=str(registration.token), expires_at=ends)
        enqueue_all(mails + (reminders_of(registration, event) if registration.is_confirmed else []))


@transaction.atomic
def correct_residence(*, registration: Registration, residence: str, by: User, reason: str = "") -> Registration:
    """Note where a guest lives, with the side of the border that follows from it; blank: not said.

    The value that a participation keeps is corrected too, and the former one stays as a `ResidenceCorrection`. Of a
    member only that kept value is corrected: the account is theirs. A closed report stays as it is; the next version
    tells the difference as a correction.
    Raises EventError: `member` (nothing is kept of them yet), `erased`, `reason` (a value kept for the reports changes
    without one)."""
    event, _roll = locked_with_line(registration.event)
    registration.refresh_from_db()
    registration.event = event
    mark = Participation.objects.filter(registration=registration).first()
    is_kept = mark is None or mark.residence == residence
    if registration.user_id and mark is None:
        raise EventError("member", _("This person has an account, and says there where they live."))
    if is_kept and (registration.user_id or registration.guest_residence == residence):
        return registration
    if registration.is_erased:
        raise EventError("erased", _("This person is erased: nothing more is noted of them."))
    if mark and not is_kept:
        _correct(mark, residence, reason.strip(), by)
    if registration.user_id:
        return registration
    registration.guest_residence, registration.side = residence, side_of_residence(residence)
    registration.save(update_fields=["guest_residence", "side"])
    if event.is_open:  # A seat kept for the other side may be free now for somebody in line.
        fill_free_seats(event)
    return registration


def _correct(mark: Participation, residence: str, reason: str, by: User) -> None:
    if mark.residence and not reason:
        raise EventError("reason", _("Say why the residence changes: the reports rest on the former one."))
    ResidenceCorrection.objects.create(
        participation=mark, before=mark.residence, after=residence, reason=reason, made_by=by
    )
    mark.residence = residence
    mark.save(update_fields=["residence"])


def _correct_way(registration: Registration, way: str, reason: str, by: User) -> None:
    if mark := Participation.objects.filter(registration=registration).first():
        if not reason:
            raise EventError("reason", _("Say why the way changes: the reports rest on the former one."))
        WayCorrection.objects.create(participation=mark, before=registration.way, after=way, reason=reason, made_by=by)
    note_way(registration.event, [registration], way)
    keep_way(registration)


def note_way(event: Event, registrations: Iterable[Registration], way: str, *, seats_back: int = 0) -> dict[str, str]:
    """Note by which way these people took part, whatever way they had registered for; add a seat where all are taken.

    `seats_back` seats, which were added for them on the way that they leave, are taken away again. The next in line
    gets a seat that is given up before the event begins. The caller holds the event's lock.
    Return the ways that were changed, by registration."""
    before = {}
    for registration in registrations:
        if registration.way != way:
            registration.event = event
            leave_travel(registration)
            before[str(registration.pk)] = registration.way
            registration.way = way
            registration.save(update_fields=["way"])
    set_seats(event, way, at_least=event.capacity_of(way))
    recount_seats(event)
    for left in {*before.values()} if seats_back else ():
        set_seats(event, left, at_least=(event.capacity_of(left) or 0) - seats_back)
    if event.is_open:
        fill_free_seats(event)
    return before


def note_residence(registration: Registration, residence: str) -> None:
    """Note where a guest lives, if nothing is known of it yet. The caller holds the event's lock."""
    if residence and not (registration.user_id or registration.guest_residence):
        registration.guest_residence, registration.side = residence, side_of_residence(residence)
        registration.save(update_fields=["guest_residence", "side"])
