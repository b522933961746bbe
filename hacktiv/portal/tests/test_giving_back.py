"""Test what a person loses as a membership is paused, changed or ended, and that nobody keeps what none opens."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Barrier, Event

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.enums import LIVE_REGISTRATIONS
from events.errors import EventError
from events.models import Registration
from events.registering.operations import register
from events.tests.factories import EventFactory
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from hacktiv.portal.operations import carry_out, erase_person, what_is_lost
from members.tests.factories import AffiliationFactory, UserFactory
from spaces.booking.operations import BookingRequest, SeriesRequest, book, book_series, lock_resources, wait_for
from spaces.core.operations import lock_account
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
from spaces.memberships.queries import places_used, through, what_ends_with
from spaces.models import Booking, Invitation, Membership, Resource, Wait
from spaces.tests.factories import (
    AgreementFactory,
    BookingFactory,
    MembershipFactory,
    MembershipKindFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
)
from spaces.timing.hours import local_day
from tests.waiting import until_somebody_waits

TRANSACTIONAL = pytest.mark.django_db(transaction=True)


def room_for_members(**fields):
    return ResourceFactory(booked_by=BookedBy.MEMBERS, **fields)


def members_event(days=3):
    return EventFactory(members_only=True, starts_at=in_days(days, 18))


def live(user):
    return set(Booking.objects.live().filter(user=user).values_list("pk", flat=True))


def ended(membership, *, on, by=None):
    return partial(end_membership, membership=membership, by=by, on=on)


# --- what is lost ---


@pytest.mark.django_db
def test_an_end_gives_back_what_lies_beyond_it_and_nothing_else():
    membership, room, today = MembershipFactory(), room_for_members(), timezone.localdate()
    member = membership.user
    before, beyond = (BookingFactory(resource=room, user=member, days=days) for days in (2, 4))
    for_anyone = BookingFactory(user=member, days=5)
    evening, public = members_event(5), EventFactory(starts_at=in_days(5, 18))
    for event in (evening, public):
        register(event=event, user=member)
    change = ended(membership, on=today + timedelta(days=3), by=member)
    previewed = what_is_lost(user=member, change=change)
    assert live(member) == {before.pk, beyond.pk, for_anyone.pk}
    membership.refresh_from_db()
    assert membership.until is None
    lost = carry_out(user=member, change=change, by=member)
    assert [booking.pk for booking in lost.bookings] == [booking.pk for booking in previewed.bookings] == [beyond.pk]
    assert [registration.event for registration in lost.registrations] == [evening]
    assert live(member) == {before.pk, for_anyone.pk}
    assert set(Registration.objects.live().filter(user=member).values_list("event", flat=True)) == {public.pk}
    told = set(Message.objects.filter(to_email=member.email).values_list("template", flat=True))
    assert {"portal.losses", "spaces.membership_news"} <= told
    assert not {"spaces.booking_cancelled", "events.registration_cancelled"} & told


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["pause", "kind", "end"])
def test_a_pause_a_kind_and_an_end_take_back_from_today(way):
    membership, room, today = MembershipFactory(), room_for_members(), timezone.localdate()
    member, other = membership.user, MembershipKindFactory(opens_bookings=False)
    BookingFactory(resource=room, user=member)
    BookingFactory(resource=room, hours=(10, 11), as_manager=True)
    wait_for(resource=room, user=member, start=in_days(1, 10), end=in_days(1, 11))
    changes = {
        "pause": partial(pause_membership, membership=membership, by=None),
        "kind": partial(change_kind, membership=membership, kind=other, by=None),
        "end": ended(membership, on=today),
    }
    lost = carry_out(user=member, change=changes[way], by=None)
    assert (len(lost.bookings), len(lost.waits)) == (1, 1)
    assert (live(member), Wait.objects.filter(user=member).count()) == (set(), 0)


@pytest.mark.django_db
def test_what_another_membership_opens_stays():
    membership, room = MembershipFactory(), room_for_members()
    member = membership.user
    MembershipFactory(user=member)
    booking = BookingFactory(resource=room, user=member)
    assert not carry_out(user=member, change=ended(membership, on=timezone.localdate()), by=None)
    assert live(member) == {booking.pk}


@pytest.mark.django_db
def test_what_an_account_held_without_a_membership_stays():
    """A booking of the time before memberships, or by a manager, never rested on one."""
    membership, room = MembershipFactory(since=in_days(3, 9).date()), room_for_members()
    member = membership.user
    kept = BookingFactory(resource=room, user=member, as_manager=True, days=1)
    carry_out(user=member, change=ended(membership, on=timezone.localdate()), by=None)
    assert live(member) == {kept.pk}


@pytest.mark.django_db
def test_a_change_that_is_refused_gives_nothing_back():
    membership, room = MembershipFactory(), room_for_members()
    booking = BookingFactory(resource=room, user=membership.user)
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(BookingError):
        carry_out(user=membership.user, change=ended(membership, on=yesterday), by=None)
    assert live(membership.user) == {booking.pk}


@pytest.mark.django_db
def test_a_series_keeps_the_days_before_the_end():
    membership, room, today = MembershipFactory(), room_for_members(), timezone.localdate()
    member = membership.user
    asked = SeriesRequest(
        resource=room,
        user=member,
        pattern="weekly",
        first_day=today + timedelta(days=1),
        until=today + timedelta(days=22),
        starts=in_days(1, 9).time(),
        ends=in_days(1, 10).time(),
    )
    book_series(asked=asked, by=member)
    lost = carry_out(user=member, change=ended(membership, on=today + timedelta(days=10)), by=None)
    kept = Booking.objects.live().filter(user=member).order_by("period")
    assert [(local_day(one.start) - today).days for one in kept] == [1, 8]
    assert [(local_day(one.start) - today).days for one in lost.bookings] == [15, 22]


@pytest.mark.django_db
@pytest.mark.parametrize("by_themselves", [True, False])
def test_the_mails_name_the_membership_and_blame_no_team(mailoutbox, by_themselves):
    membership, room = MembershipFactory(space__name="La Ferme", user__language="en"), room_for_members()
    member, event = membership.user, members_event()
    BookingFactory(resource=room, user=member)
    register(event=event, user=member)
    send_due()
    mailoutbox.clear()
    by = member if by_themselves else None
    carry_out(user=member, change=ended(membership, on=timezone.localdate(), by=by), by=by)
    send_due()
    ours = [mail.body for mail in mailoutbox if member.email in mail.to[0]]
    given_back = [body for body in ours if "Your membership of La Ferme no longer gives access" in body]
    assert (len(given_back), len(ours)) == (1, 2)
    assert event.title_en in given_back[0] and room.name in given_back[0]
    files = next(mail for mail in mailoutbox if mail.body in given_back).attachments
    assert sum("METHOD:CANCEL" in _text(each) for each in files) == 2
    assert not any(said in body for body in given_back for said in ("organisers have", "as you asked", "team’s words"))


def _text(attached):
    content = attached[1] if isinstance(attached, tuple) else attached.get_payload(decode=True)
    return content.decode() if isinstance(content, bytes) else content


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["a booking", "a registration"])
def test_one_thing_that_is_lost_has_its_own_mail(what):
    membership = MembershipFactory()
    if what == "a booking":
        BookingFactory(resource=room_for_members(), user=membership.user)
    else:
        register(event=members_event(), user=membership.user)
    carry_out(user=membership.user, change=ended(membership, on=timezone.localdate()), by=None)
    told = set(Message.objects.filter(to_email=membership.user.email).values_list("template", flat=True))
    assert {"spaces.booking_cancelled", "events.registration_cancelled"} & told
    assert "portal.losses" not in told


# --- at once ---


def at_once(*calls: Callable[[], object]) -> list[str]:
    """Run every call at one moment in its own connection; return « ok » or the code of each refusal, in their order."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            call()
        except (BookingError, EventError) as error:
            return error.code
        else:
            return "ok"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@TRANSACTIONAL
def test_two_managers_decide_one_request_and_one_of_them_is_told():
    asked = ask_membership(user=UserFactory(), space=SpaceFactory(), kind=MembershipKindFactory())
    today = timezone.localdate()
    answers = at_once(
        partial(approve_membership, membership=asked, by=None, since=today),
        partial(refuse_membership, membership=asked, by=None, reason="Complet"),
    )
    assert sorted(answers) == ["decided", "ok"]
    asked.refresh_from_db()
    assert asked.state == (MembershipState.ACTIVE if answers[0] == "ok" else MembershipState.REFUSED)
    assert Message.objects.filter(template="spaces.membership_news").count() == 1


@TRANSACTIONAL
def test_two_requests_and_a_gift_at_once_make_one_membership():
    user, space, kind = UserFactory(), SpaceFactory(), MembershipKindFactory()
    ask = partial(ask_membership, user=user, space=space, kind=kind)
    give = partial(give_membership, user=user, space=space, kind=kind, since=timezone.localdate(), by=None)
    answers = at_once(ask, ask, give)
    assert "ok" in answers
    assert set(answers) <= {"ok", "already_member"}
    assert Membership.objects.get().state == MembershipState.ACTIVE


@TRANSACTIONAL
@pytest.mark.parametrize("number", range(4))
def test_who_books_while_their_membership_ends_keeps_nothing(number):
    membership, rooms, today = MembershipFactory(), [room_for_members() for _ in range(3)], timezone.localdate()
    member, event = membership.user, members_event()

    def booking(room):
        asked = BookingRequest(resource=room, user=member, start=in_days(1, 9), end=in_days(1, 10))
        return partial(book, asked=asked, by=member)

    end = partial(carry_out, user=member, change=ended(membership, on=today), by=None)
    answers = at_once(*map(booking, rooms), partial(register, event=event, user=member), end)
    assert answers[-1] == "ok"
    assert set(answers[:3]) <= {"ok", "not_for_you"}
    assert answers[3] in {"ok", "members_only"}
    assert live(member) == set()
    assert not Registration.objects.live().filter(user=member).exists()


@TRANSACTIONAL
@pytest.mark.parametrize("what", ["a booking", "a registration"])
def test_an_end_waits_for_what_is_under_way_and_gives_it_back(what):
    membership, room, event = MembershipFactory(), room_for_members(), members_event()
    member, is_made, may_end = membership.user, Event(), Event()
    asked = BookingRequest(resource=room, user=member, start=in_days(1, 9), end=in_days(1, 10))
    make = {
        "a booking": partial(book, asked=asked, by=member),
        "a registration": partial(register, event=event, user=member),
    }[what]

    def slowly():
        with transaction.atomic():
            make()
            is_made.set()
            assert may_end.wait(timeout=60)
        connection.close()

    def end():
        carry_out(user=member, change=ended(membership, on=timezone.localdate()), by=None)
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        making = pool.submit(slowly)
        assert is_made.wait(timeout=60)
        ending = pool.submit(end)
        with pytest.raises(TimeoutError):
            ending.result(timeout=0.5)
        may_end.set()
        making.result(timeout=60)
        ending.result(timeout=60)
    assert live(member) == set()
    assert not Registration.objects.live().filter(user=member).exists()


@TRANSACTIONAL
def test_who_waits_for_the_account_during_the_trial_blocks_no_change():
    """A booking locks the resource, then waits for the account while the change is only tried; both go on."""
    membership, room = MembershipFactory(), room_for_members()
    member, is_tried, is_locked = membership.user, Event(), Event()
    BookingFactory(resource=room, user=member)

    def change():
        paused = pause_membership(membership=membership, by=None)
        if not is_tried.is_set():
            is_tried.set()
            until_somebody_waits()
        return paused

    def book_there():
        with transaction.atomic():
            lock_resources(Resource.objects.filter(pk=room.pk))
            is_locked.set()
            assert is_tried.wait(timeout=60)
            lock_account(member)

    def pause():
        assert is_locked.wait(timeout=60)
        carry_out(user=member, change=change, by=None)

    assert at_once(book_there, pause) == ["ok", "ok"]
    assert live(member) == set()


@TRANSACTIONAL
def test_two_changes_at_once_give_back_once():
    membership, room, today = MembershipFactory(), room_for_members(), timezone.localdate()
    member = membership.user
    BookingFactory(resource=room, user=member)
    answers = at_once(
        partial(carry_out, user=member, change=ended(membership, on=today), by=None),
        partial(carry_out, user=member, change=partial(pause_membership, membership=membership, by=None), by=None),
    )
    assert answers[0] == "ok"
    assert answers[1] in {"ok", "decided"}
    assert Message.objects.filter(template="spaces.booking_cancelled").count() == 1
    assert live(member) == set()


# --- in any order ---

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
