"""Random worlds with two accounts and a guest of one person: merged, they hold every promise and lose no presence."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.attendance.operations import add_walk_in
from events.enums import STANDING_REGISTRATIONS
from events.models import Event, Participation, Registration, SurveyTaken
from events.registering.operations import cancel_registration, count_as_one, register
from events.tests.factories import EventFactory, GuestRegistrationFactory
from hacktiv.common.personal_data import Merging as Fate
from hacktiv.common.personal_data import all_ties
from hacktiv.merging.operations import merge_accounts
from hacktiv.merging.queries import refers_to_people, rows_tied
from members.models import User
from members.tests.factories import UserFactory
from spaces.booking.operations import cancel_booking
from spaces.enums import CURRENT_MEMBERSHIPS, HELD_MEMBERSHIPS, MembershipState
from spaces.models import Booking, HomeSpace, Membership, SpaceRole, Visit
from spaces.tests.factories import (
    BookingFactory,
    HomeSpaceFactory,
    MembershipFactory,
    SpaceFactory,
    SpaceRoleFactory,
)
from tests.lives import Life

ADDRESS = "elsa.invitee@ardenne.example"
PEOPLE = ("kept", "gone", "guest")
# Each world takes most of a second.
MOST = 100 if settings.default.max_examples > 25 else 2
EVENTS, SPACES, DAYS = range(3), range(2), range(4)
people = st.sampled_from(PEOPLE)
members = st.sampled_from(PEOPLE[:2])
days = st.tuples(st.integers(-40, -1), st.one_of(st.none(), st.integers(1, 30)))
WORLD = st.fixed_dictionaries(
    {
        "registered": st.lists(st.tuples(st.sampled_from(EVENTS), people), max_size=7, unique=True),
        "cancelled": st.lists(st.tuples(st.sampled_from(EVENTS), people), max_size=2),
        "came": st.lists(st.tuples(st.sampled_from(EVENTS), people), max_size=6, unique=True),
        "answered": st.booleans(),
        "visits": st.lists(st.tuples(st.sampled_from(SPACES), st.sampled_from(DAYS), members), max_size=5, unique=True),
        "memberships": st.lists(st.tuples(st.sampled_from(SPACES), members, days), max_size=5),
        "homes": st.lists(st.tuples(st.sampled_from(SPACES), members, days), max_size=4),
        "bookings": st.lists(members, max_size=3),
        "guest_first": st.booleans(),
    }
)


class World:
    """Two accounts and a guest of one person, among others, with what a drawn example says of them."""

    def __init__(self, drawn):
        self.kept, self.gone = UserFactory(), UserFactory()
        self.others = [UserFactory() for _other in range(2)]
        self.by = UserFactory(superuser=True)
        self.spaces = [SpaceFactory(), SpaceFactory(french=True)]
        self.events = [EventFactory(capacity=capacity, space=self.spaces[0]) for capacity in (2, 3, None)]
        self.drawn = drawn
        self._register()
        self._came()
        self._at_spaces()

    def member(self, who):
        return {"kept": self.kept, "gone": self.gone}[who]

    def _register(self):
        for number, who in self.drawn["registered"]:
            event = self.events[number]
            if who == "guest":
                row = GuestRegistrationFactory(event=event, name="Elsa", email=ADDRESS)
            else:
                row = register(event=event, user=self.member(who))
            if (number, who) in self.drawn["cancelled"]:
                cancel_registration(registration=row)
        for event in self.events:
            for other in self.others:
                register(event=event, user=other)

    def _came(self):
        start = timezone.now() - timedelta(hours=1)
        day = timezone.localdate(start)
        begun = {"starts_at": start, "ends_at": start + timedelta(hours=2), "earliest": day, "latest": day}
        for number in {number for number, _who in self.drawn["came"]}:
            Event.objects.filter(pk=self.events[number].pk).update(**begun)
            self.events[number].refresh_from_db()
            add_walk_in(event=self.events[number], user=self.others[0], by=self.by)
        for number, who in self.drawn["came"]:
            somebody = {"name": "Elsa", "email": ADDRESS} if who == "guest" else {"user": self.member(who)}
            mark = add_walk_in(event=self.events[number], by=self.by, **somebody)
            if self.drawn["answered"]:
                SurveyTaken.objects.create(event=self.events[number], participant_number=mark.participant_number)

    def _at_spaces(self):
        today = timezone.localdate()
        for number, ago, who in self.drawn["visits"]:
            place = {"space": self.spaces[number], "day": today - timedelta(days=ago), "side": "BE"}
            Visit.objects.create(participant_number=self.member(who).participant_number, **place)
        for number, who, (first, length) in self.drawn["memberships"]:
            self._in_days(MembershipFactory, Membership, self.member(who), self.spaces[number], first, length)
        for number, who, (first, length) in self.drawn["homes"]:
            self._in_days(HomeSpaceFactory, HomeSpace, self.member(who), self.spaces[number], first, length)
        self.bookings = [BookingFactory(user=self.member(who)) for who in self.drawn["bookings"]]

    def _in_days(self, factory, model, user, space, first, length):
        """Make a row of these days unless it would overlap another of the person."""
        since = timezone.localdate() + timedelta(days=first)
        until = since + timedelta(days=length) if length else None
        rows = model.objects.filter(user=user) if model is HomeSpace else model.objects.filter(user=user, space=space)
        if all((row.until and row.until <= since) or (until and until <= row.since) for row in rows):
            is_over = until and until <= timezone.localdate()
            state = {"state": MembershipState.ENDED} if model is Membership and is_over else {}
            if model is Membership and not is_over and rows.filter(state__in=CURRENT_MEMBERSHIPS).exists():
                return
            factory(user=user, space=space, since=since, until=until, **state)

    def become_one(self):
        steps = [
            lambda: merge_accounts(kept=self.kept, gone=self.gone, by=self.by),
            lambda: count_as_one(user=User.objects.get(pk=self.kept.pk), address=ADDRESS),
        ]
        for step in reversed(steps) if self.drawn["guest_first"] else steps:
            step()
        self.kept.refresh_from_db()

    def days_on(self, model):
        """Return (space, day) of each day of the last two months and the next on which a row of the person holds."""
        today = timezone.localdate()
        found = set()
        for row in model.objects.filter(user__in=[self.kept.pk, self.gone.pk]):
            if model is Membership and row.state not in HELD_MEMBERSHIPS:
                continue
            for ago in range(-60, 60):
                day = today + timedelta(days=ago)
                if row.holds(day):
                    found.add((row.space_id, day) if model is Membership else day)
        return found


@pytest.mark.django_db
@settings(max_examples=MOST, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(drawn=WORLD)
def test_a_merged_world_holds_every_promise(drawn):
    with transaction.atomic():
        _hold_every_promise(drawn)
        transaction.set_rollback(True)


def _hold_every_promise(drawn):
    world = World(drawn)
    today = timezone.localdate()
    presences = {number for number, _who in drawn["came"]}
    visits = {(number, ago) for number, ago, _who in drawn["visits"]}
    past_days = {(space, day) for space, day in world.days_on(Membership) if day <= today}
    past_homes = {day for day in world.days_on(HomeSpace) if day < today}
    of_others = [_rows_of_others(world), Booking.objects.count()]

    world.become_one()

    number = world.kept.participant_number
    assert not User.objects.filter(pk=world.gone.pk).exists()
    marks = Participation.objects.filter(participant_number=number)
    assert sorted(marks.values_list("event", flat=True)) == sorted(world.events[each].pk for each in presences)
    assert Visit.objects.filter(participant_number=number).count() == Visit.objects.count() == len(visits)
    if drawn["answered"]:
        assert SurveyTaken.objects.filter(participant_number=number).count() == len(presences)
    own = Registration.objects.filter(user=world.kept)
    for event in world.events:
        event.refresh_from_db()
        live = own.filter(event=event, status__in=STANDING_REGISTRATIONS)
        assert live.count() <= 1
        assert event.capacity is None or event.seats_taken <= event.capacity
        assert event.seats_taken == event.registrations.seated().count()
        if event.is_open and event.registrations.in_line().exists():
            assert event.seats_taken == event.capacity, "A seat that was given back goes to the next in line."
    assert set(own.values_list("participant_number", flat=True)) <= {number}
    assert {(space, day) for space, day in world.days_on(Membership) if day <= today} == past_days
    assert past_homes <= world.days_on(HomeSpace)
    assert [_rows_of_others(world), Booking.objects.count()] == of_others
    assert set(Booking.objects.values_list("user", flat=True)) <= {world.kept.pk}
    for booking in world.bookings:
        cancel_booking(booking=Booking.objects.get(pk=booking.pk), by=world.kept)


def _rows_of_others(world):
    """Return what the others have but their places, which a seat given back may better."""
    rows = Registration.objects.filter(user__in=world.others).order_by("pk")
    marks = Participation.objects.filter(registration__user__in=world.others).order_by("pk")
    return [list(found.values_list("pk", "participant_number")) for found in (rows, marks)]


@pytest.mark.django_db
def test_a_life_with_every_kind_of_row_is_given_whole():
    """No table loses a row but those that say so, and each row is the other account's."""
    life, other = Life(member=True), Life(member=True)
    gone = User.objects.get(pk=life.user.pk)
    for role in SpaceRole.objects.filter(user=gone):  # A space whose only manager goes is refused.
        SpaceRoleFactory(space=role.space)
    before = {tie.model: tie.rows.count() for tie in all_ties()}
    may_lose = {tie.model for tie in all_ties() if tie.merging in {Fate.DROPPED, Fate.JOINED}}
    merge_accounts(kept=other.user, gone=gone, by=UserFactory(superuser=True))
    lost = {model for model, number in before.items() if _count(model) < number}
    assert lost <= may_lose
    for tie in all_ties():
        columns = [column for column in tie.columns if refers_to_people(tie, column)]
        assert not rows_tied(tie, columns, gone).exists(), tie


def _count(model):
    return next(tie for tie in all_ties() if tie.model == model).rows.count()
