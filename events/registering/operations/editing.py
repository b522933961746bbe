"""Change a registration, by the people who run the event: the way, where a guest lives, the answers."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.models import User
from spaces.core.queries import side_of_residence

from ...core import rules
from ...errors import EventError
from ...models import Participation, Registration, ResidenceCorrection
from .answers import Answers, write_answers
from .registrations import change_way
from .seats import fill_free_seats, locked_with_line


@transaction.atomic
def edit_registration(
    *,
    registration: Registration,
    by: User,
    way: str | None = None,
    residence: str | None = None,
    reason: str = "",
    answers: Answers | None = None,
) -> Registration:
    """Change what is given of a registration (None: stays as it is), all or nothing.

    Raises EventError as `change_way`, `correct_residence` and `write_answers`, and `past` for answers once the event
    has begun."""
    event, _roll = locked_with_line(registration.event)
    registration.refresh_from_db()
    registration.event = event
    if way is not None and way != registration.way:
        registration = change_way(registration=registration, way=way)
    if residence is not None:
        registration = correct_residence(registration=registration, residence=residence, reason=reason, by=by)
    if answers is not None:
        if not rules.can_answer(registration):
            raise EventError("past", _("Answers are taken until the event begins, of who is registered."))
        write_answers(registration, answers, insists=False)
    return registration


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


def note_residence(registration: Registration, residence: str) -> None:
    """Note where a guest lives, if nothing is known of it yet. The caller holds the event's lock."""
    if residence and not (registration.user_id or registration.guest_residence):
        registration.guest_residence, registration.side = residence, side_of_residence(residence)
        registration.save(update_fields=["guest_residence", "side"])
