"""Find the accounts that may be one person's, and foresee what merging two of them does."""

from collections.abc import Iterable
from itertools import combinations
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.lookups import Unaccent
from django.db.models import Count, Model, Q, QuerySet, Value
from django.db.models.functions import Concat, Lower
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from events.enums import LISTED_REGISTRATIONS
from events.models import Event, Participation, Registration, SurveyTaken
from hacktiv.common.personal_data import Merging as Fate
from hacktiv.common.personal_data import Tie, all_ties
from members.core.queries import administrators, unconfirmed_accounts
from members.models import EarlierAddress, User
from spaces.models import HomeSpace, Membership, Space, Visit

from .models import Merging, TwoPeople

#: Pairs on the page of proposals; more stand behind the first that are decided.
MOST_PAIRS = 50
EARLIER_ADDRESS = "earlier_address"
NAME_AND_SPACE = "name_and_space"
HINTS: dict[str, Promise] = {
    EARLIER_ADDRESS: _("Both have had the same confirmed address."),
    NAME_AND_SPACE: _("Both have the same name, and belong to the same space."),
}
#: What is done with the rows of the account that goes, in words.
FATES: dict[Fate, Promise] = {
    Fate.MOVED: _("go to the account that stays"),
    Fate.JOINED: _("go to the account that stays; what both have becomes one"),
    Fate.FILLED: _("fill what is empty in the account that stays"),
    Fate.DROPPED: _("are deleted; those of the account that stays hold"),
    Fate.EMPTIED: _("lose the name of the account that goes"),
    Fate.KEPT: _("stay as they are"),
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


def _may_be_merged(keys: set[int], by: User) -> dict[int, User]:
    """Return those of these accounts that this person may merge, by key, as `refusal_to_merge` says it of each."""
    nobodys = unconfirmed_accounts().order_by().values("pk")
    people = User.objects.filter(pk__in=keys, is_active=True).exclude(pk=by.pk).exclude(pk__in=nobodys)
    if not by.is_superuser:
        people = people.exclude(pk__in=administrators().order_by().values("pk"))
    return people.in_bulk()


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


class Share(NamedTuple):
    """The rows of one table that refer to either account, and in words what is done with those of the one that goes."""

    table: str
    by: str
    kept: int
    gone: int
    fate: Promise


class Foreseen(NamedTuple):
    """The effects of merging two accounts: table by table, and the things that both have and of which one stays."""

    shares: list[Share]
    events: list[Event]
    surveys: list[Event]
    visits: int
    memberships: list[Membership]
    spaces: list[Space]


def foresee(kept: User, gone: User) -> Foreseen:
    """Return what merging `gone` into `kept` does."""
    numbers = (kept.participant_number, gone.participant_number)
    rows = Registration.objects.filter(status__in=LISTED_REGISTRATIONS)
    both = _events_of_both(rows, numbers) | _events_of_both(Participation.objects.all(), numbers)
    surveys = _events_of_both(SurveyTaken.objects.all(), numbers)
    days = Visit.objects.filter(participant_number=numbers[0]).values_list("space", "day")
    theirs = Visit.objects.filter(participant_number=numbers[1]).values_list("space", "day")
    here = Membership.objects.open().filter(user=kept).values("space")
    double = Membership.objects.open().filter(user=gone, space__in=here).select_related("space", "kind")
    homes = HomeSpace.objects.current(timezone.localdate())
    left = Space.objects.filter(pk__in=homes.filter(user=gone).values("space")) if homes.filter(user=kept) else []
    return Foreseen(
        shares=[share for share in (_share(tie, kept, gone) for tie in all_ties()) if share],
        events=list(Event.objects.filter(pk__in=both).order_by("earliest", "pk")),
        surveys=list(Event.objects.filter(pk__in=surveys).order_by("earliest", "pk")),
        visits=len(set(days) & set(theirs)),
        memberships=list(double),
        spaces=[space for space in left if not homes.filter(user=kept, space=space)],
    )


def _events_of_both(rows: "QuerySet[Any]", numbers: tuple[Any, Any]) -> set[int]:
    first, second = (set(rows.filter(participant_number=each).values_list("event", flat=True)) for each in numbers)
    return first & second


def _share(tie: Tie, kept: User, gone: User) -> Share | None:
    """Return the rows of a tie to accounts or numbers; None where the account that goes has none."""
    columns = [column for column in tie.columns if refers_to_people(tie, column)]
    counted = [rows_tied(tie, columns, account).count() for account in (kept, gone)]
    if not columns or not counted[1]:
        return None
    model = tie.rows.model
    by = ", ".join(str(model._meta.get_field(column).verbose_name) for column in columns)  # type: ignore[union-attr]
    owner = model._meta.auto_created  # a table that Django makes for a list of people has no words of its own
    named = model if isinstance(owner, bool) else owner
    return Share(capfirst(str(named._meta.verbose_name_plural)), by, counted[0], counted[1], FATES[tie.merging])


def refers_to_people(tie: Tie, column: str) -> bool:
    """Return True for a column that holds an account, or a participant number that is not the account's own."""
    field = tie.rows.model._meta.get_field(column)
    is_number = column == "participant_number" and tie.rows.model is not User
    return field.related_model is User or is_number


def rows_tied(tie: Tie, columns: Iterable[str], account: User) -> QuerySet[Model]:
    """Return the rows that refer to an account by one of these columns."""
    found = Q(pk__in=[])
    for column in columns:
        is_number = column == "participant_number"
        found |= Q(**{column: account.participant_number if is_number else account.pk})
    return tie.rows.filter(found)


def latest_mergings() -> QuerySet[Merging]:
    """Return the latest mergings, with the people they name."""
    return Merging.objects.select_related("kept", "merged_by")[:MOST_PAIRS]


def keys_of_merged(user: User) -> list[Any]:
    """Return the erasure keys of the accounts that were merged into this one: an older backup has them yet."""
    return list(Merging.objects.filter(kept=user).values_list("gone_key", flat=True))


def merged_accounts(user: User) -> list[dict[str, Any]]:
    """Return what the export tells of the accounts that were merged into this one."""
    rows = Merging.objects.filter(kept=user).order_by("merged_at", "pk")
    return [{"merged_at": one.merged_at.isoformat(), "rows": one.rows} for one in rows]
