"""Lock what several capabilities write about."""

from django.utils.translation import gettext_lazy as _

from members.models import User

from ..errors import BookingError


def lock_account(user: User) -> User:
    """Lock the account, after any resource or event: one transaction at a time books, counts or decides for a person.

    Return it as it is now. Raises BookingError `gone` once it is erased."""
    try:
        return User.objects.select_for_update(no_key=True).get(pk=user.pk)
    except User.DoesNotExist:
        raise BookingError("gone", _("This account was erased.")) from None


def lock_accounts(*people: User | None) -> set[int]:
    """Lock these accounts in the order of their keys, before a row that names them: who erases one of them then waits,
    or is waited for. Return the keys of those that are still there."""
    keys = [person.pk for person in people if person]
    found = User.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return {person.pk for person in found.only("pk")}


def lock_actor(by: User | None) -> None:
    """Lock the account of who acts, before the row that will name them. Raises BookingError `gone` if it is erased."""
    if by and not lock_accounts(by):
        raise BookingError("gone", _("This account was erased."))
