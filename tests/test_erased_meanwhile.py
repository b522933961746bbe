"""A guest is erased while a manager registers them and books for them: who holds a seat afterwards has a name."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection

from events.models import Registration
from events.registering.operations import register_guest
from events.tests.factories import EventFactory
from hacktiv.portal.operations import NothingHeldError, erase_address
from members.tests.factories import UserFactory
from spaces.models import Booking
from spaces.tests.factories import BookingFactory, ResourceFactory

ADDRESS = "zoe@ardenne.example"
ROUNDS = 6


def alone(work):
    """Do a work in a thread with a connection of its own."""
    try:
        work()
    finally:
        connection.close()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_nobody_without_a_name_holds_a_seat_or_a_room():
    staff = UserFactory()
    events, rooms = [EventFactory(capacity=5) for _one in range(ROUNDS)], [ResourceFactory() for _one in range(ROUNDS)]
    guest = {"guest_name": "Zoé", "guest_email": ADDRESS, "as_manager": True, "by": staff}

    def erase():
        for _one in range(2 * ROUNDS):
            with suppress(NothingHeldError):
                erase_address(address=ADDRESS)

    works = [
        lambda: [register_guest(event=event, name="Zoé", email=ADDRESS, language="fr", by=staff) for event in events],
        lambda: [BookingFactory(resource=room, **guest) for room in rooms],
        erase,
        erase,
    ]
    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(alone, work) for work in works]:
            done.result(timeout=120)
    assert set(Registration.objects.standing().values_list("guest_name", flat=True)) <= {"Zoé"}
    assert set(Booking.objects.live().values_list("guest_name", flat=True)) <= {"Zoé"}
    assert {reloaded(event).seats_taken for event in events} <= {0, 1}
    with suppress(NothingHeldError):
        erase_address(address=ADDRESS)
    assert not Registration.objects.exclude(guest_name="", guest_email="").exists()
    assert not Booking.objects.exclude(guest_name="", guest_email="").exists()
    assert {reloaded(event).seats_taken for event in events} == {0}


def reloaded(event):
    event.refresh_from_db()
    return event
