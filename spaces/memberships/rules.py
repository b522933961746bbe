"""Say what the memberships of a person open. This module asks no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common import dates

from ..enums import BookedBy, MembershipState, MonthUnit, Right
from ..models import Invitation, Membership, MembershipKind


@dataclass(frozen=True)
class Held:
    """A membership: of which space and kind (primary keys), from when until when, and what it opens.

    `until` is the first day after it, None without an end. `books` tells if it opens the resources for members. One
    that is asked for has no day yet. With `end_is_decided` it is not renewed. `name` is that of the space. In the space
    it includes so many of the `unit` each calendar month; None: without limit."""

    space: int
    kind: int
    since: date | None
    until: date | None = None
    rights: frozenset[Right] = frozenset()
    books: bool = True
    state: MembershipState = MembershipState.ACTIVE
    end_is_decided: bool = False
    name: str = ""
    included: int | None = None
    unit: MonthUnit = MonthUnit.DAYS

    @property
    def last_day(self) -> date | None:
        return self.until and self.until - timedelta(days=1)

    def holds(self, on: date) -> bool:
        return self.since is not None and self.since <= on and not (self.until and self.until <= on)


@dataclass(frozen=True)
class Access:
    """The people who may book a resource: everybody with an account, members, or those of some spaces or kinds.

    `among` are the primary keys of these spaces or kinds, `names` what they are called."""

    booked_by: BookedBy = BookedBy.ANYONE
    among: frozenset[int] = frozenset()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """The place of a person in the network: their active memberships, and the spaces they run (primary keys). Those of
    their memberships that are paused or asked for, `without_rights`, open nothing.

    Who runs a space has the rights of its members. `may_become_a_member` is True for who looks around: they are
    shown what any member may book."""

    held: tuple[Held, ...] = field(default=())
    without_rights: tuple[Held, ...] = field(default=(), kw_only=True)
    runs: frozenset[int] = frozenset()
    administers: bool = False
    may_become_a_member: bool = False

    @property
    def belongs(self) -> bool:
        """Return True for a member of any day, and for who runs a space or the network."""
        return bool(self.held or self.runs or self.administers)

    def may(self, right: Right, on: date) -> bool:
        """Tell if the person has the right on that day."""
        return bool(self.runs or self.administers) or any(right in one.rights for one in self._on(on))

    def may_book(self, access: Access, on: date) -> bool:
        """Tell if the person may book for that day what these people may book."""
        if access.booked_by == BookedBy.ANYONE or self.administers:
            return True
        if access.booked_by == BookedBy.MEMBERS:
            return self.books_as_a_member(on)
        if access.booked_by == BookedBy.SPACES:
            return bool(({one.space for one in self.booking_on(on)} | self.runs) & access.among)
        return any(one.kind in access.among for one in self.booking_on(on))

    def books_as_a_member(self, on: date) -> bool:
        """Tell if the resources for the network's members are open to the person on that day."""
        return bool(self.runs or self.may_become_a_member or self.booking_on(on))

    def booking_on(self, on: date) -> list[Held]:
        """Return the memberships of that day that open the resources for members."""
        return [one for one in self._on(on) if one.books]

    def held_at(self, space: int | None, on: date) -> Held | None:
        """Return the membership of that day at the space (primary key), or at any space."""
        return next((one for one in self._on(on) if space in (None, one.space)), None)

    def limited_at(self, space: int, access: Access, on: date) -> Held | None:
        """Return the membership at the space (primary key) by which the person books there, on that day, what these
        people may book, if it includes only so much a month. None for what anybody may book, and for who runs the
        space."""
        if access.booked_by == BookedBy.ANYONE or self.administers or space in self.runs:
            return None
        held = self.held_at(space, on)
        return held if held and held.included and Standing((held,)).may_book(access, on) else None

    def would_book(self, access: Access, on: date, *, today: date) -> Held | None:
        """Return a membership, not over yet, that would open these resources if it held and were active on that day."""

        def opens(held: Held) -> bool:
            return Standing((replace(held, since=on, until=None),)).may_book(access, on)

        return self._first(opens, today)

    def would_have(self, right: Right, *, today: date) -> Held | None:
        """Return a membership, not over yet, that would give the right if it held and were active on the day."""
        return self._first(lambda held: right in held.rights, today)

    def _first(self, opens: Callable[[Held], bool], today: date) -> Held | None:
        found = (one for one in (*self.held, *self.without_rights) if not (one.until and one.until <= today))
        return next((one for one in found if opens(one)), None)

    def _on(self, on: date) -> Iterable[Held]:
        return (one for one in self.held if one.holds(on))


def why_not_yet(held: Held, on: date, renew: Any) -> Promise:
    """Say why a membership opens nothing on that day. `renew` is said of one that ends before and may be renewed."""
    if held.state == MembershipState.REQUESTED:
        return format_lazy(_("Your request to {space} waits for an answer."), space=held.name)
    if held.state == MembershipState.PAUSED:
        return format_lazy(_("Your membership of {space} is paused: it opens nothing for now."), space=held.name)
    if held.since and on < held.since:
        words = _("Your membership of {space} begins on {day}.")
        return format_lazy(words, space=held.name, day=dates.day(held.since))
    if held.end_is_decided:
        renew = _("Your membership of {space} ends on {day}.")
    return format_lazy(renew, space=held.name, day=dates.day(held.last_day))


def may_go_on_through(invitation: Invitation, membership: Membership, today: date) -> bool:
    """Tell if the active membership that the invited person has at the space can go on through the organisation that
    invites them: its place has begun, and they have it through another one or by themselves."""
    has_begun = invitation.begins_on(today) == today
    is_other = membership.organisation_id != invitation.organisation_id
    is_active = membership.state == MembershipState.ACTIVE
    return invitation.organisation_id is not None and is_other and is_active and has_begun


def may_go_on_alone(membership: Membership, *, ended_by_person: bool) -> bool:
    """Tell if the person may ask to go on in their own name: they have it through an organisation, and its end was
    decided, not by themselves."""
    return membership.organisation_id is not None and membership.end_is_decided and not ended_by_person


def opened_by(kind: MembershipKind) -> list[Promise]:
    """Return what a kind of membership opens, in words."""
    doors = [
        (kind.opens_directory, _("the members’ directory")),
        (kind.opens_events, _("the events for members")),
        (kind.opens_bookings, _("the places and rooms for members")),
    ]
    return [words for opens, words in doors if opens]


#: The standing of who has no account, in what they do and in what they are shown.
STRANGER = Standing()
LOOKING = Standing(may_become_a_member=True)
