"""Who runs a space, whose home it is, and what somebody has booked."""

from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from ..enums import BookingStatus
from ..hours import day_bounds, local_day
from ..models import (
    Booking,
    Membership,
    Series,
    Wait,
)
from ..periods import period


class Recipient(NamedTuple):
    email: str
    name: str
    language: str


def recipients_of(space):
    """Who reads what is sent to the space: its contact address, else its managers, else the superusers."""
    if space.contact_email:
        return [Recipient(space.contact_email, space.name, settings.LANGUAGE_CODE)]
    people = list(space.managers.filter(is_active=True)) or list(
        get_user_model().objects.filter(is_superuser=True, is_active=True)
    )
    return [Recipient(person.email, str(person), person.language) for person in people]


def runs(user, space):
    """Whether the person is one of the space's managers, or runs all spaces."""
    return user.is_superuser or space.managers.filter(pk=user.pk).exists()


def home_space(user, on):
    """The person's home space on that day, or None."""
    membership = Membership.objects.current(on).filter(user=user).select_related("space").first()
    return membership and membership.space


def side_of(user, on):
    """The side of the border of the person's home space on that day, or None."""
    return Membership.objects.current(on).filter(user=user).values_list("space__country", flat=True).first()


def bookings_of(user):
    """A person's bookings with what their cards show."""
    return Booking.objects.filter(user=user).select_related("resource__space", "place")


def bookings_today(user, resource, now):
    """What the person holds of this resource today, as the page of its door shows it."""
    today = period(*day_bounds(local_day(now)))
    bookings = bookings_of(user).filter(resource=resource, period__overlap=today)
    shown = (BookingStatus.REQUESTED, BookingStatus.CONFIRMED, BookingStatus.NO_SHOW)
    return bookings.filter(status__in=shown).order_by("period")


def waits_of(user, now):
    """The places that the person waits for, each with its `position` in line, counted from 1."""
    earlier = Q(created_at__lt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), pk__lt=OuterRef("pk"))
    ahead = Wait.objects.live(now).filter(earlier, resource=OuterRef("resource"), period__overlap=OuterRef("period"))
    ahead = ahead.order_by().values("resource").annotate(number=Count("pk")).values("number")
    waits = Wait.objects.live(now).filter(user=user).select_related("resource__space")
    return waits.annotate(position=Coalesce(Subquery(ahead), 0) + 1).order_by("period", "pk")


def series_of(user, now):
    """A person's recurring bookings that are not over."""
    last_day = timezone.localdate(now)
    return Series.objects.filter(user=user, until__gte=last_day).select_related("resource__space").order_by("until")


def occurrences_of(series):
    """Every day of a series with its booking, in the order of the days: one query."""
    parts = ("booking__resource__space", "booking__user", "booking__occupancy__unit")
    return list(series.occurrences.select_related(*parts).order_by("day"))
