"""A manager decides, cancels and enters bookings."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

from hacktiv.outbox.models import Message
from members.models import User
from members.tests.factories import UserFactory
from spaces.enums import BookingStatus
from spaces.models import Booking, OpeningHours, Resource
from spaces.tests.asking import text
from spaces.tests.factories import BookingFactory, in_days

from .pages import admin_url, clocks_go_forward

pytestmark = pytest.mark.django_db


def act(client, action, *bookings, **data):
    data = {"action": action, ACTION_CHECKBOX_NAME: [booking.pk for booking in bookings], **data}
    return client.post(admin_url(Booking, "changelist"), data)


def test_a_request_is_confirmed_from_its_page(client, mine):
    page = client.get(admin_url(Booking, "change", mine[Booking].pk)).content.decode()
    assert 'value="confirm_selected"' in page
    act(client, "confirm_selected", mine[Booking])
    mine[Booking].refresh_from_db()
    assert mine[Booking].status == BookingStatus.CONFIRMED
    assert Message.objects.filter(template="spaces.booking_confirmed").count() == 1


def test_a_request_is_refused_with_a_reason(client, mine):
    booking = mine[Booking]
    assert act(client, "refuse_selected", booking).status_code == 200
    assert act(client, "refuse_selected", booking, reason=" ").status_code == 400
    booking.refresh_from_db()
    assert booking.status == BookingStatus.REQUESTED
    act(client, "refuse_selected", booking, reason="Travaux")
    booking.refresh_from_db()
    assert (booking.status, booking.reason) == (BookingStatus.REFUSED, "Travaux")


def test_a_booking_is_cancelled_with_a_reason(client, mine):
    act(client, "cancel_selected", mine[Booking], reason="Panne de chauffage")
    mine[Booking].refresh_from_db()
    assert (mine[Booking].status, mine[Booking].reason) == (BookingStatus.CANCELLED, "Panne de chauffage")


def test_a_cancellation_says_before_and_after_that_nobody_without_an_address_reads_of_it(client, mine):
    guest = BookingFactory(
        resource=mine[Resource], user=None, guest_name="Ed Endfirst", hours=(16, 17), as_manager=True
    )
    asked = text(act(client, "cancel_selected", guest))
    assert "Annuler cette réservation ?" in asked and "Annuler ces" not in asked
    assert "Ed Endfirst" in asked and "pas d’adresse : prévenez par téléphone" in asked
    assert "Aucun e-mail ne part." in asked and "La personne le lit dans l’e-mail" not in asked
    both = text(act(client, "cancel_selected", guest, mine[Booking]))
    assert "Annuler ces 2 réservations ?" in both and "La personne le lit dans l’e-mail" in both
    assert both.count("prévenez par téléphone") == 1 and "1 personne sera prévenue par e-mail" in both
    data = {"action": "cancel_selected", ACTION_CHECKBOX_NAME: [guest.pk], "reason": "Panne"}
    done = text(client.post(admin_url(Booking, "changelist"), data, follow=True))
    assert "Prévenez par téléphone : Ed Endfirst" in done


def test_the_pages_of_members_tell_a_manager_that_no_mail_goes(client, mine):
    guest = BookingFactory(
        resource=mine[Resource], user=None, guest_name="Ed Endfirst", hours=(16, 17), as_manager=True
    )
    url = reverse("spaces:booking_cancel", args=[guest.reference])
    assert "Pas d’adresse : aucun e-mail ne part." in text(client.get(url))
    assert "Prévenez par téléphone : Ed Endfirst" in text(client.post(url, {"reason": ""}, follow=True))
    mine[Booking].refresh_from_db()
    told = reverse("spaces:booking_cancel", args=[mine[Booking].reference])
    assert "Pas d’adresse" not in text(client.get(told))


def test_a_decision_that_is_refused_is_explained(client, mine):
    act(client, "cancel_selected", mine[Booking], reason="Panne")
    response = client.post(
        admin_url(Booking, "changelist"),
        {"action": "confirm_selected", ACTION_CHECKBOX_NAME: [mine[Booking].pk]},
        follow=True,
    )
    assert "Cette réservation n’attend plus de réponse." in response.content.decode()


def by_phone(room, **changes):
    return {
        "resource": room.pk,
        "day": f"{in_days(2, 9):%Y-%m-%d}",
        "start": "09:00",
        "end": "10:00",
        "user": "",
        "guest_name": "Zoé",
        "guest_email": "zoe@example.org",
        "guest_language": "fr",
        "purpose": "",
        **changes,
    }


def test_a_guest_on_the_phone_is_booked_at_once(client, manager, mine):
    response = client.post(admin_url(Booking, "add"), by_phone(mine[Resource]))
    booking = Booking.objects.get(guest_name="Zoé")
    assert response.url == admin_url(Booking, "change", booking.pk)
    assert (booking.status, booking.created_by, booking.start) == (BookingStatus.CONFIRMED, manager, in_days(2, 9))
    assert Message.objects.filter(to_email="zoe@example.org").count() == 1


def test_a_member_on_the_phone_is_known_by_choice_and_by_no_address(client, mine):
    UserFactory(email="someone@example.org")
    client.post(admin_url(Booking, "add"), by_phone(mine[Resource], user=mine[User].pk, guest_name=""))
    client.post(admin_url(Booking, "add"), by_phone(mine[Resource], guest_email="Someone@Example.org"))
    assert set(Booking.objects.filter(period__startswith=in_days(2, 9)).values_list("user", "guest_name")) == {
        (mine[User].pk, ""),
        (None, "Zoé"),
    }


def test_an_hour_that_does_not_exist_is_refused_beside_it(client, mine):
    OpeningHours.objects.filter(weekday=6).update(opens="00:00", closes="23:00")
    wish = by_phone(mine[Resource], day=clocks_go_forward(), start="02:15", end="04:00")
    response = client.post(admin_url(Booking, "add"), wish)
    assert (response.status_code, set(response.context["form"].errors)) == (400, {"start"})
    assert client.post(admin_url(Booking, "add"), {**wish, "start": "03:15"}).status_code == 302


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"guest_name": "", "guest_email": ""}, 400),
        ({"day": "2026-13-45"}, 400),
        ({"day": "9999-12-31"}, 400),
        ({"start": "10:00", "end": "09:00"}, 400),
        ({"start": "05:00"}, 409),
        ({"guest_name": "x" * 10_000}, 400),
        ({"user": "999999"}, 400),
        ({"resource": "999999"}, 400),
    ],
)
def test_a_faulty_booking_by_phone_is_kept_and_explained(client, mine, changes, status):
    response = client.post(admin_url(Booking, "add"), by_phone(mine[Resource], **changes))
    assert response.status_code == status
    assert response.context["form"].errors
    assert Booking.objects.count() == 1


def test_a_name_that_is_none_is_refused_once(client, mine):
    page = client.post(admin_url(Booking, "add"), by_phone(mine[Resource], guest_name="=SUM(A1)"))
    errors = page.context["form"].errors["guest_name"]
    assert len(errors) == 1
    assert "Écrivez ici un nom" in errors[0]


def test_a_booking_by_phone_cannot_reach_another_space_or_its_people(client, mine, others):
    for changes in ({"resource": others[Resource].pk}, {"user": others[User].pk}):
        response = client.post(admin_url(Booking, "add"), by_phone(mine[Resource], **changes))
        assert set(response.context["form"].errors) == set(changes)
