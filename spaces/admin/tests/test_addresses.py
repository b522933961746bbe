"""A manager books for an address, and learns nothing of who has an account elsewhere."""

import pytest
from django.urls import reverse

from hacktiv.outbox.models import Message
from members.models import User
from members.tests.factories import UserFactory
from spaces.admin.tests.pages import admin_url
from spaces.booking.operations import BookingRequest, book, book_series, check_in, take_over
from spaces.booking.operations.series import SeriesRequest
from spaces.core.queries import people_of
from spaces.models import Booking, Resource, Series, Space
from spaces.tests.factories import in_days
from tests.alike import shown, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits_spent")]

ACCOUNT, NOBODY = "elsa.ailleurs@example.org", "nils.nullepart@example.org"


@pytest.fixture
def elsewhere():
    """Somebody with an account, of none of the manager's spaces."""
    return UserFactory(email=ACCOUNT, first_name="Elsa", last_name="Vandersecret", language="nl")


def by_phone(room, address, **changes):
    return {
        "resource": room.pk,
        "day": f"{in_days(2, 9):%Y-%m-%d}",
        "start": "09:00",
        "end": "10:00",
        "user": "",
        "guest_name": "Madame E.",
        "guest_email": address,
        "guest_language": "fr",
        "purpose": "",
        **changes,
    }


def listed(client):
    """Return the list of everybody who belongs to the manager's spaces."""
    return client.get(admin_url(User, "changelist"), {"show": "all"})


def people_seen(client):
    """Return all that the manager can read of people: list, search, autocomplete."""
    searched = client.get(admin_url(User, "changelist"), {"q": "vandersecret", "show": "all"})
    offered = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "spaces", "model_name": "booking", "field_name": "user", "term": "elsa"},
    )
    return [told(answer, ACCOUNT) for answer in (listed(client), searched, offered)]


def all_that_is_seen(client, room, address, **changes):
    """Book for the address, and return every page on which the manager then reads of it. The row is deleted."""
    seen = [shown(client.post(admin_url(Booking, "add"), by_phone(room, address, **changes), follow=True), address)]
    booking = Booking.objects.get(guest_email=address)
    export = {"first_day": f"{in_days(1, 9):%Y-%m-%d}", "last_day": f"{in_days(30, 9):%Y-%m-%d}", "format": "csv"}
    pages = [
        client.get(admin_url(Booking, "changelist"), {"when": "all"}),
        client.get(admin_url(Booking, "changelist"), {"when": "all", "q": address}),
        client.get(admin_url(Booking, "change", booking.pk)),
        client.get(admin_url(Booking, "history", booking.pk)),
        client.get(reverse("admin:spaces_space_timeline", args=[room.space_id]), {"day": f"{in_days(2, 9):%Y-%m-%d}"}),
        client.get(reverse("admin:spaces_booking_export"), export),
        client.get(booking.get_absolute_url()),
        client.get(reverse("admin:index")),
    ]
    assert all(page.status_code == 200 for page in pages)
    assert client.get(admin_url(Message, "changelist")).status_code == 404
    seen += [shown(page, address) for page in pages]
    kept = Booking.objects.filter(pk=booking.pk).values("user", "guest_name", "guest_language", "status").get()
    Booking.objects.filter(guest_email=address).delete()
    Series.objects.filter(guest_email=address).delete()
    return [*seen, kept]


@pytest.mark.long
@pytest.mark.parametrize("changes", [{}, {"pattern": "weekly", "until": f"{in_days(9, 9):%Y-%m-%d}"}])
def test_a_manager_sees_the_same_whether_an_address_has_an_account_or_not(client, mine, elsewhere, changes):
    room, before = mine[Resource], people_seen(client)
    nobody, account = [all_that_is_seen(client, room, address, **changes) for address in (NOBODY, ACCOUNT)]
    for one, other in zip(nobody, account, strict=True):
        assert one == other
    client.post(admin_url(Booking, "add"), by_phone(room, ACCOUNT), follow=True)
    assert people_seen(client) == before
    assert "Vandersecret" not in repr([account, before])


def test_a_name_is_asked_for_with_any_address(client, mine, elsewhere):
    nobody, account = [
        shown(client.post(admin_url(Booking, "add"), by_phone(mine[Resource], address, guest_name="")), address)
        for address in (NOBODY, ACCOUNT)
    ]
    assert nobody == account
    assert not Booking.objects.filter(guest_email=ACCOUNT).exists()


def test_who_belongs_to_the_space_is_known_by_address_as_by_choice(client, mine):
    client.post(admin_url(Booking, "add"), by_phone(mine[Resource], mine[User].email.upper()))
    booking = Booking.objects.get(period__startswith=in_days(2, 9))
    assert (booking.user, booking.guest_name, booking.guest_email) == (mine[User], "", "")


@pytest.fixture
def booked(mine, manager, elsewhere):
    asked = BookingRequest(
        resource=mine[Resource], start=in_days(2, 9), end=in_days(2, 10), guest_name="Madame E.", guest_email=ACCOUNT
    )
    return book(asked=asked, by=manager, as_manager=True)


def test_the_person_is_told_in_their_language_without_the_name_that_was_typed(booked, mailoutbox):
    message = Message.objects.get(to_email=ACCOUNT)
    assert (message.language, message.to_name) == ("nl", "")


def test_the_booking_stands_on_the_persons_own_page_and_in_their_calendar(client, booked, elsewhere):
    client.force_login(elsewhere)
    assert str(booked.reference) in client.get(reverse("portal:me")).content.decode()


def test_the_link_shows_and_cancels_without_an_account(client, booked):
    client.logout()
    assert "Madame E." not in client.get(reverse("spaces:book", args=[booked.resource.space.slug])).content.decode()
    page = client.get(booked.get_absolute_url())
    assert page.status_code == 200
    client.post(reverse("spaces:booking_cancel", args=[booked.reference]), {"reason": ""})
    booked.refresh_from_db()
    assert (booked.status, booked.cancelled_by, booked.was_cancelled_by_the_person) == ("cancelled", None, True)


def test_a_person_who_cancels_by_their_page_stays_unknown_to_the_team(client, booked, elsewhere, manager):
    client.force_login(elsewhere)
    client.post(reverse("spaces:booking_cancel", args=[booked.reference]), {"reason": ""})
    client.force_login(manager)
    assert "Vandersecret" not in client.get(admin_url(Booking, "change", booked.pk)).content.decode()


def test_the_link_of_a_members_booking_opens_nothing(client, mine):
    client.logout()
    assert client.get(mine[Booking].get_absolute_url()).status_code == 302
    client.force_login(UserFactory())
    assert client.get(mine[Booking].get_absolute_url()).status_code == 404


def test_the_person_takes_it_over_and_belongs_to_the_space(client, booked, elsewhere, manager):
    client.force_login(elsewhere)
    assert "take-over" in client.get(booked.get_absolute_url()).content.decode()
    client.post(reverse("spaces:booking_take_over", args=[booked.reference]))
    booked.refresh_from_db()
    assert (booked.user, booked.guest_name, booked.guest_email) == (elsewhere, "", "")
    client.force_login(manager)
    assert "Vandersecret" in listed(client).content.decode()


def test_nobody_takes_over_what_was_made_for_another_address(client, booked):
    client.force_login(UserFactory())
    client.post(reverse("spaces:booking_take_over", args=[booked.reference]))
    booked.refresh_from_db()
    assert booked.user is None


def test_a_series_is_taken_over_with_one_of_its_days(mine, manager, elsewhere):
    wish = {"first_day": in_days(2, 9).date(), "until": in_days(9, 9).date()}
    hours = {"starts": in_days(2, 9).time(), "ends": in_days(2, 10).time()}
    asked = SeriesRequest(
        resource=mine[Resource], pattern="weekly", guest_name="E.", guest_email=ACCOUNT, **wish, **hours
    )
    series = book_series(asked=asked, by=manager, as_manager=True)
    take_over(booking=series.occurrences.first().booking, user=elsewhere)
    series.refresh_from_db()
    assert series.user == elsewhere
    assert set(Booking.objects.filter(occurrence__series=series).values_list("user", flat=True)) == {elsewhere.pk}


def test_who_checks_in_by_themselves_takes_the_booking_over(booked, elsewhere, manager):
    Booking.objects.filter(pk=booked.pk).update(period=(in_days(0, 0), in_days(1, 0)))
    check_in(booking=booked, by=manager)
    booked.refresh_from_db()
    assert booked.user is None
    Booking.objects.filter(pk=booked.pk).update(checked_in_at=None)
    check_in(booking=booked, by=elsewhere)
    booked.refresh_from_db()
    assert booked.user == elsewhere


def test_a_person_chosen_from_one_space_for_another_does_not_belong_there(mine, others, manager):
    """A superuser, or who runs both, may choose anybody; the other managers of that space learn of nobody."""
    asked = BookingRequest(resource=mine[Resource], start=in_days(3, 9), end=in_days(3, 10), user=others[User])
    book(asked=asked, by=manager, as_manager=True)
    belong = User.objects.filter(people_of([mine[Space].pk]))
    assert set(belong) == {mine[User]}
    booking = Booking.objects.get(user=others[User], resource=mine[Resource])
    Booking.objects.filter(pk=booking.pk).update(checked_in_by=others[User])
    assert set(belong.all()) == {mine[User], others[User]}


def test_the_link_moves_the_booking_without_an_account(client, booked):
    client.logout()
    day = f"{in_days(2, 9):%Y-%m-%d}"
    wish = {"resource": booked.resource.slug, "day": day, "start": "11:00", "end": "12:00"}
    answer = client.post(reverse("spaces:booking_move", args=[booked.reference]), wish)
    booked.refresh_from_db()
    assert (answer.status_code, booked.start, booked.end) == (302, in_days(2, 11), in_days(2, 12))


def test_a_guest_sees_and_cancels_their_series_and_extends_none(client, mine, manager):
    days = {"first_day": in_days(2, 9).date(), "until": in_days(9, 9).date()}
    hours = {"starts": in_days(2, 9).time(), "ends": in_days(2, 10).time()}
    guest = {"guest_name": "N.", "guest_email": NOBODY}
    asked = SeriesRequest(resource=mine[Resource], pattern="weekly", **days, **hours, **guest)
    series = book_series(asked=asked, by=manager, as_manager=True)
    client.logout()
    page = client.get(series.get_absolute_url())
    assert (page.status_code, page.context["can_be_extended"]) == (200, False)
    longer = {"until": f"{in_days(23, 9):%Y-%m-%d}"}
    assert client.post(reverse("spaces:series_extend", args=[series.reference]), longer).status_code == 409
    wish = {"day": f"{days['first_day']:%Y-%m-%d}", "reason": ""}
    assert client.post(reverse("spaces:series_cancel", args=[series.reference]), wish).status_code == 302
    assert not Booking.objects.live().filter(guest_email=NOBODY).exists()
