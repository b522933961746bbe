"""A manager sees the people in their rooms, the use of the rooms, and the bookings as a file: own spaces only."""

import csv
import io
from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from members.models import User
from members.tests.factories import UserFactory
from spaces.booking.operations import close, hold
from spaces.booking.queries.usage import use_of
from spaces.enums import BookingStatus, ResourceKind
from spaces.models import Booking, HomeSpace
from spaces.tests.factories import BookingFactory, EquipmentFactory, ResourceFactory, SpaceFactory, in_days
from spaces.timing.hours import at_local, local_day
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def space(manager):
    return SpaceFactory(with_hours=True, managers=[manager])


def tomorrow(days=1):
    return timezone.localdate() + timedelta(days=days)


# --- hour by hour ---


def timeline(client, space, **sent):
    return client.get(reverse("admin:spaces_space_timeline", args=[space.pk]), {"day": f"{tomorrow()}", **sent})


def test_the_timeline_shows_bookings_holds_and_closures(client, space):
    room = ResourceFactory(space=space)
    member = UserFactory(first_name="Zoé", last_name="Lambert")
    booking = BookingFactory(resource=room, user=member, hours=(9, 10))
    BookingFactory(resource=room, user=None, guest_name="Jean Guest", as_manager=True, hours=(11, 12))
    hold(key="event:1", label="Winter dinner", resource=room, start=in_days(1, 12), end=in_days(1, 14))
    close(space=space, resource=room, start=in_days(1, 16), end=in_days(1, 18), reason="Painting", by=None)
    response = timeline(client, space)
    page = Page(response.text)
    for words in ("Zoé Lambert", "Jean Guest", "Winter dinner", "Painting"):
        assert words in page.text
    assert reverse("admin:spaces_booking_change", args=[booking.pk]) in page.links
    add = reverse("admin:spaces_booking_add")
    assert f"{add}?resource={room.pk}&day={tomorrow()}&start=08:00&end=09:00" in page.links


def test_a_free_time_leads_to_a_filled_in_booking_form(client, space):
    room = ResourceFactory(space=space)
    (link,) = [link for link in Page(timeline(client, space).text).links if "booking/add/?resource=" in link]
    form = Page(client.get(link).text, link).form(reverse("admin:spaces_booking_add"))
    filled = {name: form.fields[name] for name in ("resource", "day", "start", "end")}
    assert filled == {"resource": [str(room.pk)], "day": [f"{tomorrow()}"], "start": ["08:00"], "end": ["20:00"]}


def test_a_free_time_of_a_unit_leads_to_that_unit(client, space):
    desks = ResourceFactory(space=space, units=2, kind=ResourceKind.WORKPLACE)
    second = desks.units.get(number=2)
    elsewhere = ResourceFactory(units=2).units.first()
    links = [link for link in Page(timeline(client, space).text).links if "booking/add/?resource=" in link]
    (link,) = [link for link in links if link.endswith(f"&unit={second.pk}")]
    form = Page(client.get(link).text, link).form(reverse("admin:spaces_booking_add"))
    assert form.fields["unit"] == [str(second.pk)]
    shorter = client.post(form.path, form.data(start="09:00", end="10:00", look="end"))
    form = Page(shorter.text, link).form(form.path)
    assert form.fields["unit"] == [str(second.pk)]
    client.post(form.path, form.data(guest_name="Jean Guest"))
    assert desks.bookings.get().occupancy.unit == second
    again = client.post(form.path, form.data(guest_name="Anna Guest"))
    assert (again.status_code, list(again.context["form"].errors)) == (409, ["unit"])
    form.fields["resource"] = [str(ResourceFactory(space=space).pk)]
    del form.fields["seen"]
    for unit in (second, elsewhere):
        refused = client.post(form.path, form.data(guest_name="Anna Guest", unit=unit.pk))
        assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["unit"])
    assert desks.bookings.count() == 1


def test_a_room_not_booked_online_is_shown_without_a_link(client, space):
    ResourceFactory(space=space, name="Lounge", is_bookable=False)
    page = Page(timeline(client, space).text)
    assert "Lounge" in page.text
    assert [link for link in page.links if "booking/add/" in link and "resource=" in link] == []


@pytest.mark.parametrize("count", [1, 3])
def test_a_timeline_costs_the_same_for_one_place_and_three(client, space, django_assert_num_queries, count):
    room = ResourceFactory(space=space, units=count, kind=ResourceKind.WORKPLACE)
    for _number in range(count):
        BookingFactory(resource=room)
    timeline(client, space)
    with django_assert_num_queries(9):
        response = timeline(client, space)
    assert len(response.context["shown"].rows) == count


def test_a_room_is_blocked_in_two_clicks(client, space):
    room = ResourceFactory(space=space)
    (link,) = [link for link in Page(timeline(client, space).text).links if "closure/add/" in link and "?" in link]
    form = Page(client.get(link).text, link).form(reverse("admin:spaces_closure_add"))
    filled = {name: form.fields[name] for name in ("space", "resource", "first_day")}
    assert filled == {"space": [str(space.pk)], "resource": [str(room.pk)], "first_day": [f"{tomorrow()}"]}
    client.post(form.path, form.data(reason="Painting"))
    assert space.closures.get().resource == room


# --- day by day ---


def by_week(client, space, **sent):
    return timeline(client, space, view="week", **sent)


def test_each_cell_of_a_week_shows_all_that_takes_the_room(client, space):
    desks, room = ResourceFactory(space=space, units=2, order=1), ResourceFactory(space=space, order=2)
    late = BookingFactory(resource=desks, hours=(14, 15), days=2)
    early = BookingFactory(resource=desks, hours=(9, 12), days=2)
    hold(key="event:1", label="Winter dinner", resource=room, start=in_days(2, 18), end=in_days(2, 22))
    close(space=space, start=in_days(3, 0), end=in_days(4, 0), reason="Painting", by=None)
    BookingFactory(days=2)
    response = by_week(client, space, day=f"{tomorrow(2)}")
    assert [day.weekday() for day in response.context["days"]] == list(range(7))
    rows = {row.resource: {cell.day: cell.entries for cell in row.cells} for row in response.context["rows"]}
    assert list(rows) == [desks, room]
    assert [(entry.kind, entry.holder) for entry in rows[desks][tomorrow(2)]] == [("booked", early), ("booked", late)]
    assert [(entry.kind, entry.holder.label) for entry in rows[room][tomorrow(2)]] == [("held", "Winter dinner")]
    third = {**rows[desks], **rows[room]}.get(tomorrow(3), [])
    assert {entry.kind for entry in third} <= {"closed"}


def test_a_week_leads_to_its_days_and_to_the_weeks_around(client, space):
    ResourceFactory(space=space)
    links = Page(by_week(client, space).text).links
    assert {f"?day={tomorrow()}", *(f"?view=week&day={tomorrow(days)}" for days in (-6, 8))} <= set(links)
    assert f"?view=week&day={tomorrow()}" in Page(timeline(client, space).text).links


@pytest.mark.parametrize("count", [1, 3])
def test_a_week_costs_the_same_for_one_room_and_three(client, space, django_assert_num_queries, count):
    for room in ResourceFactory.create_batch(count, space=space):
        BookingFactory(resource=room)
    by_week(client, space)
    with django_assert_num_queries(10):
        response = by_week(client, space)
    assert len(response.context["rows"]) == count


def test_another_spaces_rooms_do_not_exist(client, space):
    other = ResourceFactory().space
    assert timeline(client, other).status_code == 404
    assert by_week(client, other).status_code == 404
    assert timeline(client, space).status_code == 200


@pytest.mark.parametrize("day", ["", "x", "2020-01-01", "9999-12-31"])
def test_an_invalid_day_is_explained(client, space, day):
    response = timeline(client, space, day=day)
    assert (response.status_code, list(response.context["form"].errors)) == (400, ["day"])


def test_the_space_and_the_page_of_today_lead_to_the_timeline(client, space):
    url = reverse("admin:spaces_space_timeline", args=[space.pk])
    for page in (reverse("admin:index"), reverse("admin:spaces_space_change", args=[space.pk])):
        assert url in Page(client.get(page).text).links


# --- month by month ---


def test_only_the_use_of_own_rooms_is_shown(client, space):
    room = ResourceFactory(space=space, name="Mine")
    ResourceFactory(name="Theirs")
    BookingFactory(resource=room, hours=(9, 12))
    response = client.get(reverse("admin:spaces_resource_usage"), {"until": f"{tomorrow():%Y-%m}"})
    assert [use.resource for use in response.context["uses"]] == [room]
    assert response.context["uses"][0].months[-1].booked == 3.0
    assert "Theirs" not in response.text
    assert (
        reverse("admin:spaces_resource_usage")
        in Page(client.get(reverse("admin:spaces_resource_changelist")).text).links
    )


@pytest.mark.parametrize("until", ["", "x", "2026-13", "0000-01", "9999-12", "1970-01", "2026-1-1-1"])
def test_an_invalid_month_shows_the_present_month(client, space, until):
    ResourceFactory(space=space)
    response = client.get(reverse("admin:spaces_resource_usage"), {"until": until})
    assert response.status_code == 200
    assert response.context["months"][-1] == timezone.localdate().replace(day=1)


def test_the_page_goes_back_and_forth_by_six_months(client, space):
    response = client.get(reverse("admin:spaces_resource_usage"), {"until": "2025-08"})
    assert [f"{month:%Y-%m}" for month in response.context["months"]] == [
        "2025-03", "2025-04", "2025-05", "2025-06", "2025-07", "2025-08"
    ]  # fmt: skip
    links = Page(response.text).links
    assert {"?until=2025-02", "?until=2026-02"} <= set(links)


# --- as a file ---


def export(client, kind, **sent):
    days = {"first_day": f"{tomorrow()}", "last_day": f"{tomorrow(7)}"}
    return client.get(reverse("admin:spaces_booking_export"), {**days, "format": kind, **sent})


def test_an_export_holds_bookings_of_some_days_and_no_formula(client, space):
    room = ResourceFactory(space=space, name="Room")
    member = UserFactory(first_name="=Zoé", last_name="L", email="zoe@example.org")
    booking = BookingFactory(resource=room, user=member, purpose="@sum(A1)", days=2, hours=(9, 11))
    BookingFactory(resource=room, days=9)
    BookingFactory(days=2)
    response = export(client, "csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert f"reservations-{tomorrow()}-{tomorrow(7)}.csv" in response["Content-Disposition"]
    assert response.content.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";")
    day = f"{tomorrow(2)}"
    assert len(head) == len(row) == 21
    assert row[:6] == [space.name, "Room", "Room 1", f"{day} 09:00", f"{day} 11:00", "2,0"]
    assert row[6:8] == ["'=Zoé L", "zoe@example.org"]
    assert (row[9], row[12], row[13]) == ("'@sum(A1)", str(booking.reference), "")


def test_an_export_counts_the_places_and_the_people_of_a_group(client, space):
    desks = ResourceFactory(space=space, kind=ResourceKind.WORKPLACE, units=8)
    BookingFactory(resource=desks, hours=(9, 12), unit_count=4, people=4)
    BookingFactory(resource=desks, hours=(14, 15))
    head, *rows = csv.reader(io.StringIO(export(client, "csv").content.decode("utf-8-sig")), delimiter=";")
    assert head[18:] == ["Nombre de places", "Heures de toutes les places", "Personnes"]
    assert [(row[5], *row[18:]) for row in rows] == [("3,0", "4", "12,0", "4"), ("1,0", "1", "1,0", "")]
    (use,) = use_of([desks], [tomorrow().replace(day=1)])
    assert use.months[0].booked == 13.0


def test_bookings_of_years_ago_are_exported_a_year_at_a_time(client, space):
    booking = BookingFactory(resource=ResourceFactory(space=space))
    long_ago = at_local(date(2021, 6, 3), time(9))
    Booking.objects.filter(pk=booking.pk).update(period=(long_ago, long_ago + timedelta(hours=1)))
    response = export(client, "csv", first_day="2021-01-01", last_day="2021-12-31")
    _head, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";")
    assert row[12] == str(booking.reference)
    assert export(client, "csv", first_day="0021-01-01", last_day="0021-12-31").status_code == 400


def test_an_export_says_who_came_and_from_where(client, space):
    room = ResourceFactory(space=space)
    home = SpaceFactory(name="Rimbaud’Tech", country="FR")
    came, absent = (BookingFactory(resource=room, hours=hours) for hours in ((9, 10), (11, 12)))
    former = SpaceFactory(country="BE")
    day = local_day(came.start)
    HomeSpace.objects.create(user=came.user, space=former, since=day - timedelta(days=90), until=day)
    HomeSpace.objects.create(user=came.user, space=home, since=day)
    Booking.objects.filter(pk=came.pk).update(checked_in_at=came.start)
    Booking.objects.filter(pk=absent.pk).update(status=BookingStatus.NO_SHOW)
    _head, *rows = csv.reader(io.StringIO(export(client, "csv").content.decode("utf-8-sig")), delimiter=";")
    assert [(row[8], *row[14:18]) for row in rows] == [
        ("Présence signalée", "Oui", f"{tomorrow()} 09:00", "Rimbaud’Tech", "France"),
        ("Non honorée", "Non", "", "", ""),
    ]


@pytest.mark.parametrize(("language", "hours"), [("fr", "1,5"), ("nl", "1,5"), ("en", "1.5")])
def test_numbers_have_the_decimal_sign_of_the_reader(client, space, language, hours):
    BookingFactory(
        resource=ResourceFactory(space=space), start=in_days(1, 9), end=in_days(1, 9) + timedelta(minutes=90)
    )
    User.objects.update(language=language)
    _head, row = csv.reader(io.StringIO(export(client, "csv").content.decode("utf-8-sig")), delimiter=";")
    assert row[5] == hours


def test_a_loan_says_in_file_and_page_where_it_is_taken_over(client, space):
    kit = EquipmentFactory(space=space)
    there = SpaceFactory(name="Over there", with_hours=True)
    loan = BookingFactory(resource=kit, place=there, days=3)
    _head, row = csv.reader(io.StringIO(export(client, "csv").content.decode("utf-8-sig")), delimiter=";")
    assert (row[0], row[13]) == (space.name, "Over there")
    assert "Over there" in Page(client.get(reverse("admin:spaces_booking_change", args=[loan.pk])).text).text


def test_a_spreadsheet_holds_the_same_with_days_as_days(client, space):
    room = ResourceFactory(space=space)
    BookingFactory(resource=room, purpose="=1+1", days=2, hours=(9, 11))
    sheet = load_workbook(io.BytesIO(export(client, "xlsx").content)).active
    (row,) = list(sheet.iter_rows(min_row=2, values_only=True))
    assert (f"{row[3]:%Y-%m-%d %H:%M}", row[5], row[9]) == (f"{tomorrow(2)} 09:00", 2, "=1+1")
    assert sheet.cell(row=2, column=10).data_type == "s"


@pytest.mark.parametrize("count", [1, 3])
def test_a_file_costs_the_same_for_one_booking_and_three(client, space, django_assert_num_queries, count):
    room = ResourceFactory(space=space)
    for days in range(count):
        BookingFactory(resource=room, days=days + 1)
    with django_assert_num_queries(5):
        content = export(client, "csv").content
    assert content.count(b"\r\n") == count + 1


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"format": "exe"}, "format"),
        ({"first_day": "x"}, "first_day"),
        ({"last_day": "2020-01-01"}, "last_day"),
        ({"first_day": f"{tomorrow(9)}"}, "last_day"),
        ({"first_day": f"{tomorrow(-300)}", "last_day": f"{tomorrow(300)}"}, "last_day"),
    ],
)
def test_impossible_days_are_explained(client, space, sent, field):
    response = export(client, **{"kind": "csv", **sent} if "format" not in sent else {"kind": sent["format"]})
    assert (response.status_code, list(response.context["form"].errors)) == (400, [field])


def test_the_form_is_shown_before_the_file(client, space):
    response = client.get(reverse("admin:spaces_booking_export"))
    assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert (
        reverse("admin:spaces_booking_export")
        in Page(client.get(reverse("admin:spaces_booking_changelist")).text).links
    )


# --- without permission ---


@pytest.mark.parametrize("name", ["spaces_resource_usage", "spaces_booking_export"])
def test_a_member_who_runs_no_space_finds_nothing(client, name):
    client.force_login(UserFactory())
    assert client.get(reverse(f"admin:{name}")).status_code in {302, 404}
