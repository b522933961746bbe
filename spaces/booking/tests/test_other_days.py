"""Test that the hours that a person chose stay theirs when they look at another day, which may have others."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from members.tests.factories import UserFactory
from spaces.booking.queries import nearest_free
from spaces.models import Booking, OpeningHours
from spaces.tests.asking import book_url, day, text
from spaces.tests.factories import (
    BookingFactory,
    EquipmentFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
    make_manager,
)
from tests.pages import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits_spent")]

LONG, SHORT, CLOSED = 1, 2, 3
HOURS = {LONG: (8, 20), SHORT: (10, 16)}
SAYS_SO = "ouvre de 10 h à 16 h ce jour-là : les heures ont changé"


@pytest.fixture
def greenhouse():
    """A space that is open for long tomorrow and in a week, shorter the day after, and not on the third."""
    space = SpaceFactory(name="Les Serres")
    for away, (opens, closes) in HOURS.items():
        weekday = (timezone.localdate() + timedelta(days=away)).weekday()
        OpeningHours.objects.create(space=space, weekday=weekday, opens=time(opens), closes=time(closes))
    return space


def look(client, page, url, **changes):
    """Send the form as the page has it, with a change in it, as a script or a button does; return the next page."""
    return client.post(url, Page(page.content.decode()).form(url).data(**{"look": "day", **changes}))


def hours(page):
    return tuple(page.context["form"][name].value() for name in ("start", "end"))


@pytest.mark.parametrize(
    ("wish", "instead"),
    [
        (("09:00", "17:00"), ("10:00", "16:00")),
        (("09:00", "12:00"), ("10:00", "13:00")),
        (("14:00", "18:00"), ("12:00", "16:00")),
        (("11:00", "13:00"), ("11:00", "13:00")),
    ],
)
def test_another_day_has_the_nearest_hours_and_the_day_before_those_chosen(client, greenhouse, wish, instead):
    room = ResourceFactory(space=greenhouse)
    url = book_url(room)
    page = client.get(url, {"resource": room.slug, "day": day(LONG)})
    page = look(client, page, url, pick=" ".join(wish))
    page = look(client, page, url, day=day(SHORT))
    assert (hours(page), SAYS_SO in text(page)) == (instead, wish != instead)
    page = look(client, page, url, day=day(CLOSED))
    assert f"wished={wish[0]}%20{wish[1]}" in page.content.decode().replace("%3A", ":")
    page = look(client, page, url, day=day(LONG))
    assert (hours(page), SAYS_SO in text(page)) == (wish, False)


def test_hours_changed_on_the_other_day_are_those_chosen_from_then_on(client, greenhouse):
    room = ResourceFactory(space=greenhouse)
    url = book_url(room)
    page = client.get(url, {"resource": room.slug, "day": day(LONG), "start": "09:00", "end": "17:00"})
    page = look(client, page, url, day=day(SHORT))
    page = look(client, page, url, look="end", end="14:00")
    assert (hours(page), "les heures ont changé" in text(page)) == (("10:00", "14:00"), False)
    assert hours(look(client, page, url, day=day(LONG))) == ("10:00", "14:00")


def test_hours_that_nobody_chose_are_the_first_free_ones_of_each_day(client, greenhouse):
    room = ResourceFactory(space=greenhouse)
    url = book_url(room)
    page = client.get(url, {"resource": room.slug, "day": day(LONG)})
    assert hours(page) == ("08:00", "09:00")
    page = look(client, page, url, day=day(SHORT))
    assert (hours(page), "les heures ont changé" in text(page)) == (("10:00", "11:00"), False)


def test_a_booking_that_moves_says_beside_its_button_that_it_becomes_shorter(client, greenhouse):
    booking = BookingFactory(resource=ResourceFactory(space=greenhouse), hours=(9, 17))
    client.force_login(booking.user)
    url = reverse("spaces:booking_move", args=[booking.reference])
    for page in (look(client, client.get(url), url, day=day(SHORT)), client.get(url, {"day": day(SHORT)})):
        assert hours(page) == ("10:00", "16:00")
        summary = text(page).partition("La réservation après modification")[2]
        assert SAYS_SO in summary and "La réservation dure 6 h au lieu de 8 h." in summary
    assert hours(look(client, page, url, day=day(LONG))) == ("09:00", "17:00")


@pytest.fixture
def phone(client, greenhouse):
    """The manager's page to book a room of the greenhouse on the telephone."""
    room = ResourceFactory(space=greenhouse)
    user = UserFactory()
    make_manager(greenhouse, user)
    client.force_login(user)
    url = reverse("admin:spaces_booking_add")
    return url, lambda **sent: client.get(url, {"resource": room.pk, "day": day(LONG), **sent})


def test_a_manager_on_the_phone_has_the_nearest_hours_and_those_typed_on_the_day_before(client, phone):
    url, opened = phone
    page = look(client, opened(), url, start="14:00", end="18:00", look="hours")
    page = look(client, page, url, day=day(SHORT))
    assert (hours(page), SAYS_SO in text(page)) == (("12:00", "16:00"), True)
    page = look(client, page, url, people="2", look="people")
    assert (hours(page), SAYS_SO in text(page)) == (("12:00", "16:00"), True)
    page = look(client, page, url, day=day(CLOSED))
    page = look(client, page, url, day=day(LONG))
    assert (hours(page), "les heures ont changé" in text(page)) == (("14:00", "18:00"), False)


def test_a_series_on_the_phone_has_the_nearest_hours_of_its_first_day(client, phone):
    url, opened = phone
    page = opened(start="09:00", end="17:00", pattern="weekly", until=day(LONG + 14))
    page = look(client, page, url, day=day(SHORT))
    assert (hours(page), "les heures ont changé pour toutes les dates" in text(page)) == (("10:00", "16:00"), True)
    assert hours(look(client, page, url, day=day(LONG))) == ("09:00", "17:00")


def test_hours_typed_on_a_closed_day_are_those_wished_from_then_on(client, phone):
    url, opened = phone
    page = look(client, opened(start="09:00", end="17:00"), url, day=day(CLOSED))
    page = look(client, page, url, start="11:00", end="12:00", look="end")
    assert hours(look(client, page, url, day=day(LONG))) == ("11:00", "12:00")


# --- a refusal offers the hours wished on other days, before other hours ---


def test_the_hours_wished_are_offered_on_the_next_days_that_have_them(greenhouse):
    room = ResourceFactory(space=greenhouse)
    BookingFactory(resource=room, days=LONG, hours=(8, 20))
    BookingFactory(resource=room, days=LONG + 14, hours=(15, 16))
    found = nearest_free(room, in_days(LONG, 14), in_days(LONG, 18))
    expected = [(LONG + 7, 14, 18), (SHORT, 12, 16), (SHORT + 7, 12, 16)]
    assert found == [(in_days(away, starts), in_days(away, ends)) for away, starts, ends in expected]


@pytest.mark.parametrize("by_manager", [True, False])
def test_a_closed_day_offers_the_hours_wished_in_the_order_of_days(greenhouse, by_manager):
    room = ResourceFactory(space=greenhouse)
    found = nearest_free(room, in_days(CLOSED, 11), in_days(CLOSED, 13), by_manager=by_manager)
    assert [one.start for one in found] == [in_days(away, 11) for away in (LONG + 7, SHORT + 7, LONG + 14)]


def test_hours_that_no_day_has_give_way_to_the_nearest_of_each(greenhouse):
    room = ResourceFactory(space=greenhouse)
    found = nearest_free(room, in_days(LONG, 18, 30), in_days(LONG, 20, 30))
    assert [one.start for one in found] == [in_days(LONG, 18), in_days(SHORT, 14), in_days(LONG + 7, 18)]


# --- hours that are none stay as they are written, and nothing is booked in their place ---

OUT_OF_ORDER = "La fin doit venir après le début."


@pytest.mark.parametrize("is_scripted", [True, False])
def test_an_end_before_the_beginning_stays_on_the_phone_and_is_refused(client, phone, is_scripted):
    url, opened = phone
    page = opened(start="14:00", end="15:00")
    page = look(client, page, url, end="12:00", look="end" if is_scripted else "hours")
    assert (hours(page), OUT_OF_ORDER in text(page)) == (("14:00", "12:00"), True)
    page = look(client, page, url, day=day(SHORT))
    assert (hours(page), OUT_OF_ORDER in text(page)) == (("14:00", "12:00"), True)
    sent = client.post(url, Page(page.content.decode()).form(url).data(guest_name="Ed"))
    assert (sent.status_code, list(sent.context["form"].errors)) == (400, ["end"])
    assert not Booking.objects.exists()


@pytest.mark.parametrize("written", [("25:99", "16:00"), ("", "16:00"), ("14:00", "midi")])
def test_what_is_no_hour_stays_on_the_phone(client, phone, written):
    url, opened = phone
    start, end = written
    page = look(client, opened(start="14:00", end="15:00"), url, start=start, end=end, look="hours")
    assert hours(page) == written
    sent = client.post(url, Page(page.content.decode()).form(url).data(guest_name="Ed"))
    assert sent.status_code == 400
    assert not Booking.objects.exists()


def test_the_end_follows_a_beginning_that_comes_after_it(client, phone):
    url, opened = phone
    page = look(client, opened(start="09:00", end="11:00"), url, start="14:00", look="hours")
    assert hours(page) == ("14:00", "16:00")


@pytest.mark.parametrize("name", ["book", "repeat", "booking_move"])
def test_an_end_before_the_beginning_stays_in_the_forms_of_members(client, greenhouse, name):
    booking = BookingFactory(resource=ResourceFactory(space=greenhouse), hours=(14, 15))
    client.force_login(booking.user)
    of_what = booking.reference if name == "booking_move" else greenhouse.slug
    url = reverse(f"spaces:{name}", args=[of_what])
    page = client.get(url, {"resource": booking.resource.slug, "day": day(LONG), "start": "14:00", "end": "15:00"})
    page = look(client, page, url, end="12:00", look="end")
    assert (hours(page), OUT_OF_ORDER in text(page)) == (("14:00", "12:00"), True)
    page = look(client, page, url, end="17:00", look="end")
    assert (hours(page), OUT_OF_ORDER in text(page)) == (("14:00", "17:00"), False)


def test_a_last_day_before_the_first_stays_and_is_refused(client, phone, greenhouse):
    kit = EquipmentFactory(space=greenhouse)
    sent = {"place": greenhouse.slug, "day": day(SHORT), "until": day(SHORT + 7), "start": "11:00", "end": "15:00"}
    for url in (reverse("spaces:lend", args=[kit.pk]), reverse("admin:spaces_resource_lend", args=[kit.pk])):
        page = look(client, client.get(url, sent), url, until=day(LONG), look="until")
        assert page.context["form"]["until"].value() == day(LONG)
        assert "Le dernier jour ne peut pas précéder le premier." in text(page)
        data = Page(page.content.decode()).form(url).data(guest_name="Ed")
        refused = client.post(url, data)
        assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["until"])
    assert not Booking.objects.exists()


def test_a_series_has_the_nearest_hours_of_its_first_day(client, greenhouse):
    room = ResourceFactory(space=greenhouse)
    client.force_login(UserFactory())
    url = reverse("spaces:repeat", args=[greenhouse.slug])
    page = client.get(url, {"resource": room.slug, "day": day(LONG), "start": "09:00", "end": "17:00"})
    page = look(client, page, url, day=day(SHORT))
    assert (hours(page), "les heures ont changé pour toutes les dates" in text(page)) == (("10:00", "16:00"), True)
    assert hours(look(client, page, url, day=day(LONG))) == ("09:00", "17:00")


@pytest.mark.parametrize("name", ["spaces:lend", "admin:spaces_resource_lend"])
def test_a_loan_has_the_nearest_hours_of_its_days(client, phone, greenhouse, name):
    kit = EquipmentFactory(space=greenhouse)
    url = reverse(name, args=[kit.pk])
    days = {"day": day(LONG), "until": day(LONG + 7)}
    page = client.get(url, {"place": greenhouse.slug, **days, "start": "18:00", "end": "09:00"})
    page = look(client, page, url, day=day(SHORT), until=day(SHORT + 7))
    assert (hours(page), "les heures ont changé" in text(page)) == (("15:30", "10:30"), True)
    page = look(client, page, url, **days)
    assert (hours(page), "les heures ont changé" in text(page)) == (("18:00", "09:00"), False)
