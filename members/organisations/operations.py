"""Note that somebody belongs to an organisation from a day on, and until when. Each locks the person's account."""

from datetime import date

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..core.operations import lock_account, lock_actor
from ..core.rules import administers
from ..enums import AffiliationRole
from ..errors import MemberError
from ..models import Affiliation, Organisation, User
from ..roles.operations.dated import check_new, end_on, locked_role


@transaction.atomic
def affiliate(
    *,
    user: User,
    organisation: Organisation,
    role: AffiliationRole,
    since: date,
    until: date | None = None,
    by: User | None,
    for_a_space: bool = False,
) -> Affiliation:
    """Note that the person belongs to the organisation from `since` to the day before `until`. `for_a_space`: the
    caller has checked that `by` runs a space that has an agreement with it.

    Raises MemberError `not_yours` unless `by` administers the network or acts for such a space, `days`, `held` where
    the person belongs to it on some of these days already, `gone`."""
    user = _locked_person(user, by, for_a_space)
    words = _("{person} belongs to {organisation} on these days already.")
    held = format_lazy(words, person=user, organisation=organisation)
    same = Affiliation.objects.filter(organisation=organisation)
    check_new(same, user=user, since=since, until=until, error=MemberError, held=held)
    days = {"since": since, "until": until}
    return Affiliation.objects.create(user=user, organisation=organisation, role=role, **days, given_by=by)


@transaction.atomic
def end_affiliation(*, affiliation: Affiliation, on: date, by: User | None, for_a_space: bool = False) -> Affiliation:
    """Note that the person belongs to the organisation no more: `on` is the first day without it. Their memberships
    through it stay.

    Raises MemberError `not_yours` as `affiliate` does, `over` where it ends by then already, `gone`."""
    _locked_person(affiliation.user, by, for_a_space)
    found: Affiliation = locked_role(affiliation, MemberError)
    end_on(found, on, by=by, error=MemberError)
    return found


def _locked_person(user: User, by: User | None, for_a_space: bool) -> User:
    person = lock_account(user, MemberError)
    lock_actor(by, MemberError)
    if by and not (for_a_space or administers(by)):
        raise MemberError("not_yours", _("Who administers the network decides that."))
    return person
