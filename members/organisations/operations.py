"""Note that somebody belongs to an organisation from a day on, and until when. Each locks the person's row."""

from datetime import date

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..core.operations import lock_account, lock_actor
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
) -> Affiliation:
    """Note that the person belongs to the organisation from `since` to the day before `until`.

    Raises MemberError `days`, `held` where they belong to it on some of these days already, `gone`."""
    lock_account(user, MemberError)
    lock_actor(by, MemberError)
    words = _("{person} belongs to {organisation} on these days already.")
    held = format_lazy(words, person=user, organisation=organisation)
    same = Affiliation.objects.filter(organisation=organisation)
    check_new(same, user=user, since=since, until=until, error=MemberError, held=held)
    days = {"since": since, "until": until}
    return Affiliation.objects.create(user=user, organisation=organisation, role=role, **days, given_by=by)


@transaction.atomic
def end_affiliation(*, affiliation: Affiliation, on: date, by: User | None) -> Affiliation:
    """Note that the person belongs to the organisation no more: `on` is the first day without it. Their memberships
    through it stay. Raises MemberError `over` where it ends by then already, `gone`."""
    lock_account(affiliation.user, MemberError)
    lock_actor(by, MemberError)
    found: Affiliation = locked_role(affiliation, MemberError)
    end_on(found, on, by=by, error=MemberError)
    return found
