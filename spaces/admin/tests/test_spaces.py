"""A manager edits the texts and the hours of their space."""

import pytest
from django.urls import reverse

from spaces.models import Booking, OpeningHours, Space, TravelTime
from spaces.tests.factories import BookingFactory, ResourceFactory, SpaceFactory, in_days
from tests.pages import Page

from .pages import admin_url, space_fields

pytestmark = pytest.mark.django_db


def test_a_manager_edits_texts_but_not_the_network_fields(client, mine, others):
    space = mine[Space]
    data = space_fields(space, tagline_fr="Sous la verrière", slug="stolen", operator=others[Space].operator_id)
    client.post(admin_url(Space, "change", space.pk), data)
    operator, slug = space.operator_id, space.slug
    space.refresh_from_db()
    assert (space.tagline_fr, space.slug, space.operator_id) == ("Sous la verrière", slug, operator)


@pytest.mark.parametrize(("ticked", "closes"), [({"closes_on_public_holidays": "on"}, True), ({}, False)])
def test_a_manager_sets_whether_public_holidays_are_kept(client, mine, ticked, closes):
    space = mine[Space]
    Space.objects.filter(pk=space.pk).update(closes_on_public_holidays=not closes)
    client.post(admin_url(Space, "change", space.pk), space_fields(space, **ticked))
    space.refresh_from_db()
    assert space.closes_on_public_holidays is closes


def hours_fields(*rows):
    data = {"opening_hours-TOTAL_FORMS": len(rows), "opening_hours-INITIAL_FORMS": 0}
    for n, (weekday, opens, closes) in enumerate(rows):
        data |= {
            f"opening_hours-{n}-weekday": weekday,
            f"opening_hours-{n}-opens": opens,
            f"opening_hours-{n}-closes": closes,
        }
    return data


def test_a_day_may_have_several_opening_hours(client, manager):
    space = SpaceFactory(managers=[manager])
    data = space_fields(space, **hours_fields((0, "09:00", "12:00"), (0, "13:00", "17:00")))
    client.post(admin_url(Space, "change", space.pk), data)
    assert [(str(row.opens), str(row.closes), row.is_example) for row in space.opening_hours.all()] == [
        ("09:00:00", "12:00:00", False),
        ("13:00:00", "17:00:00", False),
    ]


def test_changed_example_hours_are_no_longer_an_example(client, manager):
    space = SpaceFactory(managers=[manager])
    row = OpeningHours.objects.create(space=space, weekday=0, opens="09:00", closes="12:00", is_example=True)
    data = space_fields(space, **hours_fields((0, "09:00", "13:00")))
    data |= {"opening_hours-INITIAL_FORMS": 1, "opening_hours-0-id": row.pk, "opening_hours-0-space": space.pk}
    client.post(admin_url(Space, "change", space.pk), data)
    row.refresh_from_db()
    assert (str(row.closes), row.is_example) == ("13:00:00", False)


@pytest.mark.parametrize("ticked", [False, True])
def test_new_hours_warn_of_bookings_left_outside(client, manager, ticked):
    space = SpaceFactory(managers=[manager])
    row = OpeningHours.objects.create(space=space, weekday=in_days(1, 9).weekday(), opens="09:00", closes="18:00")
    early, late = (BookingFactory(resource=ResourceFactory(space=space), hours=hours) for hours in ((9, 12), (13, 18)))
    data = space_fields(space, **hours_fields((row.weekday, "09:00", "14:00")))
    data |= {"opening_hours-INITIAL_FORMS": 1, "opening_hours-0-id": row.pk, "opening_hours-0-space": space.pk}
    if ticked:
        data["keep_shut_out"] = "on"
    response = client.post(admin_url(Space, "change", space.pk), data)
    row.refresh_from_db()
    assert (response.status_code, f"{row.closes:%H:%M}") == ((302, "14:00") if ticked else (200, "18:00"))
    if not ticked:
        page = Page(response.text)
        assert admin_url(Booking, "change", late.pk) in page.links
        assert admin_url(Booking, "change", early.pk) not in page.links
        assert 'name="keep_shut_out"' in response.text
    assert set(Booking.objects.live()) == {early, late}


def test_the_hours_have_their_own_page(client, manager, others):
    space = SpaceFactory(managers=[manager], tagline="Under glass", closes_on_public_holidays=True)
    address = reverse("admin:spaces_space_hours", args=[space.pk])
    assert [name for name in Page(client.get(address).text, address).form(address).fields if "tagline" in name] == []
    data = {f"opening_hours-{count}_FORMS": "0" for count in ("TOTAL", "INITIAL")} | hours_fields((2, "09:00", "12:00"))
    assert client.post(address, data).url == address
    space.refresh_from_db()
    assert (space.tagline, space.closes_on_public_holidays) == ("Under glass", False)
    assert [f"{row.opens:%H:%M}–{row.closes:%H:%M}" for row in space.opening_hours.all()] == ["09:00–12:00"]
    other = reverse("admin:spaces_space_hours", args=[others[Space].pk])
    assert (client.get(other).status_code, client.post(other, data).status_code) == (404, 404)
    assert address in Page(client.get(reverse("admin:index")).text).links


def test_hours_that_leave_no_booking_outside_are_saved_at_once(client, manager):
    space = SpaceFactory(managers=[manager], with_hours=True)
    BookingFactory(resource=ResourceFactory(space=space), hours=(9, 12))
    response = client.post(admin_url(Space, "change", space.pk), space_fields(space))
    assert response.status_code == 302


@pytest.mark.parametrize("rows", [[(0, "09:00", "12:00"), (0, "11:00", "17:00")], [(0, "12:00", "09:00")]])
def test_overlapping_hours_are_explained(client, manager, rows):
    space = SpaceFactory(managers=[manager])
    response = client.post(admin_url(Space, "change", space.pk), space_fields(space, **hours_fields(*rows)))
    assert response.status_code == 200
    assert response.context["errors"]
    assert space.opening_hours.count() == 0


def test_a_travel_time_offers_no_page_that_the_manager_may_not_open(client, mine, others):
    TravelTime.objects.create(space=mine[Space], to_space=others[Space], mode="car", minutes=20)
    page = client.get(admin_url(Space, "change", mine[Space].pk)).text
    row = page[page.index('id="travel_times-0"') :]
    row = row[: row.index("</tr>")]
    assert "travel_times-0-to_space" in row
    assert "/admin/spaces/space/" not in row
