"""Many people at one moment, over HTTP, against a real server of eight threads."""

from email.utils import parseaddr

import pytest
from django.core import mail
from django.urls import reverse

from events.models import Event, Registration
from events.queries import position_in_line
from events.tests.factories import EventFactory
from hacktiv.outbox.operations import send_due
from members.tests.factories import UserFactory
from spaces.models import Booking, Occupancy
from spaces.tests.factories import ResourceFactory, in_days
from tests.http import Visitor, all_at_once
from tests.pages import Page

pytestmark = [pytest.mark.serving, pytest.mark.django_db(transaction=True)]

PEOPLE = 40


def visitors(server):
    users = UserFactory.create_batch(PEOPLE, password="!")
    return {user: Visitor(server, user) for user in users}


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


def test_forty_members_book_one_room_for_overlapping_hours(served):
    room = ResourceFactory()
    people = visitors(served)
    address = reverse("spaces:book", args=[room.space.slug])
    day = f"{in_days(3, 9):%Y-%m-%d}"
    # Each wants another stretch, and all of them want noon.
    stretches = [(9 + number % 3, 13 + number % 5) for number in range(PEOPLE)]
    wishes = {
        visitor: {"resource": room.slug, "day": day, "start": f"{start:02}:00", "end": f"{end:02}:00"}
        for visitor, (start, end) in zip(people.values(), stretches, strict=True)
    }
    answers = all_at_once(list(wishes), lambda visitor, connection: visitor.post(address, wishes[visitor], connection))

    assert sorted(answer.status for answer in answers) == [302] + [409] * (PEOPLE - 1)
    assert Booking.objects.count() == Occupancy.objects.count() == 1
    for answer in answers:
        if answer.status == 409:
            page = Page(answer.text)
            assert "déjà pris" in page.text
            assert page.form(address).data()["start"], "the wish is no longer in the form"
