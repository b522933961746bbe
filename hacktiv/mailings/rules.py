"""Rules of mailings that read as sentences."""

from dataclasses import dataclass, field
from typing import Any

from events.enums import LISTED_REGISTRATIONS
from spaces.enums import MembershipState

#: The states of memberships that a mailing may choose, the first alone where nothing is chosen.
CHOOSABLE_STATES = (MembershipState.ACTIVE, MembershipState.PAUSED, MembershipState.REQUESTED)
#: A side of the border that nobody said.
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Selection:
    """A choice among the people of an audience. Where a list is empty all are taken.

    `states` are those of memberships, or of registrations; `people` the primary keys of accounts that were ticked."""

    states: tuple[str, ...] = ()
    kinds: tuple[int, ...] = ()
    organisations: tuple[int, ...] = ()
    ways: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    people: tuple[int, ...] = field(default=())

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Selection":
        """Return the choice that a column holds, as `stored` wrote it; parts that are unknown by now are left out."""
        known = {name: tuple(stored[name]) for name in cls.__dataclass_fields__ if stored.get(name)}
        return cls(**known)

    def stored(self) -> dict[str, list[Any]]:
        """Return the choice as a column holds it."""
        return {name: list(getattr(self, name)) for name in self.__dataclass_fields__ if getattr(self, name)}

    @property
    def membership_states(self) -> list[str]:
        return [state for state in CHOOSABLE_STATES if state in (self.states or CHOOSABLE_STATES[:1])]

    @property
    def registration_states(self) -> list[str]:
        return [state for state in LISTED_REGISTRATIONS if state in (self.states or LISTED_REGISTRATIONS)]
