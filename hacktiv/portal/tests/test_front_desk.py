"""The front desk of a space: today's page, check-ins, bookings for somebody, the door of events; nothing to decide."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from events.enums import EventState
from events.tests.factories import EventFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.booking.operations import BookingRequest, book
from spaces.enums import BookingStatus, MembershipState, Role
from spaces.models import Booking
from spaces.tests.factories import (
    BookingFactory,
    MembershipFactory,
    ResourceFactory,
    SpaceFactory,
    SpaceRoleFactory,
    in_days,
    running_booking,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def ferme():
    return SpaceFactory(name="La Ferme", with_hours=True, managers=[UserFactory()])


@pytest.fixture
def room(ferme):
    return ResourceFactory(space=ferme, name="Salle", needs_approval=True, units=3)


@pytest.fixture
def ines(ferme):
    role = SpaceRoleFactory(space=ferme, role=Role.FRONT_DESK, user__first_name="Inès")
    return role.user


@pytest.fixture
def desk(client, ines):
    client.force_login(ines)
    return client


def act(desk, action, *bookings, **fields):
    data = {"action": action, "_selected_action": [booking.pk for booking in bookings], **fields}
    answer = desk.post(reverse("admin:spaces_booking_changelist"), data)
    for booking in bookings:
        booking.refresh_from_db()
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_todays_page_shows_who_comes_and_nothing_to_decide(desk, ferme, room):
    running_booking(room, user=UserFactory(first_name="Zoé", last_name="Zinc"))
    BookingFactory(resource=room, user=UserFactory(first_name="Demande"))
    MembershipFactory(space=ferme, state=MembershipState.REQUESTED, since=None, user__first_name="Candidate")
    page = Page(desk.get(reverse("admin:index")).text)
    assert "Zoé Zinc" in page.text
    assert "Demande" not in page.text
    assert "Candidate" not in page.text
    links = {link.partition("?")[0] for link in page.links if link.startswith("/admin/")}
    broken = {link for link in links if desk.get(link).status_code not in {200, 302}}
    assert broken == set()
    assert reverse("admin:spaces_booking_add") in links


def test_the_desk_checks_in_and_mends_a_mistake(desk, room):
    booking = running_booking(room)
    desk.post(reverse("admin:spaces_booking_check_in", args=[booking.pk]))
    booking.refresh_from_db()
    assert booking.checked_in_at
    act(desk, "undo_check_in_selected", booking)
    assert not booking.checked_in_at


def test_the_desk_books_for_a_guest_and_for_a_member_of_its_space(desk, ferme, room):
    member = MembershipFactory(space=ferme, user__last_name="Zinc").user
    UserFactory(last_name="Zincou")
    address = reverse("admin:spaces_booking_add")
    found = {"app_label": "spaces", "model_name": "booking", "field_name": "user", "term": "Zinc"}
    results = desk.get(reverse("admin:autocomplete"), found).json()["results"]
    assert [row["id"] for row in results] == [str(member.pk)]
    day = in_days(3, 9).date()
    common = {"resource": room.pk, "day": f"{day:%Y-%m-%d}", "pattern": "once", "guest_language": "fr", "people": 1}
    desk.post(address, {**common, "start": "09:00", "end": "10:00", "user": member.pk})
    desk.post(address, {**common, "start": "11:00", "end": "12:00", "guest_name": "Madame E."})
    rows = Booking.objects.order_by("period").values_list("user", "guest_name", "status")
    assert list(rows) == [(member.pk, "", BookingStatus.CONFIRMED), (None, "Madame E.", BookingStatus.CONFIRMED)]


def test_the_desk_cancels_and_moves_todays_bookings_and_those_it_made(desk, ines, room):
    today, others = running_booking(room), BookingFactory(resource=room, days=5)
    wish = {"resource": room, "start": in_days(6, 9), "end": in_days(6, 10), "guest_name": "Madame E."}
    own = book(asked=BookingRequest(**wish), by=ines, as_manager=True)
    for booking, may in [(today, True), (own, True), (others, False)]:
        page = desk.get(reverse("spaces:booking_move", args=[booking.reference]))
        assert (page.status_code == 200) is may
        assert ("cancel_selected" in desk.get(reverse("admin:spaces_booking_change", args=[booking.pk])).text) is may
    said = act(desk, "cancel_selected", own, others, reason="Fuite")
    assert (own.status, others.status) == (BookingStatus.CANCELLED, BookingStatus.REQUESTED)
    assert any("La Ferme" in words or "only who manages" in words or "gère" in words for words in said)
    cancel = reverse("spaces:booking_cancel", args=[others.reference])
    assert desk.post(cancel, {"reason": ""}).status_code == 404


@pytest.mark.parametrize("action", ["confirm_selected", "refuse_selected", "erase_names_selected"])
def test_the_desk_decides_no_request_and_erases_no_name(desk, room, action):
    booking = BookingFactory(resource=room)
    act(desk, action, booking, reason="Non", understood="on")
    assert booking.status == BookingStatus.REQUESTED
    assert action not in desk.get(reverse("admin:spaces_booking_change", args=[booking.pk])).text


def test_who_runs_one_space_and_receives_at_another_decides_at_the_first_alone(desk, ines, room):
    mine = ResourceFactory(space__managers=[ines], needs_approval=True)
    theirs = BookingFactory(resource=room)
    own = BookingFactory(resource=mine)
    act(desk, "confirm_selected", theirs, own)
    assert (theirs.status, own.status) == (BookingStatus.REQUESTED, BookingStatus.CONFIRMED)
    assert desk.get(reverse("admin:spaces_resource_change", args=[mine.pk])).status_code == 200
    assert desk.get(reverse("admin:spaces_resource_change", args=[room.pk])).status_code == 404
    assert str(room) not in desk.get(reverse("admin:spaces_resource_changelist")).text


def test_the_desk_checks_people_in_at_its_spaces_events(desk, ferme):
    now = timezone.now()
    times = {"starts_at": now + timedelta(minutes=5), "ends_at": now + timedelta(hours=1)}
    event = EventFactory(space=ferme, state=EventState.PUBLISHED, **times)
    registration = RegistrationFactory(event=event)
    elsewhere = EventFactory(state=EventState.PUBLISHED, **times)
    assert reverse("admin:events_event_door", args=[event.pk]) in Page(desk.get(reverse("admin:index")).text).links
    assert desk.get(reverse("admin:events_event_door", args=[event.pk])).status_code == 200
    address = reverse("admin:events_event_door_check_in", args=[event.pk])
    desk.post(address, {"registration": registration.pk})
    assert event.participations.count() == 1
    for name in ("change", "registrations", "attendance", "messages"):
        assert desk.get(reverse(f"admin:events_event_{name}", args=[event.pk])).status_code == 404
    assert desk.get(reverse("admin:events_event_door", args=[elsewhere.pk])).status_code == 404


def test_the_desk_gets_no_mail_to_decide_on_and_no_page_of_the_network(desk, ines, room):
    book(asked=BookingRequest(resource=room, start=in_days(6, 9), end=in_days(6, 10), user=UserFactory()), by=None)
    assert not Message.objects.filter(to_email=ines.email).exists()
    for name in ("portal:exchanges", "spaces:practice", "spaces:notices"):
        assert desk.get(reverse(name)).status_code == 404


def test_the_desk_without_a_second_factor_makes_one_first(desk, settings):
    settings.STAFF_SECOND_FACTOR = True
    assert desk.get(reverse("admin:index")).url == reverse("mfa_index")
