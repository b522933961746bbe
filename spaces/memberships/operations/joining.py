"""Give the memberships and the homes of an account that goes to the one that stays. The caller has locked both."""

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from hacktiv.common.days import days_left
from members.models import User

from ...enums import MembershipStep
from ...models import HomeSpace, Membership
from ..queries import fits_of
from ..rules import Fit
from .common import keep_step
from .life import end_past


@dataclass
class JoinedMemberships:
    """The memberships (primary keys) that were ended, and the requests that were withdrawn, because the account that
    stays has one at the space too; `changed` tells of each membership whose days became others what it was before."""

    ended: list[int] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)


def join_memberships(*, kept: User, gone: User, by: User) -> JoinedMemberships:
    """Give all memberships of `gone` to `kept`, as `fit_memberships` says."""
    joined, today = JoinedMemberships(), timezone.localdate()
    for past in Membership.objects.current().filter(user__in=[kept, gone], until__lte=today):
        end_past(past.pk, today)
    for fit in fits_of(kept, gone, today):
        _save(fit, kept, by, joined)
    return joined


def _save(fit: Fit, kept: User, by: User, joined: JoinedMemberships) -> None:
    membership = fit.membership
    if fit.begins:
        fit.begins.save(update_fields=["since"])
    for request in fit.withdrawn:
        request.save(update_fields=["state"])
        _note_withdrawn(request, by, joined)
    for row in (membership, *fit.apart):
        row.user = kept
        row.save()
    if fit.is_withdrawn:
        _note_withdrawn(membership, by, joined)
    if fit.ends:
        keep_step(membership, MembershipStep.ENDED, by)
        joined.ended.append(membership.pk)
    if fit.days_change or fit.begins:
        joined.changed.append(_told(fit))


def _note_withdrawn(request: Membership, by: User, joined: JoinedMemberships) -> None:
    keep_step(request, MembershipStep.WITHDRAWN, by)
    joined.withdrawn.append(request.pk)


def _told(fit: Fit) -> dict[str, Any]:
    """Return what was before, so that it can be set back: keys, and days as ISO writes them."""
    told: dict[str, Any] = {
        "membership": fit.membership.pk,
        "was": str(fit.was),
        "before": [day and day.isoformat() for day in fit.before],
        "apart": [one.pk for one in fit.apart],
    }
    if fit.begins and fit.instead_of:
        told |= {"begins": fit.begins.pk, "instead_of": fit.instead_of.isoformat()}
    return told


def join_homes(*, kept: User, gone: User) -> None:
    """Give the homes of `gone` to `kept`, on the days on which `kept` has none.

    Call it once the memberships are joined: from today on a home is only where the person is a member."""
    today = timezone.localdate()
    member_of = set(Membership.objects.current_on(today).filter(user=kept).values_list("space", flat=True))
    for home in HomeSpace.objects.filter(user=gone).order_by("since"):
        held = HomeSpace.objects.filter(user=kept).values_list("since", "until")
        parts = days_left(home.since, home.until, held)
        if home.space_id not in member_of:
            parts = [(first, min(end or today, today)) for first, end in parts if first < today]
        home.delete()
        HomeSpace.objects.bulk_create(
            HomeSpace(user=kept, space_id=home.space_id, since=first, until=end) for first, end in parts
        )
