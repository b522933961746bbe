"""Say who may merge which accounts."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.core.rules import administers
from members.models import User
from spaces.models import Space, SpaceRole
from spaces.roles.operations import is_last_manager

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


def refusal_to_leave_spaces(gone: User) -> MergingError | None:
    """Return why the account that goes may not go, as its roles go with it; None if it may."""
    spaces = spaces_left_without_manager(gone)
    if not spaces:
        return None
    words = _("Nobody else manages %(spaces)s. Give the account that stays that role first, or somebody else.")
    return MergingError("last_manager", words % {"spaces": ", ".join(str(space) for space in spaces)})


def spaces_left_without_manager(gone: User) -> list[Space]:
    """Return the spaces that nobody manages on some day, today or later, once the account is gone."""
    today = timezone.localdate()
    roles = SpaceRole.objects.of_managers().filter(user=gone).exclude(until__lte=today).select_related("space")
    left = [role for role in roles.order_by("space__order", "pk") if is_last_manager(role, max(today, role.since))]
    return list(dict.fromkeys(role.space for role in left))
