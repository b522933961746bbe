"""Test the choice of a unit: named on a plan by the manager, chosen by the member, given under the lock."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from members.tests.factories import UserFactory
from spaces.booking.operations import BookingRequest, SeriesRequest, book, book_series, change_booking, set_units
from spaces.errors import BookingError
from spaces.models import Booking, Occurrence, Plan, Unit
from spaces.places.files.pictures import named_by_content
from spaces.tests.factories import BookingFactory, ResourceFactory, in_days, make_manager, picture_bytes
from tests.pages import Page

pytestmark = pytest.mark.django_db

NAMES = ("Window", "Middle", "Corner")


def office(**fields):
    """Make an open-plan room with three named units; the first two stand on its plan."""
    room = ResourceFactory(kind="workplace", units=3, name="Office", **fields)
    for unit, name in zip(room.units.order_by("number"), NAMES, strict=True):
        unit.name = name
        if name != "Corner":
            unit.plan_x, unit.plan_y = 10 * unit.number, 50
        unit.save()
    return room, dict(zip(NAMES, room.units.order_by("number"), strict=True))


def refused(code, operation, **wish):
    with pytest.raises(BookingError) as caught:
        operation(**wish)
    assert caught.value.code == code
    return str(caught.value.message)


def page_of(client, room, **asked):
    asked = {"resource": room.slug, "day": f"{in_days(1, 9):%Y-%m-%d}", **asked}
    return client.get(reverse("spaces:book", args=[room.space.slug]), asked)


def post(client, room, **sent):
    sent = {"resource": room.slug, "day": f"{in_days(1, 9):%Y-%m-%d}", "start": "09:00", "end": "10:00", **sent}
    return client.post(reverse("spaces:book", args=[room.space.slug]), sent)


def options(response):
    """Return the labels in the list of units, and the marks of those on the plan that are taken."""
    choices = [(label, str(value)) for value, label in response.context["form"].fields["unit"].choices]
    marks = [choice.unit.name for choice, _chosen in response.context["form"].placed_units() if not choice.is_free]
    return [label for label, _value in choices], marks


# --- the operations ---


def test_the_chosen_place_is_booked_and_a_taken_one_is_refused_by_name():
    room, units = office()
    assert BookingFactory(resource=room, unit=units["Middle"]).occupancy.unit == units["Middle"]
    user = UserFactory()
    wish = {"resource": room, "user": user, "start": in_days(1, 9), "end": in_days(1, 10)}
    said = refused("unit_taken", book, asked=BookingRequest(**wish, unit=units["Middle"]), by=user)
    assert said == "Middle n’est pas libre à ce moment. Places libres\u00a0: Window, Corner."
    preferred = BookingRequest(**wish, unit=units["Middle"], or_another=True)
    assert book(asked=preferred, by=user).occupancy.unit == units["Window"]


def test_a_full_room_is_taken_whatever_unit_was_chosen():
    room, units = office()
    for _ in range(3):
        BookingFactory(resource=room)
    user = UserFactory()
    wish = {"resource": room, "user": user, "start": in_days(1, 9), "end": in_days(1, 10)}
    refused("taken", book, asked=BookingRequest(**wish, unit=units["Corner"]), by=user)


def test_a_place_of_another_room_or_one_that_is_gone_is_not_given():
    room, units = office()
    _other, elsewhere = office()
    set_units(resource=room, number=2)
    user = UserFactory()
    wish = {"resource": room, "user": user, "start": in_days(1, 9), "end": in_days(1, 10)}
    for unit in (elsewhere["Window"], units["Corner"]):
        refused("unit_taken", book, asked=BookingRequest(**wish, unit=unit), by=user)


def test_a_moved_booking_keeps_its_unit_or_takes_the_chosen_one():
    room, units = office()
    booking = BookingFactory(resource=room, unit=units["Corner"])
    later = {"start": in_days(1, 14), "end": in_days(1, 15), "by": booking.user}
    assert change_booking(booking=booking, **later).occupancy.unit == units["Corner"]
    BookingFactory(resource=room, unit=units["Corner"], hours=(16, 17))
    evening = {"start": in_days(1, 16), "end": in_days(1, 17), "by": booking.user}
    assert "Window, Middle" in refused("unit_taken", change_booking, booking=booking, unit=units["Corner"], **evening)
    assert change_booking(booking=booking, **evening).occupancy.unit == units["Window"]
    assert change_booking(booking=booking, unit=units["Middle"], **evening).occupancy.unit == units["Middle"]
    assert Booking.objects.get(pk=booking.pk).sequence == 3


def test_a_series_has_its_place_wherever_it_is_free_and_another_elsewhere():
    room, units = office()
    BookingFactory(resource=room, unit=units["Corner"], days=8)
    user = UserFactory()
    first = timezone.localdate() + timedelta(days=1)
    hours = {name: timezone.localtime(in_days(1, hour)).time() for name, hour in (("starts", 9), ("ends", 10))}
    until = first + timedelta(days=14)
    wish = {"pattern": "weekly", "first_day": first, "until": until, "user": user}
    asked = SeriesRequest(resource=room, unit=units["Corner"], **wish, **hours)
    series = book_series(asked=asked, by=user)
    days = Occurrence.objects.filter(series=series).order_by("day")
    assert [row.booking.occupancy.unit.name for row in days] == ["Corner", "Window", "Corner"]


def test_a_unit_that_comes_back_loses_a_name_that_another_has_now():
    room, units = office()
    set_units(resource=room, number=2)
    Unit.objects.filter(pk=units["Window"].pk).update(name="Corner")
    set_units(resource=room, number=3)
    assert list(room.units.order_by("number").values_list("name", flat=True)) == ["Corner", "Middle", ""]


# --- the member ---


@pytest.mark.parametrize("count", [1, 3])
def test_the_form_with_its_plan_costs_the_same_for_one_booking_and_three(client, django_assert_num_queries, count):
    room, _units = office()
    Plan.objects.create(resource=room, image=named_by_content(picture_bytes()), alternative_text="Drawn")
    for _ in range(count):
        BookingFactory(resource=room)
    with django_assert_num_queries(10):
        response = page_of(client, room, start="11:00", end="12:00")
    assert 'alt="Drawn"' in response.content.decode()


def test_the_form_shows_which_places_are_free_at_the_hours_chosen(client):
    room, units = office()
    BookingFactory(resource=room, unit=units["Middle"])
    taken = page_of(client, room, start="09:00", end="10:00", unit=units["Window"].pk)
    assert options(taken) == (["Peu importe", "1 · Window", "2 · Middle (pas libre)", "3 · Corner"], ["Middle"])
    assert Page(taken.content.decode()).forms[-1].fields["unit"] == [str(units["Window"].pk)]
    free = page_of(client, room, start="11:00", end="12:00")
    assert options(free) == (["Peu importe", "1 · Window", "2 · Middle", "3 · Corner"], [])


def test_a_button_shows_units_at_other_hours_and_books_nothing(client):
    room, units = office()
    BookingFactory(resource=room, unit=units["Middle"], hours=(11, 12))
    client.force_login(UserFactory())
    sent = {"start": "11:00", "end": "12:00", "purpose": "To write", "unit": units["Corner"].pk}
    response = post(client, room, look="units", **sent)
    assert response.status_code == 200
    assert options(response)[1] == ["Middle"]
    assert Page(response.content.decode()).forms[-1].fields["purpose"] == ["To write"]
    assert Booking.objects.count() == 1


def test_a_member_books_the_chosen_unit_or_is_told_which_are_free(client):
    room, units = office()
    user = UserFactory()
    client.force_login(user)
    response = post(client, room, unit=units["Corner"].pk)
    booking = Booking.objects.get()
    assert response.url == booking.get_absolute_url()
    assert booking.occupancy.unit == units["Corner"]
    assert "Corner" in client.get(response.url).content.decode()
    client.force_login(UserFactory())
    response = post(client, room, unit=units["Corner"].pk)
    assert response.status_code == 409
    assert response.context["form"].errors == {
        "unit": ["Corner n’est pas libre à ce moment. Places libres\u00a0: Window, Middle."]
    }
    assert post(client, room, unit="999999").status_code == 400


def test_the_choice_survives_the_sign_in(client):
    room, units = office()
    assert f"unit%3D{units['Corner'].pk}" in post(client, room, unit=units["Corner"].pk).url


def test_a_member_moves_to_another_place_at_the_same_time(client):
    room, units = office()
    booking = BookingFactory(resource=room, unit=units["Corner"])
    client.force_login(booking.user)
    url = reverse("spaces:booking_move", args=[booking.reference])
    sent = {"day": f"{in_days(1, 9):%Y-%m-%d}", "start": "09:00", "end": "10:00", "unit": units["Window"].pk}
    assert client.post(url, sent).url == booking.get_absolute_url()
    assert Booking.objects.get().occupancy.unit == units["Window"]


def test_a_member_repeats_a_chosen_place_of_the_right_room(client):
    room, units = office()
    _other, elsewhere = office(space=room.space)
    client.force_login(UserFactory())
    url = reverse("spaces:repeat", args=[room.space.slug])
    day, until = in_days(1, 9), in_days(8, 9)
    sent = {"resource": room.slug, "pattern": "weekly", "day": f"{day:%Y-%m-%d}", "until": f"{until:%Y-%m-%d}"}
    sent |= {"start": "09:00", "end": "10:00"}
    response = client.post(url, {**sent, "unit": elsewhere["Corner"].pk})
    assert set(response.context["form"].errors) == {"unit"}
    offered = [label for _value, label in client.get(url, sent).context["form"].fields["unit"].choices]
    assert offered == ["Peu importe", "1 · Window", "2 · Middle", "3 · Corner"]
    response = client.post(url, {**sent, "unit": units["Corner"].pk})
    assert [one.occupancy.unit.name for one in Booking.objects.all()] == ["Corner", "Corner"]
    assert client.get(response.url).content.decode().count("Corner") == 2


def test_units_without_names_are_not_offered_to_choose(client):
    room = ResourceFactory(kind="workplace", units=3)
    assert "unit" not in page_of(client, room).context["form"].fields


# --- the manager ---


@pytest.fixture
def manager(client):
    room, units = office()
    user = UserFactory(is_staff=True)
    make_manager(room.space, user)
    client.force_login(user)
    return room, units, reverse("admin:spaces_resource_change", args=[room.pk])


def sent_by(client, url, **changes):
    form = next(form for form in Page(client.get(url).content.decode(), url).forms if "name_fr" in form.fields)
    return client.post(url, form.data(**changes))


def test_a_manager_names_and_places_the_units_and_uploads_a_plan(client, manager):
    room, units, url = manager
    page = client.get(url).content.decode()
    assert ("data-unit-places" in page, "js/places.js" in page) == (True, True)
    image = named_by_content(picture_bytes("PNG"))
    image.name = "plan.png"
    changes = {"units-2-name": "Sofa", "units-2-plan_x": "80", "units-2-plan_y": "20", "plan-0-image": image}
    changes |= {f"plan-0-alternative_text_{language}": "Plan" for language in ("fr", "nl", "en")}
    assert sent_by(client, url, **changes).status_code == 302
    unit = Unit.objects.get(pk=units["Corner"].pk)
    assert (unit.name, unit.plan_x, unit.plan_y, unit.is_retired) == ("Sofa", 80, 20, False)
    assert Plan.objects.get(resource=room).image.name.endswith(".jpg")


@pytest.mark.parametrize(
    "changes",
    [{"units-1-name": "window"}, {"units-2-plan_x": "5"}, {"units-2-plan_x": "5", "units-2-plan_y": "101"}],
    ids=["a name twice", "half a spot", "beyond the plan"],
)
def test_an_impossible_spot_on_the_plan_is_refused_at_its_field(client, manager, changes):
    _room, _units, url = manager
    response = sent_by(client, url, **changes)
    assert response.status_code == 200
    assert 'class="errorlist"' in response.content.decode()
    assert list(Unit.objects.order_by("number").values_list("name", "plan_x")) == [
        ("Window", 10), ("Middle", 20), ("Corner", None)
    ]  # fmt: skip


def test_a_place_renamed_as_it_goes_stays_gone(client, manager):
    _room, units, url = manager
    assert sent_by(client, url, **{"number_of_units": "2", "units-2-name": "Gone"}).status_code == 302
    assert Unit.objects.get(pk=units["Corner"].pk).is_retired
