"""Give the memberships and the homes of an account that goes to the one that stays. The caller has locked both."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import cast

from django.utils import timezone

from hacktiv.common.days import days_left
from members.models import User

from ...enums import CURRENT_MEMBERSHIPS, HELD_MEMBERSHIPS, MembershipState, MembershipStep
from ...models import HomeSpace, Membership
from .common import keep_step
from .life import end_past

#: Days from the first to the day before the second; None is without an end.
Days = tuple[date, date | None]


@dataclass
class JoinedMemberships:
    """The memberships (primary keys) that were ended, and the requests that were withdrawn, because the account that
    stays has one at the space too."""

    ended: list[int] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)


def join_memberships(*, kept: User, gone: User, by: User) -> JoinedMemberships:
    """Give all memberships of `gone` to `kept`. Where both have one at a space, that of `kept` holds, the other ends.

    The other keeps the days on which `kept` has none there: no day of a membership counts twice."""
    joined, today = JoinedMemberships(), timezone.localdate()
    for past in Membership.objects.current().filter(user__in=[kept, gone], until__lte=today):
        end_past(past.pk, today)
    for membership in gone.memberships.select_related("space", "kind").order_by("pk"):
        theirs = Membership.objects.filter(user=kept, space=membership.space).select_related("kind")
        if membership.state == MembershipState.REQUESTED and theirs.open():
            _withdraw(membership, by, joined)
        elif membership.state in HELD_MEMBERSHIPS:
            _fit_in(membership, list(theirs), kept, by, joined)
        membership.user = kept
        membership.save()
    return joined


def _fit_in(membership: Membership, theirs: list[Membership], kept: User, by: User, joined: JoinedMemberships) -> None:
    """Let a membership leave the days that those of the account that stays have at the space; end it where one of them
    is current, or where no day is left."""
    was_current = membership.state in CURRENT_MEMBERSHIPS
    twin = next((one for one in theirs if was_current and one.state in CURRENT_MEMBERSHIPS), None)
    if twin:
        _begin_by_now(twin, membership)
    parts = _parts_left(membership, theirs, ends_by=timezone.localdate() if twin else None)
    since = cast(date, membership.since)
    if not parts:
        membership.until = since
    else:
        chosen = parts[-1] if was_current and not twin else max(parts, key=_length)
        membership.since, membership.until = chosen
        for part in parts:
            if part != chosen:
                _keep_days(membership, part, kept)
    if twin or (was_current and not parts):
        membership.state, membership.end_is_decided = MembershipState.ENDED, True
        membership.renewal_wished_at = membership.wished_kind = None
        keep_step(membership, MembershipStep.ENDED, by)
        joined.ended.append(membership.pk)
    elif was_current:
        for request in theirs:
            if request.state == MembershipState.REQUESTED:
                _withdraw(request, by, joined)


def _begin_by_now(twin: Membership, membership: Membership) -> None:
    """Let the membership that stays begin today, where it begins later and the other holds today."""
    today = timezone.localdate()
    if membership.holds(today) and cast(date, twin.since) > today:
        twin.since = today
        twin.save(update_fields=["since"])


def _parts_left(membership: Membership, theirs: list[Membership], *, ends_by: date | None) -> list[Days]:
    held = [(cast(date, one.since), one.until) for one in theirs if one.state in HELD_MEMBERSHIPS]
    parts: list[Days] = days_left(membership.since, membership.until, held)
    if ends_by is None:
        return parts
    return [(first, min(end or ends_by, ends_by)) for first, end in parts if first < ends_by]


def _keep_days(membership: Membership, days: Days, kept: User) -> None:
    """Keep days of a membership on which it held too, before or after those that it keeps itself."""
    past = Membership.objects.get(pk=membership.pk)
    past.pk, past.user, past._state.adding = None, kept, True
    past.since, past.until = days
    past.state, past.end_is_decided = MembershipState.ENDED, True
    past.renewal_wished_at = past.wished_kind = None
    membership.save()
    past.save()


def _length(part: Days) -> timedelta:
    first, end = part
    return (end or date.max) - first


def _withdraw(membership: Membership, by: User, joined: JoinedMemberships) -> None:
    membership.state = MembershipState.WITHDRAWN
    membership.save(update_fields=["state"])
    keep_step(membership, MembershipStep.WITHDRAWN, by)
    joined.withdrawn.append(membership.pk)


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
