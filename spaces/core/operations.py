"""Lock what several capabilities write about, and check who acts."""

from django.utils.translation import gettext_lazy as _

from members.core import operations as accounts
from members.models import User

from ..errors import BookingError
from ..models import Space
from .queries import runs


def lock_account(user: User) -> User:
    """Lock the account, after any resource or event: one transaction at a time books, counts or decides for a person.

    Return it as it is now. Raises BookingError `gone` once it is erased."""
    return accounts.lock_account(user, BookingError)


def lock_actor(by: User | None) -> None:
    """Lock the account of who acts, before the row that will name them. Raises BookingError `gone` if it is erased."""
    accounts.lock_actor(by, BookingError)


def check_runs(by: User | None, space: Space) -> None:
    """Lock the account of who acts for the space, and check that they run it; None is the platform itself.

    Raises BookingError `not_yours`, `gone`."""
    lock_actor(by)
    if by and not runs(by, space):
        raise BookingError("not_yours", _("Only who runs the space decides that."))
