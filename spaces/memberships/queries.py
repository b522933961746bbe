"""Read the memberships of people, and what they open."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from members.models import User

from ..enums import BookedBy, MembershipState, Right
from ..models import Membership, MembershipKind, Resource, Space
from .rules import STRANGER, Access, Held, Standing

#: Of a kind of membership: the column that says whether it opens this.
COLUMNS = {Right.DIRECTORY: "opens_directory", Right.EVENTS: "opens_events"}


def standing_of(user: User | AnonymousUser | None) -> Standing:
    """Return what the person is in the network: one query, and one more for staff."""
    if user is None or not user.is_authenticated or not user.is_active:
        return STRANGER
    found = [_held(one) for one in Membership.objects.open().filter(user=user).select_related("kind", "space")]
    runs = Space.objects.filter(managers=user).values_list("pk", flat=True) if user.is_staff else ()
    return Standing(
        held=tuple(one for one in found if one.state == MembershipState.ACTIVE),
        without_rights=tuple(one for one in found if one.state != MembershipState.ACTIVE),
        runs=frozenset(runs),
        is_staff=user.is_staff,
        is_superuser=user.is_superuser,
    )


def _held(membership: Membership) -> Held:
    kind = membership.kind
    return Held(
        space=membership.space_id,
        kind=membership.kind_id,
        since=membership.since,
        until=membership.until,
        rights=frozenset(right for right, column in COLUMNS.items() if getattr(kind, column)),
        books=kind.opens_bookings,
        state=MembershipState(membership.state),
        end_is_decided=membership.end_is_decided,
        name=membership.space.name,
    )


def may(user: User | AnonymousUser | None, right: Right, on: date | None = None) -> bool:
    """Tell if the person has the right on that day (default: today)."""
    return standing_of(user).may(right, on or timezone.localdate())


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


def memberships_of(user: User) -> list[Membership]:
    """Return all memberships of the person, those that count now first, the newest first."""
    found = Membership.objects.filter(user=user).select_related("space", "kind", "organisation")
    order = list(MembershipState)
    return sorted(found, key=lambda one: (order.index(MembershipState(one.state)), -one.pk))


def open_memberships(user: User) -> list[Membership]:
    """Return the memberships of the person that are asked for, active or paused, by the order of the spaces."""
    found = Membership.objects.open().filter(user=user).select_related("space", "kind")
    return list(found.order_by("space__order", "pk"))


def current_at(user: User, space: Space, on: date) -> Membership | None:
    """Return the person's membership at the space that holds on that day, or None."""
    return Membership.objects.current_on(on).filter(user=user, space=space).first()


def homes_to_choose(user: User, on: date) -> list[Space]:
    """Return the spaces that the person may make their home on that day: those of their current memberships."""
    current = Membership.objects.current_on(on).filter(user=user)
    return [membership.space for membership in current.select_related("space").order_by("space__order", "pk")]
