"""Test what the booking page offers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from members.tests.factories import UserFactory
from spaces.booking.operations import close, hold
from spaces.booking.queries import free_slots
from spaces.models import Booking, OpeningHours
from spaces.places.queries import holidays_ahead, state_now
from spaces.tests.asking import book_url, choice, day, text
from spaces.tests.factories import (
    BookingFactory,
    FeatureFactory,
    MembershipFactory,
    PhotoFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
    kept_for,
)
from spaces.timing.hours import Stretch
from spaces.timing.public_holidays import holiday_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits_spent")]


# --- choosing ---


@pytest.mark.parametrize("units", [1, 3])
def test_the_booking_page_costs_the_same_for_one_unit_and_three(client, django_assert_num_queries, units):
    resource = ResourceFactory(units=units)
    for _ in range(units):
        BookingFactory(resource=resource)
    with django_assert_num_queries(10):
        response = client.get(book_url(resource), {"resource": resource.slug, "day": day()})
    assert [slot.free for slot in response.context["plan"].slots][:4] == [units, units, 0, 0]


def test_the_booking_page_shows_the_photos_of_its_room_only(client):
    room = ResourceFactory()
    PhotoFactory(space=room.space, resource=room, alternative_text="The room")
    PhotoFactory(space=room.space, alternative_text="The house")
    page = client.get(book_url(room), {"resource": room.slug, "day": day()}).content.decode()
    assert ('alt="The room"' in page, 'alt="The house"' in page) == (True, False)


def test_the_day_shows_what_bookings_events_and_closures_leave(client):
    resource = ResourceFactory()
    BookingFactory(resource=resource, hours=(9, 10))
    hold(key="event:1", label="Secret party", resource=resource, start=in_days(1, 12), end=in_days(1, 13))
    close(space=resource.space, start=in_days(1, 15), end=in_days(1, 20), reason="Works", by=None)
    response = client.get(book_url(resource), {"resource": resource.slug, "day": day()})
    free = {timezone.localtime(slot.start).hour for slot in response.context["plan"].slots if slot.free}
    assert free == {8, 10, 11, 13, 14}
    assert Booking.objects.get().person_name not in text(response)
    assert "Secret party" not in text(response)


def test_the_last_half_hour_before_closing_is_offered_as_it_is(client):
    resource = ResourceFactory()
    tomorrow = in_days(1, 9).date()
    closing = free_slots(resource, tomorrow).slots[-1].end
    last = Stretch(closing - timedelta(minutes=30), closing)
    assert free_slots(resource, tomorrow, now=last.start - timedelta(minutes=5)).first_free() == last


def test_without_a_choice_the_first_room_and_the_next_open_day_are_shown(client):
    resource = ResourceFactory(space=SpaceFactory())
    tomorrow = timezone.localdate() + timedelta(days=1)
    OpeningHours.objects.create(space=resource.space, weekday=tomorrow.weekday(), opens="09:00", closes="12:00")
    plan = client.get(book_url(resource)).context["plan"]
    assert (plan.resource, plan.day) == (resource, tomorrow)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"day": "2026-13-45"}, "day"),
        ({"day": "9999-12-31"}, "day"),
        ({"day": "0001-01-01"}, "day"),
        ({"day": ""}, "day"),
        ({"day": day(-1)}, "day"),
        ({"resource": "elsewhere"}, "resource"),
        ({"resource": "x" * 10_000}, "resource"),
    ],
)
def test_a_faulty_address_is_explained(client, query, field):
    resource = ResourceFactory()
    response = client.get(book_url(resource), {"resource": resource.slug, **query})
    assert (response.status_code, set(response.context["form"].errors)) == (400, {field})


def test_a_day_further_ahead_than_the_room_allows_is_no_choice(client):
    resource = ResourceFactory(max_days_ahead=10)
    url = book_url(resource)
    response = client.get(url, {"resource": resource.slug, "day": day(11)})
    assert (response.status_code, response.context.get("plan")) == (400, None)
    assert f"{resource.name} se réserve au plus 10 jours à l’avance." in text(response)
    assert f'max="{day(10)}"' in response.content.decode()
    assert client.get(url, {"resource": resource.slug, "day": day(10)}).context["plan"].slots_ahead
    client.force_login(UserFactory())
    assert client.post(url, choice(resource, day=day(11))).status_code == 400


def test_a_resource_of_another_space_is_no_choice(client):
    resource, other = ResourceFactory(), ResourceFactory()
    response = client.get(book_url(resource), {"resource": other.slug})
    assert response.status_code == 400


def labels(field):
    return [label.replace("\u00a0", " ") for _value, label in field.field.widget.choices]


def test_hours_begin_on_the_interval_and_end_by_the_shortest_booking(client):
    space = SpaceFactory()
    tomorrow = timezone.localdate() + timedelta(days=1)
    OpeningHours.objects.create(space=space, weekday=tomorrow.weekday(), opens="08:30", closes="12:00")
    resource = ResourceFactory(space=space, start_interval_minutes=60, min_minutes=90)
    form = client.get(book_url(resource), {"resource": resource.slug, "day": day()}).context["form"]
    assert labels(form["start"]) == ["8 h 30", "9 h 30", "10 h 30"]
    assert labels(form["end"]) == ["10 h", "10 h 30", "11 h", "11 h 30", "12 h"]
    # The hours just before and after a booking stay free.
    BookingFactory(resource=resource, start=in_days(1, 8, 30), end=in_days(1, 10), as_manager=True)
    form = client.get(book_url(resource), {"resource": resource.slug, "day": day()}).context["form"]
    assert labels(form["start"]) == ["8 h 30 (pas libre)", "9 h 30 (pas libre)", "10 h 30"]
    assert labels(form["end"]) == ["10 h (pas libre)", "10 h 30", "11 h", "11 h 30", "12 h"]


def test_hours_without_time_to_prepare_or_clear_up_count_as_taken(client):
    resource = ResourceFactory(buffer_before_minutes=30, buffer_minutes=60)
    BookingFactory(resource=resource, hours=(12, 13))
    plan = client.get(book_url(resource), {"resource": resource.slug, "day": day()}).context["plan"]
    taken = [timezone.localtime(slot.start).strftime("%H:%M") for slot in plan.slots if not slot.free]
    # Kept: 11:30 to 14:00. An hour to clear up before that, half an hour to prepare after.
    assert taken == ["10:30", "11:00", "11:30", "12:00", "12:30", "13:00", "13:30", "14:00"]
    assert plan.is_free(in_days(1, 9), in_days(1, 10, 30))
    assert not plan.is_free(in_days(1, 9), in_days(1, 11))
    assert plan.is_free(in_days(1, 14, 30), in_days(1, 15))


def test_hours_that_come_too_soon_are_not_offered(client):
    resource = ResourceFactory(min_notice_minutes=1440 + 12 * 60)
    plan = client.get(book_url(resource), {"resource": resource.slug, "day": day(2)}).context["plan"]
    earliest = timezone.now() + timedelta(minutes=resource.min_notice_minutes)
    assert [slot.start >= earliest for slot in plan.slots] == [slot.is_ahead for slot in plan.slots]
    page = client.get(book_url(resource), {"resource": resource.slug, "day": day()})
    if page.context["plan"].is_over:
        assert "Il est trop tard pour réserver ce jour-là. Choisissez une autre date." in text(page)
    assert all(slot.start >= earliest for slot in page.context["plan"].slots_ahead)


def test_a_member_is_offered_what_the_members_of_their_space_may_book(client):
    space = SpaceFactory(with_hours=True)
    everybodys, ours, theirs = ResourceFactory.create_batch(3, space=space)
    kept_for(ours, space)
    kept_for(theirs, SpaceFactory(name="Ailleurs"))
    url = reverse("spaces:book", args=[space.slug])

    def offered():
        choices = client.get(url, {"day": day()}).context["form"]["resource"].field.widget.choices
        return [value for value, _label in choices]

    assert offered() == [everybodys.slug, ours.slug, theirs.slug]
    client.force_login(MembershipFactory(space=space).user)
    assert offered() == [everybodys.slug, ours.slug]
    client.force_login(UserFactory())
    assert offered() == [everybodys.slug]
    page = client.get(url, {"resource": theirs.slug, "day": day()})
    assert page.status_code == 200
    assert f"{theirs.name} : réservé aux membres de Ailleurs." in text(page)
    assert 'id="book"' not in page.content.decode()


def test_the_server_decides_who_may_book(client):
    resource = ResourceFactory(open_to=[SpaceFactory(name="Ailleurs")])
    client.force_login(UserFactory())
    response = client.post(book_url(resource), choice(resource))
    assert (response.status_code, Booking.objects.count()) == (409, 0)
    assert f"{resource.name} : réservé aux membres de Ailleurs." in text(response)


def test_a_day_too_far_ahead_shows_no_form(client):
    resource = ResourceFactory(max_days_ahead=3)
    page = client.get(book_url(resource), {"resource": resource.slug, "day": day(4)})
    assert f"{resource.name} se réserve au plus 3 jours à l’avance." in text(page)
    assert 'id="book"' not in page.content.decode()


@pytest.mark.parametrize(
    ("booked", "changes", "message"),
    [
        (0, {"start": "09:15", "end": "10:15"}, "Ici, une réservation peut commencer toutes les demi-heures"),
        (1, {}, "un membre peut avoir 1 réservation en cours"),
    ],
)
def test_a_choice_that_the_form_does_not_offer_gets_a_message(client, booked, changes, message):
    resource = ResourceFactory(max_open_bookings=1)
    client.force_login(UserFactory())
    for _ in range(booked):
        client.post(book_url(resource), choice(resource))
    assert Booking.objects.count() == booked
    response = client.post(book_url(resource), choice(resource, **{"day": day(2), **changes}))
    assert (response.status_code, Booking.objects.count()) == (409, booked)
    assert message in text(response)


def test_a_room_says_what_it_has_and_how_it_is_booked(client):
    space = SpaceFactory(name="La Ferme", with_hours=True)
    resource = ResourceFactory(
        space=space, open_to=[space], prices_fr="12 € l’heure", min_notice_minutes=120, max_open_bookings=2
    )
    resource.features.set([FeatureFactory(name_fr="Au calme", name="Au calme")])
    for page in (client.get(space.get_absolute_url()), client.get(book_url(resource))):
        words = text(page)
        for said in (
            "Au calme",
            "12 € l’heure",
            "Les membres de La Ferme",
            "De 30 min à 12 h · commence toutes les demi-heures · au moins 2 h à l’avance · jusqu’à 90 jours à l’avance"
            " · 2 réservations en cours par membre",
        ):
            assert said in words, said


# --- public holidays ---


ARMISTICE = datetime(2027, 11, 11, 9, tzinfo=UTC)


def test_on_a_public_holiday_a_space_is_closed_and_says_which():
    space = SpaceFactory(with_hours=True, closes_on_public_holidays=True)
    state = state_now(space, ARMISTICE)
    with translation.override("fr"):
        page = render_to_string("spaces/places/_state.html", {"state": state})
        assert " ".join(page.split()).replace("\u00a0", " ") == (
            '<span class="state-closed"> Fermé, Armistice ; ouvre demain à 8 h </span>'
        )
    assert (state.kind, state.days_away) == ("closed", 1)
    space.closes_on_public_holidays = False
    assert state_now(space, ARMISTICE).kind == "open"


def test_a_public_holiday_on_which_a_space_is_closed_anyway_is_not_named():
    space = SpaceFactory(closes_on_public_holidays=True)
    OpeningHours.objects.create(space=space, weekday=ARMISTICE.weekday() + 1, opens="08:00", closes="20:00")
    assert state_now(space, ARMISTICE).holiday is None
    assert holidays_ahead(space, ARMISTICE - timedelta(days=20)) == []


def test_holidays_ahead_are_those_on_which_the_space_would_open():
    belgian, french = SpaceFactory(with_hours=True), SpaceFactory(with_hours=True, french=True)
    may = datetime(2027, 4, 30, 9, tzinfo=UTC)
    for space in (belgian, french):
        space.closes_on_public_holidays = True
    with translation.override("fr"):
        assert [
            [(f"{day:%m-%d}", str(name)) for day, name in holidays_ahead(space, may)] for space in (belgian, french)
        ] == [
            [("05-01", "Fête du Travail"), ("05-06", "Ascension"), ("05-16", "Pentecôte")],
            [("05-01", "Fête du Travail"), ("05-06", "Ascension"), ("05-08", "Victoire de 1945")],
        ]


def test_a_public_holiday_offers_no_hour_and_the_next_day_instead(client):
    space = SpaceFactory(with_hours=True, closes_on_public_holidays=True)
    resource = ResourceFactory(space=space, max_days_ahead=400)
    holiday = next(
        timezone.localdate() + timedelta(days=away)
        for away in range(1, 400)
        if holiday_on("BE", timezone.localdate() + timedelta(days=away))
    )
    asked = {"resource": resource.slug, "day": f"{holiday:%Y-%m-%d}"}
    page = client.get(book_url(resource), asked)
    with translation.override("fr"):
        named = f"est fermé ce jour-là : {holiday_on('BE', holiday)}. Choisissez une autre date."
    assert named in text(page)
    assert (page.context["plan"].slots, 'id="book"' in page.content.decode()) == ([], False)
    assert f"day={page.context['plan'].next_day:%Y-%m-%d}" in page.content.decode()
    client.force_login(UserFactory())
    response = client.post(book_url(resource), choice(resource, day=asked["day"]))
    assert (response.status_code, Booking.objects.count()) == (409, 0)
    assert named in text(response)
    assert all(timezone.localdate(offer.start) > holiday for offer in response.context["offers"])
    assert len(response.context["offers"]) == 3
