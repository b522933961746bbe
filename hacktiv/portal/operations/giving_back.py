"""Give back what a membership had opened, where it is paused, changed or ended.

A change is an operation of `spaces.memberships` with all it needs: `partial(end_membership, membership=…, on=…, by=…)`.
What the person has ahead and could have by their memberships before the change, but not after it, is lost. Bookings
and registrations that never needed a membership stay."""

from collections.abc import Callable, Iterable
from typing import NamedTuple
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.enums import Audience
from events.models import Registration
from events.registering.operations import cancel_registration
from hacktiv.common import dates
from hacktiv.common.meanwhile import CameBetweenError, until_nothing_comes_between
from hacktiv.outbox.operations import enqueue
from members.models import User
from spaces.booking.operations import cancel_booking, is_out, lock_resources
from spaces.enums import Right
from spaces.memberships.queries import access_of, standing_of
from spaces.memberships.rules import Standing
from spaces.models import Booking, Membership, Resource, Wait
from spaces.models.resources import WHO_MAY_BOOK
from spaces.timing.hours import local_day

#: The kind of mail that tells of several losses at once.
LOSSES = "portal.losses"

Change = Callable[[], Membership]


class Lost(NamedTuple):
    """The bookings, waits and registrations ahead that a person loses by a change, by time."""

    registrations: list[Registration]
    bookings: list[Booking]
    waits: list[Wait]

    def __bool__(self) -> bool:
        return any(self[:])

    @property
    def rows(self) -> list[Registration | Booking | Wait]:
        return [row for rows in self for row in rows]

    @property
    def marks(self) -> list[str]:
        """Return a mark for each thing, for a page to say later what it has shown."""
        return [f"{row._meta.model_name}-{row.pk}" for row in self.rows]

    @property
    def names(self) -> list[str]:
        """Return each thing in words, in the order of the marks."""
        events = [f"{one.event.title}, {dates.span(one.event.starts_at, one.event.ends_at)}" for one in self[0]]
        places = [
            f"{one.resource.name}, {one.resource.space.name}, {dates.span(one.start, one.end)}" for one in self[1]
        ]
        line = _("waiting list")
        return [
            *events,
            *places,
            *(f"{one.resource.name}, {dates.span(one.start, one.end)} ({line})" for one in self[2]),
        ]

    def is_within(self, seen: Iterable[str]) -> bool:
        """Return True if all of it is among the marks of what was seen."""
        return set(self.marks) <= set(seen)


def what_is_lost(*, user: User, change: Change) -> Lost:
    """Return what the person would lose by the change, without making it. Raises as the change does."""
    return _tried(user, change, standing_of(user))[0]


def _tried(user: User, change: Change, before: Standing) -> tuple[Lost, Membership]:
    """Return what the person would lose, and the membership as it would be."""
    with transaction.atomic():
        membership = change()
        after = standing_of(user)
        transaction.set_rollback(True)
    return _lost(user, before, after), membership


def carry_out(*, user: User, change: Change, by: User | None) -> Lost:
    """Make the change, and give back what the person loses by it, with one mail for all; return that.

    All of it happens or nothing. It is done again where the person books or registers meanwhile. Raises as the change
    does."""

    def attempt() -> Lost:
        before = standing_of(user)
        # In a transaction of its own. The change locks the account, and who waits for a lock that was taken in a
        # savepoint waits for the end of the whole transaction, in which resources are to be locked.
        lost, membership = _tried(user, change, before)
        _carry_out(user, change, before, lost, by if by != user else None, membership.space.name)
        return lost

    return until_nothing_comes_between(attempt)


@transaction.atomic
def _carry_out(user: User, change: Change, before: Standing, lost: Lost, by: User | None, space: str) -> None:
    _give_back(user, lost, by, space)
    change()
    after = standing_of(user)
    if _lost(user, before, after) or any(map(_opened_by(after), lost.rows)):
        raise CameBetweenError


def _opened_by(standing: Standing) -> Callable[[Registration | Booking | Wait], bool]:
    """Return what tells if this standing opens a thing to its person."""

    def opens(row: Registration | Booking | Wait) -> bool:
        if isinstance(row, Registration):
            return standing.may(Right.EVENTS, row.event.earliest)
        return standing.may_book(access_of(row.resource), local_day(row.start))

    return opens


def _lost(user: User, before: Standing, after: Standing) -> Lost:
    now, could, can = timezone.now(), _opened_by(before), _opened_by(after)

    def loses(row: Registration | Booking | Wait) -> bool:
        return could(row) and not can(row)

    registrations = Registration.objects.live().filter(
        user=user, event__audience=Audience.MEMBERS, event__starts_at__gt=now
    )
    bookings = Booking.objects.live().filter(user=user, period__startswith__gt=now)
    waits = Wait.objects.live(now).filter(user=user)
    with_resource = [f"resource__{name}" for name in WHO_MAY_BOOK]
    bookings = bookings.select_related("resource__space", "place").prefetch_related(*with_resource).order_by("period")
    waits = waits.select_related("resource__space").prefetch_related(*with_resource).order_by("period")
    return Lost(
        [one for one in registrations.select_related("event").order_by("event__starts_at") if loses(one)],
        [one for one in bookings if loses(one) and not is_out(one)],
        [one for one in waits if loses(one)],
    )


def _give_back(user: User, lost: Lost, by: User | None, space: str) -> None:
    """Cancel events before resources, each in the order of keys: two changes at once never block each other.

    The mails name the `space` whose membership opens it no more. `by` is the manager; None: the person."""
    is_one = len(lost.registrations) + len(lost.bookings) == 1  # Its own mail says most of it.
    for registration in sorted(lost.registrations, key=lambda one: one.event_id):
        cancel_registration(registration=registration, by=by, lost_with=space, tell=is_one)
    Wait.objects.filter(pk__in=[wait.pk for wait in lost.waits]).delete()
    # A place that comes free goes to who waits for it, which locks members: lock all resources before.
    lock_resources(Resource.objects.filter(pk__in={booking.resource_id for booking in lost.bookings}))
    for booking in sorted(lost.bookings, key=lambda one: (one.resource_id, one.pk)):
        cancel_booking(booking=booking, by=by or booking.user, as_manager=True, lost_with=space, tell=is_one)
    if not is_one and (lost.registrations or lost.bookings):
        _tell_of_all(user, lost, space)


def _tell_of_all(user: User, lost: Lost, space: str) -> None:
    """Mail the person once, with all that is cancelled for them."""
    enqueue(
        key=f"{LOSSES}:{user.pk}:{uuid4()}",
        template=LOSSES,
        to_email=user.email,
        to_name=str(user),
        language=user.language,
        context={
            "space": space,
            "registrations": [registration.pk for registration in lost.registrations],
            "bookings": [booking.pk for booking in lost.bookings],
        },
    )
