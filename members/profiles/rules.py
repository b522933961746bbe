"""Rules about what people tell of themselves."""

from django.utils.translation import gettext_lazy as _

from ..models import User

#: What the consent to be seen in a space means, on every page that asks for it.
PRESENCE_IN_WORDS = _(
    "While you are checked in or your booking runs, the members of the network read your name on the page of the space."
    " You can change this at any time."
)


def tells_of_statistics(user: User) -> bool:
    """Return whether the person gave their gender or age band, which is their consent to the statistics."""
    return bool(user.gender or user.age_band)
