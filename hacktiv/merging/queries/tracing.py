"""Read what was merged, and write out its trace."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.models import Event
from hacktiv.common.personal_data import all_ties
from members.models import User
from spaces.enums import MembershipState
from spaces.models import Membership

from ..models import Merging
from .foreseeing import days_in_words
from .proposing import MOST_PAIRS
from .roles import roles_in_words
from .tables import FATES, name_of_table, names_of_columns

#: What became one at events, in words.
AT_EVENTS: dict[str, Promise] = {
    "registrations": _("Two registrations became one; the second place was given back."),
    "presences": _("Two presences became one."),
    "surveys": _("Both accounts answered the survey; one person counts."),
    "answers": _("Answers given twice became one; the later stays."),
}
#: What became one elsewhere, of which the keys alone are kept, in words.
ELSEWHERE: dict[str, Promise] = {
    "bookings": _("Bookings that stand beside one of the account that stays, in one room at one time"),
    "visits": _("Visits in one space on one day that became one"),
    "presences_filled": _("Presences that were completed with what the other account knew"),
    "sides_filled": _("Visits whose side of the border the other account knew"),
    "spaces.Wait": _("Places in a line that were deleted, as the person had another"),
    "events.Speaker": _("Talks that were deleted, as the person gave them already"),
    "mailings.MailingRecipient": _("Rows in the list of a mailing that were deleted, as the person stood in it twice"),
    "events.TopicProposal": _("Proposals that were deleted, as the person had made another"),
}
#: The tables of which those keys are; of what was deleted there is no row.
TABLES_OF_KEYS = {"bookings": "spaces.Booking", "visits": "spaces.Visit"} | {
    "presences_filled": "events.Participation",
    "sides_filled": "spaces.Visit",
}


class Key(NamedTuple):
    """The key of a row, and whether the row is there yet."""

    pk: str
    is_there: bool


class Given(NamedTuple):
    """The rows of one table that referred to the account that went, by which columns, and what was done with them."""

    model: type[Model] | None
    table: str
    by: str
    number: int
    fate: str | Promise
    keys: list[Key]


class BecameOne(NamedTuple):
    """Rows that became one, in words: the events at which, or keys of rows with their table if they are there yet."""

    words: str | Promise
    events: list[Event]
    keys: list[Key]
    model: type[Model] | None = None


class Ended(NamedTuple):
    """A membership whose days or state a merging changed: its days before, and now, in words; blank for none."""

    membership: Membership
    was: str
    before: str
    after: str
    apart: list[Membership]
    is_ended: bool
    is_withdrawn: bool


class Begun(NamedTuple):
    """A membership of the account that stayed which began earlier than it was to."""

    membership: Membership
    instead_of: date


class Trace(NamedTuple):
    """A merging written out. Without `is_known` the person was erased, and numbers of rows alone are left."""

    given: list[Given]
    became_one: list[BecameOne]
    memberships: list[Ended]
    begun: list[Begun]
    roles: list[str]
    is_known: bool


def latest_mergings() -> QuerySet[Merging]:
    """Return the latest mergings, with the people they name."""
    return Merging.objects.select_related("kept", "merged_by")[:MOST_PAIRS]


def mergings_of(user: User) -> list[Merging]:
    """Return the mergings by which this account took in another, the latest first."""
    return list(Merging.objects.filter(kept=user))


def keys_of_merged(user: User) -> list[Any]:
    """Return the erasure keys of the accounts that were merged into this one: an older backup has them yet."""
    return list(Merging.objects.filter(kept=user).values_list("gone_key", flat=True))


def was_merged(user: User) -> bool:
    """Return whether an account that is there no more was merged into one that is."""
    return Merging.objects.filter(gone_key=user.erasure_key, kept__isnull=False).exists()


def merged_accounts(user: User) -> list[dict[str, Any]]:
    """Return what the export tells of the accounts that were merged into this one."""
    rows = Merging.objects.filter(kept=user).order_by("merged_at", "pk")
    return [{"merged_at": one.merged_at.isoformat(), "rows": one.rows} for one in rows]


def trace_of(merging: Merging) -> Trace:
    """Write out what a merging did. A fixed number of queries; tables that are there no more keep their own name."""
    facts = merging.facts
    became_one = facts.get("became_one", {})
    memberships = became_one.get("memberships", {})
    return Trace(
        given=_given(merging),
        became_one=[*_at_events(became_one.get("at_events", {})), *_elsewhere(became_one)],
        memberships=_memberships(memberships),
        begun=_begun(memberships),
        roles=roles_in_words(facts.get("roles", [])),
        is_known=bool(facts),
    )


def _given(merging: Merging) -> list[Given]:
    fates = {(tie.model, column): FATES[tie.merging] for tie in all_ties() for column in tie.columns}
    given = merging.facts.get("given", {})
    found = []
    for label, columns in merging.rows.items():
        keys = {key for each in given.get(label, {}).values() for key in each}
        fate = next((fates[label, column] for column in columns if (label, column) in fates), "")
        number = len(keys) or max(columns.values())
        model = _model_of(label)
        found.append(Given(model, *_names(label, columns), number, fate, _keys(model, keys)))
    return sorted(found, key=lambda one: one.table)


def _names(label: str, columns: Iterable[str]) -> tuple[str, str]:
    """Return the names of a table and of columns as people read them; their own where later code has them no more."""
    model = _model_of(label)
    if model is None:
        return label, ", ".join(columns)
    known = {field.name for field in model._meta.get_fields()}
    named = names_of_columns(model, [column for column in columns if column in known])
    return name_of_table(model), ", ".join([*filter(None, [named]), *(each for each in columns if each not in known)])


def _keys(model: type[Model] | None, keys: Iterable[str]) -> list[Key]:
    keys = sorted(keys, key=_as_number)
    there = (
        set()
        if model is None
        else {str(pk) for pk in model._base_manager.filter(pk__in=keys).values_list("pk", flat=True)}
    )
    return [Key(key, key in there) for key in keys]


def _as_number(key: str) -> tuple[bool, int, str]:
    return not key.isdigit(), int(key) if key.isdigit() else 0, key


def _at_events(told: dict[str, list[int]]) -> list[BecameOne]:
    events = Event.objects.in_bulk({key for keys in told.values() for key in keys})
    return [
        BecameOne(words, [events[key] for key in told[name] if key in events], [])
        for name, words in AT_EVENTS.items()
        if told.get(name)
    ]


def _elsewhere(told: dict[str, Any]) -> list[BecameOne]:
    found = []
    for name, words in ELSEWHERE.items():
        if told.get(name):
            model = _model_of(TABLES_OF_KEYS.get(name, ""))
            found.append(BecameOne(words, [], _keys(model, map(str, told[name])), model))
    return found


def _model_of(label: str) -> type[Model] | None:
    """Return the model of a table; None where there is none of that name."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _memberships(told: dict[str, Any]) -> list[Ended]:
    """Return the memberships that were ended, withdrawn or given other days, each once."""
    changed = {each["membership"]: each for each in told.get("changed", [])}
    changed |= {key: {} for key in (*told.get("ended", []), *told.get("withdrawn", [])) if key not in changed}
    apart = {key for each in changed.values() for key in each.get("apart", [])}
    rows = Membership.objects.select_related("space", "kind").in_bulk({*changed, *apart})
    return [
        Ended(
            rows[key],
            str(MembershipState(each["was"]).label) if each else "",
            _days(*(day and date.fromisoformat(day) for day in each["before"])) if each else "",
            _days(rows[key].since, rows[key].until),
            [rows[other] for other in each.get("apart", []) if other in rows],
            key in told.get("ended", []),
            key in told.get("withdrawn", []),
        )
        for key, each in changed.items()
        if key in rows
    ]


def _days(since: date | None, until: date | None) -> str:
    return days_in_words(since, until) if since else ""


def _begun(told: dict[str, Any]) -> list[Begun]:
    found = {each["begins"]: each["instead_of"] for each in told.get("changed", []) if "begins" in each}
    rows = Membership.objects.select_related("space", "kind").in_bulk(found)
    return [Begun(rows[key], date.fromisoformat(day)) for key, day in found.items() if key in rows]
