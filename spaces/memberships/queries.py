"""Read the memberships of people, and what they open."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple, cast

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.core.signing import BadSignature
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone

from members.core.queries import addresses_of, confirmed_addresses
from members.core.rules import coordinates
from members.enums import NetworkRoleKind
from members.models import Affiliation, NetworkRole, Organisation, User

from ..enums import BookedBy, MembershipState, MembershipStep, MonthUnit, Right
from ..models import (
    Agreement,
    Invitation,
    Membership,
    MembershipChange,
    MembershipKind,
    Resource,
    Space,
    SpaceRole,
    StaffNote,
)
from ..models.invitations import INVITATION_SIGNER
from .rules import STRANGER, Access, Fit, Held, Standing, fit_memberships

#: The columns of a membership that say what it opens, and as many nulls for a space that the person runs, or for none
#: where they administer the network.
OF_HELD = (
    *("kind", "since", "until", "kind__opens_directory", "kind__opens_events", "kind__opens_bookings"),
    *("state", "end_is_decided", "space__name", "kind__included", "kind__included_unit"),
)
NOTHING_HELD = (
    Value(None, models.BigIntegerField()),
    *(Value(None, models.DateField()) for _day in range(2)),
    *(Value(None, models.BooleanField()) for _right in range(3)),
    *(Value(None, models.CharField()), Value(None, models.BooleanField()), Value(None, models.CharField())),
    *(Value(None, models.PositiveSmallIntegerField()), Value(None, models.CharField())),
)


def standing_of(user: User | AnonymousUser | None) -> Standing:
    """Return what the person is in the network, in one query."""
    if user is None or not user.is_authenticated or not user.is_active:
        return STRANGER
    memberships: Any = Membership.objects.open().filter(user=user).order_by()
    runs: Any = SpaceRole.objects.of_managers().held().filter(user=user).order_by()
    administrator: Any = NetworkRole.objects.held().filter(user=user, role=NetworkRoleKind.ADMINISTRATOR).order_by()
    rows = memberships.values_list("space", *OF_HELD).union(
        runs.values_list("space", *NOTHING_HELD),
        administrator.values_list(Value(None, models.BigIntegerField()), *NOTHING_HELD),
        all=True,
    )
    held, spaces, administers = [], set(), user.is_superuser
    for space, kind, since, until, directory, events, bookings, state, is_final, name, included, unit in rows:
        if kind is None and space is None:
            administers = True
        elif kind is None:
            spaces.add(space)
        else:
            opened = {Right.DIRECTORY: directory, Right.EVENTS: events}
            rights = frozenset(right for right, opens in opened.items() if opens)
            days = (space, kind, since, until)
            held.append(
                Held(*days, rights, bookings, MembershipState(state), is_final, name, included, MonthUnit(unit))
            )
    return Standing(
        tuple(one for one in held if one.state == MembershipState.ACTIVE),
        frozenset(spaces),
        administers=administers,
        without_rights=tuple(one for one in held if one.state != MembershipState.ACTIVE),
    )


def may(
    user: User | AnonymousUser | None, right: Right, on: date | None = None, *, standing: Standing | None = None
) -> bool:
    """Tell if the person has the right on that day (default: today); who coordinates the network has it.

    `standing` is what `standing_of` has returned for them already."""
    standing = standing or standing_of(user)
    if standing is STRANGER:
        return False
    return standing.may(right, on or timezone.localdate()) or coordinates(cast(User, user))


def is_of_the_network(user: User | AnonymousUser, standing: Standing, on: date) -> bool:
    """Tell if the person, of that standing, has an active membership of any space and kind on that day, or runs a space
    or the network."""
    if standing is STRANGER:
        return False
    return bool(standing.held_at(None, on) or standing.runs or standing.administers) or coordinates(cast(User, user))


def access_of(resource: Resource) -> Access:
    """Return the people who may book the resource. No query if they are prefetched, or where every member may."""
    rows = resource.booked_among
    return Access(BookedBy(resource.booked_by), frozenset(row.pk for row in rows), tuple(row.name for row in rows))


class Offer(NamedTuple):
    """A space with the kinds of membership for which people may ask there, and the person's own one there, if any."""

    space: Space
    kinds: list[MembershipKind]
    own: Membership | None


def offers_of(spaces: Iterable[Space], user: User | AnonymousUser, on: date) -> list[Offer]:
    """Return each space with what it offers on that day, and the person's current or requested membership there."""
    own: dict[int, Membership] = {}
    if user.is_authenticated:
        mine = Membership.objects.open().not_over(on).filter(user=user).select_related("kind", "space")
        own = {membership.space_id: membership for membership in mine.order_by("pk")}
    kinds = list(MembershipKind.objects.offered(on))
    return [Offer(space, [kind for kind in kinds if kind.is_of(space)], own.get(space.pk)) for space in spaces]


def kinds_offered(space: Space, on: date) -> list[MembershipKind]:
    """Return the kinds of membership for which people may ask at the space on that day."""
    return list(MembershipKind.objects.of(space).offered(on))


def memberships_of(user: User) -> list[Membership]:
    """Return all memberships of the person, those that count now first, the newest first."""
    found = with_own_words(Membership.objects.filter(user=user))
    found = found.select_related("space", "kind", "wished_kind", "organisation")
    order = list(MembershipState)
    return sorted(found, key=lambda one: (order.index(MembershipState(one.state)), -one.pk))


def with_own_words(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """Tell of each membership by `words_are_own` whether its reason is what the person wrote on leaving, and no
    decision of the team."""
    own = MembershipChange.objects.filter(
        membership=OuterRef("pk"), reason=OuterRef("reason"), made_by=OuterRef("user"), step=MembershipStep.ENDED
    )
    return memberships.annotate(words_are_own=Exists(own) & ~Q(reason=""))


def with_words_of_wish(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """Tell of each membership by `wish_words` what the person wrote with their wish for another kind; empty without."""
    wishes = MembershipChange.objects.filter(membership=OuterRef("pk"), step=MembershipStep.KIND_WISHED)
    latest = Subquery(wishes.order_by("-made_at", "-pk").values("reason")[:1])
    return memberships.annotate(wish_words=Case(When(wished_kind__isnull=False, then=latest)))


def open_memberships(user: User) -> list[Membership]:
    """Return the memberships of the person that are asked for, active or paused, by the order of the spaces."""
    found = Membership.objects.open().filter(user=user).select_related("space", "kind")
    return list(found.order_by("space__order", "pk"))


def current_at(user: User, space: Space, on: date) -> Membership | None:
    """Return the person's membership at the space that holds on that day, or None."""
    return Membership.objects.current_on(on).filter(user=user, space=space).first()


def membership_at(user: User, space: Space) -> Membership | None:
    """Return the person's membership at the space that is active or paused and not over yet, or None."""
    found = Membership.objects.current().not_over(timezone.localdate()).filter(user=user, space=space)
    return found.select_related("space", "kind", "organisation").first()


def ended_by_their_members(memberships: Iterable[Membership]) -> set[int]:
    """Return the keys of those whose latest step is the end that their person has set. No query without an end."""
    decided = {one.pk: one.user_id for one in memberships if one.end_is_decided}
    if not decided:
        return set()
    changes = MembershipChange.objects.filter(membership__in=decided)
    latest = changes.order_by("membership_id", "-made_at", "-pk").distinct("membership_id")
    ends = [change for change in latest if change.step == MembershipStep.ENDED]
    return {change.membership_id for change in ends if change.made_by_id == decided[change.membership_id]}


def members_among(space: Space, addresses: Iterable[str]) -> set[str]:
    """Return those of the addresses, in lower case, that current members of the space have, or had before; of all
    others nothing is told."""
    current = Membership.objects.current().not_over(timezone.localdate()).filter(space=space)
    return _addresses_of(current, addresses)


def members_among_own(organisation: Organisation, space: Space, addresses: Iterable[str]) -> set[str]:
    """Return the same of the current members through the organisation."""
    return _addresses_of(members_through(organisation, space), addresses)


def _addresses_of(memberships: QuerySet[Membership], addresses: Iterable[str]) -> set[str]:
    return addresses_of(User.objects.filter(pk__in=memberships.order_by().values("user")), addresses)


def invitation_by_token(token: str) -> tuple[Invitation | None, bool]:
    """Return the invitation that a link leads to, and whether it is the link of the latest sending. (None, False) for a
    forged link."""
    try:
        pk, sending = map(int, INVITATION_SIGNER.unsign(token).split("-"))
    except (BadSignature, ValueError):
        return None, False
    found = Invitation.objects.filter(pk=pk).telling_who_invites().select_related("membership")
    invitation = found.first()
    return invitation, invitation is not None and invitation.sendings == sending


def open_invitations_to(user: User) -> QuerySet[Invitation]:
    """Return the open invitations to the addresses that the person has confirmed, the newest first; no query by
    itself."""
    return Invitation.objects.open().filter(email__in=confirmed_addresses(user))


def open_invitations_of(user: User) -> QuerySet[Invitation]:
    """Return the open invitations to the addresses that the person has confirmed, the newest first, with what pages say
    of them; no query by itself. `is_of_member`: they are a member of its space already."""
    current = Membership.objects.current().not_over(timezone.localdate()).filter(user=user, space=OuterRef("space"))
    found: Any = open_invitations_to(user)
    return found.telling_who_invites().annotate(is_of_member=Exists(current))


def invitations_of(user: User) -> list[Invitation]:
    """Return the open invitations to memberships that the person can accept, the newest first."""
    return list(open_invitations_of(user))


def homes_to_choose(user: User, on: date) -> list[Space]:
    """Return the spaces that the person may make their home on that day: those of their current memberships."""
    current = Membership.objects.current_on(on).filter(user=user)
    return [membership.space for membership in current.select_related("space").order_by("space__order", "pk")]


def notes_on(person: User, spaces: Collection[int] | None) -> QuerySet[StaffNote]:
    """Return the notes of the teams of these spaces (primary keys; None: of all) on the person, the latest first."""
    at_spaces = Q() if spaces is None else Q(space__in=spaces)
    return StaffNote.objects.filter(at_spaces, person=person).select_related("space", "author")


def held_as_contact(user: User) -> QuerySet[Affiliation]:
    """Return by what the person is a contact of organisations today. Named by a space, they are one as long as it has
    an agreement with the organisation that is not over; named for all spaces, without one too."""
    agreed = Agreement.objects.not_over().filter(organisation=OuterRef("organisation"), space=OuterRef("space"))
    held = Affiliation.objects.held().of_contacts().filter(user=user, user__is_active=True)
    return held.filter(Q(space=None) | Exists(agreed))


def is_contact(user: User | None, organisation: Organisation, space: Space) -> bool:
    """Tell if the person is a contact of the organisation at the space today."""
    if user is None:
        return False
    here = Q(space=None) | Q(space=space)
    return held_as_contact(user).filter(here, organisation=organisation).exists()


def is_of_contact(user: User) -> Exists:
    """Return the filter for the rows with an organisation and a space of which the person is a contact today."""
    here = Q(space=None) | Q(space=OuterRef("space"))
    return Exists(held_as_contact(user).filter(here, organisation=OuterRef("organisation")))


def organisations_of_contact(user: User) -> QuerySet[Organisation]:
    """Return the organisations of which the person is a contact today, at one space at least."""
    return Organisation.objects.filter(pk__in=held_as_contact(user).order_by().values("organisation"))


def organisations_left_by(user: User) -> QuerySet[Organisation]:
    """Return the organisations that have, where the person is their contact today, no other active one."""
    others = Affiliation.objects.held().of_contacts().filter(user__is_active=True).exclude(user=user)
    others = others.filter(Q(space=None) | Q(space=OuterRef("space")), organisation=OuterRef("organisation"))
    alone = held_as_contact(user).exclude(Exists(others))
    return Organisation.objects.filter(pk__in=alone.order_by().values("organisation"))


def named_at(agreement: Agreement) -> QuerySet[Affiliation]:
    """Return who belongs to the organisation of the agreement, as its space has named them."""
    found = Affiliation.objects.filter(organisation=agreement.organisation_id, space=agreement.space_id)
    return found.select_related("user", "given_by")


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
    day in it, today or later. Who goes on under the next agreement takes a place of both."""
    return _in_days_of(agreement, agreement.until)[0]


def invited_through(agreement: Agreement) -> QuerySet[Invitation]:
    """Return the open invitations of people of the organisation to the space by which a membership may begin in the
    days of the agreement: each holds a place until it ends."""
    return _in_days_of(agreement, agreement.until)[1]


def members_through(organisation: Organisation, space: Space) -> QuerySet[Membership]:
    """Return the current memberships through the organisation at the space, whichever days they have."""
    current = Membership.objects.current().not_over(timezone.localdate())
    return current.filter(organisation=organisation, space=space)


def beyond_agreements(
    organisation: Organisation | None = None, space: Space | None = None
) -> list[tuple[Membership, date]]:
    """Return the memberships that last beyond the agreement of their organisation, or have no place of it, each with
    its first day without it; all of them, or those of one organisation at one space.

    An agreement that another one follows from day to day ends with it; one that never began counts where none
    was before. Who leaves by a decision already needs no place in the count; of the others the latest have none, in
    each agreement in which they have a day."""
    of_one: Any = {"organisation": organisation, "space": space} if organisation and space else {}
    agreed = defaultdict(list)
    for agreement in Agreement.objects.filter(**of_one).order_by("since", "pk"):
        agreed[agreement.organisation_id, agreement.space_id].append(agreement)
    today = timezone.localdate()
    held = Membership.objects.current().not_over(today).filter(**of_one).exclude(organisation=None)
    staying: defaultdict[int, int] = defaultdict(int)
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
            own = [begun[-1], *_followed_by(begun[-1], rows, min(membership.until or date.max, end or date.max))]
            on = _without_a_place(own, staying, today) or on
        if on:
            found.append((membership, on))
    return found


def _without_a_place(agreements: list[Agreement], staying: defaultdict[int, int], today: date) -> date | None:
    """Give a membership its place in each of these agreements, counted in `staying`; return the first day on which it
    has none."""
    for one in agreements:
        staying[one.pk] += 1
        if staying[one.pk] > one.places:
            return max(one.since, today)
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


def with_places_used(agreements: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """Count in the query how many places of each agreement are taken, as `used`."""
    numbers = [found.values("organisation").values(number=Count("pk")) for found in _in_days_of_each()]
    taken = [Coalesce(Subquery(number), 0) for number in numbers]
    return agreements.annotate(used=taken[0] + taken[1])


def places_used(
    agreement: Agreement,
    *,
    besides: Invitation | None = None,
    but: Membership | None = None,
    since: date | None = None,
) -> int:
    """Count the places that memberships and open invitations take, without this invitation and this membership; of
    memberships those with a day from `since` on, where it is given."""
    held, invited = through(agreement), invited_through(agreement)
    if since:
        held = held.filter(Q(until=None) | Q(until__gt=since))
    if but and but.pk:
        held = held.exclude(pk=but.pk)
    if besides:
        invited = invited.exclude(pk=besides.pk)
    return held.count() + invited.count()


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
    on = min(max(fewer_from or begins, begins), until or date.max)
    beginning = [one for one in held if until is None or cast(date, one.since) < until]
    counted = _count_on(on, beginning, agreement, places)
    going = counted[places:] if leaving is None else [one for one in counted if one.pk in leaving]
    kept = [one for one in held if one not in going]
    ending = [(one, on) for one in going]
    if end := _end_of_all(until, others):
        ending += [(one, end) for one in kept if one.until is None or one.until > end]
    taken = len(held if on > begins else kept)
    in_time = [one for one in invited if until is None or one.begins_on(begins) < until]
    left = in_time[: max(places - taken, 0)]
    return Ending(
        ending,
        [one for one in invited if one not in left],
        counted[::-1] if len(counted) > places else [],
        max(len(counted) - len(going) - places, 0),
    )


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


def fits_of(kept: User, gone: User, today: date) -> list[Fit]:
    """Return what becomes of the memberships of `gone` where they are given to `kept`, as `fit_memberships` says; it is
    written nowhere yet."""
    rows = Membership.objects.select_related("space", "kind").order_by("pk")
    return fit_memberships(rows.filter(user=kept), rows.filter(user=gone), today)
