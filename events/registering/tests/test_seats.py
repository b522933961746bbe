"""Seats on site and online, kept seats, offers near the start, and seats given out of turn."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from events.core.queries import position_in_line, with_positions
from events.core.rules import FreeSeats, held_seats_end_at, offer_ends_at
from events.enums import ChangeKind, EventState, Mode, ProofKind, Way
from events.errors import EventError
from events.models import Event, Registration
from events.programme.operations import change_capacity, publish, switch_online
from events.registering.operations import (
    accept_offer,
    cancel_registration,
    change_way,
    confirm_guest,
    promote,
    register,
    register_guest,
    register_person,
    tend_lines,
)
from events.tests.factories import EventFactory, GuestRegistrationFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from members.enums import Country, Residence
from members.tests.factories import UserFactory
from spaces.tests.factories import HomeSpaceFactory, ResourceFactory, SpaceFactory

pytestmark = pytest.mark.django_db
BRUSSELS = ZoneInfo("Europe/Brussels")
LINK = "https://visio.example/salle"


def event_in(*, days=0, hours=0, **fields):
    return EventFactory(starts_at=timezone.now().replace(microsecond=0) + timedelta(days=days, hours=hours), **fields)


def belgian_event(**fields):
    return event_in(days=10, space=SpaceFactory(country=Country.BE), **fields)


def from_side(country):
    user = UserFactory()
    HomeSpaceFactory(user=user, space=SpaceFactory(country=country))
    return user


def statuses(*registrations):
    return [Registration.objects.get(pk=registration.pk).status for registration in registrations]


def told(registration):
    """Return the kinds of mail about the registration, in their order."""
    kinds = Message.objects.filter(context__registration=registration.pk).order_by("pk")
    return [template.removeprefix("events.") for template in kinds.values_list("template", flat=True)]


class TestTwoWays:
    def test_each_way_has_its_seats_and_its_line(self):
        event = event_in(days=9, mode=Mode.HYBRID, capacity=1, online_capacity=1)
        onsite = [register(event=event, user=UserFactory(), way=Way.ONSITE) for _ in range(2)]
        online = [register(event=event, user=UserFactory(), way=Way.ONLINE) for _ in range(3)]
        assert statuses(*onsite, *online) == ["confirmed", "waiting", "confirmed", "waiting", "waiting"]
        event.refresh_from_db()
        assert (event.seats_taken, event.online_seats_taken, event.is_full) == (1, 1, True)
        assert [position_in_line(registration) for registration in (onsite[1], online[1], online[2])] == [1, 1, 2]
        rows = with_positions(Registration.objects.order_by("pk"))
        assert [registration.position for registration in rows] == [None, 1, None, 1, 2]
        cancel_registration(registration=online[0])
        assert statuses(*onsite, *online) == ["confirmed", "waiting", "cancelled", "confirmed", "waiting"]

    def test_the_only_way_of_an_event_needs_no_choice(self):
        assert register(event=event_in(days=9, mode=Mode.HYBRID), user=UserFactory()).way == Way.ONSITE
        assert register(event=event_in(days=9, mode=Mode.ONLINE), user=UserFactory()).way == Way.ONLINE

    @pytest.mark.parametrize(("mode", "way"), [(Mode.ONSITE, Way.ONLINE), (Mode.ONLINE, Way.ONSITE)])
    def test_a_way_that_the_event_does_not_have_is_refused(self, mode, way):
        event = event_in(days=9, mode=mode)
        for attempt in (
            lambda: register(event=event, user=UserFactory(), way=way),
            lambda: register_guest(event=event, name="A", email="a@ardenne.example", language="fr", way=way),
        ):
            with pytest.raises(EventError) as refusal:
                attempt()
            assert refusal.value.code == "way"

    def test_changing_the_way_frees_a_seat_for_the_next_in_line(self):
        event = event_in(days=9, mode=Mode.HYBRID, capacity=1, online_capacity=None)
        seated, next_one = (register(event=event, user=UserFactory(), way=Way.ONSITE) for _ in range(2))
        change_way(registration=seated, way=Way.ONLINE)
        assert statuses(seated, next_one) == ["confirmed", "confirmed"]
        event.refresh_from_db()
        assert (event.seats_taken, event.online_seats_taken) == (1, 1)
        assert told(seated) == ["confirmation", "confirmation"]
        assert told(next_one) == ["waiting", "promoted"]

    def test_a_seat_is_kept_where_the_other_way_is_full(self):
        event = event_in(days=9, mode=Mode.HYBRID, capacity=2, online_capacity=0)
        seated = register(event=event, user=UserFactory())
        with pytest.raises(EventError) as refusal:
            change_way(registration=seated, way=Way.ONLINE)
        assert refusal.value.code == "full"
        seated.refresh_from_db()
        assert (seated.way, seated.is_confirmed) == (Way.ONSITE, True)

    def test_a_person_in_line_may_change_to_the_other_line(self):
        event = event_in(days=9, mode=Mode.HYBRID, capacity=0, online_capacity=0)
        first = register(event=event, user=UserFactory(), way=Way.ONLINE)
        waiting = register(event=event, user=UserFactory(), way=Way.ONSITE)
        change_way(registration=waiting, way=Way.ONLINE)
        assert [position_in_line(registration) for registration in (first, waiting)] == [1, 2]


class TestSeatsForTheOtherSide:
    def test_kept_seats_go_to_people_from_the_other_side_only(self):
        event = belgian_event(capacity=3, seats_held=2)
        own = [register(event=event, user=from_side(Country.BE)) for _ in range(2)]
        across = [register(event=event, user=from_side(Country.FR)) for _ in range(3)]
        assert statuses(*own, *across) == ["confirmed", "waiting", "confirmed", "confirmed", "waiting"]

    def test_people_from_the_other_side_take_any_seat(self):
        event = belgian_event(capacity=3, seats_held=1)
        across = [register(event=event, user=from_side(Country.FR)) for _ in range(3)]
        assert statuses(*across) == ["confirmed"] * 3

    def test_a_freed_kept_seat_is_not_given_to_the_own_side(self):
        event = belgian_event(capacity=2, seats_held=1)
        register(event=event, user=from_side(Country.BE))
        leaving = register(event=event, user=from_side(Country.FR))
        own, across = (register(event=event, user=from_side(side)) for side in (Country.BE, Country.FR))
        cancel_registration(registration=leaving)
        assert statuses(own, across) == ["waiting", "confirmed"]

    def test_kept_seats_are_given_out_three_days_before_the_event(self):
        event = belgian_event(capacity=2, seats_held=1)
        waiting = [register(event=event, user=from_side(Country.BE)) for _ in range(3)][1:]
        free_at = held_seats_end_at(event)
        assert tend_lines(now=free_at - timedelta(seconds=1)) == []
        assert tend_lines(now=free_at) == waiting[:1]
        assert tend_lines(now=free_at) == []
        assert statuses(*waiting) == ["confirmed", "waiting"]
        assert told(waiting[0]) == ["waiting", "promoted"]

    def test_the_three_days_are_counted_in_local_time(self):
        event = EventFactory.build(
            starts_at=datetime(2027, 3, 29, 12, tzinfo=BRUSSELS), seats_held=1, space=SpaceFactory()
        )
        assert held_seats_end_at(event) == datetime(2027, 3, 26, 12, tzinfo=BRUSSELS)

    @pytest.mark.parametrize(
        ("residence", "side"), [(Residence.FR, "FR"), (Residence.BE, "BE"), (Residence.OTHER, ""), ("", "")]
    )
    def test_a_guests_side_is_that_of_their_residence(self, residence, side):
        assert GuestRegistrationFactory(residence=residence).side == side

    def test_a_members_side_comes_from_the_home_space_else_residence(self):
        member = from_side(Country.FR)
        member.residence = Residence.BE
        assert register(event=event_in(days=9), user=member).side == Country.FR
        assert register(event=event_in(days=9), user=UserFactory(residence=Residence.BE)).side == Country.BE

    def test_seats_taken_by_the_other_side_count_as_kept_seats(self):
        assert FreeSeats(3, held=2).take(is_from_the_other_side=False)
        assert not FreeSeats(2, held=2).take(is_from_the_other_side=False)
        free = FreeSeats(2, held=2)
        assert free.take(is_from_the_other_side=True)
        assert (free.left, free.held) == (1, 1)
        assert FreeSeats(None).take(is_from_the_other_side=False)
        assert not FreeSeats(0).take(is_from_the_other_side=True)


class TestOffers:
    def offered(self, **fields):
        """Return somebody to whom a seat is offered on the eve, and somebody in line after them."""
        event = event_in(hours=20, capacity=1, **fields)
        seated, offered, after = (RegistrationFactory(event=event) for _ in range(3))
        cancel_registration(registration=seated)
        return Registration.objects.get(pk=offered.pk), after

    def test_near_the_start_a_freed_seat_is_offered_and_kept(self):
        offered, after = self.offered()
        assert statuses(offered, after) == ["offered", "waiting"]
        assert told(offered) == ["waiting", "offer"]
        assert timezone.now() < offered.offered_until < timezone.now() + timedelta(hours=3)
        assert Event.objects.get().seats_taken == 1
        assert statuses(RegistrationFactory(event=offered.event)) == ["waiting"]

    def test_an_accepted_offer_is_confirmed_once(self):
        offered, after = self.offered()
        for _ in range(2):
            accept_offer(registration=offered)
        assert statuses(offered, after) == ["confirmed", "waiting"]
        assert told(offered) == ["waiting", "offer", "confirmation", "reminder"]

    def test_a_seat_given_up_is_offered_to_the_next(self):
        offered, after = self.offered()
        cancel_registration(registration=offered)
        assert statuses(offered, after) == ["cancelled", "offered"]

    def test_an_unanswered_offer_goes_to_the_next_and_both_are_told_once(self):
        offered, after = self.offered()
        assert tend_lines(now=offered.offered_until - timedelta(seconds=1)) == []
        for _ in range(2):
            tend_lines(now=offered.offered_until)
        assert statuses(offered, after) == ["cancelled", "offered"]
        assert told(offered) == ["waiting", "offer", "offer_lapsed"]
        assert told(after) == ["waiting", "offer"]

    def test_a_lapsed_offer_cannot_be_accepted(self):
        offered, _after = self.offered()
        Registration.objects.filter(pk=offered.pk).update(offered_until=timezone.now())
        with pytest.raises(EventError) as refusal:
            accept_offer(registration=offered)
        assert refusal.value.code == "offer_lapsed"

    def test_the_next_write_ends_lapsed_offers_first(self):
        """The line does not wait for the beat, and no newcomer gets a seat before it."""
        offered, after = self.offered()
        Registration.objects.filter(pk=offered.pk).update(offered_until=timezone.now())
        newcomer = RegistrationFactory(event=offered.event)
        assert statuses(offered, after, newcomer) == ["cancelled", "offered", "waiting"]

    @pytest.mark.parametrize(
        ("before_start", "kept_for"),
        [
            (timedelta(hours=24, seconds=1), None),
            (timedelta(hours=24), timedelta(hours=3)),
            (timedelta(hours=8), timedelta(hours=2)),
            (timedelta(minutes=40), timedelta(minutes=15)),
            (timedelta(minutes=5), timedelta(minutes=5)),
        ],
    )
    def test_an_offer_lasts_a_part_of_the_time_left(self, before_start, kept_for):
        event = EventFactory.build(starts_at=datetime(2027, 5, 7, 12, tzinfo=BRUSSELS), space=None)
        now = event.starts_at - before_start
        assert offer_ends_at(event, now) == (kept_for and now + kept_for)


class TestOutOfTurn:
    def test_a_seat_is_added_and_the_reason_is_kept(self):
        event, manager = event_in(days=9, capacity=1), UserFactory()
        _seated, first, second = (RegistrationFactory(event=event) for _ in range(3))
        promote(registration=second, reason="Elle tient le stand", by=manager)
        event.refresh_from_db()
        assert (event.capacity, event.seats_taken) == (2, 2)
        assert statuses(first, second) == ["waiting", "confirmed"]
        change = event.changes.get()
        assert (change.kind, change.reason, change.made_by) == (ChangeKind.PROMOTED, "Elle tient le stand", manager)
        assert told(second) == ["waiting", "promoted"]

    def test_a_kept_seat_is_given_without_adding_one(self):
        event = belgian_event(capacity=1, seats_held=1)
        waiting = register(event=event, user=from_side(Country.BE))
        promote(registration=waiting, reason="Aucun inscrit français", by=UserFactory())
        event.refresh_from_db()
        assert (event.capacity, event.seats_taken) == (1, 1)

    @pytest.mark.parametrize(("capacity", "reason", "code"), [(0, " ", "reason"), (1, "Pour voir", "not_waiting")])
    def test_it_needs_a_reason_and_a_person_in_line(self, capacity, reason, code):
        registration = RegistrationFactory(event=event_in(days=9, capacity=capacity))
        with pytest.raises(EventError) as refusal:
            promote(registration=registration, reason=reason, by=UserFactory())
        assert refusal.value.code == code


class TestHoursOfRegistration:
    def test_registration_opens_and_closes_at_the_events_hours(self):
        now = timezone.now()
        early = event_in(days=9, registration_opens_at=now + timedelta(hours=1))
        late = event_in(days=9, registration_closes_at=now - timedelta(hours=1))
        for event, code in ((early, "not_open_yet"), (late, "closed")):
            with pytest.raises(EventError) as refusal:
                register(event=event, user=UserFactory())
            assert refusal.value.code == code
            by_phone = register_person(event=event, name="Aline", email="", language="fr", by=UserFactory())
            assert by_phone.is_confirmed

    def test_a_guest_who_asked_in_time_confirms_after_the_end(self):
        guest = GuestRegistrationFactory(event=event_in(days=9), confirmed=False)
        closes_at = guest.registered_at + timedelta(seconds=1)
        Registration.objects.filter(pk=guest.pk).update(registered_at=timezone.now() - timedelta(hours=1))
        Event.objects.update(registration_closes_at=closes_at - timedelta(minutes=1))
        assert confirm_guest(token=guest.token).is_confirmed


class TestHeldOnlineInstead:
    def test_registrations_stay_the_room_is_freed_all_are_told_once(self):
        space = SpaceFactory()
        room = ResourceFactory(space=space)
        event = event_in(days=9, space=space, resources=[room], capacity=1, state=EventState.DRAFT)
        event = publish(event=event, by=UserFactory())
        seated, waiting = (RegistrationFactory(event=event) for _ in range(2))
        assert room.units.get().occupancies.count() == 1
        for _ in range(2):
            switch_online(event=event, online_link=LINK, reason="Frontière fermée", by=UserFactory())
        event.refresh_from_db()
        assert (event.mode, event.online_link, event.sequence, event.resources.count()) == (Mode.ONLINE, LINK, 1, 0)
        assert (event.seats_taken, event.online_seats_taken) == (0, 2)
        assert statuses(seated, waiting) == ["confirmed", "confirmed"]
        assert set(event.registrations.values_list("way", flat=True)) == {Way.ONLINE}
        assert room.units.get().occupancies.count() == 0
        assert [change.reason for change in event.changes.filter(kind=ChangeKind.ONLINE)] == ["Frontière fermée"]
        assert told(seated) == ["confirmation", "online"]
        assert told(waiting) == ["waiting", "online"]  # One mail says both: the event is online, and there is a seat.
        assert event.proofs_owed == [ProofKind.ONLINE_LIST, ProofKind.ADVERTISING, ProofKind.AGENDA]

    def test_too_few_seats_online_leave_everything_as_it_is(self):
        event = event_in(days=9, mode=Mode.HYBRID, capacity=2, online_capacity=1)
        seated = [register(event=event, user=UserFactory(), way=Way.ONSITE) for _ in range(2)]
        with pytest.raises(EventError) as refusal:
            switch_online(event=event, online_link=LINK, reason="Neige", by=UserFactory())
        assert refusal.value.code == "below_seats"
        event.refresh_from_db()
        assert (event.mode, event.seats_taken, event.changes.count()) == (Mode.HYBRID, 2, 0)
        assert {registration.way for registration in Registration.objects.all()} == {seated[0].way}

    def test_the_online_capacity_holds_afterwards(self):
        event = event_in(days=9, mode=Mode.HYBRID, capacity=1, online_capacity=2)
        onsite, waiting = (register(event=event, user=UserFactory(), way=Way.ONSITE) for _ in range(2))
        online = register(event=event, user=UserFactory(), way=Way.ONLINE)
        switch_online(event=event, online_link=LINK, reason="Neige", by=UserFactory())
        assert statuses(onsite, online, waiting) == ["confirmed", "confirmed", "waiting"]
        change_capacity(event=event, online_capacity=3, by=UserFactory())
        assert statuses(waiting) == ["confirmed"]
