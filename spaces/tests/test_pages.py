"""What people see and can do, in a browser without scripts."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from hacktiv.common import dates
from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.enums import BookingStatus
from spaces.models import Booking, OpeningHours, TeamMember, TravelTime
from spaces.operations import cancel_booking, close, hold
from spaces.public_holidays import holiday_on
from spaces.queries import holidays_ahead, state_now

from .factories import (
    BookingFactory,
    FeatureFactory,
    MembershipFactory,
    PhotoFactory,
    ResourceFactory,
    SceneFactory,
    SpaceFactory,
    in_days,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_spent():
    cache.clear()


def text(response):
    """What stands on the page, in one line."""
    words = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"[\s\u00a0]+", " ", words)


def day(days=1):
    return f"{timezone.localdate() + timedelta(days=days):%Y-%m-%d}"


def choice(resource, **changes):
    return {"resource": resource.slug, "day": day(), "start": "09:00", "end": "10:00", "purpose": "", **changes}


def book_url(resource):
    return reverse("spaces:book", args=[resource.space.slug])


# --- the list ---


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_space_and_three(client, django_assert_num_queries, count):
    spaces = SpaceFactory.create_batch(count, with_hours=True)
    SpaceFactory(is_published=False, name="Hidden")
    with django_assert_num_queries(4):
        response = client.get(reverse("spaces:list"))
    assert [space.name for space in response.context["spaces"]] == [space.name for space in spaces]
    assert "Hidden" not in text(response)


def test_an_empty_network_says_what_comes(client):
    assert "Aucun espace n’est encore ouvert au public" in text(client.get(reverse("spaces:list")))


def test_the_list_says_which_space_has_no_hours_yet(client):
    SpaceFactory()
    assert "Horaires à confirmer" in text(client.get(reverse("spaces:list")))


# --- a space's page ---


@pytest.mark.parametrize("count", [1, 3])
def test_a_spaces_page_costs_the_same_for_one_room_and_three(client, django_assert_num_queries, count):
    space = SpaceFactory(with_hours=True)
    resources = ResourceFactory.create_batch(count, space=space, open_to=[space])
    for resource in resources:
        resource.features.set(FeatureFactory.create_batch(count))
    for days in range(count):
        close(space=space, start=in_days(days + 3, 0), end=in_days(days + 4, 0), reason="Works", by=None)
        PhotoFactory(space=space, resource=resources[0])
        SceneFactory(space=space)
        TravelTime.objects.create(space=space, to_space=SpaceFactory(), mode="car", minutes=25)
        TeamMember.objects.create(space=space, name="Zoé", role="Accueil", has_agreed=True)
    with django_assert_num_queries(14):
        response = client.get(space.get_absolute_url())
    assert response.context["resources"] == resources
    assert len(response.context["closures"]) == count


def test_a_hidden_space_has_no_page(client):
    space = SpaceFactory(is_published=False)
    for url in (
        space.get_absolute_url(),
        reverse("spaces:contact", args=[space.slug]),
        reverse("spaces:book", args=[space.slug]),
    ):
        assert client.get(url).status_code == 404


def test_a_space_without_hours_offers_no_booking(client):
    space = ResourceFactory(space=SpaceFactory()).space
    page = client.get(space.get_absolute_url())
    assert reverse("spaces:book", args=[space.slug]) not in page.content.decode()
    response = client.get(reverse("spaces:book", args=[space.slug]))
    assert response.status_code == 200
    assert "n’a pas encore publié ses heures d’ouverture" in text(response)
    assert "form" not in response.context


def test_the_address_that_receives_messages_is_never_shown(client):
    space = SpaceFactory(contact_email="secret@example.org", managers=[UserFactory(email="boss@example.org")])
    for url in (space.get_absolute_url(), reverse("spaces:contact", args=[space.slug])):
        content = client.get(url).content.decode()
        assert "secret@example.org" not in content
        assert "boss@example.org" not in content


# --- writing to a space ---


def message(**changes):
    return {"name": "Zoé", "email": "zoe@example.org", "text": "Bonjour <b>vous</b>", "website": "", **changes}


def test_a_message_is_sent_and_the_visitor_told(client):
    space = SpaceFactory(contact_email="hello@example.org")
    response = client.post(reverse("spaces:contact", args=[space.slug]), message(), follow=True)
    assert response.redirect_chain == [(space.get_absolute_url(), 302)]
    assert "Votre message est parti" in text(response)
    assert Message.objects.get().context == {
        "space": space.pk,
        "name": "Zoé",
        "email": "zoe@example.org",
        "text": "Bonjour <b>vous</b>",
    }


def test_a_robot_that_fills_every_field_is_not_heard(client):
    space = SpaceFactory(contact_email="hello@example.org")
    response = client.post(reverse("spaces:contact", args=[space.slug]), message(website="http://spam.example"))
    assert (response.status_code, Message.objects.count()) == (302, 0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "zoe@example.org\nBcc: all@example.org"}, "email"),
        ({"text": " "}, "text"),
        ({"text": "x" * 10_000}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"name": "N" * 10_000}, "name"),
    ],
)
def test_a_faulty_message_is_kept_and_explained(client, changes, field):
    space = SpaceFactory(contact_email="hello@example.org")
    response = client.post(reverse("spaces:contact", args=[space.slug]), message(**changes))
    assert (response.status_code, set(response.context["form"].errors)) == (400, {field})
    assert Message.objects.count() == 0


def test_the_sixth_message_of_an_hour_waits(client):
    space = SpaceFactory(contact_email="hello@example.org")
    url = reverse("spaces:contact", args=[space.slug])
    statuses = [client.post(url, message(text=f"Message {n}")).status_code for n in range(6)]
    assert statuses == [302] * 5 + [429]
    assert Message.objects.count() == 5


# --- choosing ---


@pytest.mark.parametrize("units", [1, 3])
def test_the_booking_page_costs_the_same_for_one_unit_and_three(client, django_assert_num_queries, units):
    resource = ResourceFactory(units=units)
    for _ in range(units):
        BookingFactory(resource=resource)
    with django_assert_num_queries(11):
        response = client.get(book_url(resource), {"resource": resource.slug, "day": day()})
    assert [slot.free for slot in response.context["plan"].slots][:4] == [units, units, 0, 0]


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
    assert (response.status_code, set(response.context["day_form"].errors)) == (400, {field})


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


def test_the_hours_offered_begin_on_the_interval_and_end_by_the_shortest_booking(client):
    space = SpaceFactory()
    tomorrow = timezone.localdate() + timedelta(days=1)
    OpeningHours.objects.create(space=space, weekday=tomorrow.weekday(), opens="08:30", closes="12:00")
    resource = ResourceFactory(space=space, start_interval_minutes=60, min_minutes=90)
    form = client.get(book_url(resource), {"resource": resource.slug, "day": day()}).context["form"]
    assert labels(form["start"]) == ["8 h 30", "9 h 30", "10 h 30"]
    assert labels(form["end"]) == ["10 h", "10 h 30", "11 h", "11 h 30", "12 h"]
    # An hour taken makes what only touches it free still.
    BookingFactory(resource=resource, start=in_days(1, 8, 30), end=in_days(1, 10), as_manager=True)
    form = client.get(book_url(resource), {"resource": resource.slug, "day": day()}).context["form"]
    assert labels(form["start"]) == ["8 h 30 (pris)", "9 h 30 (pris)", "10 h 30"]
    assert labels(form["end"]) == ["10 h (pris)", "10 h 30", "11 h", "11 h 30", "12 h"]


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
        assert "Il est trop tard pour réserver ce jour-là. Choisissez-en un autre." in text(page)
    assert all(slot.start >= earliest for slot in page.context["plan"].slots_ahead)


def test_a_member_is_offered_what_their_home_space_may_book(client):
    space = SpaceFactory(with_hours=True)
    everybodys, ours, theirs = ResourceFactory.create_batch(3, space=space)
    ours.open_to.set([space])
    theirs.open_to.set([SpaceFactory(name="Ailleurs")])
    url = reverse("spaces:book", args=[space.slug])

    def offered():
        choices = client.get(url, {"day": day()}).context["day_form"]["resource"].field.widget.choices
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
    ("changes", "message"),
    [
        ({"start": "09:15", "end": "10:15"}, "Ici, une réservation commence toutes les demi-heures"),
        ({"day": day(2)}, "un membre peut avoir 1 réservation en cours"),
    ],
)
def test_what_the_form_does_not_offer_is_refused_in_words(client, changes, message):
    resource = ResourceFactory(max_open_bookings=1)
    client.force_login(UserFactory())
    if "day" in changes:
        client.post(book_url(resource), choice(resource))
    before = Booking.objects.count()
    response = client.post(book_url(resource), choice(resource, **changes))
    assert (response.status_code, Booking.objects.count()) == (409, before)
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
        page = render_to_string("spaces/_state.html", {"state": state})
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


def test_the_holidays_ahead_are_those_of_the_country_on_which_it_would_open():
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
        named = f"est fermé ce jour-là : {holiday_on('BE', holiday)}. Choisissez-en un autre."
    assert named in text(page)
    assert (page.context["plan"].slots, 'id="book"' in page.content.decode()) == ([], False)
    assert f"day={page.context['plan'].next_day:%Y-%m-%d}" in page.content.decode()
    client.force_login(UserFactory())
    response = client.post(book_url(resource), choice(resource, day=asked["day"]))
    assert (response.status_code, Booking.objects.count()) == (409, 0)
    assert named in text(response)
    assert all(timezone.localdate(offer.start) > holiday for offer in response.context["offers"])
    assert len(response.context["offers"]) == 3


# --- booking ---


def test_a_member_books_and_comes_to_the_booking(client):
    resource, user = ResourceFactory(), UserFactory()
    client.force_login(user)
    response = client.post(book_url(resource), choice(resource, purpose="Appel"), follow=True)
    booking = Booking.objects.get()
    assert response.redirect_chain == [(booking.get_absolute_url(), 302)]
    assert (booking.user, booking.start, booking.end, booking.purpose) == (
        user,
        in_days(1, 9),
        in_days(1, 10),
        "Appel",
    )
    assert "Confirmée" in text(response)


def test_a_visitor_signs_in_and_finds_the_choice_again(client):
    resource = ResourceFactory()
    response = client.post(book_url(resource), choice(resource))
    kept = f"{book_url(resource)}?resource={resource.slug}&day={day()}&start=09%3A00&end=10%3A00"
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))
    client.force_login(UserFactory())
    form = client.get(kept).context["form"]
    assert (form["start"].value(), form["end"].value()) == ("09:00", "10:00")
    assert Booking.objects.count() == 0


def test_a_taken_hour_is_refused_with_the_next_free_ones(client):
    resource = ResourceFactory()
    BookingFactory(resource=resource, hours=(9, 11))
    client.force_login(UserFactory())
    response = client.post(book_url(resource), choice(resource))
    assert response.status_code == 409
    assert [str(error) for error in response.context["form"].non_field_errors()] == [
        f"{resource.name}\u00a0: déjà pris à ce moment. Choisissez une autre heure."
    ]
    assert [offer.start for offer in response.context["offers"]] == [in_days(1, hour) for hour in (11, 12, 13)]
    assert Booking.objects.count() == 1


def test_sending_twice_stores_one_booking(client):
    resource = ResourceFactory(units=3)
    client.force_login(UserFactory())
    urls = {client.post(book_url(resource), choice(resource)).url for _ in range(2)}
    assert urls == {Booking.objects.get().get_absolute_url()}


def test_who_has_a_booking_is_shown_the_way_to_it(client):
    booking = BookingFactory(resource=ResourceFactory(units=2), hours=(9, 11))
    client.force_login(booking.user)
    response = client.post(book_url(booking.resource), choice(booking.resource))
    assert response.status_code == 409
    assert booking.get_absolute_url() in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"start": "", "end": ""}, 400, "required"),
        ({"start": "25:00"}, 400, "invalid"),
        ({"purpose": "x" * 10_000}, 400, "max_length"),
        ({"purpose": "a\x07b"}, 400, "control_characters"),
        ({"start": "10:00", "end": "09:00"}, 409, None),
        ({"start": "03:00", "end": "04:00"}, 409, None),
        ({"end": "09:05"}, 409, None),
    ],
)
def test_a_faulty_booking_is_kept_and_explained(client, changes, status, code):
    resource = ResourceFactory()
    client.force_login(UserFactory())
    response = client.post(book_url(resource), choice(resource, **changes))
    errors = [error for errors in response.context["form"].errors.as_data().values() for error in errors]
    assert response.status_code == status
    assert code is None or {error.code for error in errors} == {code}
    assert Booking.objects.count() == 0


def test_a_day_gone_by_cannot_be_booked(client):
    resource = ResourceFactory()
    client.force_login(UserFactory())
    response = client.post(book_url(resource), choice(resource, day=day(-1)))
    assert (response.status_code, Booking.objects.count()) == (400, 0)
    assert "Ce jour est passé." in text(response)


def test_an_empty_form_is_explained(client):
    client.force_login(UserFactory())
    resource = ResourceFactory()
    response = client.post(book_url(resource), {})
    assert (response.status_code, set(response.context["form"].errors)) == (400, {"start", "end"})


def test_what_is_typed_is_shown_as_text(client):
    booking = BookingFactory(purpose="<script>alert(1)</script>")
    client.force_login(booking.user)
    content = client.get(booking.get_absolute_url()).content.decode()
    assert "<script>alert(1)</script>" not in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content


# --- a booking ---


def test_a_booking_is_named_as_people_write_it():
    booking = BookingFactory(resource=ResourceFactory(name="Les Serres", space__name="La Ferme"), hours=(9, 11))
    written = dates.span(in_days(1, 9), in_days(1, 11))
    assert str(booking) == f"Les Serres (La Ferme), {written}"


PAGES = ["spaces:booking", "spaces:booking_cancel", "spaces:booking_ics"]


@pytest.mark.parametrize("view", PAGES)
def test_a_booking_is_its_owners_and_its_managers_only(client, view):
    manager = UserFactory()
    booking = BookingFactory(resource=ResourceFactory(space__managers=[manager]))
    url = reverse(view, args=[booking.reference])
    statuses = {}
    for name, user in (
        ("owner", booking.user),
        ("manager", manager),
        ("superuser", UserFactory(superuser=True)),
        ("member", UserFactory()),
        ("other manager", ResourceFactory(space__managers=[UserFactory()]).space.managers.get()),
    ):
        client.force_login(user)
        statuses[name] = client.get(url).status_code
    assert statuses == {"owner": 200, "manager": 200, "superuser": 200, "member": 404, "other manager": 404}


@pytest.mark.parametrize("view", PAGES)
def test_a_visitor_signs_in_first_and_a_forged_reference_is_nothing(client, view):
    url = reverse(view, args=[BookingFactory().reference])
    assert client.get(url).url == f"{reverse('account_login')}?next={url}"
    client.force_login(UserFactory(superuser=True))
    assert client.get(reverse(view, args=[uuid4()])).status_code == 404


def test_a_stranger_cannot_cancel(client):
    booking = BookingFactory()
    client.force_login(UserFactory())
    assert client.post(reverse("spaces:booking_cancel", args=[booking.reference])).status_code == 404
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED


def test_cancelling_asks_first_and_then_says_so(client):
    booking = BookingFactory()
    client.force_login(booking.user)
    url = reverse("spaces:booking_cancel", args=[booking.reference])
    assert "Annuler cette réservation ?" in text(client.get(url))
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert "La réservation est annulée." in text(client.post(url, {"reason": "Malade"}, follow=True))
    booking.refresh_from_db()
    assert (booking.status, booking.reason) == (BookingStatus.CANCELLED, "Malade")


def test_a_cancelled_booking_offers_nothing_to_cancel(client):
    booking = BookingFactory()
    cancel_booking(booking=booking, by=booking.user)
    client.force_login(booking.user)
    response = client.get(booking.get_absolute_url())
    assert reverse("spaces:booking_cancel", args=[booking.reference]) not in response.content.decode()


def test_the_calendar_file_is_exact(client):
    booking = BookingFactory()
    client.force_login(booking.user)
    response = client.get(reverse("spaces:booking_ics", args=[booking.reference]))
    [entry] = Calendar.from_ical(response.content).walk("VEVENT")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert (entry["UID"], entry["SEQUENCE"], entry["STATUS"]) == (
        f"{booking.reference}@booking.hacktivardenne",
        0,
        "CONFIRMED",
    )
    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (booking.start, booking.end)
