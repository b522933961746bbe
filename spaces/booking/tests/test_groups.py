"""Test bookings for several people: a place for each in an open plan, a room that seats them all, and what is said."""

from datetime import time, timedelta

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse

from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.booking.operations import (
    BookingRequest,
    SeriesRequest,
    book,
    book_series,
    cancel_booking,
    change_booking,
    hold,
    undo_no_show,
)
from spaces.booking.queries import day_plans
from spaces.errors import BookingError
from spaces.models import Booking, Occupancy, Space
from spaces.passes.queries import pass_balance
from spaces.tests.asking import book_url, choice, day, refused, text
from spaces.tests.factories import (
    BookingFactory,
    HomeSpaceFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
    make_manager,
)

from .promises import faults

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits_spent")]


def group(room, number, user=None, hours=(9, 12)):
    user = user or UserFactory()
    start, end = (in_days(1, hour) for hour in hours)
    asked = BookingRequest(resource=room, start=start, end=end, user=user, people=number, unit_count=number)
    return book(asked=asked, by=user)


def test_a_group_has_a_place_for_each_and_gives_them_back_together(desks):
    booking = group(desks, 3)
    assert [unit.number for unit in booking.units] == [1, 2, 3]
    with refused("taken"):
        group(desks, 2)
    alone = group(desks, 1)
    assert [unit.number for unit in alone.units] == [4]
    moved = change_booking(booking=booking, start=in_days(1, 12), end=in_days(1, 14), by=booking.user)
    assert ([unit.number for unit in moved.units], faults()) == ([1, 2, 3], {})
    cancel_booking(booking=Booking.objects.get(pk=booking.pk), by=booking.user)
    assert Occupancy.objects.filter(booking=booking).count() == 0


def test_a_group_that_was_there_after_all_has_its_places_again(desks):
    booking = group(desks, 3)
    Occupancy.objects.filter(booking=booking).delete()
    Booking.objects.filter(pk=booking.pk).update(status="no_show")
    assert len(undo_no_show(booking=booking, by=UserFactory()).units) == 3


def test_a_group_in_the_way_of_an_event_counts_as_one_booking(desks):
    booking = group(desks, 3)
    with pytest.raises(BookingError) as caught:
        hold(key="event", label="Atelier", resource=desks, start=in_days(1, 9), end=in_days(1, 10))
    assert list(caught.value.in_the_way) == [booking]
    assert "1)" in str(caught.value.message)


def test_a_room_is_not_booked_for_more_people_than_it_seats(client):
    room = ResourceFactory(seats=6, name="Atelier")
    client.force_login(UserFactory())
    answer = client.post(book_url(room), choice(room, people="7"))
    assert (answer.status_code, Booking.objects.count()) == (409, 0)
    assert "Atelier est prévu pour 6 personnes au plus" in text(answer)
    client.post(book_url(room), choice(room, people="6"))
    booking = Booking.objects.get()
    assert (booking.people, booking.unit_count) == (6, 1)


def test_a_group_too_large_for_the_day_reads_why_no_hour_is_chosen(client, desks):
    client.force_login(UserFactory())
    asked = {"resource": desks.slug, "day": day()}
    page = text(client.get(book_url(desks), {**asked, "people": "9"}))
    assert "Il y a 4 places : 4 personnes au plus." in page
    assert "La fin doit venir après le début" not in page
    BookingFactory(resource=desks, hours=(8, 20))
    page = text(client.get(book_url(desks), {**asked, "people": "4"}))
    assert "Aucune heure de ce jour n’a autant de places libres" in page


def test_a_group_reads_how_many_places_there_are_and_how_many_are_free(client, desks):
    for _ in range(2):
        BookingFactory(resource=desks, hours=(9, 12))
    client.force_login(UserFactory())
    page = text(client.post(book_url(desks), choice(desks, people="3", look="people")))
    assert "9 h 2 libres pour 3" in page
    assert "Plateau a 2 places libres pendant tout ce temps, pour 3 personnes." in page
    assert "La liste d’attente ne vaut que pour une place" in page
    for sent in ({"look": "people"}, {}):
        answer = client.post(book_url(desks), choice(desks, people="5", **sent))
        assert "Plateau a 4 places : 4 personnes au plus." in text(answer)
        assert "La liste d’attente" not in text(answer)
    assert (answer.status_code, Booking.objects.filter(unit_count=5).count()) == (409, 0)
    alone = text(client.post(book_url(desks), choice(desks, people="1", look="people")))
    assert "libres pour" not in alone


def test_hours_are_not_said_to_be_taken_where_a_group_is_too_large(client, desks):
    client.force_login(UserFactory())
    for people, free in ((5, 4), (3, 4)):
        page = text(client.post(book_url(desks), choice(desks, people=people, look="people")))
        assert "(pas libre)" not in page
        assert ("Il y a 4 places : 4 personnes au plus." in page) == (people > free)
        assert (f"{people} personnes, {people} places" in page) == (people <= free)
    for _ in range(2):
        BookingFactory(resource=desks, hours=(9, 12))
    assert "9 h (2 libres)" in text(client.post(book_url(desks), choice(desks, people="3", look="people")))


def test_the_form_books_desks_for_a_group_and_everybody_reads_how_many(client, desks):
    user, manager = UserFactory(), UserFactory(is_staff=True)
    make_manager(desks.space, manager)
    desks.prices_fr = "12 € la journée"
    desks.save()
    client.force_login(user)
    asked = choice(desks, people="3", look="people")
    page = client.post(book_url(desks), asked)
    assert "3 personnes, 3 places" in text(page)
    assert "12 € la journée" in text(page)
    answer = client.post(book_url(desks), choice(desks, people="3"), follow=True)
    assert ("3 personnes, 3 places" in text(answer), "12 € la journée" in text(answer)) == (True, True)
    send_due()
    assert "3 personnes, 3 places" in mail.outbox[0].body
    assert "12 € la journée" in mail.outbox[0].body
    client.force_login(manager)
    row = client.get(reverse("admin:spaces_booking_change", args=[Booking.objects.get().pk]))
    assert "Plateau 1, Plateau 2, Plateau 3" in text(row)
    BookingFactory(resource=desks)
    client.force_login(UserFactory())
    page = client.post(book_url(desks), choice(desks, people="2", look="people"))
    assert page.context["outlook"].refusal.code == "taken"


def test_the_summary_says_what_is_booked_at_the_same_hours_elsewhere(client):
    """Three desks at the same hours, in two countries: it is said, and one may go on."""
    user = UserFactory()
    names = ("La Ferme", "E420", "Pépinière")
    rooms = [ResourceFactory(space=SpaceFactory(name=name, with_hours=True)) for name in names]
    client.force_login(user)
    for room in rooms[:2]:
        client.post(book_url(room), choice(room))
    page = client.get(book_url(rooms[2]), {"resource": rooms[2].slug, "day": day(), "start": "09:30", "end": "11:00"})
    assert [other.space.name for other in page.context["outlook"].elsewhere] == ["La Ferme", "E420"]
    assert "Vous avez déjà une réservation à ce moment-là" in text(page)
    later = client.get(book_url(rooms[2]), {"resource": rooms[2].slug, "day": day(), "start": "14:00", "end": "15:00"})
    assert later.context["outlook"].elsewhere == []
    client.post(book_url(rooms[2]), choice(rooms[2]))
    assert Booking.objects.filter(user=user).count() == 3


@pytest.mark.parametrize("needs_approval", [True, False])
def test_the_summary_says_that_a_day_of_the_pass_is_taken(client, needs_approval):
    room = ResourceFactory(needs_approval=needs_approval)
    user = HomeSpaceFactory(space=SpaceFactory(name="Home")).user
    PassSchemeFactory(days=3)
    client.force_login(user)
    asked = {"resource": room.slug, "day": day(), "start": "09:00", "end": "10:00"}
    words = "utilise dès maintenant un jour de votre pass" if needs_approval else "utilise un jour de votre pass"
    assert words in text(client.get(book_url(room), asked))
    answer = client.post(book_url(room), choice(room), follow=True)
    assert pass_balance(user, in_days(1, 9).date()).left == 2
    assert "Il vous reste 2 jours" in text(answer)
    again = client.get(book_url(room), {**asked, "start": "14:00", "end": "15:00"})
    assert "déjà compté" in text(again)


def named(desks, names=("Fenêtre", "Porte", "Mur", "Coin")):
    for unit, name in zip(desks.units.order_by("number"), names, strict=True):
        unit.name = name
        unit.save()


def bodies():
    """Send what waits, and return the text and the HTML of each mail."""
    mail.outbox.clear()
    send_due()
    return [body for one in mail.outbox for body in (one.body, one.alternatives[0].content)]


@pytest.mark.parametrize("needs_approval", [False, True])
def test_mails_and_the_list_of_arrivals_name_every_place_of_a_group(desks, needs_approval):
    make_manager(desks.space, UserFactory(is_staff=True))
    desks.needs_approval = needs_approval
    desks.save()
    named(desks)
    booking = group(desks, 3)
    sent = bodies()
    assert len(sent) == (4 if needs_approval else 2)
    assert [body for body in sent if "Plateau" not in body or "Fenêtre, Porte, Mur" not in body] == []
    Booking.objects.update(status="confirmed")
    (plan,) = day_plans([desks.space], booking.start.date(), at=booking.start)
    assert "Plateau – Fenêtre, Porte, Mur (3" in render_to_string(
        "portal/admin/_arrivals.html", {"bookings": plan.arrivals}
    )


def test_a_group_that_comes_again_and_again_is_told_and_announced_as_one(desks):
    make_manager(desks.space, UserFactory(is_staff=True))
    desks.needs_approval = True
    desks.save()
    named(desks)
    user, first = UserFactory(), in_days(1, 9).date()
    asked = SeriesRequest(
        resource=desks,
        pattern="weekly",
        first_day=first,
        until=first + timedelta(weeks=1),
        starts=time(9),
        ends=time(12),
        user=user,
        people=3,
        unit_count=3,
        purpose="Résidence d’écriture",
    )
    book_series(asked=asked, by=user)
    sent = bodies()
    assert len(sent) == 4
    for body in sent:
        assert "3 personnes, 3 places" in body
        assert body.count("Fenêtre, Porte, Mur") == 2
    assert sum("Résidence d’écriture" in body for body in sent) == 2


def test_a_cancelled_booking_says_that_the_day_of_the_pass_comes_back(client, mailoutbox):
    room = ResourceFactory()
    user = HomeSpaceFactory(space=SpaceFactory(name="Home")).user
    PassSchemeFactory(days=3)
    first, second = BookingFactory(resource=room, user=user), BookingFactory(resource=room, user=user, hours=(14, 15))
    client.force_login(user)
    addresses = [reverse("spaces:booking_cancel", args=[booking.reference]) for booking in (first, second)]
    told = []
    for address in addresses:
        mailoutbox.clear()
        asked, done = text(client.get(address)), text(client.post(address, {"reason": ""}, follow=True))
        send_due()
        letter = mailoutbox[-1]
        body = letter.body.replace("\xa0", " ")
        told.append(["est rendu" in words for words in (asked, done, body, letter.alternatives[0][0])])
    # The day is taken once, by the two together.
    assert told == [[False] * 4, [True] * 4]
    assert pass_balance(user, in_days(1, 9).date()).left == 3


def test_the_summary_says_where_a_price_is_read(client):
    room = ResourceFactory()
    client.force_login(UserFactory())
    page = client.get(book_url(room), {"resource": room.slug, "day": day()})
    assert "l’équipe vous le dira" in text(page)
    assert f'href="{reverse("spaces:contact", args=[room.space.slug])}"' in page.text
    Space.objects.filter(pk=room.space.pk).update(prices="10 €", prices_fr="10 €")
    page = client.get(book_url(room), {"resource": room.slug, "day": day()})
    assert f'href="{room.space.get_absolute_url()}#prices"' in page.text and "l’équipe vous le dira" not in text(page)
