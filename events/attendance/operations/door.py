"""Who came, as noted at the door: by a phone that may send the same check-in again, or by the person themselves."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ...core import rules
from ...core.files.tickets import is_screen_code
from ...core.operations import locked
from ...enums import RegistrationStatus
from ...errors import EventError
from ...models import Registration
from .attendance import add_walk_in, mark_attendance, open_list

#: More namesakes than any list has: another person of the same name is meant, however many there are.
ANY_NAMESAKES = 1000


@transaction.atomic
def check_in(*, event, by, key=None, registration=None, name="", email="", another=False, at=None):
    """Mark somebody as present at the door: who has a `registration`, or by name who came without one.

    The same `key` sent again is answered with what it did before. `at` is when the person came, where the phone had to
    wait for the network. The participation. Raises EventError as `mark_attendance` and `add_walk_in`."""
    event = open_list(event)
    if key and (before := event.participations.filter(door_key=key).first()):
        return before
    details = {"door_key": key, "marked_at": _came_at(at)}
    if registration is None:
        namesakes = ANY_NAMESAKES if another else 0
        return add_walk_in(event=event, by=by, name=name, email=email, namesakes=namesakes, **details)
    new = mark_attendance(event=event, registrations=[registration], by=by, **details)
    return new[0] if new else event.participations.get(participant_number=registration.participant_number)


@transaction.atomic
def check_in_oneself(*, registration, code):
    """Mark the registration's owner as present by the code on the screen; twice changes nothing.

    Raises EventError: `not_registered`, `not_now`, `wrong_code`."""
    event = locked(registration.event)
    registration = Registration.objects.get(pk=registration.pk)
    if registration.status != RegistrationStatus.CONFIRMED:
        raise EventError("not_registered", _("Without a seat, say at the door that you are here."))
    if not rules.self_check_in_is_open(event):
        raise EventError("not_now", _("You can say that you are here from an hour before the event until it is over."))
    if not is_screen_code(event, code):
        raise EventError("wrong_code", _("This is not the code on the screen, or no longer: it changes every minute."))
    return mark_attendance(event=event, registrations=[registration], by=None)


def _came_at(at):
    now = timezone.now()
    return at if at and now - rules.LONGEST_WAIT_AT_THE_DOOR <= at <= now else now
