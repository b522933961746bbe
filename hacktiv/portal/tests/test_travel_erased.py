"""Erasing an account leaves shared travel: rides to come end, what was counted stays."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from events.models import Event, Ride, RideSeat
from events.tests.factories import EventFactory, RegistrationFactory
from events.travel.operations import accept_seat, ask_seat, offer_ride
from hacktiv.outbox.models import Message
from hacktiv.portal.operations import erase_person
from hacktiv.portal.queries.export import export_of
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

OFFER = {"town": "Couvin", "from_side": "BE", "direction": "both", "leaves_at": time(11), "seats": 2, "kilometres": 60}


@pytest.fixture
def driver():
    return RegistrationFactory(event=EventFactory(), user=UserFactory())


@pytest.fixture
def rider(driver):
    """Return a person who travels with the driver."""
    rider = RegistrationFactory(event=driver.event, user=UserFactory())
    ride = offer_ride(registration=driver, meeting_point="Parking de la gare", **OFFER)
    accept_seat(seat=ask_seat(ride=ride, registration=rider, message="Devant la gare ?"), by=driver)
    Message.objects.all().delete()
    return rider


@pytest.mark.parametrize("gone", ["driver", "rider"])
def test_before_the_event_the_other_is_told(driver, rider, gone):
    person, other = (driver, rider) if gone == "driver" else (rider, driver)
    erase_person(user=person.user)
    told = Message.objects.filter(template="events.travel").values_list("context__news", "to_email")
    assert list(told) == [("ended", other.user.email)]
    assert RideSeat.objects.count() == 0
    assert [ride.seats_taken for ride in Ride.objects.all()] == ([] if gone == "driver" else [0])


@pytest.mark.parametrize("gone", ["driver", "rider"])
def test_after_the_event_the_count_stays_and_nothing_that_was_written(driver, rider, gone):
    start = timezone.now() - timedelta(hours=3)
    day = timezone.localdate(start)
    Event.objects.update(starts_at=start, ends_at=start + timedelta(hours=1), earliest=day, latest=day)
    assert export_of(rider.user)["shared_travel"]["seats"][0]["message"] == "Devant la gare ?"
    assert export_of(driver.user)["shared_travel"]["offers"][0]["meeting_point"] == "Parking de la gare"
    erase_person(user=(driver if gone == "driver" else rider).user)
    kept = Ride.objects.get()
    assert (kept.people, kept.passenger_kilometres) == (2, 120)
    assert kept.town == ("" if gone == "driver" else "Couvin")
    assert not RideSeat.objects.exclude(message="").exists()
    assert not RideSeat.objects.filter(registration=rider, ride__registration=None).exists()
