"""Find the accounts that may be one person's."""

from collections.abc import Iterable
from functools import partial
from itertools import combinations
from typing import NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.lookups import Unaccent
from django.db.models import Count, Value
from django.db.models.functions import Concat, Lower
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hacktiv.common.freshness import kept_value
from members.core.queries import administrators, unconfirmed_accounts
from members.models import EarlierAddress, User
from spaces.models import HomeSpace, Membership

from ..models import TwoPeople

#: Pairs on the page of proposals; more stand behind the first that are decided.
MOST_PAIRS = 50
#: So long the first page of the admin shows the same number of pairs, if nothing is merged or decided.
NUMBER_KEPT_SECONDS = 600
#: The subject of freshness whose tables say what was merged and decided.
DECISIONS = "mergings"
EARLIER_ADDRESS = "earlier_address"
NAME_AND_SPACE = "name_and_space"
HINTS: dict[str, Promise] = {
    EARLIER_ADDRESS: _("Both have had the same confirmed address."),
    NAME_AND_SPACE: _("Both have the same name, and belong to the same space."),
}


class Pair(NamedTuple):
    """Two accounts that may be one person's, the older first, and the codes of the hints."""

    first: User
    second: User
    hints: tuple[str, ...]

    @property
    def words(self) -> list[Promise]:
        return [HINTS[hint] for hint in self.hints]


def proposed_pairs(by: User) -> list[Pair]:
    """Return the pairs of accounts that may be one person's and that this administrator may merge, at most MOST_PAIRS.

    A fixed number of queries. Accounts that nobody has confirmed are nobody's."""
    found: dict[tuple[int, int], set[str]] = {}
    for code, pairs in ((EARLIER_ADDRESS, _of_addresses()), (NAME_AND_SPACE, _of_names())):
        for pair in pairs:
            found.setdefault(pair, set()).add(code)
    for pair in TwoPeople.objects.values_list("first", "second"):
        found.pop(pair, None)
    known = _may_be_merged({key for pair in found for key in pair}, by)
    proposed = [
        Pair(known[first], known[second], tuple(sorted(hints)))
        for (first, second), hints in sorted(found.items())
        if first in known and second in known and known[first].is_example == known[second].is_example
    ]
    return proposed[:MOST_PAIRS]


def number_of_pairs(by: User) -> int:
    """Return how many pairs `proposed_pairs` has for this administrator; kept, as it looks at all accounts.

    What is merged or decided shows at once."""
    read = partial(_count_pairs, by)
    return int(kept_value(f"merging:pairs:{by.pk}", DECISIONS, seconds=NUMBER_KEPT_SECONDS, read=read))


def _count_pairs(by: User) -> int:
    return len(proposed_pairs(by))


def _may_be_merged(keys: set[int], by: User) -> dict[int, User]:
    """Return those of these accounts that this person may merge, by key, as `refusal_to_merge` says it of each, but for
    those that nobody has confirmed."""
    nobodys = unconfirmed_accounts().order_by().values("pk")
    people = User.objects.filter(pk__in=keys, is_active=True).exclude(pk=by.pk).exclude(pk__in=nobodys)
    if not by.is_superuser:
        people = people.exclude(pk__in=administrators().order_by().values("pk"))
    return people.in_bulk()


def two_people_for(by: User) -> list[TwoPeople]:
    """Return the latest pairs of which was said that they are two people, and that this administrator may merge."""
    rows = list(TwoPeople.objects.select_related("first", "second", "decided_by"))
    known = _may_be_merged({key for row in rows for key in (row.first_id, row.second_id)}, by)
    return [row for row in rows if row.first_id in known and row.second_id in known][:MOST_PAIRS]


def hints_for(one: User, other: User) -> tuple[str, ...]:
    """Return the hints that two accounts are one person's; none where somebody said that they are two people."""
    pair = in_order(one, other)
    if TwoPeople.objects.filter(first=pair[0], second=pair[1]).exists():
        return ()
    found = {EARLIER_ADDRESS: pair in _of_addresses(pair), NAME_AND_SPACE: pair in _of_names(pair)}
    return tuple(code for code, holds in sorted(found.items()) if holds)


def in_order(one: User, other: User) -> tuple[int, int]:
    """Return the keys of two accounts, the lower first."""
    first, second = sorted([one.pk, other.pk])
    return first, second


def _of_addresses(among: Iterable[int] | None = None) -> set[tuple[int, int]]:
    """Return the pairs of which one has had the address of the other, or both have had the same."""
    earlier = EarlierAddress.objects.all() if among is None else EarlierAddress.objects.filter(user__in=among)
    holders: dict[str, set[int]] = {}
    for user, email in earlier.values_list("user", "email"):
        holders.setdefault(email, set()).add(user)
    now = User.objects.annotate(address=Lower("email")).filter(address__in=holders)
    for user, address in now.values_list("pk", "address"):
        holders[address].add(user)
    return {pair for keys in holders.values() for pair in combinations(sorted(keys), 2)}


def _of_names(among: Iterable[int] | None = None) -> set[tuple[int, int]]:
    """Return the pairs of one full name, whatever accents and capitals, that belong to one space."""
    full = Lower(Unaccent(Concat("first_name", Value(" "), "last_name")))
    people = User.objects.exclude(first_name="").exclude(last_name="")
    people = people if among is None else people.filter(pk__in=among)
    alike = people.annotate(full=full).order_by().values("full").annotate(keys=ArrayAgg("pk"), number=Count("pk"))
    groups = [sorted(keys) for keys in alike.filter(number__gt=1).values_list("keys", flat=True)]
    spaces = _spaces_of({key for keys in groups for key in keys})
    return {
        (one, other)
        for keys in groups
        for one, other in combinations(keys, 2)
        if spaces.get(one, set()) & spaces.get(other, set())
    }


def _spaces_of(people: set[int]) -> dict[int, set[int]]:
    """Return the spaces to which each of these people belongs: a member, who asks to be one, or at home there."""
    found: dict[int, set[int]] = {}
    homes = HomeSpace.objects.current(timezone.localdate()).filter(user__in=people)
    for rows in (Membership.objects.open().filter(user__in=people), homes):
        for user, space in rows.values_list("user", "space"):
            found.setdefault(user, set()).add(space)
    return found
