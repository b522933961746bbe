"""Many people at one moment, over HTTP, against a real server of eight threads."""

import threading
from collections import Counter
from email.utils import parseaddr
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from events.core.queries import position_in_line
from events.models import Event, Registration
from events.tests.factories import EventFactory
from hacktiv.outbox.operations import send_due
from members.models import User
from members.tests.factories import UserFactory
from spaces.booking.tests.promises import faults
from spaces.models import Booking, Occupancy
from spaces.tests.factories import ResourceFactory, in_days
from tests.http import Visitor, all_at_once
from tests.pages import Page

pytestmark = [pytest.mark.serving, pytest.mark.django_db(transaction=True)]

PEOPLE = 40


def visitors(server, people=PEOPLE):
    users = User.objects.bulk_create(UserFactory.build_batch(people, password="!"))
    return {user: Visitor(server, user) for user in users}


@pytest.mark.long
def test_forty_people_register_at_the_same_moment_for_ten_seats(served):
    event = EventFactory(capacity=10)
    people = visitors(served)
    address = reverse("events:register", args=[event.slug])
    answers = all_at_once(list(people.values()), lambda visitor, connection: visitor.post(address, None, connection))

    assert {answer.status for answer in answers} == {302}
    registrations = Registration.objects.filter(event=event)
    assert registrations.filter(status="confirmed").count() == 10
    line = list(registrations.filter(status="waiting").order_by("queued_at", "pk"))
    assert [position_in_line(registration) for registration in line] == list(range(1, 31))
    assert registrations.count() == PEOPLE == registrations.values("user").distinct().count()
    assert Event.objects.get(pk=event.pk).seats_taken == 10

    send_due()
    assert sorted(parseaddr(letter.to[0])[1] for letter in mail.outbox) == sorted(user.email for user in people)
    mail.outbox.clear()
    leaving = registrations.filter(status="confirmed").first()
    cancel = reverse("events:cancel", args=[leaving.token])
    assert people[leaving.user].post(cancel).status == 302
    line[0].refresh_from_db()
    assert line[0].status == "confirmed"
    assert registrations.filter(status="confirmed").count() == 10
    assert [position_in_line(registration) for registration in line[1:]] == list(range(1, 30))
    send_due()
    assert sorted(parseaddr(letter.to[0])[1] for letter in mail.outbox) == sorted(
        [leaving.user.email, line[0].user.email]
    )


CROWDS = [PEOPLE, pytest.param(200, marks=pytest.mark.long)]


@pytest.mark.long
@pytest.mark.parametrize("people", CROWDS)
def test_a_crowd_books_three_places_for_overlapping_hours(served, people):
    """Each asks for other hours, and all of them want noon: three have it, the others are told what is free."""
    room = ResourceFactory(units=3, buffer_minutes=30)
    address = reverse("spaces:book", args=[room.space.slug])
    wishes = {
        visitor: {
            "resource": room.slug,
            "day": f"{in_days(3, 9):%Y-%m-%d}",
            "start": f"{9 + number % 3:02}:00",
            "end": f"{13 + number % 5:02}:30",
            "purpose": f"Réunion n° {number}",
        }
        for number, visitor in enumerate(visitors(served, people).values())
    }
    with Watch() as watch:
        answers = all_at_once(
            list(wishes), lambda visitor, connection: visitor.post(address, wishes[visitor], connection)
        )

    assert Counter(answer.status for answer in answers) == {302: 3, 409: people - 3}
    assert Booking.objects.count() == Occupancy.objects.values("unit").distinct().count() == 3
    assert watch.looks > 1
    assert watch.faults == []
    assert faults() == {}

    refused = [
        (wishes[visitor], answer) for visitor, answer in zip(wishes, answers, strict=True) if answer.status == 409
    ]
    for wish, answer in refused:
        page = Page(answer.text)
        assert "aucune place n’est libre pendant toute cette durée" in page.text
        assert {name: page.form(address).data()[name] for name in wish} == {name: [wish[name]] for name in wish}
        assert len(offers_of(page)) == 3

    # An offer can be had: the last of the crowd follows a link and sends the form that it leads to.
    visitor = next(visitor for visitor, wish in wishes.items() if wish == refused[-1][0])
    page = Page(visitor.get(f"{address}?{urlencode(offers_of(page)[0])}").text)
    assert visitor.post(address, {name: values[0] for name, values in page.form(address).data().items()}).status == 302
    booking = Booking.objects.latest("pk")
    offer = offers_of(Page(refused[-1][1].text))[0]
    booked = timezone.localtime(booking.start), timezone.localtime(booking.end)
    assert f"{booked[0]:%Y-%m-%d %H:%M} {booked[1]:%H:%M}" == "{day} {start} {end}".format(**offer)
    assert faults() == {}


def offers_of(page):
    """Return the free hours that a refusal shows, as the booking form takes them."""
    offers = [urlsplit(link) for link in page.links if link.endswith("#book")]
    return [dict(parse_qsl(offer.query)) for offer in offers]


class Watch:
    """Ask the database again and again, while others write, whether a promise is broken."""

    def __init__(self):
        self.looks, self.faults, self._over = 0, [], threading.Event()

    def __enter__(self):
        self._watching = threading.Thread(target=self._look)
        self._watching.start()
        return self

    def __exit__(self, *error):
        self._over.set()
        self._watching.join()

    def _look(self):
        try:
            while not self._over.wait(0.05):
                self.looks += 1
                self.faults += [faults()] if faults() else []
        finally:
            connection.close()
