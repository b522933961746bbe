"""Lock what several capabilities write about."""

from members.models import User


def lock_member(user: User) -> User:
    """Lock the account, after any resource or event: one transaction at a time books, counts or decides for a person.

    Return it as it is now. Raises User.DoesNotExist once it is erased."""
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)
