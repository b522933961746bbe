"""Give and end roles in the network."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ...core.operations import lock_account, lock_actor
from ...core.rules import administers
from ...enums import NetworkRoleKind
from ...errors import MemberError
from ...models import NetworkRole, User
from .dated import ENDED, GIVEN, check_new, end_on, locked_role, tell_of_role

#: The kind of mail about a role that is given or ended.
ROLE_NEWS = "members.role_news"


@transaction.atomic
def give_network_role(
    *, user: User, role: NetworkRoleKind, since: date, until: date | None = None, by: User | None
) -> NetworkRole:
    """Give the person the role in the network from `since` to the day before `until`, and mail them. `by` None is the
    platform itself.

    Raises MemberError `not_yours` unless `by` administers the network, `days`, `held` where the person has the role on
    some of these days already, `gone`."""
    user = _locked_person(user, by)
    check_new(NetworkRole.objects.filter(role=role), user=user, since=since, until=until, error=MemberError)
    made = NetworkRole.objects.create(user=user, role=role, since=since, until=until, given_by=by)
    tell_of_role(made, ROLE_NEWS, GIVEN)
    return made


@transaction.atomic
def end_network_role(*, role: NetworkRole, on: date, by: User | None) -> NetworkRole:
    """End the role: `on` is the first day without it, and before its first day it never begins. Mail the person.

    Raises MemberError `not_yours` unless `by` administers the network, `over` for a role that ends by then already,
    `gone`."""
    _locked_person(role.user, by)
    found = locked_role(role, MemberError)
    end_on(found, on, by=by, error=MemberError)
    tell_of_role(found, ROLE_NEWS, ENDED)
    return found


def _locked_person(user: User, by: User | None) -> User:
    """Lock the account of the person and of who acts; return the person as they are now. Raises MemberError `gone`,
    `not_yours`."""
    person = lock_account(user, MemberError)
    lock_actor(by, MemberError)
    if by and not administers(by):
        raise MemberError("not_yours", _("Who administers the network decides that."))
    return person
