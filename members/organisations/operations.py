"""Note that somebody belongs to an organisation from a day on, and until when. Each locks the person's row."""

from datetime import date

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..enums import AffiliationRole
from ..errors import MemberError
from ..models import Affiliation, Organisation, User


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
    _lock_account(user)
    if until and until <= since:
        raise MemberError("days", _("It ends after it begins."))
    held = Affiliation.objects.filter(user=user, organisation=organisation).exclude(until__lte=since)
    if (held.filter(since__lt=until) if until else held).exists():
        words = _("{person} belongs to {organisation} on these days already.")
        raise MemberError("held", format_lazy(words, person=user, organisation=organisation))
    days = {"since": since, "until": until}
    return Affiliation.objects.create(user=user, organisation=organisation, role=role, **days, given_by=by)


@transaction.atomic
def end_affiliation(*, affiliation: Affiliation, on: date, by: User | None) -> Affiliation:
    """Note that the person belongs to the organisation no more: `on` is the first day without it. Their memberships
    through it stay. Raises MemberError `over` where it ends by then already, `gone`."""
    _lock_account(affiliation.user)
    found = Affiliation.objects.select_related("user", "organisation").get(pk=affiliation.pk)
    on = max(on, found.since)
    if found.until and found.until <= on:
        raise MemberError("over", _("It ends by then already."))
    found.until, found.ended_by = on, by
    found.save(update_fields=["until", "ended_by"])
    return found


def _lock_account(user: User) -> None:
    """Lock the account: one transaction at a time notes where a person belongs. Raises MemberError `gone`."""
    if not User.objects.select_for_update(no_key=True).filter(pk=user.pk).first():
        raise MemberError("gone", _("This account was erased."))
