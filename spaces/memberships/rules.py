"""Say what the memberships of a person open. This module asks no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, cast

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from hacktiv.common import dates
from hacktiv.common.days import days_left

from ..enums import (
    CURRENT_MEMBERSHIPS,
    HELD_MEMBERSHIPS,
    OPEN_MEMBERSHIPS,
    BookedBy,
    MembershipState,
    MonthUnit,
    Right,
)
from ..models import Agreement, Invitation, Membership, MembershipKind, Space

#: Days from the first to the day before the second; None is without an end.
Days = tuple[date, date | None]


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


def goes_on_from(invitation: Invitation, today: date) -> date | None:
    """Return the first day, today or later, on which a member of the space may choose that their membership goes on
    through the organisation that invites them: that of the place. None where the invitation is over by then, or of no
    organisation."""
    day = invitation.begins_on(today)
    is_in_time = day <= timezone.localdate(invitation.expires_at)
    return day if invitation.organisation_id is not None and is_in_time else None


def may_go_on_through(invitation: Invitation, membership: Membership, today: date) -> bool:
    """Tell if the active membership that the invited person has at the space can go on through the organisation that
    invites them: its place has begun, and they have it through another one or by themselves."""
    is_other = membership.organisation_id != invitation.organisation_id
    is_active = membership.state == MembershipState.ACTIVE
    return is_other and is_active and goes_on_from(invitation, today) == today


def days_agreed(agreement: Agreement) -> Promise:
    """Write the days of an agreement."""
    first = dates.day(agreement.since, weekday=False)
    if agreement.is_empty:
        return format_lazy(_("never began (first day: {first})"), first=first)
    if agreement.last_day is None:
        return format_lazy(_("from {first} on, without an end"), first=first)
    return format_lazy(_("from {first} to {last}"), first=first, last=dates.day(agreement.last_day, weekday=False))


def may_go_on_alone(membership: Membership, *, ended_by_person: bool) -> bool:
    """Tell if the person may ask to go on in their own name: they have it through an organisation, and its end was
    decided, not by themselves."""
    return membership.organisation_id is not None and membership.end_is_decided and not ended_by_person


def included_in_words(kind: MembershipKind) -> Promise | str:
    """Say how much a kind of membership includes a month; "" without limit."""
    if not kind.included:
        return ""
    if kind.included_unit == MonthUnit.HOURS:
        words = ngettext_lazy("{count} hour a month in the space", "{count} hours a month in the space", kind.included)
    else:
        words = ngettext_lazy("{count} day a month in the space", "{count} days a month in the space", kind.included)
    return format_lazy(words, count=kind.included)


def opened_by(kind: MembershipKind, space: Space) -> list[Promise]:
    """Return what a kind of membership of the space opens, in words, with how much it includes a month there."""
    doors = [
        (kind.opens_directory, _("the members’ directory")),
        (kind.opens_events, _("the events for members")),
        (kind.opens_bookings, _bookings_in_words(kind, space)),
    ]
    return [words for opens, words in doors if opens]


def _bookings_in_words(kind: MembershipKind, space: Space) -> Promise:
    if not kind.included:
        return _("the places and rooms for members")
    if kind.included_unit == MonthUnit.HOURS:
        words = ngettext_lazy(
            "the places and rooms for members ({space}: {count} hour a month)",
            "the places and rooms for members ({space}: {count} hours a month)",
            kind.included,
        )
    else:
        words = ngettext_lazy(
            "the places and rooms for members ({space}: {count} day a month)",
            "the places and rooms for members ({space}: {count} days a month)",
            kind.included,
        )
    return format_lazy(words, space=space.name, count=kind.included)


#: The standing of who has no account, in what they do and in what they are shown.
STRANGER = Standing()
LOOKING = Standing(may_become_a_member=True)


@dataclass
class Fit:
    """The fate of a membership of an account that goes, beside those of the account that stays.

    `membership` has the days and the state that it gets, and is saved by nobody yet. `before` are the days that it had,
    `was` its state. `apart` are further days on which it held, as memberships that are not saved. Of the account that
    stays, `begins` today, and no longer on the day `instead_of`; its requests that are `withdrawn` give way."""

    membership: Membership
    was: str
    before: tuple[date | None, date | None]
    apart: list[Membership] = field(default_factory=list)
    begins: Membership | None = None
    instead_of: date | None = None
    withdrawn: list[Membership] = field(default_factory=list)

    @property
    def ends(self) -> bool:
        """Return True if the membership was current, and is ended by this."""
        return self.was in CURRENT_MEMBERSHIPS and self.membership.state == MembershipState.ENDED

    @property
    def is_withdrawn(self) -> bool:
        return self.membership.state == MembershipState.WITHDRAWN != self.was

    @property
    def days_change(self) -> bool:
        return bool(self.apart) or self.before != (self.membership.since, self.membership.until)

    @property
    def changes(self) -> bool:
        return self.days_change or self.was != self.membership.state or bool(self.begins or self.withdrawn)

    @property
    def parts(self) -> list[Days]:
        """Return the days on which the membership holds from now on, by time; none if no day is left."""
        rows = [(cast(date, one.since), one.until) for one in (self.membership, *self.apart)]
        return sorted((part for part in rows if part[0] != part[1]), key=lambda part: part[0])


def fit_memberships(own: Iterable[Membership], others: Iterable[Membership], today: date) -> list[Fit]:
    """Return what becomes of the memberships of an account that goes, in this order, where the account that stays has
    its `own`. Where both have one at a space, that of the account that stays holds, and the other ends.

    The other keeps the days on which the account that stays has none there: no day of a membership counts twice."""
    held, given = list(own), list(others)
    for one in (*held, *given):
        if one.state in CURRENT_MEMBERSHIPS and one.until and one.until <= today:
            one.state = MembershipState.ENDED
    fits = []
    for membership in given:
        fit = Fit(membership, membership.state, (membership.since, membership.until))
        theirs = [one for one in held if one.space_id == membership.space_id]
        if membership.state == MembershipState.REQUESTED and any(one.state in OPEN_MEMBERSHIPS for one in theirs):
            membership.state = MembershipState.WITHDRAWN
        elif membership.state in HELD_MEMBERSHIPS:
            _fit_in(fit, theirs, today)
        held += [membership, *fit.apart]
        fits.append(fit)
    return fits


def _fit_in(fit: Fit, theirs: list[Membership], today: date) -> None:
    """Let a membership leave the days that those of the account that stays have at the space; end it where one of them
    is current, or where no day is left."""
    membership, was_current = fit.membership, fit.was in CURRENT_MEMBERSHIPS
    twin = next((one for one in theirs if was_current and one.state in CURRENT_MEMBERSHIPS), None)
    if twin and membership.holds(today) and cast(date, twin.since) > today:
        fit.begins, fit.instead_of, twin.since = twin, twin.since, today
    parts = _parts_left(membership, theirs, ends_by=today if twin else None)
    if not parts:
        membership.until = membership.since
    else:
        chosen = parts[-1] if was_current and not twin else max(parts, key=_length)
        membership.since, membership.until = chosen
        fit.apart = [_apart(membership, part) for part in parts if part != chosen]
    if twin or (was_current and not parts):
        _end(membership)
    elif was_current:
        for request in theirs:
            if request.state == MembershipState.REQUESTED:
                request.state = MembershipState.WITHDRAWN
                fit.withdrawn.append(request)


def _parts_left(membership: Membership, theirs: list[Membership], *, ends_by: date | None) -> list[Days]:
    held = [(cast(date, one.since), one.until) for one in theirs if one.state in HELD_MEMBERSHIPS]
    parts: list[Days] = days_left(membership.since, membership.until, held)
    if ends_by is None:
        return parts
    return [(first, min(end or ends_by, ends_by)) for first, end in parts if first < ends_by]


def _apart(membership: Membership, days: Days) -> Membership:
    """Return days of a membership on which it held too, before or after those that it keeps itself."""
    past = copy(membership)
    past.pk, past._state.adding = None, True
    past.since, past.until = days
    _end(past)
    return past


def _end(membership: Membership) -> None:
    membership.state, membership.end_is_decided = MembershipState.ENDED, True
    membership.renewal_wished_at = membership.wished_kind = None


def _length(part: Days) -> timedelta:
    first, end = part
    return (end or date.max) - first
