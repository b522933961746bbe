"""Lock the accounts that a write is about."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from hacktiv.common.errors import OperationError

from ..models import User

ERASED = _("This account was erased.")


def lock_account(user: User, error: type[OperationError]) -> User:
    """Lock the account of whom the write is about, and return it as it is now: one transaction at a time decides for a
    person. Raises the error with the code `gone` once it is erased."""
    try:
        return User.objects.select_for_update(no_key=True).get(pk=user.pk)
    except User.DoesNotExist:
        raise error("gone", ERASED) from None


def lock_actor(by: User | None, error: type[OperationError]) -> None:
    """Keep the account of who acts from being erased until their name is written: an erasure waits. It is taken after
    the account of whom the write is about, and before the rows that name who acted, as an erasure empties those.

    Raises the error with the code `gone` if they are erased. None is the platform itself."""
    if by and not keep_account(by):
        raise error("gone", ERASED)


def keep_account(person: User) -> bool:
    """Keep an account from being erased until the transaction ends, without keeping any other write about it waiting;
    return False if it is erased."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {User._meta.db_table} WHERE id = %s FOR KEY SHARE", [person.pk])  # noqa: S608 - our own table
        return cursor.fetchone() is not None
