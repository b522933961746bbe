"""Test what a person loses as a membership is paused, changed or ended, and that nobody keeps what none opens."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier, Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from events.errors import EventError
from events.models import Registration
from events.registering.operations import register
from events.tests.factories import EventFactory
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from hacktiv.portal.operations import carry_out, what_is_lost
from members.tests.factories import UserFactory
from spaces.booking.operations import BookingRequest, SeriesRequest, book, book_series, lock_resources, wait_for
from spaces.core.operations import lock_account
from spaces.enums import MembershipState
from spaces.errors import BookingError
from spaces.memberships.operations import (
    approve_membership,
    ask_membership,
    change_kind,
    give_membership,
    pause_membership,
    refuse_membership,
)
from spaces.models import Booking, Membership, Resource, Wait
from spaces.tests.factories import (
    BookingFactory,
    MembershipFactory,
    MembershipKindFactory,
    SpaceFactory,
    in_days,
)
from spaces.timing.hours import local_day
from tests.waiting import until_somebody_waits

from .losing import ended, members_event, room_for_members

TRANSACTIONAL = pytest.mark.django_db(transaction=True)


def live(user):
    return set(Booking.objects.live().filter(user=user).values_list("pk", flat=True))


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
