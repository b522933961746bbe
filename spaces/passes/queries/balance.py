"""Read the days that passes leave their members."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from hacktiv.common.freshness import catalogue
from members.models import User

from ...models import Booking, HomeSpace, PassScheme
from ...models.bookings import counts_a_month, is_left_unanswered
from ...timing.hours import day_bounds, local_day
from ..rules import Balance, PassBook, SpaceDay


@catalogue("passes")
def shown_schemes() -> list[PassScheme]:
    """Return all passes with their homes, members and employers, for a page; an operation reads them anew.

    The list is shared: do not change it."""
    return list(_schemes().select_related("employer"))


#: What is read of a booking, in the order of the fields of `Booked`.
COLUMNS = ("user", "resource", "resource__space", "period", "is_left_unanswered", "counts_a_month")


class Booked(NamedTuple):
    """A live booking of somebody, without loans of equipment that travels: its person, resource and space by their
    keys, whether it is a request that nobody answered in time, and whether it counts for what a membership includes a
    month."""

    user: int
    resource: int
    space: int
    period: DateTimeTZRange
    is_left_unanswered: bool
    counts_a_month: bool


def pass_book(
    user: User, on: date, *, moved: Booking | None = None, schemes: list[PassScheme] | None = None
) -> PassBook:
    """Read the data for the member's balances, from the year of `on` on. `moved` is a booking to leave out.

    Booked days count, past or to come. Days that were given back, refused or missed do not count, nor requests that
    nobody answered in time, nor loans of equipment. Without any pass this costs one query, else two, and three for the
    schemes, unless `schemes` brings those that are kept: an operation reads them anew."""
    schemes = list(_schemes()) if schemes is None else schemes
    people = _with_whom(user, schemes)
    if not people:
        return PassBook(user, homes={user.pk: list(_homes([user.pk]))})
    first = _first_that_counts(schemes, on)
    return _book(user, people, schemes, _booked(people, first, moved, timezone.now()), first)


def pass_book_and_bookings(
    user: User, now: datetime, *, moved: Booking | None = None, schemes: list[PassScheme] | None = None
) -> tuple[PassBook, list[Booked]]:
    """Return the data for the balances of that day, as `pass_book` does, and the person's live bookings since the first
    of January, in two queries."""
    schemes = list(_schemes()) if schemes is None else schemes
    on = local_day(now)
    people, january = _with_whom(user, schemes), _january(on)
    first = _first_that_counts(schemes, on) if people else january
    rows = _booked(people or {user.pk}, first, moved, now)
    own = [row for row in rows if row.user == user.pk and row.period.upper > january]
    if not people:
        return PassBook(user, homes={user.pk: list(_homes([user.pk]))}), own
    return _book(user, people, schemes, rows, first), own


def _with_whom(user: User, schemes: list[PassScheme]) -> set[int]:
    """Return the keys of the member and of all who share a pass with them; nothing where nothing is limited."""
    if not any(scheme.is_general for scheme in schemes):
        return set()
    shared = [one for one in schemes if one.is_shared and user in one.members.all()]
    return {user.pk, *(member.pk for scheme in shared for member in scheme.members.all())}


def _january(on: date) -> datetime:
    return day_bounds(date(on.year, 1, 1)).start


def _first_that_counts(schemes: list[PassScheme], on: date) -> datetime:
    """Return since when booked days count: since January, or since a pass began that lasts longer."""
    january = date(on.year, 1, 1)
    lasting = [one.starts_on for one in schemes if not one.renews and (one.ends_on is None or one.ends_on >= january)]
    return day_bounds(min([january, *lasting])).start


def _booked(people: Iterable[int], first: datetime, moved: Booking | None, now: datetime) -> list[Booked]:
    bookings = Booking.objects.live().filter(user__in=people, period__endswith__gt=first, place=None)
    rows = bookings.exclude(pk=moved and moved.pk)
    told = rows.annotate(is_left_unanswered=is_left_unanswered(now), counts_a_month=counts_a_month(now))
    return [Booked(*row) for row in told.values_list(*COLUMNS)]


def _book(
    user: User, people: Iterable[int], schemes: list[PassScheme], rows: Iterable[Booked], first: datetime
) -> PassBook:
    homes: defaultdict[int, list[HomeSpace]] = defaultdict(list)
    for home in _homes(people):
        homes[home.user_id].append(home)
    booked: defaultdict[int, set[SpaceDay]] = defaultdict(set)
    for row in rows:
        if row.period.lower >= first and not row.is_left_unanswered:
            booked[row.user].add((row.space, local_day(row.period.lower)))
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
