"""A manager closes a day or a room."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

from hacktiv.common import dates
from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.booking.operations import cancel_booking, hold
from spaces.enums import BookingStatus
from spaces.models import Booking, Closure, Resource, Space, Wait
from spaces.tests.factories import BookingFactory, in_days
from spaces.timing.periods import period
from tests.pages import Page

from .pages import admin_url, clocks_go_forward

pytestmark = pytest.mark.django_db


def closing(space, **changes):
    return {
        "space": space.pk,
        "resource": "",
        "first_day": f"{in_days(1, 9):%Y-%m-%d}",
        "last_day": "",
        "start": "",
        "end": "",
        "reason": "Inventaire",
        **changes,
    }


def test_a_day_is_closed_once_the_manager_accepts_to_cancel(client, mine):
    taken = mine[Booking]
    Wait.objects.create(resource=taken.resource, period=taken.period, user=UserFactory())
    response = client.post(admin_url(Closure, "add"), closing(mine[Space], cancel_bookings="on"))
    assert (response.status_code, response.context["in_the_way"]) == (200, [mine[Booking]])
    page = Page(response.text)
    assert "1 réservation tombe à ce moment. Rien n’est encore annulé." in page.text
    when = dates.span(in_days(1, 0), in_days(2, 0)).replace("\N{NO-BREAK SPACE}", " ")
    assert f"Sera fermé : {mine[Space]}, {when} – Inventaire" in page.text
    assert "errornote" not in response.text, "it is a question, nothing is wrong"
    assert "Mine Person" in page.text
    assert "1 personne sera prévenue par e-mail." in page.text
    assert "1 personne est sur la liste d’attente pour cet horaire" in page.text
    assert "Fermer et annuler 1 réservation" in response.text
    mine[Booking].refresh_from_db()
    assert mine[Booking].is_live, "nothing is cancelled before it was shown"
    response = client.post(admin_url(Closure, "add"), closing(mine[Space], seen=mine[Booking].pk), follow=True)
    assert "1 réservation est annulée. 1 personne est prévenue par e-mail." in Page(response.text).text
    mine[Booking].refresh_from_db()
    assert mine[Booking].status == BookingStatus.CANCELLED
    closure = Closure.objects.get(reason="Inventaire")
    assert (closure.period.lower, closure.period.upper) == (in_days(1, 0), in_days(2, 0))


def test_who_waits_is_told_of_a_closure_once_and_served_when_it_opens_again(client, mine):
    taken = mine[Booking]
    cancel_booking(booking=taken, by=None, as_manager=True)
    wait = Wait.objects.create(resource=taken.resource, period=taken.period, user=UserFactory())
    told = "1 personne est sur la liste d’attente pour cet horaire"
    made = client.post(admin_url(Closure, "add"), closing(mine[Space]), follow=True)
    assert told in Page(made.text).text
    closure = Closure.objects.get(reason="Inventaire")
    changed = client.post(admin_url(Closure, "change", closure.pk), closing(mine[Space], reason="Travaux"), follow=True)
    assert "La fermeture est modifiée." in Page(changed.text).text
    assert told not in Page(changed.text).text, "no mail went"
    assert Message.objects.filter(template="spaces.wait_closed").count() == 1
    asked = client.get(admin_url(Closure, "delete", closure.pk))
    assert "1 personne attend cet horaire" in Page(asked.text).text
    opened = client.post(admin_url(Closure, "delete", closure.pk), {"post": "yes"}, follow=True)
    assert "1 personne de la liste d’attente a maintenant une place" in Page(opened.text).text
    wait.refresh_from_db()
    assert wait.booking.is_live


def test_a_booking_that_came_meanwhile_is_shown_before_it_is_cancelled(client, mine):
    later = BookingFactory(resource=mine[Resource], days=1, hours=(18, 19), guest_name="Odile Pirard", as_manager=True)
    response = client.post(admin_url(Closure, "add"), closing(mine[Space], seen=mine[Booking].pk))
    assert set(response.context["in_the_way"]) == {mine[Booking], later}
    assert Booking.objects.live().filter(pk__in=[mine[Booking].pk, later.pk]).count() == 2
    assert "pas d’adresse : prévenez par téléphone" in Page(response.text).text
    seen = [mine[Booking].pk, later.pk]
    response = client.post(admin_url(Closure, "add"), closing(mine[Space], seen=seen), follow=True)
    text = Page(response.text).text
    assert "2 réservations sont annulées. 1 personne est prévenue par e-mail." in text
    assert "Odile Pirard" in text, "somebody without an address is named, to be phoned"


def test_opening_again_says_that_cancelled_bookings_stay_cancelled(client, mine):
    text = Page(client.get(admin_url(Closure, "delete", mine[Closure].pk)).text).text
    assert "Rouvrir" in text
    assert "ne reviennent pas" in text
    assert "+00:00" not in text


def test_a_room_is_blocked_for_some_hours(client, mine):
    wish = closing(mine[Space], resource=mine[Resource].pk, start="12:00", end="14:00")
    client.post(admin_url(Closure, "add"), wish)
    closure = Closure.objects.get(reason="Inventaire")
    assert (closure.resource, closure.period.lower, closure.period.upper) == (
        mine[Resource],
        in_days(1, 12),
        in_days(1, 14),
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"first_day": ""}, "first_day"),
        ({"last_day": "2026-01-01"}, "last_day"),
        ({"start": "14:00", "end": "12:00"}, "__all__"),
        ({"first_day": f"{in_days(-3, 9):%Y-%m-%d}"}, "__all__"),
        ({"first_day": clocks_go_forward(), "start": "02:15"}, "start"),
        ({"last_day": clocks_go_forward(), "end": "02:15"}, "end"),
    ],
)
def test_a_faulty_closure_is_explained(client, mine, changes, field):
    response = client.post(admin_url(Closure, "add"), closing(mine[Space], **changes))
    assert (response.status_code, set(response.context["form"].errors)) == (400, {field})


def test_a_room_of_another_space_cannot_be_blocked(client, mine, others):
    response = client.post(admin_url(Closure, "add"), closing(mine[Space], resource=others[Resource].pk))
    assert set(response.context["form"].errors) == {"resource"}


@pytest.mark.parametrize("way", ["page", "action"])
def test_deleting_a_closure_opens_again(client, mine, way):
    if way == "page":
        client.post(admin_url(Closure, "delete", mine[Closure].pk), {"post": "yes"})
    else:
        data = {"action": "delete_selected", ACTION_CHECKBOX_NAME: [mine[Closure].pk], "post": "yes"}
        client.post(admin_url(Closure, "changelist"), data)
    BookingFactory(resource=mine[Resource], days=9)


def test_a_closure_shows_its_hours_as_it_was_entered_and_takes_others(client, mine):
    address = admin_url(Closure, "change", mine[Closure].pk)
    form = client.get(address).context["form"]
    shown = {name: form[name].value() for name in ("first_day", "last_day", "start", "end", "reason")}
    assert shown == {
        "first_day": in_days(9, 9).date(),
        "last_day": None,
        "start": None,
        "end": None,
        "reason": "Works",
    }
    wish = closing(mine[Space], first_day=f"{in_days(12, 9):%Y-%m-%d}", start="12:00", end="14:00")
    client.post(address, wish)
    mine[Closure].refresh_from_db()
    assert (mine[Closure].reason, mine[Closure].period.lower, mine[Closure].period.upper) == (
        "Inventaire",
        in_days(12, 12),
        in_days(12, 14),
    )


def test_a_changed_closure_first_shows_the_bookings_in_the_way(client, mine):
    address = admin_url(Closure, "change", mine[Closure].pk)
    response = client.post(address, closing(mine[Space]))
    assert (response.status_code, response.context["in_the_way"]) == (200, [mine[Booking]])


def test_an_event_in_the_way_is_named_with_its_day_its_page_and_the_remedy(client, mine):
    Booking.objects.all().delete()
    hold(key="event:7:1", label="Repas d’hiver", resource=mine[Resource], start=in_days(1, 12), end=in_days(1, 14))
    response = client.post(admin_url(Closure, "add"), closing(mine[Space]))
    page = Page(response.text)
    assert response.status_code == 400
    assert "Déplacez-le ou annulez-le d’abord" in page.text
    when = dates.span(in_days(1, 12), in_days(1, 14)).replace("\xa0", " ")
    assert f"{mine[Resource].name}, {when}" in page.text
    assert reverse("admin:events_event_change", args=[7]) in response.text
    assert "Corrigez" not in page.text, "nothing is marked in the form"


def test_the_beginning_of_a_running_closure_and_a_past_one_stay(client, mine):
    closure = mine[Closure]
    address = admin_url(Closure, "change", closure.pk)
    Closure.objects.filter(pk=closure.pk).update(period=period(in_days(-1, 0), in_days(2, 0)))
    today = f"{in_days(0, 9):%Y-%m-%d}"
    client.post(address, closing(mine[Space], first_day=today, last_day=today, cancel_bookings="on"))
    closure.refresh_from_db()
    assert (closure.period.lower, closure.period.upper) == (in_days(-1, 0), in_days(1, 0))
    Closure.objects.filter(pk=closure.pk).update(period=period(in_days(-2, 0), in_days(-1, 0)))
    assert client.post(address, closing(mine[Space])).status_code in {403, 404}
    assert "Fermer" not in Page(client.get(address).text).text, "one leaves a page by « Retour »"


def test_a_closure_of_another_space_is_not_there(client, mine, others):
    assert client.post(admin_url(Closure, "change", others[Closure].pk), closing(others[Space])).status_code == 404
