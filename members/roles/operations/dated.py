"""Check, end and tell of a role from one day to another, for the operations of each app that has such a table.

They hold the lock of the account whose role it is, and refuse with the error of their app."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common.days import overlap
from hacktiv.common.errors import OperationError
from hacktiv.outbox.operations import enqueue

from ...models import DatedRole, User

GIVEN, ENDED = "given", "ended"


def check_new(
    roles: QuerySet[Any],
    *,
    user: User,
    since: date,
    until: date | None,
    error: type[OperationError],
    held: Any = None,
) -> None:
    """Check that the person may hold the role of these rows from `since` to the day before `until`.

    Raises the error with `days`, or `held` where they have it on some of these days already, in the words of `held`."""
    if until and until <= since:
        raise error("days", _("It ends after it begins."))
    if roles.filter(overlap(since, until), user=user).exists():
        raise error("held", held or format_lazy(_("{person} has this role on these days already."), person=user))


def locked_role(role: DatedRole, error: type[OperationError]) -> Any:
    """Lock the role, after its account, and return it as it is now. Raises the error with `gone` once it is erased."""
    rows: Any = type(role)._default_manager
    found = rows.select_for_update(of=("self",), no_key=True).select_related("user").filter(pk=role.pk).first()
    if found is None:
        raise error("gone", _("This role was erased."))
    return found


def end_on(role: DatedRole, on: date, *, by: User | None, error: type[OperationError]) -> None:
    """End a locked role: `on` is the first day without it, and before its first day it never begins.

    Raises the error with `over` for a role that ends by then already."""
    on = max(on, role.since)
    if role.until and role.until <= on:
        raise error("over", _("It ends by then already."))
    role.until, role.ended_by = on, by
    role.save(update_fields=["until", "ended_by"])


def tell_of_role(role: Any, template: str, news: str) -> None:
    """Mail the person, once for each role and each end of it."""
    step = f"{ENDED}:{role.until}" if news == ENDED else GIVEN
    enqueue(
        key=f"{template}:{role.pk}:{step}",
        template=template,
        to_email=role.user.email,
        to_name=str(role.user),
        language=role.user.language,
        context={"role": role.pk, "news": news},
    )
