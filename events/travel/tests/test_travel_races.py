"""People who ask for the last seats in a car at the same moment."""

from datetime import time

import pytest

from events.models import Ride, RideSeat
from events.registering.operations import cancel_registration
from events.registering.tests.test_races import at_once
from events.tests.factories import EventFactory, RegistrationFactory
from events.travel.operations import accept_seat, ask_seat, offer_ride
from hacktiv.outbox.models import Message

pytestmark = pytest.mark.django_db(transaction=True)

OFFER = {"town": "Couvin", "from_side": "BE", "direction": "both", "leaves_at": time(11), "kilometres": 60}


@pytest.mark.long
def test_ten_seats_accepted_at_once_fill_two_and_leaving_frees_them():
    event = EventFactory()
    driver = RegistrationFactory(event=event)
    ride = offer_ride(registration=driver, seats=2, **OFFER)
    people = [RegistrationFactory(event=event) for _ in range(10)]
    seats = [ask_seat(ride=ride, registration=person) for person in people]
    results = at_once(*(lambda seat=seat: accept_seat(seat=seat, by=driver) for seat in seats))
    assert results.count("full") == 8
    assert (Ride.objects.get().seats_taken, RideSeat.objects.filter(state="accepted").count()) == (2, 2)
    assert Message.objects.filter(context__news="agreed").count() == 4

    inside = [seat.registration for seat in RideSeat.objects.filter(state="accepted")]
    rest = RideSeat.objects.filter(state="asked")
    results = at_once(
        *(lambda person=person: cancel_registration(registration=person) for person in inside),
        *(lambda seat=seat: accept_seat(seat=seat, by=driver) for seat in rest),
    )
    taken = RideSeat.objects.filter(state="accepted").count()
    assert Ride.objects.get().seats_taken == taken <= 2


@pytest.mark.long
def test_a_person_accepted_in_six_cars_at_once_sits_in_one():
    event = EventFactory()
    drivers = [RegistrationFactory(event=event) for _ in range(6)]
    rides = [offer_ride(registration=driver, seats=1, **OFFER) for driver in drivers]
    person = RegistrationFactory(event=event)
    seats = [ask_seat(ride=ride, registration=person) for ride in rides]
    results = at_once(
        *(
            lambda seat=seat, driver=driver: accept_seat(seat=seat, by=driver)
            for seat, driver in zip(seats, drivers, strict=True)
        )
    )
    assert results.count("gone") == 5
    assert RideSeat.objects.get().is_accepted
