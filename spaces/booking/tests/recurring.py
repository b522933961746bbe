"""Tools for the tests of series."""

from datetime import time, timedelta

from django.utils import timezone

from members.tests.factories import UserFactory
from spaces.booking.operations import (
    SeriesRequest,
    book_series,
)
from spaces.enums import Pattern
from spaces.tests.factories import (
    ResourceFactory,
)


def local(days):
    return timezone.localdate() + timedelta(days=days)


def series_of(resource=None, user=None, *, weeks=4, pattern=Pattern.WEEKLY, **wish):
    """Book every week from tomorrow on, nine to twelve."""
    user = user or UserFactory()
    wish = {"first_day": local(1), "until": local(1 + 7 * (weeks - 1)), "starts": time(9), "ends": time(12), **wish}
    asked = SeriesRequest(resource=resource or ResourceFactory(), user=user, pattern=pattern, **wish)
    return book_series(asked=asked, by=user)


def state_of(series):
    rows = series.occurrences.select_related("booking").order_by("day")
    return [((row.day - local(1)).days // 7, row.booking.status if row.booking else row.refusal) for row in rows]
