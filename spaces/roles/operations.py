"""Give somebody a role in a space from a day on, and end it."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.core.rules import administers
from members.models import User
from members.roles.operations.dated import ENDED, GIVEN, check_new, end_on, locked_role, tell_of_role

from ..core.operations import check_runs, lock_account
from ..enums import Role
from ..errors import BookingError
from ..models import Space, SpaceRole

NEWS = "spaces.role_news"


@transaction.atomic
def give_role(
    *, user: User, space: Space, role: Role, since: date, until: date | None = None, by: User | None
) -> SpaceRole:
    """Give the person the role in the space from `since` to the day before `until`, and mail them.

    Raises BookingError `not_yours` unless `by` runs the space, `own` for a manager who gives it to themselves, `days`,
    `held` where they have it on some of these days already, `gone`."""
    user = lock_account(user)
    _lock_roles(space)
    check_runs(by, space)
    if user == by and not administers(by):
        message = _("Nobody gives a role to themselves: ask another manager, or who administers the network.")
        raise BookingError("own", message)
    held = SpaceRole.objects.filter(space=space, role=role)
    check_new(held, user=user, since=since, until=until, error=BookingError)
    made = SpaceRole.objects.create(user=user, space=space, role=role, since=since, until=until, given_by=by)
    tell_of_role(made, NEWS, GIVEN)
    return made


@transaction.atomic
def end_role(*, role: SpaceRole, on: date, by: User | None, leaves_nobody: bool = False) -> SpaceRole:
    """End the role: `on` is the first day without it, and before its first day it never begins. Mail the person.

    `leaves_nobody` says that the space may be left without a manager. Raises BookingError `last_manager` otherwise,
    `not_yours` unless `by` runs the space, `over` for a role that ends by then already, `gone`."""
    lock_account(role.user)
    _lock_roles(role.space)
    check_runs(by, role.space)
    found = locked_role(role, BookingError)
    is_last = is_last_manager(found, max(on, found.since))
    end_on(found, on, by=by, error=BookingError)
    if is_last and not leaves_nobody:
        raise BookingError("last_manager", _("Nobody manages the space from that day on."))
    tell_of_role(found, NEWS, ENDED)
    return found


def is_last_manager(role: SpaceRole, on: date) -> bool:
    """Return True if nobody else manages the space on some day from `on`, on which the person no longer does, until the
    end that the role has now."""
    if role.role != Role.MANAGER:
        return False
    others = SpaceRole.objects.of_managers().filter(space=role.space_id, user__is_active=True).exclude(pk=role.pk)
    managed_until = on
    for since, until in others.exclude(until__lte=on).order_by("since").values_list("since", "until"):
        if since > managed_until:
            break
        if until is None:
            return False
        managed_until = max(managed_until, until)
    return role.until is None or managed_until < role.until


def _lock_roles(space: Space) -> None:
    """Let one transaction at a time change who has which role in the space."""
    Space.objects.select_for_update(no_key=True).get(pk=space.pk)
