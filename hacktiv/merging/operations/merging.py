"""Merge two accounts of one person in one transaction."""

from dataclasses import asdict
from functools import partial
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.models import Event
from events.registering.operations import become_one, whose
from hacktiv.common.meanwhile import until_nothing_comes_between
from hacktiv.common.personal_data import Merging as Fate
from hacktiv.common.personal_data import Tie, all_ties
from hacktiv.outbox.operations import enqueue
from members.core.queries import unconfirmed_accounts
from members.models import User
from spaces.booking.operations import join_bookings
from spaces.memberships.operations import join_homes, join_memberships
from spaces.passes.operations import fill_sides, join_passes, join_visits

from ..errors import MergingError
from ..models import Merging
from ..queries import hints_for, lost_roles, refers_to_people, rows_tied
from ..rules import refusal_to_leave_spaces, refusal_to_merge
from .accounts import close_account, join_addresses, join_profiles
from .doubles import join_doubles
from .locking import lock_all, lock_managers_of
from .presences import fill_presences

#: The kind of mail that tells the person, at both addresses.
MERGED = "merging.merged"
#: In seconds, longer each time: whoever holds what a try needs is to be done by the next.
PATIENCE = 0.02


def merge_accounts(*, kept: User, gone: User, by: User) -> Merging:
    """Give all that the account `gone` has to `kept`, make one of what both have, delete `gone`, and tell the person at
    both addresses. What each table does is said by the ties of personal data. Return the trace.

    If one of the two registers or books meanwhile, all of it is done again. Raises MergingError: `gone`,
    `unconfirmed`, `not_proposed`, `last_manager`, and those of `refusal_to_merge`."""
    work = partial(_merge, kept, gone, by)
    return until_nothing_comes_between(work, patience=PATIENCE)


@transaction.atomic
def _merge(kept: User, gone: User, by: User) -> Merging:
    kept, gone, events = lock_all(kept, gone, by)
    _check(kept, gone, by)
    lock_managers_of(gone)
    if refusal := refusal_to_leave_spaces(gone):
        raise refusal
    held, roles, was_listed = _held(gone), lost_roles(gone), kept.is_listed
    became_one = _join(kept, gone, by, events)
    _move(kept, gone)
    _check_nothing_is_left(gone)
    trace = Merging.objects.create(
        kept=kept,
        merged_by=by,
        gone_key=gone.erasure_key,
        rows={model: {column: len(keys) for column, keys in columns.items()} for model, columns in held.items()},
        facts={
            "account": gone.pk,
            "participant_number": str(gone.participant_number),
            "given": held,
            "became_one": became_one,
            "roles": roles,
        },
    )
    old = gone.email, gone.language
    close_account(kept=kept, gone=gone)
    LogEntry.objects.log_actions(by.pk, [kept], CHANGE, "Merged with another account.", single_object=True)
    told = {"unlisted": was_listed and not kept.is_listed, "roles": roles, **_told_of(became_one)}
    _tell(trace, kept, *old, told)
    return trace


def _join(kept: User, gone: User, by: User, events: list[Event]) -> dict[str, Any]:
    """Give what both may have to the account that stays, by rules of their own. Return what became one, by table."""
    presences = fill_presences(kept=kept, gone=gone, events=events)
    sides = fill_sides(kept=kept, gone=gone)
    # Presences of guests are completed from the account: by then it says only what both agreed to last.
    join_profiles(kept=kept, gone=gone)
    at_events = become_one(events, whose(kept, gone))
    bookings = join_bookings(kept=kept, gone=gone)
    visits = join_visits(kept=kept, gone=gone)
    memberships = join_memberships(kept=kept, gone=gone, by=by)
    join_homes(kept=kept, gone=gone)
    join_passes(kept=kept, gone=gone)
    doubles = join_doubles(kept=kept, gone=gone)
    join_addresses(kept=kept, gone=gone)
    found = {"at_events": asdict(at_events), "bookings": bookings, "visits": visits}
    found |= {"presences_filled": presences, "sides_filled": sides}
    return {**found, "memberships": asdict(memberships), **doubles}


def _check(kept: User, gone: User, by: User) -> None:
    """Raise MergingError for accounts that this person may not merge. Administrators merge what a hint proposes."""
    if refusal := refusal_to_merge(by, kept, gone):
        raise refusal
    if unconfirmed_accounts().filter(pk__in=[kept.pk, gone.pk]).exists():
        raise MergingError("unconfirmed", _("Nobody has confirmed the address of one of these accounts."))
    if not by.is_superuser and not hints_for(kept, gone):
        raise MergingError("not_proposed", _("Nothing tells that these accounts are one person’s."))


def _held(gone: User) -> dict[str, dict[str, list[Any]]]:
    """Return the keys of the rows that refer to the account, by table and column."""
    held: dict[str, dict[str, list[Any]]] = {}
    for tie in all_ties():
        for column in filter(lambda column: refers_to_people(tie, column), tie.columns):
            keys = [str(key) for key in rows_tied(tie, [column], gone).order_by("pk").values_list("pk", flat=True)]
            if keys:
                held.setdefault(tie.model, {})[column] = keys
    return held


def _links_to_accounts(tie: Tie) -> list[str]:
    return [field.name for field in tie.fields if field.related_model is User]


def _move(kept: User, gone: User) -> None:
    """Let all rows that are not joined by rules of their own refer to the account that stays."""
    for tie in all_ties():
        if tie.merging is Fate.MOVED:
            for column in _links_to_accounts(tie):
                tie.rows.filter(**{column: gone}).update(**{column: kept})


def _check_nothing_is_left(gone: User) -> None:
    """Fail where a row that is to stay refers to the account that goes: it would be deleted with it."""
    for tie in all_ties():
        if tie.merging in {Fate.MOVED, Fate.JOINED}:
            columns = _links_to_accounts(tie)
            if rows_tied(tie, columns, gone).exists():
                raise AssertionError(f"{tie.model}: rows of the account that goes are left.")


def _told_of(became_one: dict[str, Any]) -> dict[str, Any]:
    """Return what the mail tells of what became one: numbers, and the keys of events."""
    at_events = became_one["at_events"]
    return {
        "events": at_events["registrations"],
        "surveys": len(at_events["surveys"]),
        "answers": len(at_events["answers"]),
        "ended": became_one["memberships"]["ended"],
        "withdrawn": len(became_one["memberships"]["withdrawn"]),
    }


def _tell(trace: Merging, kept: User, old_email: str, old_language: str, told: dict[str, Any]) -> None:
    """Mail the person at both addresses; neither mail repeats the other address whole."""
    for is_old, to_email, other, language in (
        (False, kept.email, old_email, kept.language),
        (True, old_email, kept.email, old_language),
    ):
        enqueue(
            key=f"{MERGED}:{trace.pk}:{'old' if is_old else 'new'}",
            template=MERGED,
            to_email=to_email,
            to_name=kept.get_full_name(),
            language=language,
            context={"is_old": is_old, "other": veiled(other), **told},
        )


def veiled(address: str) -> str:
    """Return an address of which its owner knows which it is, and nobody else: « e…@example.org »."""
    local, _at, domain = address.partition("@")
    return f"{local[:1]}…@{domain}"
