"""Give somebody a role in a space from a day on, and end it."""

from datetime import date

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.operations import enqueue
from members.core.rules import administers
from members.models import User

from ..core.operations import lock_account, lock_accounts
from ..enums import Role
from ..errors import BookingError
from ..models import Space, SpaceRole

NEWS = "spaces.role_news"


@transaction.atomic
def give_role(
    *, user: User, space: Space, role: Role, since: date, until: date | None = None, by: User | None
) -> SpaceRole:
    """Give the person the role in the space from `since` to the day before `until`, and mail them.

    Raises BookingError `own` for a manager who gives it to themselves, `days`, `held` where they have it on some of
    these days already, `gone`."""
    user = _lock_people(user, by)
    _lock_roles(space)
    if user == by and not administers(by):
        message = _("Nobody gives a role to themselves: ask another manager, or who administers the network.")
        raise BookingError("own", message)
    if until and until <= since:
        raise BookingError("days", _("It ends after it begins."))
    if _overlapping(user, space, role, since, until):
        message = _("{person} has this role on these days already.")
        raise BookingError("held", format_lazy(message, person=user))
    made = SpaceRole.objects.create(user=user, space=space, role=role, since=since, until=until, given_by=by)
    _tell(made, f"{NEWS}:{made.pk}:given", "given")
    return made


@transaction.atomic
def end_role(*, role: SpaceRole, on: date, by: User | None, leaves_nobody: bool = False) -> SpaceRole:
    """End the role: `on` is the first day without it, and before its first day it never begins. Mail the person.

    `leaves_nobody` says that the space may be left without a manager. Raises BookingError `last_manager` otherwise,
    `over` for a role that ends by then already, `gone`."""
    _lock_people(role.user, by)
    _lock_roles(role.space)
    found = SpaceRole.objects.select_related("user", "space").filter(pk=role.pk).first()
    if found is None:
        raise BookingError("gone", _("This role was erased."))
    on = max(on, found.since)
    if found.until and found.until <= on:
        raise BookingError("over", _("It ends by then already."))
    if not leaves_nobody and is_last_manager(found, on):
        raise BookingError("last_manager", _("Nobody manages the space from that day on."))
    found.until, found.ended_by = on, by
    found.save(update_fields=["until", "ended_by"])
    _tell(found, f"{NEWS}:{found.pk}:ended:{on}", "ended")
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


def _lock_people(user: User, by: User | None) -> User:
    """Lock the account of the person and of who acts; return the person as they are now. Raises BookingError `gone`."""
    there = lock_accounts(user, by)
    if by and by.pk not in there:
        raise BookingError("gone", _("This account was erased."))
    return lock_account(user)


def _lock_roles(space: Space) -> None:
    """Let one transaction at a time change who has which role in the space."""
    Space.objects.select_for_update(no_key=True).get(pk=space.pk)


def _overlapping(user: User, space: Space, role: Role, since: date, until: date | None) -> bool:
    held = SpaceRole.objects.filter(user=user, space=space, role=role).exclude(until__lte=since)
    return (held.filter(since__lt=until) if until else held).exists()


def _tell(role: SpaceRole, key: str, news: str) -> None:
    enqueue(
        key=key,
        template=NEWS,
        to_email=role.user.email,
        to_name=str(role.user),
        language=role.user.language,
        context={"role": role.pk, "news": news},
    )
