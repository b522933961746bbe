"""Say who may merge which accounts."""

from django.utils.translation import gettext_lazy as _

from members.core.rules import administers
from members.models import User

from .errors import MergingError


def refusal_to_merge(by: User, kept: User, gone: User) -> MergingError | None:
    """Return why this person may not merge these accounts; None if they may.

    Nobody merges an account of their own, and only a superuser one with the rights of an administrator: nobody gains
    rights by it."""
    if not administers(by):
        return MergingError("not_allowed", _("Only who administers the network merges accounts."))
    if kept.pk == gone.pk:
        return MergingError("same", _("These are one account."))
    if by.pk in {kept.pk, gone.pk}:
        return MergingError("own", _("One of these accounts is your own: ask another administrator."))
    if not by.is_superuser and any(administers(one) or one.is_superuser for one in (kept, gone)):
        return MergingError("rights", _("One of these accounts administers the network: only a superuser merges it."))
    if kept.is_example != gone.is_example:
        return MergingError("example", _("An example and a person are never one."))
    if not (kept.is_active and gone.is_active):
        return MergingError("closed", _("One of these accounts is closed: what it was closed for would be lost."))
    return None
