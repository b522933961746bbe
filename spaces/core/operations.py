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
