"""Read the memberships of people, and what they open."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple, cast

from django.contrib.auth.models import AnonymousUser
from django.core.signing import BadSignature
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from members.core.queries import addresses_of, confirmed_addresses, given_up_after
from members.core.rules import coordinates
from members.enums import NetworkRoleKind
from members.models import Affiliation, NetworkRole, Organisation, User

from ...enums import BookedBy, MembershipState, MembershipStep, MonthUnit, Right
from ...models import (
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
from ...models.invitations import INVITATION_SIGNER
from ..rules import STRANGER, Access, Fit, Held, Standing, fit_memberships

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


def placed_among(organisation: Organisation, space: Space, addresses: Iterable[str]) -> dict[str, Membership]:
    """Return the current membership through the organisation of each of these addresses that a member has or had."""
    through_it = members_through(organisation, space)
    found = _addresses_of(through_it, addresses)
    memberships = list(through_it.select_related("user")) if found else []
    placed = {one.user.email.lower(): one for one in memberships}
    for address in found - placed.keys():
        theirs = (one for one in memberships if _addresses_of(through_it.filter(pk=one.pk), [address]))
        placed[address] = next(theirs)
    return {address: placed[address] for address in sorted(found)}


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
    """Return the open invitations to the addresses that were the person's, confirmed, when they were invited, the
    newest first; no query by itself."""
    was_of = Subquery(given_up_after("email", "made_at").values("user")[:1])
    found: Any = Invitation.objects.open().alias(was_of=was_of)
    return found.filter(Q(was_of=user.pk) | Q(was_of=None, email__in=confirmed_addresses(user)))


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


def members_through(organisation: Organisation, space: Space) -> QuerySet[Membership]:
    """Return the current memberships through the organisation at the space, whichever days they have."""
    current = Membership.objects.current().not_over(timezone.localdate())
    return current.filter(organisation=organisation, space=space)


def fits_of(kept: User, gone: User, today: date) -> list[Fit]:
    """Return what becomes of the memberships of `gone` where they are given to `kept`, as `fit_memberships` says; it is
    written nowhere yet."""
    rows = Membership.objects.select_related("space", "kind").order_by("pk")
    return fit_memberships(rows.filter(user=kept), rows.filter(user=gone), today)
