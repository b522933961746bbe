"""Test that what is asked for reaches the booking, and each day of a series: a new field is not lost on the way."""

from dataclasses import MISSING, fields
from datetime import time, timedelta

import pytest

from members.tests.factories import UserFactory
from spaces.booking.operations import BookingRequest, SeriesRequest, book, book_series
from spaces.enums import Pattern
from spaces.models import Booking, Series
from spaces.tests.factories import EquipmentFactory, SpaceFactory, in_days

pytestmark = pytest.mark.django_db

GUEST = {"guest_name": "Zoé", "guest_email": "zoe@example.org", "guest_language": "nl"}
OF_A_GROUP = {"people": 3, "unit_count": 3, "purpose": "Atelier", "is_example": True}


def common(request, model):
    """Return the fields of the request that the model has too, each with its default."""
    columns = {field.name for field in model._meta.get_fields()}
    return {field.name: field.default for field in fields(request) if field.name in columns}


def check_each_is_tried(request, model, requests):
    """Check that each common field has another value than its default in one of the requests of this test."""
    for name, default in common(request, model).items():
        tried = [getattr(asked, name) for asked in requests]
        assert default is MISSING or any(value != default for value in tried), f"give {name} a value here"


def test_each_field_of_a_request_reaches_the_booking(desks):
    hours = {"start": in_days(1, 9), "end": in_days(1, 12)}
    there = SpaceFactory(with_hours=True)
    requests = [
        BookingRequest(resource=desks, user=UserFactory(), **hours, **OF_A_GROUP),
        BookingRequest(resource=desks, **GUEST, **hours),
        BookingRequest(resource=EquipmentFactory(), user=UserFactory(), place=there, **hours),
    ]
    check_each_is_tried(BookingRequest, Booking, requests)
    for asked in requests:
        made = Booking.objects.get(pk=book(asked=asked, by=None, as_manager=True).pk)
        for name in common(BookingRequest, Booking):
            assert getattr(made, name) == getattr(asked, name), name


def test_each_field_of_a_series_reaches_it_and_its_days(desks):
    first = in_days(1, 9).date()
    days = {"pattern": Pattern.WEEKLY.value, "first_day": first, "until": first + timedelta(weeks=1)}
    days |= {"resource": desks, "starts": time(9), "ends": time(12)}
    requests = [
        SeriesRequest(user=UserFactory(), unit=desks.units.get(number=4), **days, **OF_A_GROUP),
        SeriesRequest(**GUEST, **days),
    ]
    check_each_is_tried(SeriesRequest, Series, requests)
    check_each_is_tried(SeriesRequest, Booking, requests)
    for asked in requests:
        made = Series.objects.get(pk=book_series(asked=asked, by=None, as_manager=True).pk)
        for name in common(SeriesRequest, Series):
            assert getattr(made, name) == getattr(asked, name), name
        for row in made.occurrences.select_related("booking"):
            for name in common(SeriesRequest, Booking):
                assert getattr(row.booking, name) == getattr(asked, name), name
            assert asked.unit is None or asked.unit in row.booking.units
