"""Add an organisation; note under the lock of an account that somebody belongs to one from a day on, and until when."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common.locks import lock_adding

from ..core.operations import lock_account, lock_actor
from ..core.rules import administers
from ..enums import AffiliationRole
from ..errors import MemberError
from ..models import Affiliation, Organisation, User
from ..roles.operations.dated import ENDED, GIVEN, check_new, end_on, locked_role, tell_of_role
from .queries import free_slug, has_words, like_named

#: The kind of mail to a contact of an organisation.
CONTACT_NEWS = "members.contact_news"


NO_WORDS = _("Write a name with letters or digits.")


@transaction.atomic
def add_organisation(*, organisation: Organisation, is_another: bool, by: User | None) -> Organisation:
    """Add an organisation that is filled in; without a name for addresses it gets one made from its name. One
    transaction at a time adds one, so that two people at once make no doubles.

    Raises MemberError `name` for one of signs alone, `alike` where one of a like name is there, unless it `is_another`,
    `slug` where another has its name for addresses."""
    lock_adding()
    if not has_words(organisation.name):
        raise MemberError("name", NO_WORDS)
    if not is_another and like_named(organisation.name):
        raise MemberError("alike", _("An organisation of a like name was added meanwhile."))
    if organisation.slug and Organisation.objects.filter(slug=organisation.slug).exists():
        raise MemberError("slug", _("Another organisation has this name in addresses."))
    organisation.slug = organisation.slug or free_slug(organisation.name)
    organisation.added_by, organisation.added_at = by, timezone.now()
    organisation.save()
    return organisation


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
