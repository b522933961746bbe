"""Read a person's memberships as the person sees them."""

from datetime import date
from typing import NamedTuple

from members.models import User
from spaces.enums import OPEN_MEMBERSHIPS, MembershipState
from spaces.memberships.queries import memberships_of
from spaces.models import Membership


class Own(NamedTuple):
    """A membership on the page of its person. `last_day` is None without an end; `is_open` until it is over."""

    membership: Membership
    last_day: date | None
    is_open: bool
    begins_later: bool
    may_ask_to_renew: bool

    @property
    def is_requested(self) -> bool:
        return self.membership.state == MembershipState.REQUESTED

    @property
    def was_held(self) -> bool:
        """Return True where it had a day: one that is ended before its first day had none."""
        return self.membership.since is not None and not (self.last_day and self.last_day < self.membership.since)


def own(membership: Membership, today: date) -> Own:
    """Return what the person reads of their membership on that day."""
    until, is_open = membership.until, membership.state in OPEN_MEMBERSHIPS
    is_over = until is not None and until <= today
    return Own(
        membership=membership,
        last_day=membership.last_day,
        is_open=is_open and not is_over,
        begins_later=membership.since is not None and membership.since > today,
        may_ask_to_renew=membership.ends_soon(today) and membership.renewal_wished_at is None,
    )


def own_memberships(user: User, today: date) -> list[Own]:
    """Return all memberships of the person, those that count now first."""
    return [own(one, today) for one in memberships_of(user)]
