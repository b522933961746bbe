"""Give and end roles in the network. Each is one transaction and locks the person's row."""

from datetime import date

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.operations import enqueue

from ..enums import NetworkRoleKind
from ..errors import MemberError
from ..models import NetworkRole, User

#: The kind of mail about a role that is given or ended.
ROLE_NEWS = "members.role_news"


@transaction.atomic
def give_network_role(
    *, user: User, role: NetworkRoleKind, since: date, until: date | None = None, by: User | None
) -> NetworkRole:
    """Give the person the role in the network from `since` to the day before `until`, and mail them.

    Raises MemberError `days`, `held` where they have it on some of these days already, `gone`."""
    user = _locked_account(user)
    if until and until <= since:
        raise MemberError("days", _("It ends after it begins."))
    held = NetworkRole.objects.filter(user=user, role=role).exclude(until__lte=since)
    if (held.filter(since__lt=until) if until else held).exists():
        raise MemberError("held", format_lazy(_("{person} has this role on these days already."), person=user))
    made = NetworkRole.objects.create(user=user, role=role, since=since, until=until, given_by=by)
    _tell_of_role(made, f"{ROLE_NEWS}:{made.pk}:given", "given")
    return made


@transaction.atomic
def end_network_role(*, role: NetworkRole, on: date, by: User | None) -> NetworkRole:
    """End the role: `on` is the first day without it, and before its first day it never begins. Mail the person.

    Raises MemberError `over` for a role that ends by then already, `gone`."""
    _locked_account(role.user)
    found = NetworkRole.objects.select_related("user").get(pk=role.pk)
    on = max(on, found.since)
    if found.until and found.until <= on:
        raise MemberError("over", _("It ends by then already."))
    found.until, found.ended_by = on, by
    found.save(update_fields=["until", "ended_by"])
    _tell_of_role(found, f"{ROLE_NEWS}:{found.pk}:ended:{on}", "ended")
    return found


def _locked_account(user: User) -> User:
    """Lock the account: one transaction at a time changes what roles a person has. Raises MemberError `gone`."""
    try:
        return User.objects.select_for_update(no_key=True).get(pk=user.pk)
    except User.DoesNotExist:
        raise MemberError("gone", _("This account was erased.")) from None


def _tell_of_role(role: NetworkRole, key: str, news: str) -> None:
    enqueue(
        key=key,
        template=ROLE_NEWS,
        to_email=role.user.email,
        to_name=str(role.user),
        language=role.user.language,
        context={"role": role.pk, "news": news},
    )
