"""Change an agreement of an organisation with all that it brings, and end what such a change has left behind.

An agreement is changed in one transaction, and each membership that ends with it in its own, as it locks its account
before the agreement, and resources: what a crash in between leaves is ended at night."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

import structlog
from django.utils.functional import Promise

from members.models import User
from spaces.errors import BookingError
from spaces.memberships.operations import (
    change_agreement,
    check_change,
    end_beyond_agreement,
    end_membership,
    renew_membership,
)
from spaces.memberships.queries.places import beyond_agreements, ended_with, may_stay, what_ends_with
from spaces.models import Agreement, Invitation, Membership

from .giving_back import Lost, carry_out, what_is_lost

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class AgreementWish:
    """The places and the first day without the agreement that it is to have; who leaves on which day where there are
    more people than places, and who lasts longer with it, by primary keys: None where nobody was asked."""

    places: int
    until: date | None
    fewer_from: date | None = None
    leaving: Collection[int] | None = None
    longer: Collection[int] | None = None


@dataclass(frozen=True)
class Ending:
    """A membership that ends with the agreement: from when on, and what its person loses."""

    membership: Membership
    on: date
    lost: Lost

    @property
    def marks(self) -> list[str]:
        return [f"membership-{self.membership.pk}-{self.on}", *self.lost.marks]


@dataclass(frozen=True)
class Longer:
    """A membership that ends with the agreement, or was to leave it, and may last until another day with it."""

    membership: Membership
    until: date | None
    is_wished: bool
    was_to_leave: bool = False

    @property
    def last_day(self) -> date | None:
        return self.until and self.until - timedelta(days=1)

    @property
    def mark(self) -> str:
        return f"longer-{self.membership.pk}-{self.until}"


@dataclass(frozen=True)
class Coming:
    """All that a change of an agreement brings: memberships that end, invitations that are taken back, memberships that
    may last longer with it, each with whether that is wished; and among whom those are chosen who leave."""

    ending: list[Ending]
    taken_back: list[Invitation]
    longer: list[Longer]
    choice: list[tuple[Membership, bool]]
    too_many: int

    @property
    def marks(self) -> set[str]:
        """Return what the page must have shown before the change is made."""
        marks = {mark for one in self.ending for mark in one.marks}
        marks |= {one.mark for one in self.longer}
        return marks | {f"invitation-{one.pk}" for one in self.taken_back}


@dataclass
class Outcome:
    """A change that was made: how many memberships end with it and last longer, who could not be ended or renewed and
    why, and whether memberships came meanwhile that last beyond it."""

    ended: int = 0
    longer: int = 0
    refusals: list[tuple[User, Promise | str]] = field(default_factory=list)
    came_between: bool = False


def what_change_brings(*, agreement: Agreement, wish: AgreementWish, by: User | None) -> Coming:
    """Return all that the change of an agreement brings, without making it. Raises BookingError `over`, `days`, `held`
    where the agreement cannot end on that day."""
    check_change(agreement, wish.until)
    found = what_ends_with(agreement, **_terms(wish))
    ending = [Ending(one, on, what_is_lost(user=one.user, change=_ends(one, on, by))) for one, on in found.memberships]
    going = {one.membership.pk for one in ending}
    longer = [
        Longer(one, until, wish.longer is None or one.pk in wish.longer)
        for one, until in ended_with(agreement, until=wish.until)
        if one.pk not in going
    ]
    offered = going | {one.membership.pk for one in longer}
    longer += [
        Longer(one, until, one.pk in (wish.longer or ()), was_to_leave=True)
        for one, until in may_stay(agreement, places=wish.places, until=wish.until)
        if one.pk not in offered
    ]
    choice = [(one, one.pk in going) for one in found.choice]
    return Coming(ending, found.invitations, longer, choice, found.too_many)


def change_with_all_it_brings(*, agreement: Agreement, wish: AgreementWish, coming: Coming, by: User | None) -> Outcome:
    """Change the agreement, then end what was seen to end with it, and renew what is to last longer: each membership in
    a transaction of its own. What is left is seen when it is changed again. Raises as `change_agreement` does."""
    changed = change_agreement(agreement=agreement, **_terms(wish), by=by)
    outcome = Outcome()
    ends = ((one.membership.user, _ends_with_all(one, by)) for one in coming.ending)
    outcome.ended = _done(ends, outcome)
    renewals = (
        (one.membership.user, partial(renew_membership, membership=one.membership, by=by, until=one.until))
        for one in coming.longer
        if one.is_wished
    )
    outcome.longer = _done(renewals, outcome)
    outcome.came_between = bool(what_ends_with(changed, **_terms(wish)).memberships)
    return outcome


def _terms(wish: AgreementWish) -> dict[str, Any]:
    return {name: getattr(wish, name) for name in ("places", "until", "fewer_from", "leaving")}


def _ends(membership: Membership, on: date, by: User | None) -> Callable[[], Membership]:
    return partial(end_membership, membership=membership, by=by, on=on)


def _ends_with_all(one: Ending, by: User | None) -> Callable[[], Lost]:
    return partial(carry_out, user=one.membership.user, change=_ends(one.membership, one.on, by), by=by)


def _done(writes: Iterable[tuple[User, Callable[[], object]]], outcome: Outcome) -> int:
    """Carry out each; return how many were, and note in the outcome whose was refused."""
    done = 0
    for user, write in writes:
        try:
            write()
        except BookingError as error:
            outcome.refusals.append((user, error.message))
        else:
            done += 1
    return done


def end_beyond_agreements() -> int:
    """End the memberships that last beyond the agreement of their organisation, or have no place of it, with what they
    opened; return their number. One that a manager has settled meanwhile is left alone."""
    ended = 0
    for membership, _on in beyond_agreements():
        try:
            carry_out(user=membership.user, change=partial(end_beyond_agreement, membership=membership), by=None)
        except BookingError:
            continue
        ended += 1
    log.info("memberships_beyond_agreements_ended", ended=ended)
    return ended
