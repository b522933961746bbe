"""Test that the hours that a person chose stay theirs when they look at another day, which may have others."""

from datetime import time, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from members.tests.factories import UserFactory
from spaces.models import OpeningHours
from spaces.tests.asking import book_url, day, text
from spaces.tests.factories import BookingFactory, EquipmentFactory, ResourceFactory, SpaceFactory
from tests.pages import Page

pytestmark = pytest.mark.django_db

LONG, SHORT, CLOSED = 1, 2, 3
HOURS = {LONG: (8, 20), SHORT: (10, 16)}
SAYS_SO = "ouvre de 10 h à 16 h ce jour-là : les heures ont changé"


@pytest.fixture(autouse=True)
def no_limits_spent():
    cache.clear()


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


def test_a_series_has_the_nearest_hours_of_its_first_day(client, greenhouse):
    room = ResourceFactory(space=greenhouse)
    client.force_login(UserFactory())
    url = reverse("spaces:repeat", args=[greenhouse.slug])
    page = client.get(url, {"resource": room.slug, "day": day(LONG), "start": "09:00", "end": "17:00"})
    page = look(client, page, url, day=day(SHORT))
    assert (hours(page), "les heures ont changé pour tous les jours" in text(page)) == (("10:00", "16:00"), True)
    assert hours(look(client, page, url, day=day(LONG))) == ("09:00", "17:00")


def test_a_loan_has_the_nearest_hours_of_its_days(client, greenhouse):
    kit = EquipmentFactory(space=greenhouse)
    url = reverse("spaces:lend", args=[kit.pk])
    days = {"day": day(LONG), "until": day(LONG + 7)}
    page = client.get(url, {"place": greenhouse.slug, **days, "start": "18:00", "end": "09:00"})
    page = look(client, page, url, day=day(SHORT), until=day(SHORT + 7))
    assert (hours(page), "les heures ont changé" in text(page)) == (("15:30", "10:30"), True)
    page = look(client, page, url, **days)
    assert (hours(page), "les heures ont changé" in text(page)) == (("18:00", "09:00"), False)
