import pytest

from events.enums import RegistrationStatus
from events.operations import cancel_registration
from events.tests.factories import EventFactory, RegistrationFactory
from hacktiv.outbox.models import Message

pytestmark = pytest.mark.django_db


def test_the_first_in_line_takes_the_seat_given_back():
    event = EventFactory(capacity=1)
    seated, first, second = (RegistrationFactory(event=event) for _ in range(3))
    assert [r.status for r in (seated, first, second)] == ["confirmed", "waiting", "waiting"]
    assert cancel_registration(registration=seated) == [first]
    first.refresh_from_db()
    second.refresh_from_db()
    event.refresh_from_db()
    assert first.status == RegistrationStatus.CONFIRMED
    assert second.status == RegistrationStatus.WAITING
    assert event.seats_taken == 1
    assert list(Message.objects.filter(template="events.promoted").values_list("to_email", flat=True)) == [
        first.user.email
    ]
