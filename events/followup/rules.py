"""What may be asked of, and given to, who took part in an event that is over."""

from django.utils.translation import gettext_lazy as _

from ..enums import EventState
from ..errors import EventError

#: Fewer answers could betray who gave them.
FEWEST_ANSWERS = 3


def refusal_of_aftermath(registration):
    """Why this person has nothing to say or to get after the event: an EventError, or None."""
    event = registration.event
    if event.is_cancelled:
        return EventError("cancelled", _("This event is cancelled."))
    if event.state == EventState.DRAFT or not event.is_past:
        return EventError("too_early", _("This opens once the event is over."))
    if not hasattr(registration, "participation"):
        return EventError(
            "absent", _("You are not noted as present at this event. If you were there, tell its organisers.")
        )
    return None


def has_taken_part(registration):
    return refusal_of_aftermath(registration) is None


def shows_results(answers):
    """Whether so many answers betray nobody."""
    return answers >= FEWEST_ANSWERS


def is_erased(registration):
    """Whether nobody can be named any more: the account, or what a guest left, is erased."""
    return not (registration.user_id or registration.guest_name)
