"""Read what people have booked, what recurs for them, and where they wait in line."""

from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from members.models import User

from ...enums import BookingStatus
from ...models import Booking, Closure, HomeSpace, Occurrence, Resource, Series, Wait
from ...models.bookings import BookingQuerySet
from ...models.guests import own_rows
from ...timing.hours import day_bounds, local_day
from ...timing.periods import period


def with_home_spaces(bookings: BookingQuerySet) -> BookingQuerySet:
    """Give each booking the name and the country of its member's home space that day: `home_space`, `home_country`."""
    homes = HomeSpace.objects.current(OuterRef("first_day")).filter(user=OuterRef("user"))
    return bookings.annotate(first_day=TruncDate("period__startswith")).annotate(
        home_space=Subquery(homes.values("space__name")[:1]),
        home_country=Subquery(homes.values("space__country")[:1]),
    )


def bookings_of(user: User) -> BookingQuerySet:
    """Return the person's bookings with what their cards show."""
    return Booking.objects.filter(own_rows(user, Booking)).select_related("resource__space", "place")


def bookings_today(user: User, resource: Resource, now: datetime) -> QuerySet[Booking]:
    """Return the person's bookings of this resource today, as the page of its door shows them."""
    today = period(*day_bounds(local_day(now)))
    bookings = bookings_of(user).filter(resource=resource, period__overlap=today)
    shown = (BookingStatus.REQUESTED, BookingStatus.CONFIRMED, BookingStatus.NO_SHOW)
    return bookings.filter(status__in=shown).order_by("period", "pk")


def waits_of(user: User, now: datetime) -> QuerySet[Wait]:
    """Return the waits of the person, each with its `position` in the line, counted from 1, and in `closed_for` the
    reason of a closure in that time, or None."""
    earlier = Q(created_at__lt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), pk__lt=OuterRef("pk"))
    ahead = Wait.objects.live(now).filter(earlier, resource=OuterRef("resource"), period__overlap=OuterRef("period"))
    ahead = ahead.order_by().values("resource").annotate(number=Count("pk")).values("number")
    rooted = {"space__resources": OuterRef("resource"), "space__resources__travels": False}
    shut = Q(resource=OuterRef("resource")) | Q(resource=None, **rooted)
    closures = Closure.objects.filter(shut, period__overlap=OuterRef("period")).order_by("period", "pk")
    waits = Wait.objects.live(now).filter(user=user).select_related("resource__space")
    waits = waits.annotate(
        position=Coalesce(Subquery(ahead), 0) + 1, closed_for=Subquery(closures.values("reason")[:1])
    )
    return waits.order_by("period", "pk")


def series_of(user: User, now: datetime) -> QuerySet[Series]:
    """Return the person's recurring bookings that are not over."""
    last_day = timezone.localdate(now)
    series = Series.objects.filter(own_rows(user, Series), until__gte=last_day)
    return series.select_related("resource__space").order_by("until")


def occurrences_of(series: Series) -> list[Occurrence]:
    """Return every day of the series with its booking, in the order of the days: one query.

    Two more read the units, where one was chosen for the series.
    """
    occurrences = series.occurrences.select_related("booking__resource__space", "booking__user").order_by("day", "pk")
    return list(occurrences.prefetch_related("booking__occupancies__unit") if series.unit_id else occurrences)
