"""Note people as present on the day: at the check-in desk, by a phone that may send twice, or by themselves."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import User

from ...core import rules
from ...core.files.tickets import is_screen_code
from ...core.operations import locked
from ...enums import RegistrationStatus
from ...errors import EventError
from ...models import Event, Participation, Registration
from ...registering.operations import take_over
from .attendance import add_walk_in, mark_attendance, note_in_the_room, open_list

#: More people of one name than any list has. It means: add another person, however many there are.
ANY_NAMESAKES = 1000


@transaction.atomic
def check_in(
    *,
    event: Event,
    by: User,
    key: UUID | None = None,
    registration: Registration | None = None,
    name: str = "",
    email: str = "",
    residence: str = "",
    another: bool = False,
    at: datetime | None = None,
) -> Participation:
    """Mark somebody as present at the check-in desk: the owner of `registration`, or by name a person without one.
    They take part on site, whatever way they had registered for.

    For the same `key` sent again the first participation is returned. `at` is the time at which the person came, where
    the phone had to wait for the network. `another`: the list has this name already, and this is another person.
    Raises EventError as `mark_attendance` and `add_walk_in`."""
    event = open_list(event)
    if key and (before := event.participations.filter(door_key=key).first()):
        return before
    details: dict[str, Any] = {"door_key": key, "marked_at": _came_at(at)}
    if registration is None:
        person: dict[str, Any] = {"name": name, "email": email, "residence": residence}
        namesakes = ANY_NAMESAKES if another else 0
        return add_walk_in(event=event, by=by, **person, namesakes=namesakes, **details)
    new = mark_attendance(event=event, registrations=[registration], by=by, **details)
    mark = new[0] if new else _mark_of(registration)
    note_in_the_room(event, mark)
    return mark


@transaction.atomic
def check_in_oneself(
    *, registration: Registration, code: str, user: User | AnonymousUser | None = None
) -> list[Participation]:
    """Mark the registration's owner as present by the code on the screen. Return the new participation, in a list.
    They take part on site, where the screen is, whatever way they had registered for.

    `user` is the account that does so: it takes over a registration that was made for its address.

    The list is empty for a person who is marked already.

    Raises EventError: `not_registered`, `not_now`, `wrong_code`."""
    event = locked(registration.event)
    registration = Registration.objects.get(pk=registration.pk)
    if registration.status != RegistrationStatus.CONFIRMED:
        raise EventError("not_registered", _("Without a seat, say at the door that you are here."))
    if not rules.self_check_in_is_open(event):
        raise EventError("not_now", _("You can say that you are here from an hour before the event until it is over."))
    if not is_screen_code(event, code):
        raise EventError("wrong_code", _("This is not the code on the screen, or no longer: it changes every minute."))
    if isinstance(user, User):
        registration = take_over(registration=registration, user=user)
    new = mark_attendance(event=event, registrations=[registration], by=None)
    note_in_the_room(event, new[0] if new else _mark_of(registration))
    return new


def _mark_of(registration: Registration) -> Participation:
    """Return the participation of the registration, else that of the same person by another registration."""
    marks = Participation.objects.filter(event=registration.event_id)
    own = marks.filter(registration=registration).first()
    return own or marks.get(participant_number=registration.participant_number)


def _came_at(at: datetime | None) -> datetime:
    """Return the time that the phone says if it is believable, else now."""
    now = timezone.now()
    return at if at and now - rules.LONGEST_WAIT_AT_THE_DOOR <= at <= now else now
