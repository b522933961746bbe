"""Rules for participants of an event that is over: survey, outcome and certificate."""

from django.utils.translation import gettext_lazy as _

from ..enums import EventState
from ..errors import EventError
from ..models import Registration

#: Answers for each event and each question: results with fewer could show who gave them.
FEWEST_ANSWERS = 3


def refusal_of_aftermath(registration: Registration) -> EventError | None:
    """Return why this person has no survey, outcome or certificate: an EventError, or None."""
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


def has_taken_part(registration: Registration) -> bool:
    return refusal_of_aftermath(registration) is None


def shows_results(answers: int) -> bool:
    """Return whether there are enough answers to show results."""
    return answers >= FEWEST_ANSWERS


def is_erased(registration: Registration) -> bool:
    """Return whether the account or the guest's data are erased, so that the person has no name any more."""
    return not (registration.user_id or registration.guest_name)
