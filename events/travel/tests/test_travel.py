"""Shared travel: offers, requests, what people learn of each other, and what is kept."""

from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from events.enums import EventState, Way
from events.errors import EventError
from events.models import Event, Ride, RideSeat, RideWish
from events.programme.operations import cancel_event, move_event, switch_online
from events.registering.operations import cancel_registration, change_way
from events.tests.factories import EventFactory, GuestRegistrationFactory, RegistrationFactory
from events.travel.operations import (
    accept_seat,
    ask_seat,
    decline_seat,
    forget_travel,
    offer_ride,
    propose_seat,
    wish_ride,
    withdraw_ride,
    withdraw_seat,
)
from hacktiv.outbox.models import Message
from hacktiv.outbox.registry import builder_of
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db

OFFER = {"town": "Couvin", "from_side": "BE", "direction": "both", "leaves_at": time(11), "seats": 2, "kilometres": 60}


@pytest.fixture
def event():
    return EventFactory(space=SpaceFactory(french=True))


@pytest.fixture
def driver(event):
    return RegistrationFactory(event=event, user=UserFactory(first_name="Bram", last_name="Claes"))


@pytest.fixture
def rider(event):
    return RegistrationFactory(event=event, user=UserFactory(first_name="Aline", last_name="Petit"))


@pytest.fixture
def ride(driver):
    return offer_ride(registration=driver, meeting_point="Parking de la gare", **OFFER)


def agreed(ride, passenger):
    seat = ask_seat(ride=ride, registration=passenger, message="Devant la boulangerie ?")
    return accept_seat(seat=seat, by=ride.registration)


def news():
    """Return (news, address) of the mails about shared travel in their order, and delete the mails."""
    mails = Message.objects.filter(template="events.travel").order_by("pk")
    told = [(mail.context["news"], mail.to_email) for mail in mails]
    mails.delete()
    return told


def refused(operation, **wish):
    with pytest.raises(EventError) as refusal:
        operation(**wish)
    return refusal.value.code


def age(event, **delta):
    start = timezone.now() - timedelta(**delta)
    Event.objects.filter(pk=event.pk).update(
        starts_at=start - timedelta(hours=2),
        ends_at=start,
        earliest=timezone.localdate(start - timedelta(hours=2)),
        latest=timezone.localdate(start - timedelta(hours=2)),
        state=EventState.HELD,
    )


def test_both_learn_of_each_other_only_once_they_agree(ride, driver, rider):
    seat = ask_seat(ride=ride, registration=rider, message="Devant la boulangerie ?")
    assert ask_seat(ride=ride, registration=rider).pk == seat.pk
    asked = Message.objects.get(template="events.travel")
    told = builder_of(asked.template)(asked.context).context
    assert (told["subject"], told["message"], told["other"]) == (
        "Aline souhaite faire la route avec vous",
        "Devant la boulangerie ?",
        None,
    )
    assert "Petit" not in str(told["subject"]) + str(told["text"])
    assert news() == [("asked", driver.user.email)]

    assert accept_seat(seat=seat, by=driver) == accept_seat(seat=seat, by=driver)
    mails = Message.objects.filter(template="events.travel").order_by("pk")
    met = [builder_of(mail.template)(mail.context).context["other"].person_email for mail in mails]
    assert met == [rider.user.email, driver.user.email]
    assert news() == [("agreed", driver.user.email), ("agreed", rider.user.email)]
    ride.refresh_from_db()
    assert (ride.seats_taken, ride.people, ride.passenger_kilometres, ride.crosses) == (1, 2, 120, True)


def test_only_the_person_who_was_asked_answers(ride, driver, rider):
    wish = wish_ride(registration=rider, town="Mariembourg", side="BE", direction="there")
    seat = propose_seat(wish=wish, registration=driver)
    assert refused(accept_seat, seat=seat, by=driver) == "gone"
    decline_seat(seat=seat, by=rider)
    decline_seat(seat=seat, by=rider)
    assert news() == [("proposed", rider.user.email), ("declined", driver.user.email)]
    assert refused(propose_seat, wish=wish, registration=driver) == "declined"
    # The passenger who declined may ask later; then the driver answers.
    again = ask_seat(ride=ride, registration=rider)
    assert news() == [("asked", driver.user.email)]
    assert accept_seat(seat=again, by=driver).is_accepted
    assert not RideWish.objects.exists()


def test_a_request_and_a_proposal_make_an_agreement(ride, driver, rider):
    wish = wish_ride(registration=rider, town="Mariembourg", side="BE", direction="there")
    ask_seat(ride=ride, registration=rider)
    assert propose_seat(wish=wish, registration=driver).is_accepted


def test_a_car_is_never_too_full_and_a_person_has_one_seat_a_way(event, ride, driver, rider):
    others = [RegistrationFactory(event=event) for _ in range(3)]
    for passenger in others[:2]:
        agreed(ride, passenger)
    assert refused(ask_seat, ride=ride, registration=rider) == "full"
    assert refused(offer_ride, registration=driver, **{**OFFER, "seats": 1}) == "below_seats"
    assert refused(offer_ride, registration=driver, **{**OFFER, "direction": "back"}) == "direction"
    assert refused(offer_ride, registration=others[0], **OFFER) == "passenger"
    assert refused(wish_ride, registration=driver, town="Fumay", side="FR", direction="back") == "driver"
    second = offer_ride(registration=others[2], **{**OFFER, "direction": "back"})
    assert refused(ask_seat, ride=second, registration=others[0]) == "passenger"
    assert refused(ask_seat, ride=second, registration=driver) == "driver"
    with pytest.raises(IntegrityError, match="events_ride_within_seats"), transaction.atomic():
        Ride.objects.filter(pk=ride.pk).update(seats_taken=3)


def test_an_agreement_ends_other_requests_for_the_same_way(event, ride, driver, rider):
    second = offer_ride(registration=RegistrationFactory(event=event), **OFFER)
    ask_seat(ride=second, registration=rider)
    news()
    agreed(ride, rider)
    assert news() == [
        ("asked", driver.user.email),
        ("ended", second.registration.user.email),
        ("agreed", driver.user.email),
        ("agreed", rider.user.email),
    ]
    assert RideSeat.objects.count() == 1


def leaves_by_cancelling(registration):
    cancel_registration(registration=registration)


def leaves_by_going_online(registration):
    Event.objects.filter(pk=registration.event_id).update(mode="hybrid")
    registration.event.refresh_from_db()
    change_way(registration=registration, way=Way.ONLINE)


@pytest.mark.parametrize("leave", [leaves_by_cancelling, leaves_by_going_online])
def test_a_passenger_who_no_longer_comes_frees_the_seat(ride, driver, rider, leave):
    agreed(ride, rider)
    news()
    leave(rider)
    assert news() == [("ended", driver.user.email)]
    ride.refresh_from_db()
    assert (ride.seats_taken, RideSeat.objects.count()) == (0, 0)


@pytest.mark.parametrize("leave", [leaves_by_cancelling, leaves_by_going_online])
def test_passengers_are_told_when_the_driver_no_longer_comes(event, ride, driver, rider, leave):
    agreed(ride, rider)
    news()
    leave(driver)
    assert news() == [("ended", rider.user.email)]
    assert (Ride.objects.count(), RideSeat.objects.count()) == (0, 0)


def test_travel_ends_when_an_event_is_cancelled_or_moved_online(event, ride, driver, rider):
    agreed(ride, rider)
    news()
    switch_online(event=event, online_link="https://visio.ardenne.example/a", reason="Frontière fermée", by=None)
    told = Message.objects.filter(template="events.travel", context__news="ended").order_by("pk")
    assert {str(builder_of(mail.template)(mail.context).context["text"]) for mail in told} == {
        "L’événement a lieu en ligne\N{NO-BREAK SPACE}: personne n’a plus besoin du trajet depuis Couvin."
    }
    assert sorted(news()) == sorted([("ended", rider.user.email), ("ended", driver.user.email)])
    assert not Ride.objects.exists()
    other = EventFactory()
    alone = RegistrationFactory(event=other)
    offer_ride(registration=alone, **OFFER)
    cancel_event(event=other, reason="Neige", by=None)
    assert (news(), Ride.objects.count()) == ([], 0)


def test_drivers_confirm_the_hour_of_a_moved_event(event, ride, driver, rider):
    agreed(ride, rider)
    news()
    later = event.starts_at + timedelta(days=1)
    move_event(event=event, starts_at=later, ends_at=later + timedelta(hours=2), reason="Salle prise", by=None)
    assert news() == [("moved", driver.user.email), ("moved", rider.user.email)]
    ride.refresh_from_db()
    assert ride.to_confirm
    offer_ride(registration=driver, **{**OFFER, "leaves_at": time(10)})
    offer_ride(registration=driver, **{**OFFER, "leaves_at": time(10)})
    assert news() == [("changed", rider.user.email)]


def test_only_figures_remain_a_week_after_the_event(event, ride, driver, rider):
    agreed(ride, rider)
    offer_ride(registration=RegistrationFactory(event=event), **OFFER)
    wish_ride(registration=RegistrationFactory(event=event), town="Fumay", side="FR", direction="back")
    age(event, days=6)
    assert (forget_travel(), RideSeat.objects.count()) == (0, 1)
    age(event, days=8)
    assert (forget_travel(), forget_travel()) == (1, 0)
    kept = Ride.objects.get()
    assert (kept.event, kept.from_side, kept.to_side, kept.people, kept.passenger_kilometres) == (
        event, "BE", "FR", 2, 120,
    )  # fmt: skip
    assert (kept.registration, kept.town, kept.meeting_point, kept.leaves_at) == (None, "", "", None)
    assert (RideSeat.objects.count(), RideWish.objects.count()) == (0, 0)


def test_either_may_say_that_they_did_not_travel_together(event, ride, driver, rider):
    seat = agreed(ride, rider)
    news()
    age(event, hours=1)
    withdraw_seat(seat=seat, by=driver)
    assert Ride.objects.get().seats_taken == 0
    withdraw_ride(registration=driver)
    withdraw_ride(registration=driver)
    assert (Ride.objects.count(), news()) == (0, [])


def test_only_people_registered_on_site_offer_and_ask(event, ride):
    guest = GuestRegistrationFactory(event=event, confirmed=False)
    assert refused(offer_ride, registration=guest, **OFFER) == "not_registered"
    assert refused(ask_seat, ride=ride, registration=RegistrationFactory()) == "gone"
    online = RegistrationFactory(event=EventFactory(mode="online"))
    assert refused(offer_ride, registration=online, **OFFER) == "past"


# --- pages ---


def page(client, name, *args, status=200):
    answer = client.get(reverse(f"events:{name}", args=args))
    assert answer.status_code == status
    return answer.content.decode()


def test_only_registered_people_see_first_names_and_towns(client, event, ride, driver, rider):
    text = page(client, "event", event.slug)
    assert "1 voiture avec une place libre pour cet événement." in text.replace("\xa0", " ")
    assert "Bram" not in text and "Couvin" not in text
    assert page(client, "travel", rider.token, status=302) == ""
    client.force_login(rider.user)
    for name, key in (("event", event.slug), ("registration", rider.token), ("travel", rider.token)):
        text = page(client, name, key)
        assert "Bram" in text and "Couvin" in text
        assert "Claes" not in text and driver.user.email not in text and "Parking de la gare" not in text
    agreed(ride, rider)
    text = page(client, "travel", rider.token)
    assert driver.user.email in text and "Bram Claes" in text and "Parking de la gare" in text
    assert "Couvin" in client.get(reverse("portal:me")).content.decode()
    client.force_login(UserFactory())
    assert page(client, "travel", rider.token, status=404)


def test_a_guest_offers_a_seat_and_a_member_takes_it_without_script(client, event, rider):
    guest = GuestRegistrationFactory(event=event, name="Zoé Lambert")
    offer = {"direction": "both", "town": "couvin", "side": "BE", "leaves_at": "11:15", "seats": "3", "kilometres": ""}
    board = reverse("events:travel", args=[guest.token])
    address = reverse("events:offer_ride", args=[guest.token])
    assert client.post(address, {**offer, "town": "Nulle part"}).status_code == 200
    assert client.post(address, offer).headers["Location"] == board
    assert client.post(address, offer).headers["Location"] == board
    ride = Ride.objects.get()
    assert (ride.leaves_at, ride.seats, ride.to_side, 1 <= ride.kilometres <= 120) == (time(11, 15), 3, "FR", True)
    client.force_login(rider.user)
    asking = reverse("events:ask_seat", args=[rider.token, ride.pk])
    assert client.post(asking, {"message": "Bonjour"}).status_code == 302
    assert client.post(asking, {"message": "Bonjour"}).status_code == 302
    seat = RideSeat.objects.get()
    # The passenger cannot accept for the driver.
    client.post(reverse("events:accept_seat", args=[rider.token, seat.pk]))
    assert RideSeat.objects.get().is_asked
    client.logout()
    client.post(reverse("events:accept_seat", args=[guest.token, seat.pk]))
    assert RideSeat.objects.get().is_accepted
    for _click in range(2):
        client.post(reverse("events:withdraw_seat", args=[guest.token, seat.pk]))
    assert (RideSeat.objects.count(), Ride.objects.get().seats_taken) == (0, 0)


@pytest.mark.parametrize("number", [1, 3])
def test_the_board_has_a_fixed_number_of_queries(client, event, number, django_assert_num_queries):
    me = GuestRegistrationFactory(event=event)
    mine = offer_ride(registration=me, **{**OFFER, "seats": 8, "direction": "there"})
    for _person in range(number):
        agreed(mine, RegistrationFactory(event=event))
        offer_ride(registration=RegistrationFactory(event=event), **OFFER)
        wish_ride(registration=RegistrationFactory(event=event), town="Fumay", side="FR", direction="back")
    with django_assert_num_queries(7):
        page(client, "travel", me.token)


def test_managers_see_people_and_kilometres_without_names(client, event, ride, rider):
    agreed(ride, rider)
    client.force_login(UserFactory(superuser=True))
    text = client.get(reverse("admin:events_event_change", args=[event.pk])).content.decode().replace("\xa0", " ")
    assert "2 personnes en covoiturage, 120 km partagés ; trajets transfrontaliers : 2 et 120 km" in text
    assert "Covoiturages" in text
    assert "Parking de la gare" not in text and "Devant la boulangerie" not in text
