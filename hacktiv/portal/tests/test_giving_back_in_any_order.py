"""Test that nobody keeps what no membership opens, in whatever order things are done."""

from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.enums import LIVE_REGISTRATIONS
from events.errors import EventError
from events.models import Registration
from events.registering.operations import register
from hacktiv.portal.operations import carry_out, erase_person
from members.tests.factories import AffiliationFactory, UserFactory
from spaces.booking.operations import BookingRequest, book
from spaces.enums import BookedBy, MembershipState
from spaces.errors import BookingError
from spaces.memberships.operations import (
    Wish,
    accept,
    approve_membership,
    ask_membership,
    change_agreement,
    change_kind,
    end_membership,
    end_past_memberships,
    give_membership,
    invite,
    invite_own_people,
    pause_membership,
    refuse_membership,
    renew_membership,
    resume_membership,
    take_back,
    take_back_end,
    withdraw_request,
)
from spaces.memberships.queries.places import places_used, through, what_ends_with
from spaces.models import Booking, Invitation, Membership
from spaces.tests.factories import (
    AgreementFactory,
    MembershipKindFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
)
from spaces.timing.hours import local_day

from .losing import ended, members_event, room_for_members

STEP = st.one_of(
    st.tuples(st.just("ask"), st.integers(0, 1), st.integers(0, 2)),
    st.tuples(st.just("invite"), st.integers(0, 1), st.integers(0, 2), st.sampled_from([None, 0, 3])),
    st.tuples(st.just("accept"), st.integers(0, 2)),
    st.tuples(st.just("take_back"), st.integers(0, 2)),
    st.tuples(st.just("approve"), st.integers(0, 3), st.integers(0, 3), st.sampled_from([None, 2, 5])),
    st.tuples(st.just("refuse"), st.integers(0, 3)),
    st.tuples(st.just("withdraw"), st.integers(0, 3)),
    st.tuples(st.just("pause"), st.integers(0, 3)),
    st.tuples(st.just("resume"), st.integers(0, 3)),
    st.tuples(st.just("kind"), st.integers(0, 3), st.integers(0, 2)),
    st.tuples(st.just("renew"), st.integers(0, 3), st.sampled_from([None, 4, 9])),
    st.tuples(st.just("end"), st.integers(0, 3), st.integers(0, 4)),
    st.tuples(st.just("leave"), st.integers(0, 3), st.integers(0, 4)),
    st.tuples(st.just("stay"), st.integers(0, 3)),
    st.tuples(st.just("night")),
    st.tuples(st.just("book"), st.integers(0, 3), st.integers(1, 6)),
    st.tuples(st.just("invite_own")),
    st.tuples(st.just("through"), st.sampled_from([None, 3])),
    st.tuples(st.just("agree"), st.integers(1, 2), st.sampled_from([None, 0, 3])),
    st.tuples(st.just("register"), st.integers(0, 1)),
)


class World:
    """A person, two spaces, three kinds, three rooms and two events for members, and what is done with them."""

    def __init__(self):
        self.today = timezone.localdate()
        self.user = UserFactory()
        self.spaces = SpaceFactory.create_batch(2)
        self.kinds = [
            MembershipKindFactory(),
            MembershipKindFactory(opens_bookings=False, lasts_months=1),
            MembershipKindFactory(opens_events=False, needs_approval=False, included=1),
        ]
        self.rooms = [
            room_for_members(),
            ResourceFactory(open_to=[self.spaces[0]]),
            ResourceFactory(booked_by=BookedBy.KINDS),
            room_for_members(space=SpaceFactory(with_hours=True)),
        ]
        self.spaces[1] = self.rooms[3].space
        self.rooms[2].open_to_kinds.add(self.kinds[2])
        self.events = [members_event(2), members_event(5)]
        self.agreement = AgreementFactory(space=self.spaces[1], kind=self.kinds[2], places=1)
        self.contact = AffiliationFactory(organisation=self.agreement.organisation).user

    def take(self, step):
        kind, *arguments = step
        getattr(self, f"_{kind}")(*arguments)

    def _nth(self, number):
        found = Membership.objects.filter(user=self.user).order_by("pk")[number:].first()
        if found is None:
            raise BookingError("nothing", "There is none.")
        return found

    def _day(self, away):
        return None if away is None else self.today + timedelta(days=away)

    def _ask(self, space, kind):
        ask_membership(user=self.user, space=self.spaces[space], kind=self.kinds[kind])

    def _invite(self, space, kind, away):
        wish = Wish(email=self.user.email, kind=self.kinds[kind], first_day=self._day(away))
        invite(space=self.spaces[space], wish=wish, by=None)

    def _accept(self, number):
        accept(invitation=self._nth_invitation(number), user=self.user)

    def _take_back(self, number):
        take_back(invitation=self._nth_invitation(number), by=None)

    def _nth_invitation(self, number):
        found = Invitation.objects.filter(email=self.user.email).order_by("pk")[number:].first()
        if found is None:
            raise BookingError("nothing", "There is none.")
        return found

    def _approve(self, number, since, until):
        approve_membership(membership=self._nth(number), by=None, since=self._day(since), until=self._day(until))

    def _refuse(self, number):
        refuse_membership(membership=self._nth(number), by=None, reason="Complet")

    def _withdraw(self, number):
        withdraw_request(membership=self._nth(number), by=self.user)

    def _resume(self, number):
        resume_membership(membership=self._nth(number), by=None)

    def _renew(self, number, until):
        renew_membership(membership=self._nth(number), by=None, until=self._day(until))

    def _night(self):
        end_past_memberships()

    def _pause(self, number):
        self._carry_out(partial(pause_membership, membership=self._nth(number), by=None))

    def _kind(self, number, kind):
        self._carry_out(partial(change_kind, membership=self._nth(number), kind=self.kinds[kind], by=None))

    def _end(self, number, away):
        self._carry_out(ended(self._nth(number), on=self._day(away)))

    def _leave(self, number, away):
        self._carry_out(partial(end_membership, membership=self._nth(number), by=self.user, on=self._day(away)))

    def _stay(self, number):
        take_back_end(membership=self._nth(number), by=self.user)

    def _carry_out(self, change):
        before = self.held()
        lost = carry_out(user=self.user, change=change, by=None)
        gone = {("booking", one.pk) for one in lost.bookings} | {("event", one.event_id) for one in lost.registrations}
        assert before - self.held() == gone

    def _book(self, room, away):
        asked = BookingRequest(resource=self.rooms[room], user=self.user, start=in_days(away, 9), end=in_days(away, 10))
        before = self._days_of_month(self.rooms[room], away)
        book(asked=asked, by=self.user)
        on = self._day(away)
        active = Membership.objects.active(on).filter(user=self.user, space=self.rooms[room].space)
        if held := active.filter(kind__included__isnull=False, kind__opens_bookings=True).first():
            after = self._days_of_month(self.rooms[room], away)
            assert after <= before or len(after) <= held.kind.included

    def _days_of_month(self, room, away):
        """Return the days of the month on which the person has booked in the space what is for members."""
        booked = Booking.objects.live().filter(user=self.user, resource__space=room.space)
        days = {local_day(one.start) for one in booked.exclude(resource__booked_by=BookedBy.ANYONE)}
        return {day for day in days if (day.year, day.month) == (self._day(away).year, self._day(away).month)}

    def _invite_own(self):
        wish = {"agreement": self.agreement, "addresses": [self.user.email], "language": "fr"}
        invite_own_people(**wish, by=self.contact)

    def _through(self, until):
        wish = {"space": self.spaces[1], "kind": self.kinds[2], "organisation": self.agreement.organisation}
        days = {"since": self.today, "until": self._day(until)}
        give_membership(user=self.user, **wish, **days, by=None)

    def _agree(self, places, until):
        """Change the agreement, and end what ends with it."""
        wish = {"places": places, "until": self._day(until)}
        self.agreement = change_agreement(agreement=self.agreement, **wish, by=None)
        for membership, on in what_ends_with(self.agreement, **wish).memberships:
            self._carry_out(ended(membership, on=on))

    def _register(self, number):
        register(event=self.events[number], user=self.user)

    def held(self):
        """Return what the person has ahead."""
        bookings = Booking.objects.live().filter(user=self.user).values_list("pk", flat=True)
        registered = Registration.objects.filter(user=self.user, status__in=LIVE_REGISTRATIONS)
        return {("booking", pk) for pk in bookings} | {
            ("event", pk) for pk in registered.values_list("event", flat=True)
        }

    def check(self):
        """Whatever the person has ahead, a membership that is active on that day opens, by the rows themselves; nobody
        is beyond the places of the organisation, nor a member through it for longer than its agreement."""
        assert places_used(self.agreement) <= self.agreement.places
        if end := self.agreement.until:
            assert all(one.until and one.until <= end for one in through(self.agreement))
        active = Membership.objects.filter(user=self.user, state=MembershipState.ACTIVE).select_related("kind")
        for booking in Booking.objects.live().filter(user=self.user):
            day, room = local_day(booking.start), booking.resource
            opening = [one for one in active if one.holds(day) and one.kind.opens_bookings]
            if room == self.rooms[1]:
                opening = [one for one in opening if one.space == self.spaces[0]]
            if room == self.rooms[2]:
                opening = [one for one in opening if one.kind == self.kinds[2]]
            assert opening, (booking, list(active))
        for registration in Registration.objects.live().filter(user=self.user).select_related("event"):
            day = registration.event.earliest
            assert any(one.holds(day) and one.kind.opens_events for one in active), (registration, list(active))


def nothing_is_held_that_no_membership_opens(steps):
    with transaction.atomic():
        world = World()
        for step in steps:
            before = world.held()
            with suppress(BookingError, EventError):
                world.take(step)
            if step[0] not in {"pause", "kind", "end", "leave", "agree"}:
                assert before <= world.held(), step
            world.check()
        erased = world.user.pk
        erase_person(user=world.user)
        assert not Membership.objects.filter(user=erased).exists()
        assert not Invitation.objects.exists()
        assert not Booking.objects.live().filter(user=erased).exists()
        transaction.set_rollback(True)


IN_ANY_ORDER = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@pytest.mark.django_db
@settings(max_examples=5, **IN_ANY_ORDER)
@given(st.lists(STEP, min_size=4, max_size=10))
def test_in_any_order_nobody_holds_what_no_membership_opens(steps):
    nothing_is_held_that_no_membership_opens(steps)


@pytest.mark.long
@pytest.mark.django_db
@settings(max_examples=80, **IN_ANY_ORDER)
@given(st.lists(STEP, min_size=8, max_size=24))
def test_in_many_orders_nobody_holds_what_no_membership_opens(steps):
    nothing_is_held_that_no_membership_opens(steps)
