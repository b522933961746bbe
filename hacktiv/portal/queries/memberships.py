"""Read a person's memberships as the person sees them."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.utils import timezone

from members.models import User
from spaces.allowances.queries import allowances_ahead
from spaces.allowances.rules import Allowance
from spaces.enums import OPEN_MEMBERSHIPS, MembershipState, MembershipStep
from spaces.memberships.queries import ended_by_their_members, memberships_of
from spaces.memberships.rules import may_go_on_alone
from spaces.models import Membership, MembershipChange

#: So long a refusal or an end stands above everything else.
TOLD_FOR = timedelta(days=30)


class Own(NamedTuple):
    """A membership on the page of its person. `last_day` is None without an end; `is_open` until it is over.

    `ended_on_its_first_day`: that day came, so it was held. `is_left`: the person has ended it themselves.
    `may_go_on_alone`: its organisation has ended it, and they may ask to go on in their own name.
    `allowances`: what it leaves of the current month, if it includes only so much, and of later ones in which something
    is booked."""

    membership: Membership
    last_day: date | None
    is_open: bool
    begins_later: bool
    may_ask_to_renew: bool
    ended_on_its_first_day: bool = False
    is_left: bool = False
    may_go_on_alone: bool = False
    allowances: Sequence[Allowance] = ()

    @property
    def is_requested(self) -> bool:
        return self.membership.state == MembershipState.REQUESTED

    @property
    def was_held(self) -> bool:
        """Return True where it had a day: one that is ended before its first day had none."""
        if self.membership.since is None:
            return False
        return self.ended_on_its_first_day or not _has_no_day(self.membership)

    @property
    def decided_on(self) -> date | None:
        """Return the day on which it was refused or was over; None for what is open or withdrawn."""
        if self.membership.state == MembershipState.REFUSED:
            return self.membership.decided_at and timezone.localdate(self.membership.decided_at)
        return None if self.is_open else self.membership.until


def _has_no_day(membership: Membership) -> bool:
    return membership.since is not None and membership.until == membership.since


def own(membership: Membership, today: date) -> Own:
    """Return what the person reads of their membership on that day."""
    return _own(membership, today, is_left=bool(ended_by_their_members([membership])))


def _own(membership: Membership, today: date, *, is_left: bool) -> Own:
    until, is_open = membership.until, membership.state in OPEN_MEMBERSHIPS
    is_over = until is not None and until <= today
    return Own(
        membership=membership,
        last_day=membership.last_day,
        is_open=is_open and not is_over,
        begins_later=membership.since is not None and membership.since > today,
        may_ask_to_renew=membership.ends_soon(today) and membership.renewal_wished_at is None,
        is_left=is_left,
        may_go_on_alone=may_go_on_alone(membership, ended_by_person=is_left)
        and membership.state == MembershipState.ACTIVE
        and membership.renewal_wished_at is None,
    )


def own_memberships(user: User, today: date) -> list[Own]:
    """Return all memberships of the person, those that count now first."""
    found = memberships_of(user)
    used = _ended_on_their_first_day([one for one in found if _has_no_day(one)])
    left = ended_by_their_members(found)
    shown = [_own(one, today, is_left=one.pk in left) for one in found]
    active = [each.membership for each in shown if each.is_open and each.membership.state == MembershipState.ACTIVE]
    left_of = allowances_ahead(user, active, today.replace(day=1), now=timezone.now())
    return [
        each._replace(ended_on_its_first_day=each.membership.pk in used, allowances=left_of.get(each.membership.pk, []))
        for each in shown
    ]


def _ended_on_their_first_day(memberships: list[Membership]) -> set[int]:
    """Return the keys of those that were ended once their first day had come; no query without memberships."""
    ends = MembershipChange.objects.filter(membership__in=memberships, step=MembershipStep.ENDED)
    ended = [(end.membership_id, timezone.localdate(end.made_at)) for end in ends] if memberships else []
    first_days = {one.pk: one.since for one in memberships if one.since}
    return {pk for pk, on in ended if on >= first_days[pk]}


def in_short(mine: Iterable[Own]) -> list[Own]:
    """Keep what is asked for, active or paused, by the order of the spaces."""
    kept = [one for one in mine if one.membership.state in OPEN_MEMBERSHIPS]
    return sorted(kept, key=lambda one: (one.membership.space.order, one.membership.pk))


def latest_decision(mine: Iterable[Own], today: date) -> Own | None:
    """Return the latest membership that was refused or came to its end within a month; None where the person has one of
    that space, or has asked for it again."""
    mine = list(mine)
    again = {one.membership.space_id for one in mine if one.is_open}
    decided = [(one.decided_on, one.membership.pk, one) for one in mine if one.decided_on]
    recent = [row for row in decided if row[0] > today - TOLD_FOR and row[2].membership.space_id not in again]
    return max(recent, key=lambda row: row[:2])[2] if recent else None
