from datetime import timedelta

import pytest
from django.utils import timezone

from events.core.queries import position_in_line, registration_of, registrations_of
from events.enums import EventState, RegistrationStatus
from events.errors import EventError
from events.models import Event, Registration
from events.programme.operations import change_capacity
from events.registering.operations import cancel_registration, register, register_person
from events.tests.factories import EventFactory, GuestRegistrationFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.tests.factories import HomeSpaceFactory

pytestmark = pytest.mark.django_db


def mails(kind):
    return list(Message.objects.filter(template=f"events.{kind}").order_by("pk").values_list("to_email", flat=True))


def seats_of(event):
    return Event.objects.values_list("seats_taken", flat=True).get(pk=event.pk)


def refusal(**wish):
    with pytest.raises(EventError) as caught:
        register(**wish)
    return caught.value.code


def test_a_member_gets_a_seat_and_a_confirmation():
    user = UserFactory(language="nl")
    event = EventFactory(capacity=1)
    registration = register(event=event, user=user)
    assert (registration.status, registration.participant_number) == ("confirmed", user.participant_number)
    assert seats_of(event) == 1
    assert list(Message.objects.values_list("template", "to_email", "language")) == [
        ("events.confirmation", user.email, "nl")
    ]


def test_a_registration_costs_a_fixed_number_of_statements(django_assert_num_queries):
    event = EventFactory(capacity=2)
    RegistrationFactory(event=event)
    for number in (9, 8, 8):  # Savepoint and release included. A place in line changes no count of seats.
        user = UserFactory()
        with django_assert_num_queries(number):
            register(event=event, user=user)


def test_registering_twice_is_refused_and_stores_nothing():
    registration = RegistrationFactory()
    assert refusal(event=registration.event, user=registration.user) == "already_registered"
    assert Registration.objects.count() == 1
    assert seats_of(registration.event) == 1


def test_a_person_in_line_cannot_queue_twice():
    event = EventFactory(capacity=0)
    waiting = RegistrationFactory(event=event)
    assert refusal(event=event, user=waiting.user) == "already_registered"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": EventState.DRAFT}, "draft"),
        ({"state": EventState.CANCELLED}, "cancelled"),
        ({"state": EventState.HELD}, "past"),
        ({"starts_at": timezone.now() - timedelta(minutes=1)}, "past"),
    ],
)
def test_a_closed_event_refuses(change, code):
    event = EventFactory(**change)
    assert refusal(event=event, user=UserFactory()) == code
    assert not Registration.objects.exists()


def test_without_a_limit_everybody_has_a_seat():
    event = EventFactory(capacity=None)
    assert {RegistrationFactory(event=event).status for _ in range(3)} == {"confirmed"}
    assert seats_of(event) == 3


def test_the_first_in_line_takes_the_seat_given_back():
    event = EventFactory(capacity=1)
    seated, first, second = (RegistrationFactory(event=event) for _ in range(3))
    assert [r.status for r in (seated, first, second)] == ["confirmed", "waiting", "waiting"]
    assert [position_in_line(r) for r in (seated, first, second)] == [None, 1, 2]
    assert cancel_registration(registration=seated) == [first]
    for registration in (seated, first, second):
        registration.refresh_from_db()
    assert [r.status for r in (seated, first, second)] == ["cancelled", "confirmed", "waiting"]
    assert position_in_line(second) == 1
    assert seats_of(event) == 1
    assert mails("promoted") == [first.user.email]
    assert mails("registration_cancelled") == [seated.user.email]


def test_leaving_the_line_gives_nobody_a_seat():
    event = EventFactory(capacity=1)
    _seated, first, second = (RegistrationFactory(event=event) for _ in range(3))
    assert cancel_registration(registration=first) == []
    second.refresh_from_db()
    assert (second.status, position_in_line(second)) == ("waiting", 1)


def test_cancelling_twice_is_refused():
    registration = RegistrationFactory()
    cancel_registration(registration=registration)
    with pytest.raises(EventError) as caught:
        cancel_registration(registration=registration)
    assert caught.value.code == "not_registered"
    assert mails("registration_cancelled") == [registration.user.email]


def test_nobody_cancels_once_the_event_has_begun():
    registration = RegistrationFactory()
    began = timezone.now() - timedelta(minutes=1)
    Event.objects.filter(pk=registration.event.pk).update(
        starts_at=began, earliest=timezone.localdate(began), latest=timezone.localdate(began)
    )
    registration.refresh_from_db()
    with pytest.raises(EventError) as caught:
        cancel_registration(registration=registration)
    assert caught.value.code == "past"
    registration.refresh_from_db()
    assert registration.status == RegistrationStatus.CONFIRMED


def test_a_person_who_cancelled_registers_again_at_the_end_of_the_line():
    event = EventFactory(capacity=1)
    seated, first, second = (RegistrationFactory(event=event) for _ in range(3))
    cancel_registration(registration=first)
    again = register(event=event, user=first.user)
    assert [position_in_line(r) for r in (second, again)] == [1, 2]
    assert seated.is_confirmed


def test_seats_gained_go_to_the_first_in_line():
    event = EventFactory(capacity=1)
    registrations = [RegistrationFactory(event=event) for _ in range(4)]
    promoted = change_capacity(event=event, capacity=3, by=UserFactory())
    assert promoted == registrations[1:3]
    assert seats_of(event) == 3
    assert mails("promoted") == [r.user.email for r in registrations[1:3]]


def test_removing_the_limit_empties_the_line():
    event = EventFactory(capacity=1)
    registrations = [RegistrationFactory(event=event) for _ in range(4)]
    assert change_capacity(event=event, capacity=None, by=UserFactory()) == registrations[1:]
    assert seats_of(event) == 4


def test_the_capacity_cannot_be_less_than_the_seats_taken():
    event = EventFactory(capacity=3)
    for _ in range(2):
        RegistrationFactory(event=event)
    with pytest.raises(EventError) as caught:
        change_capacity(event=event, capacity=1, by=UserFactory())
    assert caught.value.code == "below_seats"
    assert change_capacity(event=event, capacity=2, by=UserFactory()) == []


def test_who_belongs_to_the_space_is_recognised_on_the_phone_by_the_address():
    user, manager = UserFactory(), UserFactory()
    event = EventFactory()
    HomeSpaceFactory(user=user, space=event.space)
    registration = register_person(event=event, name="Aline", email=user.email.upper(), language="fr", by=manager)
    assert (registration.user, registration.guest_name, registration.registered_by) == (user, "", manager)


def test_a_guest_on_the_phone_without_address_gets_a_seat_and_no_mail():
    event = EventFactory(members_only=True)
    registration = register_person(event=event, name="Aline", email="", language="fr", by=UserFactory())
    assert (registration.status, registration.guest_name) == ("confirmed", "Aline")
    assert not Message.objects.exists()


def test_nobody_is_registered_twice_on_the_phone():
    guest = GuestRegistrationFactory()
    with pytest.raises(EventError) as caught:
        register_person(event=guest.event, name="Aline", email=guest.guest_email, language="fr", by=UserFactory())
    assert caught.value.code == "already_registered"


def test_the_place_in_line_takes_a_fixed_number_of_queries(django_assert_num_queries):
    user = UserFactory()
    events = [EventFactory(capacity=0), EventFactory(capacity=0), EventFactory()]
    RegistrationFactory(event=events[0])
    for event in events:
        register(event=event, user=user)
    with django_assert_num_queries(2):
        own = registrations_of(user)
    assert [(r.event, r.position) for r in own] == [(events[0], 2), (events[1], 1), (events[2], None)]
    assert registration_of(user, events[0]).position == 2
