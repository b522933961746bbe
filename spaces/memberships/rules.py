"""Say what the memberships of a person open. This module asks no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from ..enums import BookedBy, Right


@dataclass(frozen=True)
class Held:
    """An active membership: of which space and kind (primary keys), from when until when, and what it opens.

    `until` is the first day after it, None without an end. `books` tells if it opens the resources for members."""

    space: int
    kind: int
    since: date
    until: date | None = None
    rights: frozenset[Right] = frozenset()
    books: bool = True

    def holds(self, on: date) -> bool:
        return self.since <= on and not (self.until and self.until <= on)


@dataclass(frozen=True)
class Access:
    """The people who may book a resource: everybody with an account, members, or those of some spaces or kinds.

    `among` are the primary keys of these spaces or kinds, `names` what they are called."""

    booked_by: BookedBy = BookedBy.ANYONE
    among: frozenset[int] = frozenset()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """The place of a person in the network: their active memberships, and the spaces they run (primary keys).

    Who runs a space has the rights of its members. `may_become_a_member` is True for who looks around: they are
    shown what any member may book."""

    held: tuple[Held, ...] = field(default=())
    runs: frozenset[int] = frozenset()
    is_superuser: bool = False
    may_become_a_member: bool = False

    @property
    def belongs(self) -> bool:
        """Return True for a member of any day, and for who runs a space or the network."""
        return bool(self.held or self.runs or self.is_superuser)

    def may(self, right: Right, on: date) -> bool:
        """Tell if the person has the right on that day."""
        return bool(self.runs or self.is_superuser) or any(right in one.rights for one in self._on(on))

    def may_book(self, access: Access, on: date) -> bool:
        """Tell if the person may book for that day what these people may book."""
        if access.booked_by == BookedBy.ANYONE or self.is_superuser:
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

    def _on(self, on: date) -> Iterable[Held]:
        return (one for one in self.held if one.holds(on))


#: The standing of who has no account, in what they do and in what they are shown.
STRANGER = Standing()
LOOKING = Standing(may_become_a_member=True)
