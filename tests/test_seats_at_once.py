"""People and organisers act at the same moment, on connections of their own: no seat is lost or taken twice, the line
keeps its order, kept seats are kept, and nobody is told twice."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.core.operations import instant
from events.enums import Mode, Way
from events.errors import EventError
from events.models import Change, Event, Registration
from events.programme.operations import change_capacity, switch_online
from events.registering.operations import (
    accept_offer,
    bring_companion,
    cancel_registration,
    change_way,
    promote,
    register,
    tend_lines,
)
from events.tests.factories import EventFactory
from hacktiv.outbox.models import Message
from hacktiv.portal.operations import erase_person
from members.enums import Country
from members.models import User
from members.tests.factories import UserFactory
from spaces.models import Space
from spaces.tests.factories import HomeSpaceFactory, SpaceFactory

KNOWN_REFUSALS = {
    "already_registered",
    "below_seats",
    "closed",
    "full",
    "nobody",
    "not_registered",
    "not_waiting",
    "offer_lapsed",
    "past",
    "too_many",
    "way",
}
PEOPLE = 6
#: Each may bring one more: no more people can have a seat.
MOST = 2 * PEOPLE
PERSON, WAY, SEATS = st.integers(0, PEOPLE - 1), st.sampled_from(Way), st.integers(0, 4)
#: Steps after which the rule alone decides about places in line; then those that may move people in it.
IN_TURN = st.one_of(
    st.tuples(st.just("register"), PERSON, WAY),
    st.tuples(st.just("bring"), PERSON, st.none()),
    st.tuples(st.just("cancel"), PERSON, st.booleans()),
    st.tuples(st.just("accept"), PERSON, st.none()),
    st.tuples(st.just("capacity"), SEATS, st.none()),
    st.tuples(st.just("online_capacity"), SEATS, st.none()),
    st.tuples(st.just("lapse"), PERSON, st.none()),
)
OUT_OF_TURN = st.one_of(
    st.tuples(st.just("change_way"), PERSON, WAY),
    st.tuples(st.just("promote"), PERSON, st.none()),
    st.tuples(st.just("erase"), PERSON, st.none()),
    st.tuples(st.just("switch"), st.none(), st.none()),
)
CROWD = 8
CALM = st.lists(IN_TURN, min_size=2, max_size=CROWD)
WILD = st.lists(st.one_of(IN_TURN, OUT_OF_TURN), min_size=2, max_size=CROWD)
BATCHES = st.tuples(CALM, CALM, WILD)
ALL_COME = [("register", number, Way.ONSITE) for number in range(PEOPLE)]


def perform(event, people, step):
    """Do one step of one person; return the code of the refusal, or None."""
    verb, who, what = step
    person = people[who] if verb not in {"capacity", "online_capacity", "switch"} else None
    own = person and Registration.objects.standing().filter(event=event, user=person).first()
    try:
        if verb == "register" and User.objects.filter(pk=person.pk, is_active=True).exists():
            register(event=event, user=person, way=what)
        elif verb in {"capacity", "online_capacity"}:
            change_capacity(event=event, by=people["organiser"], **{verb: who})
        elif verb == "switch":
            switch_online(event=event, online_link="https://visio.example", reason="Neige", by=people["organiser"])
        elif verb == "lapse":
            Registration.objects.filter(event=event, status="offered").update(offered_until=timezone.now())
            tend_lines()
        elif verb == "erase" and User.objects.filter(pk=person.pk, is_active=True).exists():
            erase_person(user=User.objects.get(pk=person.pk))
        elif own and verb == "cancel":
            cancel_registration(registration=own, with_companions=bool(what))
        elif own and verb == "bring":
            bring_companion(registration=own, name=f"Avec {who}")
        elif own and verb == "accept":
            accept_offer(registration=own)
        elif own and verb == "change_way":
            change_way(registration=own, way=what)
        elif own and verb == "promote":
            promote(registration=own, reason="Elle parle", by=people["organiser"])
    except EventError as refusal:
        return refusal.code
    except (User.DoesNotExist, Registration.DoesNotExist):
        return "gone"
    return None


class World:
    """An event with its people, in the state before a batch; `check` holds the state after it against the promises."""

    def __init__(self, event, people):
        self.event, self.people = event, people

    def look(self):
        self.event.refresh_from_db()
        rows = Registration.objects.filter(event=self.event).order_by("queued_at", "pk")
        self.rows = {row.pk: row for row in rows}
        return self

    @property
    def line(self):
        return [row for row in self.rows.values() if row.is_waiting]

    def seated(self, way):
        return [row for row in self.rows.values() if row.status in {"confirmed", "offered"} and row.way == way]

    def is_across(self, row):
        return row.side not in {"", self.event.space.country}

    def own_side_onsite(self):
        return sum(not self.is_across(row) for row in self.seated(Way.ONSITE))

    def check(self, before, steps, codes):
        assert {code for code in codes if code} <= KNOWN_REFUSALS | {"gone"}
        self.check_seats()
        self.check_held(before, steps)
        self.check_order(before, steps)
        self.check_people()
        self.check_mails()

    def check_seats(self):
        taken = {Way.ONSITE: self.event.seats_taken, Way.ONLINE: self.event.online_seats_taken}
        for way in Way:
            capacity = self.event.capacity_of(way)
            assert len(self.seated(way)) == taken[way] <= (capacity if capacity is not None else MOST)
            waiting = [row for row in self.line if row.way == way]
            free = MOST if capacity is None else capacity - taken[way]
            kept = 0
            if way == Way.ONSITE:
                kept = max(0, self.held - sum(self.is_across(row) for row in self.seated(way)))
            assert free == 0 or not any(self.is_across(row) for row in waiting)
            assert free - kept <= 0 or not waiting

    @property
    def held(self):
        """The number of seats kept for the other side; they are kept until three days before."""
        return self.event.seats_held if self.event.starts_at - timezone.now() > timedelta(days=4) else 0

    def check_held(self, before, steps):
        if any(verb == "promote" for verb, *_rest in steps) or not self.held:
            return
        capacities = [before.event.capacity, *(value for verb, value, _way in steps if verb == "capacity")]
        assert self.own_side_onsite() <= max(before.own_side_onsite(), max(capacities) - self.held)

    def check_order(self, before, steps):
        """Check that people who still wait stand as before, and that each person who got a seat stood before them."""
        standing = [row.pk for row in self.line if row.pk in before.rows and before.rows[row.pk].is_waiting]
        changed = {row.pk for row in self.line if row.queued_at != getattr(before.rows.get(row.pk), "queued_at", None)}
        kept = [pk for pk in standing if pk not in changed]
        assert kept == [row.pk for row in before.line if row.pk in kept]
        if any(verb in {"promote", "switch", "change_way"} for verb, *_rest in steps):
            return
        for row in before.line:
            now = self.rows.get(row.pk)
            if now is None or now.status not in {"confirmed", "offered"}:
                continue
            ahead = [other for other in before.line if other.pk in kept and other.way == row.way]
            ahead = [other for other in ahead if self.is_across(other) == self.is_across(row)]
            assert all(other.queued_at > row.queued_at for other in ahead)

    def check_people(self):
        standing = [row.participant_number for row in self.rows.values() if row.is_standing]
        assert len(standing) == len(set(standing))

    def check_mails(self):
        """Check that each time in line ends with at most one mail about a seat, and that nobody who waits has one."""
        good_news = Message.objects.filter(template__in=["events.promoted", "events.offer"])
        keys = Counter(key.partition(":")[2] for key in good_news.values_list("key", flat=True))
        assert all(count == 1 for count in keys.values())
        for row in self.line:
            assert f"{row.pk}:{instant(row.queued_at)}" not in keys


@pytest.fixture
def pool(transactional_db):
    """Start threads with a connection each, which is kept from one example to the next."""
    with ThreadPoolExecutor(CROWD) as threads:
        yield threads
        barrier = threading.Barrier(CROWD)
        list(threads.map(lambda _number: (barrier.wait(timeout=60), connection.close()), range(CROWD)))


def run_at_once(pool, world, steps):
    barrier = threading.Barrier(len(steps))

    def run(step):
        connection.ensure_connection()
        barrier.wait(timeout=60)
        return perform(Event.objects.get(pk=world.event.pk), world.people, step)

    return list(pool.map(run, steps))


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=max(8, settings.default.max_examples // 3),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    hours=st.sampled_from([240, 240, 60, 20]),
    capacity=st.integers(2, 4),
    held=st.sampled_from([1, 2, 0]),
    batches=BATCHES,
)
def test_the_promises_hold_whatever_happens_at_once(pool, hours, capacity, held, batches):
    sides = {side: SpaceFactory(country=side) for side in Country}
    event = EventFactory(
        space=sides[Country.BE],
        mode=Mode.HYBRID,
        capacity=capacity,
        online_capacity=2,
        seats_held=held,
        companions_allowed=1,
        starts_at=timezone.now() + timedelta(hours=hours),
    )
    people = {number: UserFactory() for number in range(PEOPLE)}
    for number, person in people.items():
        HomeSpaceFactory(user=person, space=sides[[Country.BE, Country.FR][number % 2]])
    people["organiser"] = UserFactory()
    for steps in (ALL_COME, *batches):
        before = World(event, people).look()
        codes = run_at_once(pool, before, steps)
        World(Event.objects.get(pk=event.pk), people).look().check(before, steps, codes)
    Change.objects.all().delete()
    Event.objects.all().delete()
    Message.objects.all().delete()
    User.objects.all().delete()
    Space.objects.all().delete()
