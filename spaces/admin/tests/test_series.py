"""A manager makes series for a member or a guest, and changes them as a member does."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.booking.operations import SeriesRequest, book_series, cancel_booking, extend_series
from spaces.enums import BookingStatus
from spaces.models import Booking, Series
from spaces.tests.asking import mails, refused
from spaces.tests.factories import BookingFactory, HomeSpaceFactory, ResourceFactory, SpaceFactory
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(manager):
    space = SpaceFactory(managers=[manager], with_hours=True)
    return ResourceFactory(space=space, needs_approval=True, max_days_ahead=10)


def local(days):
    return timezone.localdate() + timedelta(days=days)


def by_phone(room, **changes):
    """Return the form of a weekly series of three days from tomorrow."""
    wish = {"resource": room.pk, "day": local(1), "start": "09:00", "end": "10:00", "guest_language": "nl"}
    return {**wish, "pattern": "weekly", "until": local(15), **changes}


def weekly(room, manager, **for_whom):
    wish = {"first_day": local(1), "until": local(15), "starts": time(9), "ends": time(10), "pattern": "weekly"}
    return book_series(asked=SeriesRequest(resource=room, **wish, **for_whom), by=manager, as_manager=True)


def url(page, *args):
    return reverse(f"admin:spaces_series_{page}", args=args)


def days_of(series):
    rows = series.occurrences.select_related("booking").order_by("day")
    return [row.booking.status if row.booking else row.refusal for row in rows]


def test_a_guest_comes_every_week_and_is_told_once_in_their_language(client, manager, room):
    BookingFactory(resource=room, days=8, hours=(9, 12), as_manager=True)
    Message.objects.all().delete()
    wish = by_phone(room, guest_name="Jan Gast", guest_email="jan@example.net")
    response = client.post(reverse("admin:spaces_booking_add"), wish, follow=True)
    series = Series.objects.get()
    assert response.redirect_chain == [(url("change", series.pk), 302)]
    assert days_of(series) == ["confirmed", "taken", "confirmed"]
    assert "1 date n’a pas pu être réservée" in response.text
    assert (series.user, series.person_name, series.guest_language) == (None, "Jan Gast", "nl")
    assert [(mail.template, mail.to_email, mail.language) for mail in Message.objects.all()] == [
        ("spaces.series_booked", "jan@example.net", "nl")
    ]
    assert {booking.created_by for booking in Booking.objects.filter(occurrence__series=series)} == {manager}


def test_a_chosen_unit_is_booked_on_each_day_on_which_it_is_free(client, manager):
    desks = ResourceFactory(space=SpaceFactory(managers=[manager], with_hours=True), units=2)
    first, second = desks.units.order_by("number")
    BookingFactory(resource=desks, days=8, unit=second)
    client.post(reverse("admin:spaces_booking_add"), by_phone(desks, guest_name="Jan Gast", unit=second.pk))
    series = Series.objects.get()
    assert [row.booking.occupancy.unit for row in series.occurrences.order_by("day")] == [second, first, second]
    assert str(second) in Page(client.get(url("change", series.pk)).text).text


def test_a_guest_without_address_must_be_told_by_telephone(client, manager, room):
    wish = by_phone(room, guest_name="Jan Gast")
    response = client.post(reverse("admin:spaces_booking_add"), wish, follow=True)
    assert "Prévenez par téléphone\u00a0: Jan Gast" in response.text
    assert mails() == set()


def test_a_manager_books_a_series_beyond_the_rules_of_members(client, manager, room):
    member = HomeSpaceFactory(space=room.space).user
    client.post(reverse("admin:spaces_booking_add"), by_phone(room, user=member.pk))
    series = Series.objects.get()
    assert (series.user, days_of(series)) == (member, ["confirmed"] * 3)
    client.force_login(member)
    assert client.get(series.get_absolute_url()).status_code == 200


def test_the_same_series_sent_twice_is_made_once(client, manager, room):
    for _click in range(2):
        client.post(reverse("admin:spaces_booking_add"), by_phone(room, guest_name="Jan Gast"))
    assert (Series.objects.count(), Booking.objects.count()) == (1, 3)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"until": ""}, "until"),
        ({"until": f"{local(-1)}"}, "until"),
        ({"pattern": "hourly"}, "pattern"),
        ({"guest_name": ""}, "guest_name"),
        ({"end": "08:00"}, "end"),
    ],
)
def test_a_faulty_form_is_kept_and_explained(client, manager, room, changes, field):
    wish = by_phone(room, **{"guest_name": "Jan Gast", **changes})
    response = client.post(reverse("admin:spaces_booking_add"), wish)
    assert (response.status_code, list(response.context["form"].errors)) == (400, [field])
    assert not Series.objects.exists()


def test_a_refused_day_is_tried_again_from_its_row(client, manager, room):
    taken = BookingFactory(resource=room, days=8, hours=(9, 12), as_manager=True)
    series = weekly(room, manager, guest_name="Jan Gast")
    row = series.occurrences.get(booking=None)
    retry = url("retry", series.pk, row.pk)
    assert f'formaction="{retry}"' in client.get(url("change", series.pk)).text
    assert "déjà" in client.post(retry, follow=True).text
    cancel_booking(booking=taken, by=manager, as_manager=True)
    client.post(retry)
    assert days_of(series) == ["confirmed"] * 3
    assert f'formaction="{retry}"' not in client.get(url("change", series.pk)).text


def test_a_series_is_extended_and_cancelled_from_a_day_on(client, manager, room):
    series = weekly(room, manager, guest_name="Jan Gast", guest_email="jan@example.net")
    assert client.post(url("extend", series.pk), {"until": local(29)}).url == url("change", series.pk)
    assert days_of(series) == ["confirmed"] * 5
    faulty = client.post(url("extend", series.pk), {"until": local(2)})
    assert (faulty.status_code, list(faulty.context["form"].errors)) == (400, ["__all__"])
    client.post(url("cancel", series.pk), {"day": f"{local(15)}", "reason": "Works"})
    assert days_of(series) == ["confirmed"] * 2 + ["cancelled"] * 3
    assert ("spaces.series_cancelled", "jan@example.net") in mails()
    assert client.post(url("cancel", series.pk), {"day": "yesterday"}).status_code == 400


@pytest.mark.parametrize("name", ["extend", "cancel"])
def test_a_series_of_somebody_without_an_address_says_before_that_no_mail_goes(client, manager, room, name):
    series = weekly(room, manager, guest_name="Jan Gast")
    said = "aucun e-mail ne partira. Prévenez par téléphone : Jan Gast"
    assert said in Page(client.get(url(name, series.pk)).text).text.replace("\u202f", " ").replace("\xa0", " ")
    Series.objects.update(guest_email="jan@example.net")
    assert "Prévenez par téléphone" not in client.get(url(name, series.pk)).text


def test_the_pages_of_members_say_so_too(client, manager, room):
    series = weekly(room, manager, guest_name="Jan Gast")
    cancel = reverse("spaces:series_cancel", args=[series.reference])
    assert "Prévenez la personne vous-même" in client.get(cancel).text
    done = client.post(cancel, {"day": f"{local(8)}"}, follow=True)
    assert "Prévenez par téléphone" in done.text and "Jan Gast" in done.text


def test_all_waiting_days_are_confirmed_or_refused_at_once(client, manager, room):
    room.max_days_ahead = 90
    room.save()
    member = UserFactory()
    wish = {"first_day": local(1), "until": local(15), "starts": time(9), "ends": time(10), "pattern": "weekly"}
    series = book_series(asked=SeriesRequest(resource=room, user=member, **wish), by=member)
    page = Page(client.get(url("change", series.pk)).text, url("change", series.pk))
    form = next(form for form in page.forms if form.fields.get("action") == ["confirm_selected"])
    assert len(form.fields["_selected_action"]) == 3
    response = client.post(form.path, form.data())
    assert response.url == url("change", series.pk)
    assert days_of(series) == [BookingStatus.CONFIRMED] * 3


@pytest.mark.parametrize("name", ["extend", "cancel"])
def test_another_spaces_series_does_not_exist(client, room, name):
    other = ResourceFactory(space=SpaceFactory(with_hours=True))
    series = weekly(other, UserFactory(), guest_name="Jan Gast")
    assert client.get(url(name, series.pk)).status_code == 404
    assert client.post(url(name, series.pk), {"until": local(29), "day": local(1)}).status_code == 404
    assert client.post(url("retry", series.pk, series.occurrences.first().pk)).status_code == 404
    assert days_of(series) == ["confirmed"] * 3


def test_only_a_manager_books_for_a_guest(room):
    asked = SeriesRequest(
        resource=room,
        guest_name="Jan Gast",
        pattern="weekly",
        first_day=local(1),
        until=local(8),
        starts=time(9),
        ends=time(10),
    )
    with refused("no_person"):
        book_series(asked=asked, by=UserFactory())
    series = weekly(room, UserFactory(), guest_name="Jan Gast")
    with refused("needs_account"):
        extend_series(series=series, until=local(22), by=UserFactory())


def test_a_guest_of_a_series_without_address_must_be_told_of_its_end(client, manager, room):
    series = weekly(room, manager, guest_name="Jan Gast")
    gone = client.post(url("cancel", series.pk), {"day": f"{local(15)}", "reason": "Works"}, follow=True)
    assert "Prévenez par téléphone\u00a0: Jan Gast" in gone.text
