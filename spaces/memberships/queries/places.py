"""Count the places of agreements day by day, and say what ends with them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from itertools import chain
from typing import Any, NamedTuple, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone

from hacktiv.common.days import (
    Taken,
    fewest_beyond,
    first_day_full,
    first_day_with,
    most_at_once,
    without_a_place,
)
from members.models import Organisation

from ...enums import MembershipStep
from ...models import Agreement, Invitation, Membership, MembershipChange, Space
from . import ended_by_their_members


class Ending(NamedTuple):
    """The ends that come with an agreement's: memberships, each with its first day without it, and open invitations.

    `choice` are the memberships among which some leave for want of places, the latest first; `too_many` says how many
    more of them would have to."""

    memberships: list[tuple[Membership, date]]
    invitations: list[Invitation]
    choice: list[Membership]
    too_many: int

    def __bool__(self) -> bool:
        return bool(self.memberships or self.invitations or self.too_many)


def _in_days(since: Any, until: Any) -> tuple[QuerySet[Membership], QuerySet[Invitation]]:
    """Return the memberships that hold on a day from `since` to the day before `until`, and the open invitations by
    which one may begin then; of today and later days alone. Both are days, or expressions of a query."""
    today = timezone.localdate()
    held = Membership.objects.current().not_over(today).exclude(until=F("since"))
    day = models.DateField()
    held = held.alias(first_there=Greatest("since", Value(today), since, output_field=day))
    held = held.filter(first_there__lt=until)
    invited = Invitation.objects.open().alias(
        first_there=Greatest("first_day", Value(today), since, output_field=day),
        latest=Greatest("first_day", TruncDate("expires_at"), output_field=day),
    )
    return held.filter(Q(until=None) | Q(until__gt=since)), invited.filter(first_there__lt=until, latest__gte=since)


def _in_days_of(agreement: Agreement, until: date | None) -> tuple[QuerySet[Membership], QuerySet[Invitation]]:
    held, invited = _in_days(Value(agreement.since), until or date.max)
    here = {"organisation": agreement.organisation_id, "space": agreement.space_id}
    return held.filter(**here), invited.filter(**here)


def through(agreement: Agreement) -> QuerySet[Membership]:
    """Return the current memberships of the people of the organisation at the space that take its places: those with a
    day in it, today or later. Who goes on under the next agreement is one of both."""
    return _in_days_of(agreement, agreement.until)[0]


def invited_through(agreement: Agreement) -> QuerySet[Invitation]:
    """Return the open invitations of people of the organisation to the space by which a membership may begin in the
    days of the agreement: each holds a place from its first day, or today, until the agreement ends."""
    return _in_days_of(agreement, agreement.until)[1]


def beyond_agreements(
    organisation: Organisation | None = None, space: Space | None = None
) -> list[tuple[Membership, date]]:
    """Return the memberships that last beyond the agreement of their organisation, or have no place of it, each with
    its first day without it; all of them, or those of one organisation at one space.

    An agreement that another one follows from day to day ends with it; one that never began counts where none
    was before. Who leaves by a decision already needs no place in the count; of the others the latest have none, from
    the first day on which all places are taken."""
    of_one: Any = {"organisation": organisation, "space": space} if organisation and space else {}
    agreed = defaultdict(list)
    for agreement in Agreement.objects.filter(**of_one).order_by("since", "pk"):
        agreed[agreement.organisation_id, agreement.space_id].append(agreement)
    today = timezone.localdate()
    held = Membership.objects.current().not_over(today).filter(**of_one).exclude(organisation=None)
    staying: defaultdict[tuple[int, int], list[Taken]] = defaultdict(list)
    found = []
    for membership in held.select_related("user", "space", "kind", "organisation").order_by("decided_at", "pk"):
        key = cast(int, membership.organisation_id), membership.space_id
        rows = [one for one in agreed[key] if not one.is_empty]
        day = max(cast(date, membership.since), today)
        all_begun = [one for one in agreed[key] if one.since <= day]
        begun = [one for one in all_begun if not one.is_empty] or all_begun
        if not begun:
            continue  # It was given before there was any agreement.
        end = _end_of_all(begun[-1].until, rows)
        on = max(end, today) if end and (membership.until is None or membership.until > max(end, today)) else None
        if not ((end and end <= today) or membership.end_is_decided):
            days = Taken(day, min(membership.until or date.max, end or date.max))
            own = [begun[-1], *_followed_by(begun[-1], rows, days.until)]
            others = staying[begun[-1].organisation_id, begun[-1].space_id]
            on = _first_day_without(own, days, others) or on
            others.append(days.within(day, on or days.until))
        if on:
            found.append((membership, on))
    return found


def _first_day_without(agreements: list[Agreement], days: Taken, others: list[Taken]) -> date | None:
    """Return the first of the days on which these agreements, by time, have no place beside those of the others."""
    for one in agreements:
        if full := first_day_full(others, one.places, *days.within(one.since, one.until or date.max)):
            return cast(date, full)
    return None


def _followed_by(agreement: Agreement, rows: list[Agreement], before: date) -> list[Agreement]:
    """Return those of the agreements that begin after this one, and before that day."""
    if agreement.until is None:
        return []
    return [one for one in rows if agreement.until <= one.since < before and one != agreement]


def _end_of_all(end: date | None, rows: Iterable[Agreement]) -> date | None:
    """Return the end of the agreements that follow from day to day one that ends on that day; by time."""
    for later in rows:
        if end is not None and later.since == end:
            end = later.until
    return end


class Users(NamedTuple):
    """The memberships, by the names of their people, and the open invitations, by time, that take places."""

    members: list[Membership]
    invited: list[Invitation]

    def days_in(self, agreement: Agreement) -> list[Taken]:
        """Return for which days each takes a place of the agreement."""
        begins = max(agreement.since, timezone.localdate())
        end = agreement.until or date.max
        held = [_days_of(one) for one in self.members]
        return held + [Taken(one.begins_on(begins), end) for one in self.invited]


def using_places(agreements: Collection[Agreement]) -> dict[int, Users]:
    """Return what takes the places of each agreement, by its key: three queries for all of them."""
    held, invited = _in_days_of_each()
    rows = Agreement.objects.filter(pk__in=[one.pk for one in agreements]).order_by()
    keys = list(rows.values_list("pk", ArraySubquery(held.values("pk")), ArraySubquery(invited.values("pk"))))
    members = Membership.objects.filter(pk__in={pk for _one, those, _invited in keys for pk in those})
    by_name = list(members.select_related("user", "kind").order_by("user__last_name", "user__first_name", "pk"))
    sent = Invitation.objects.filter(pk__in={pk for _one, _held, those in keys for pk in those})
    by_time = list(sent.order_by("sent_at", "pk"))
    return {
        agreement: Users([one for one in by_name if one.pk in theirs], [one for one in by_time if one.pk in asked])
        for agreement, theirs, asked in keys
    }


def _in_days_of_each() -> tuple[QuerySet[Membership], QuerySet[Invitation]]:
    """Return what takes the places of the agreement in the query around."""
    here: Any = {"organisation": OuterRef("organisation"), "space": OuterRef("space")}
    held, invited = _in_days(
        OuterRef("since"), Coalesce(OuterRef("until"), Value(date.max), output_field=models.DateField())
    )
    return held.filter(**here).order_by(), invited.filter(**here).order_by()


def places_used_of(agreements: Collection[Agreement]) -> dict[int, int]:
    """Count as `places_used` does, for all of these agreements, by their keys: three queries."""
    users = using_places(agreements)
    return {one.pk: most_used(one, users[one.pk].days_in(one)) for one in agreements}


def places_used(
    agreement: Agreement,
    *,
    since: date | None = None,
    until: date | None = None,
    besides: Invitation | None = None,
    but: Membership | None = None,
) -> int:
    """Count how many places of the agreement memberships and open invitations take at most on one day, today or later,
    from `since` to the day before `until`; without this invitation and this membership."""
    return most_used(agreement, _days_taken(agreement, besides, but), since, until)


def most_used(agreement: Agreement, taken: list[Taken], since: date | None = None, until: date | None = None) -> int:
    """Count how many of these places of the agreement are taken at most on one day, as `places_used` does."""
    begins = max(since or agreement.since, agreement.since, timezone.localdate())
    return most_at_once(taken, begins, min(until or date.max, agreement.until or date.max))


def _days_taken(agreement: Agreement, besides: Invitation | None = None, but: Membership | None = None) -> list[Taken]:
    held, invited = through(agreement), invited_through(agreement)
    if but and but.pk:
        held = held.exclude(pk=but.pk)
    if besides:
        invited = invited.exclude(pk=besides.pk)
    return Users(list(held), list(invited)).days_in(agreement)


def free_from(
    agreement: Agreement, *, wanted: int = 1, since: date | None = None, taken: list[Taken] | None = None
) -> date | None:
    """Return the first day, today or later and not before `since`, from which so many places are free until the
    agreement ends; None if there is none. `taken` are those that are read already. One of no day has none."""
    begins = max(since or agreement.since, agreement.since, timezone.localdate())
    found = _days_taken(agreement) if taken is None else taken
    end = agreement.until or date.max
    return cast("date | None", first_day_with(found, agreement.places, wanted, begins, end))


def next_free(
    agreement: Agreement,
    *,
    wanted: int = 1,
    since: date | None = None,
    besides: Invitation | None = None,
    but: Membership | None = None,
) -> tuple[date, int] | None:
    """Return the first day from which so many places of the agreement, or of one that the organisation has with the
    space after it, are free until it ends, and how many are; None without. Those of this invitation and this membership
    are not taken."""
    for one in chain([agreement], _others_than(agreement).filter(since__gt=agreement.since)):
        taken = _days_taken(one, besides, but)
        if day := free_from(one, wanted=wanted, since=since, taken=taken):
            return day, one.places - most_used(one, taken, since=day)
    return None


def what_ends_with(
    agreement: Agreement,
    *,
    places: int,
    until: date | None,
    fewer_from: date | None = None,
    leaving: Collection[int] | None = None,
) -> Ending:
    """Return what ends where the agreement has so many places, and ends on that day: all that would last longer, but in
    the agreements that follow it from day to day, and what is beyond the places, invitations before memberships.

    Of the memberships those that are `leaving` (primary keys) end on the day `fewer_from`, today or later, and not
    before the agreement begins; by default the latest, at once."""
    begins = max(timezone.localdate(), agreement.since)
    others = list(_others_than(agreement))
    next_one = next((one for one in others if one.since > agreement.since), None)
    held_then, invited_then = _in_days_of(agreement, next_one.since if next_one else None)
    held = list(held_then.select_related("user", "kind", "space").order_by("decided_at", "pk"))
    invited = list(invited_then.order_by("sent_at", "pk"))
    if until is not None and until <= begins:
        return Ending([(one, max(until, timezone.localdate())) for one in held], invited, [], 0)
    last = until or date.max
    on = min(max(fewer_from or begins, begins), last)
    beginning = [one for one in held if cast(date, one.since) < last]
    counted = _count_on(on, beginning, agreement, places)
    days = [_days_of(one) for one in counted]
    latest = {counted[number].pk for number in without_a_place(days, places, on, last)}
    going = [one for one in counted if one.pk in (latest if leaving is None else leaving)]
    kept = [one for one in held if one not in going]
    ending = [(one, on) for one in going]
    if places < agreement.places:
        ending += _ending_before(on, kept, places, begins)
    if end := _end_of_all(until, others):
        ending += [(one, end) for one in kept if one.until is None or one.until > end]
    in_time = [one for one in invited if one.begins_on(begins) < last]
    staying = [_days_of(one) for one in kept] + [_days_of(one).within(begins, on) for one in going]
    left = _with_a_place(in_time, staying, places, begins, last)
    return Ending(
        ending,
        [one for one in invited if one not in left],
        [one for one in counted if most_at_once(days, *_days_of(one).within(on, last)) > places][::-1],
        fewest_beyond([_days_of(one) for one in counted if one not in going], places, on, last),
    )


def _ending_before(on: date, kept: list[Membership], places: int, begins: date) -> list[tuple[Membership, date]]:
    """Return the memberships that run out by that day, the first one with fewer places, and have days before it with
    more people than there are to be places: no other has to leave for them, and none is renewed."""
    days = [_days_of(one) for one in kept]
    running_out = [one for one in kept if one.until and begins < one.until <= on and not one.end_is_decided]
    crowded = [one for one in running_out if most_at_once(days, *_days_of(one).within(begins, on)) > places]
    return [(one, cast(date, one.until)) for one in crowded]


def _days_of(membership: Membership) -> Taken:
    return Taken(cast(date, membership.since), membership.until or date.max)


def _with_a_place(
    invited: list[Invitation], staying: list[Taken], places: int, begins: date, end: date
) -> list[Invitation]:
    """Return those of the invitations, the first ones first, that have a place beside those who stay."""
    asked = [Taken(one.begins_on(begins), end) for one in invited]
    kept = []
    for one, days in zip(invited, asked, strict=True):
        if most_at_once(staying, *days) < places:
            staying = [*staying, days]
            kept.append(one)
    return kept


def _others_than(agreement: Agreement) -> QuerySet[Agreement]:
    here = Agreement.objects.with_days().filter(organisation=agreement.organisation_id, space=agreement.space_id)
    return here.exclude(pk=agreement.pk).order_by("since", "pk")


def _count_on(on: date, held: list[Membership], agreement: Agreement, places: int) -> list[Membership]:
    """Return the memberships that take a place on that day. Where there are no fewer places than before, one whose end
    is decided is let run out."""
    there = [one for one in held if one.until is None or one.until > on]
    if places < agreement.places:
        return there
    ends = agreement.until or date.max
    return [one for one in there if not (one.end_is_decided and (one.until or date.max) < ends)]


def ended_with(agreement: Agreement, *, until: date | None) -> list[tuple[Membership, date | None]]:
    """Return the memberships that end with the agreement, each with the first day without it that suits an agreement
    that ends later, on that day. Who ends theirs, or wishes to go on in their own name, is left out; none where the
    agreement ends no later."""
    if agreement.until is None or (until is not None and until <= agreement.until):
        return []
    cut = list(through(agreement).filter(until=agreement.until).select_related("user", "kind", "space").order_by("pk"))
    own = ended_by_their_members(cut)
    return [(one, until or one.renewed_end()) for one in cut if one.pk not in own and not one.wishes_own_name]


def may_stay(agreement: Agreement, *, places: int, until: date | None) -> list[tuple[Membership, date | None]]:
    """Return the memberships that end before the agreement by a decision that is not their person's, each with the
    first day without it that it had before, within an agreement that ends on that day; none unless there are more
    places."""
    if places <= agreement.places:
        return []
    leaving = through(agreement).filter(end_is_decided=True).select_related("user", "kind", "space").order_by("pk")
    own = ended_by_their_members(leaving)
    changes = MembershipChange.objects.filter(membership__in=leaving).exclude(step=MembershipStep.ENDED)
    changes = changes.order_by("membership_id", "-made_at", "-pk").distinct("membership_id")
    before = {change.membership_id: change.until for change in changes}
    ends = [(one, _earlier(before.get(one.pk), until)) for one in leaving]
    return [
        (one, end)
        for one, end in ends
        if one.pk not in own and not one.wishes_own_name and (end is None or end > cast(date, one.until))
    ]


def renewed_end(membership: Membership) -> date | None:
    """Return the first day after the membership once it is renewed for as long as its kind lasts, and within the
    agreement that its organisation has with the space then."""
    end = membership.renewed_end()
    if membership.organisation_id is None or membership.until is None or membership.wishes_own_name:
        return end
    held = Agreement.objects.held(membership.until)
    held = held.filter(organisation=membership.organisation_id, space=membership.space_id)
    return _earlier(end, held.values_list("until", flat=True).first())


def _earlier(one: date | None, other: date | None) -> date | None:
    """Return the earlier of two ends; None is none."""
    return min((end for end in (one, other) if end), default=None)
