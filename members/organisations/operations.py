"""Note that somebody belongs to an organisation from a day on, and until when. Each locks the person's account."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..core.operations import lock_account, lock_actor
from ..core.rules import administers
from ..enums import AffiliationRole
from ..errors import MemberError
from ..models import Affiliation, Organisation, User
from ..roles.operations.dated import ENDED, GIVEN, check_new, end_on, locked_role, tell_of_role

#: The kind of mail to a contact of an organisation.
CONTACT_NEWS = "members.contact_news"


@transaction.atomic
def affiliate(
    *,
    user: User,
    organisation: Organisation,
    role: AffiliationRole,
    since: date,
    until: date | None = None,
    space: Any = None,
    by: User | None,
) -> Affiliation:
    """Note that the person belongs to the organisation from `since` to the day before `until`, for this space alone
    or for all, and mail its new contact.

    Raises MemberError `not_yours` unless `by` administers the network or runs the space, `days`, `held` where the
    person belongs to it on some of these days already, for the same space or for all alike, `gone`."""
    user = _locked_person(user, by, space)
    words = _("{person} belongs to {organisation} on these days already.")
    held = format_lazy(words, person=user, organisation=organisation)
    same = Affiliation.objects.filter(organisation=organisation, space=space)
    check_new(same, user=user, since=since, until=until, error=MemberError, held=held)
    made = Affiliation.objects.create(
        user=user, organisation=organisation, space=space, role=role, since=since, until=until, given_by=by
    )
    _tell(made, GIVEN)
    return made


@transaction.atomic
def end_affiliation(*, affiliation: Affiliation, on: date, by: User | None) -> Affiliation:
    """Note that the person belongs to the organisation no more: `on` is the first day without it. Their memberships
    through it stay. Mail who was its contact.

    Raises MemberError `not_yours` unless `by` administers the network or runs the space that named them, `over` where
    it ends by then already, `gone`."""
    _locked_person(affiliation.user, by, affiliation.space)
    found: Affiliation = locked_role(affiliation, MemberError)
    end_on(found, on, by=by, error=MemberError)
    _tell(found, ENDED)
    return found


def _tell(affiliation: Affiliation, news: str) -> None:
    """Mail a contact, who has something to do; one of the people is told of their membership alone."""
    if affiliation.role == AffiliationRole.CONTACT:
        tell_of_role(affiliation, CONTACT_NEWS, news)


def _locked_person(user: User, by: User | None, space: Any) -> User:
    person = lock_account(user, MemberError)
    lock_actor(by, MemberError)
    if by and not (administers(by) or (space and space.roles.of_managers().held().filter(user=by).exists())):
        raise MemberError("not_yours", _("Who administers the network decides that."))
    return person
