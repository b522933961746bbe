"""Read who is in a space now: how many, and the names of those who agreed that members see them."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from members.enums import ConsentPurpose
from members.models import User
from members.profiles.queries import agreeing_to

from ...enums import BookingStatus
from ...models import Booking, Space
from ...timing.periods import period

#: Fewer people than these, among those who are not named, are not told apart: « a few people ».
FEWEST_COUNTED = 3
#: So far ahead are bookings read: a check-in opens earlier than its booking by less.
AHEAD = timedelta(minutes=30)


class WhoIsHere(NamedTuple):
    """The people in a space at a moment. It holds `until` somebody's booking begins or ends.

    `number` counts them all, three or more; None stands for a few people. It is told only where all are named, or so
    many are not that nobody learns by difference of one or two others. `named` are the accounts (primary keys) that
    agreed to be seen; `has_others`: somebody else is there too."""

    is_anybody: bool
    number: int | None
    named: frozenset[int]
    has_others: bool
    until: datetime

    def people(self) -> list[User]:
        """Return the people to name, in order."""
        return list(User.objects.filter(pk__in=self.named, is_active=True)) if self.named else []


def who_is_here(space: Space, now: datetime) -> WhoIsHere:
    """Return who is in the space: people who have checked in, or whose booking runs now. One query. A guest without an
    address is known by their name.

    Equipment that somebody has taken away is no presence. A group counts with all that come."""
    near = Booking.objects.filter(resource__space=space, place=None, status=BookingStatus.CONFIRMED)
    near = near.filter(period__overlap=period(now, now + AHEAD)).order_by()
    agrees = Exists(agreeing_to(ConsentPurpose.PRESENCE).filter(user=OuterRef("user")))
    rows = list(
        near.annotate(is_named=Q(user__isnull=False) & agrees).values_list(
            "pk", "user", "guest_email", "guest_name", "period", "checked_in_at", "people", "is_named"
        )
    )
    edges = [moment for row in rows for moment in (row[4].lower, row[4].upper) if moment > now]
    sizes: dict[tuple[str, str | int], int] = {}
    named = set()
    for pk, user, guest_email, guest_name, hours, checked_in_at, people, is_named in rows:
        if now < hours.lower and not (checked_in_at and checked_in_at <= now):
            continue
        person = _key(pk, user, guest_email, guest_name)
        sizes[person] = max(sizes.get(person, 0), people or 1)
        if is_named:
            named.add(user)
    number = sum(sizes.values())
    has_others = number > len(named)
    is_told = number >= FEWEST_COUNTED and (not has_others or len(sizes) - len(named) >= FEWEST_COUNTED)
    until = min(edges, default=now + AHEAD)
    return WhoIsHere(bool(sizes), number if is_told else None, frozenset(named), has_others, until)


def _key(pk: int, user: int | None, guest_email: str, guest_name: str) -> tuple[str, str | int]:
    """Return what tells the person of a booking from others; of one without anything of a person, the booking."""
    if user:
        return "account", user
    if guest_email:
        return "address", guest_email.lower()
    return ("name", " ".join(guest_name.split()).casefold()) if guest_name.strip() else ("booking", pk)
