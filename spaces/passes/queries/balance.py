"""Read the days that passes leave their members."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, QuerySet

from hacktiv.common.freshness import catalogue
from members.models import User

from ...models import Booking, HomeSpace, PassScheme
from ...timing.hours import day_bounds, local_day
from ..rules import Balance, PassBook, SpaceDay


@catalogue("passes")
def shown_schemes() -> list[PassScheme]:
    """Return all passes with their homes, members and employers, for a page; an operation reads them anew.

    The list is shared: do not change it."""
    return list(_schemes().select_related("employer"))


def pass_book(
    user: User, on: date, *, moved: Booking | None = None, schemes: list[PassScheme] | None = None
) -> PassBook:
    """Read the data for the member's balances, from the year of `on` on. `moved` is a booking to leave out.

    Booked days count, past or to come. Days that were given back, refused or missed do not count, nor requests that
    nobody answered in time, nor loans of equipment. Without any pass this costs one query, else two, and three for the
    schemes, unless `schemes` brings those that are kept: an operation reads them anew."""
    if schemes is None:
        schemes = list(_schemes())
    if not any(scheme.is_general for scheme in schemes):
        return PassBook(user, homes={user.pk: list(_homes([user.pk]))})
    shared = [one for one in schemes if one.is_shared and user in one.members.all()]
    people = {user.pk, *(member.pk for scheme in shared for member in scheme.members.all())}
    homes: defaultdict[int, list[HomeSpace]] = defaultdict(list)
    for home in _homes(people):
        homes[home.user_id].append(home)
    january = date(on.year, 1, 1)
    lasting = [one.starts_on for one in schemes if not one.renews and (one.ends_on is None or one.ends_on >= january)]
    first = day_bounds(min([january, *lasting])).start
    bookings = (
        Booking.objects.live().not_left_unanswered().filter(user__in=people, period__startswith__gte=first, place=None)
    )
    booked: defaultdict[int, set[SpaceDay]] = defaultdict(set)
    rows = bookings.exclude(pk=moved and moved.pk).values_list("user", "resource__space", "period")
    for pk, space, stretch in rows:
        booked[pk].add((space, local_day(stretch.lower)))
    return PassBook(user, schemes, homes, booked)


def _schemes() -> QuerySet[PassScheme]:
    return PassScheme.objects.prefetch_related("homes", Prefetch("members", User.objects.only("pk")))


def _homes(people: Iterable[int]) -> QuerySet[HomeSpace]:
    return HomeSpace.objects.filter(user__in=people).select_related("space")


def gives_day_back(booking: Booking) -> bool:
    """Tell if a day of the member's passes comes back when this booking ends, or came back when it was cancelled: they
    are away from home, and have no other booking in that space on that day."""
    if booking.user is None or booking.place_id:
        return False
    day = local_day(booking.start)
    balance = pass_balance(booking.user, day)
    if balance is None or balance.home == booking.space:
        return False
    of_the_space = Booking.objects.live().filter(user=booking.user, resource__space=booking.space, place=None)
    others = of_the_space.filter(period__startswith__range=day_bounds(day)).exclude(pk=booking.pk)
    return not others.exists()


def pass_balance(user: User, on: date, *, moved: Booking | None = None) -> Balance | None:
    """Return the balance of the member's passes on that day, or None where nothing is limited."""
    return pass_book(user, on, moved=moved).balance(on)
