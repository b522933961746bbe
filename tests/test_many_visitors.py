"""A popular event: three hundred people ask for fifty seats at one moment, and one in five leaves again at once."""

import re

import pytest
from django.db import connection
from django.urls import reverse

from events.core.queries import position_in_line
from events.models import Event, Registration
from events.tests.factories import EventFactory
from members.tests.factories import UserFactory
from tests.http import Visitor, all_at_once

pytestmark = [pytest.mark.long, pytest.mark.serving, pytest.mark.django_db(transaction=True)]

PEOPLE, SEATS, LEAVING = 300, 50, 60

#: Notes each registration as its transaction commits, while it still holds the event's lock.
COMMITS = """
CREATE TABLE commits (place bigserial, registration bigint);
CREATE FUNCTION note_commit() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO commits (registration) VALUES (NEW.id); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER note_commit AFTER INSERT ON events_registration
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_commit();
"""


@pytest.fixture
def commits():
    """Return the registrations in the order in which their transactions were committed."""
    with connection.cursor() as cursor:
        cursor.execute(COMMITS)
        yield lambda: _ordered(cursor)
        cursor.execute("DROP TRIGGER note_commit ON events_registration; DROP FUNCTION note_commit; DROP TABLE commits")


def _ordered(cursor):
    cursor.execute("SELECT registration FROM commits ORDER BY place")
    return [pk for (pk,) in cursor.fetchall()]


def test_fifty_have_a_seat_and_the_others_stand_in_order_of_commits(served, commits):
    event = EventFactory(capacity=SEATS)
    users = UserFactory.create_batch(PEOPLE, password="!")
    people = [Visitor(served, user) for user in users]
    leaving = set(people[:LEAVING])
    page, register = event.get_absolute_url(), reverse("events:register", args=[event.slug])

    def come(visitor, connection):
        statuses = [visitor.post(register, None, connection).status]
        if visitor in leaving:
            [cancel] = set(re.findall(r"/fr/agenda/registrations/[-0-9a-f]+/cancel/", visitor.get(page).text))
            statuses.append(visitor.post(cancel).status)
        return statuses

    answers = all_at_once(people, come)

    assert sorted(answers) == [[302]] * (PEOPLE - LEAVING) + [[302, 302]] * LEAVING
    rows = Registration.objects.filter(event=event)
    assert rows.filter(status="cancelled").count() == LEAVING
    assert rows.filter(status="confirmed").count() == SEATS == Event.objects.get(pk=event.pk).seats_taken
    line = list(rows.in_line())
    assert len(line) == PEOPLE - LEAVING - SEATS
    assert [position_in_line(registration) for registration in line] == list(range(1, len(line) + 1))
    order = commits()
    assert len(order) == PEOPLE
    standing = [pk for pk in order if pk in set(rows.standing().values_list("pk", flat=True))]
    assert [registration.pk for registration in line] == standing[SEATS:]
