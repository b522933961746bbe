"""Show who is in a space: a number to everybody, to members the names of those who agreed."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from members.enums import ConsentPurpose
from members.models import Consent
from members.profiles.operations import choose_presence, update_profile
from members.profiles.rules import PRESENCE_IN_WORDS
from members.tests.factories import UserFactory
from spaces.booking.operations import cancel_booking, check_in
from spaces.enums import BookingStatus
from spaces.models import Booking
from spaces.places.queries import who_is_here
from spaces.tests.factories import EquipmentFactory, MembershipFactory, ResourceFactory, SpaceFactory, running_booking
from tests.pages import Page

pytestmark = pytest.mark.django_db

FEW = "A few people are here now"


@pytest.fixture
def space():
    return SpaceFactory()


@pytest.fixture
def desks(space):
    return ResourceFactory(space=space, units=12)


@pytest.fixture
def member():
    return MembershipFactory(user=UserFactory(first_name="Zoé", last_name="Lambert")).user


def page_of(space):
    return space.get_absolute_url().replace("/fr/", "/en/")


def seen_by(space, user=None):
    client = Client()
    if user:
        client.force_login(user)
    return Page(client.get(page_of(space)).text).text


def present(desks, number=1, *, is_shown=False, **fields):
    people = []
    for _each in range(number):
        user = UserFactory(**fields)
        running_booking(desks, user=user)
        if is_shown:
            choose_presence(user=user, is_shown=True)
        people.append(user)
    return people


def test_an_empty_space_tells_visitors_nothing(space, desks):
    assert "here now" not in seen_by(space)


@pytest.mark.parametrize("number", [1, 2])
def test_fewer_than_three_people_are_a_few(space, desks, number):
    present(desks, number)
    assert FEW in seen_by(space)


def test_three_people_are_counted(space, desks):
    present(desks, 3)
    assert "3 people are here now" in seen_by(space)


def test_a_guest_without_an_address_counts_once_however_often_they_booked(space, desks):
    def booked(*names):
        for name in names:
            booking = running_booking(desks)
            Booking.objects.filter(pk=booking.pk).update(user=None, guest_name=name)

    booked("Ugo Petit", "ugo  petit ", "Ugo Petit")
    assert FEW in seen_by(space)
    booked("Ada", "Bea")
    assert "3 people are here now" in seen_by(space)


def test_nobody_is_named_who_has_not_agreed(space, desks, member):
    present(desks, last_name="Hubertin")
    text = seen_by(space, member)
    assert FEW in text
    assert "Hubertin" not in text


def test_members_read_the_names_of_those_who_agreed(space, desks, member):
    present(desks, is_shown=True, last_name="Hubertin")
    assert "Camille Hubertin" in seen_by(space, member)


@pytest.mark.parametrize("who", ["a visitor", "an account", "paused", "over"])
def test_others_read_a_number_alone(space, desks, member, who):
    present(desks, is_shown=True, last_name="Hubertin")
    membership = member.memberships.get()
    if who == "paused":
        membership.state = "paused"
    elif who == "over":
        membership.until = timezone.localdate()
    membership.save()
    reader = {"a visitor": None, "an account": UserFactory()}.get(who, member)
    text = seen_by(space, reader)
    assert "Hubertin" not in text
    assert FEW in text


@pytest.mark.parametrize(
    ("shown", "silent", "number"),
    [
        (2, 0, None),
        (3, 0, 3),
        (3, 1, None),
        (2, 1, None),
        (2, 2, None),
        (1, 1, None),
        (2, 3, 5),
        (0, 3, 3),
        (0, 2, None),
    ],
)
def test_one_or_two_unnamed_people_are_not_told_by_difference(space, desks, member, shown, silent, number):
    """Tell so little that names subtracted from the number leave three people or more, or nobody."""
    present(desks, shown, is_shown=True)
    present(desks, silent)
    assert who_is_here(space, timezone.now()).number == (number or None)
    told = f"{number} people are here now" if number else FEW
    to_visitors, to_members = seen_by(space), seen_by(space, member)
    assert told in to_visitors
    assert (told in to_members) == (bool(number) or not shown)
    for text in (to_visitors, to_members):
        assert text.count("here now") == 1
    assert ("and others" in to_members) == bool(shown and silent)


def test_a_group_of_a_named_person_is_not_told_by_difference(space, desks, member):
    [leader] = present(desks, is_shown=True, last_name="Hubertin")
    Booking.objects.filter(user=leader).update(people=3)
    here = who_is_here(space, timezone.now())
    assert (here.number, here.has_others) == (None, True)
    assert "Camille Hubertin and others are here now" in seen_by(space, member)


@pytest.mark.parametrize(
    ("names", "silent", "told"),
    [
        (["Hubertin"], 0, "Camille Hubertin is here now"),
        (["Hubertin"], 1, "Camille Hubertin and others are here now"),
        (["Albert", "Hubertin"], 0, "Camille Albert and Camille Hubertin are here now"),
        (["Albert", "Hubertin"], 2, "Camille Albert, Camille Hubertin and others are here now"),
        (["Albert", "Hubertin", "Zola"], 1, "Camille Albert, Camille Hubertin and others are here now"),
    ],
)
def test_where_all_are_named_nobody_else_is_said_to_be_there(space, desks, member, names, silent, told):
    for name in names:
        present(desks, is_shown=True, last_name=name)
    present(desks, silent)
    text = seen_by(space, member)
    assert told in text
    assert FEW not in text
    for name in names:
        assert f"Camille {name}" in text


def test_a_name_leads_to_the_profile_as_the_directory_allows(space, desks, member, sign_in):
    listed, unlisted = present(desks, 2, is_shown=True)
    MembershipFactory(user=listed)
    update_profile(user=listed, is_listed=True)
    links = Page(sign_in(member).get(page_of(space)).text).links
    assert f"/en/directory/{listed.pk}/" in links
    assert f"/en/directory/{unlisted.pk}/" not in links
    kind = member.memberships.get().kind
    kind.opens_directory = False
    kind.save()
    answer = sign_in(member).get(page_of(space))
    assert f"/en/directory/{listed.pk}/" not in Page(answer.text).links
    assert listed.get_full_name() in Page(answer.text).text


def test_consent_is_off_at_first_dated_and_withdrawn_at_once(space, desks, member):
    [person] = present(desks, last_name="Hubertin")
    client = Client()
    client.force_login(person)
    client.post("/en/members/profile/presence/", {"show": "1", "next": page_of(space)})
    consent = Consent.objects.get(user=person, purpose=ConsentPurpose.PRESENCE)
    assert (consent.given_at <= timezone.now(), consent.withdrawn_at) == (True, None)
    assert "Hubertin" in seen_by(space, member)
    answer = client.post("/en/members/profile/presence/", {"show": "0", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/en/members/profile/"
    consent.refresh_from_db()
    assert consent.withdrawn_at
    assert "Hubertin" not in seen_by(space, member)


def test_every_page_that_asks_for_it_says_the_same(space, member, sign_in):
    client = sign_in(member)
    with translation.override("en"):
        pages, words = (page_of(space), "/en/members/profile/", reverse("portal:my_data")), str(PRESENCE_IN_WORDS)
    for page in pages:
        assert words in client.get(page).text


def test_the_presence_page_changes_nothing_by_opening_it(member, sign_in):
    assert sign_in(member).get("/en/members/profile/presence/").status_code == 405
    assert not Consent.objects.filter(purpose=ConsentPurpose.PRESENCE).exists()


def test_a_page_with_names_is_kept_nowhere(space, desks, member, sign_in):
    present(desks, is_shown=True)
    assert "no-store" in sign_in(member).get(page_of(space))["Cache-Control"]


def test_a_check_in_before_the_booking_begins_counts(space, desks):
    booking = running_booking(desks, began=-10)
    assert not who_is_here(space, timezone.now()).is_anybody
    check_in(booking=booking, by=booking.user)
    assert who_is_here(space, timezone.now()).is_anybody


def test_nobody_is_there_once_the_booking_is_over_or_given_up(space, desks):
    gone, over, other = (running_booking(desks) for _each in range(3))
    cancel_booking(booking=gone, by=gone.user, as_manager=True)
    Booking.objects.filter(pk=over.pk).update(status=BookingStatus.NO_SHOW)
    assert who_is_here(space, timezone.now()).is_anybody
    assert not who_is_here(space, other.end).is_anybody


def test_a_group_counts_with_all_and_a_person_once(space, desks):
    room = ResourceFactory(space=space)
    leader = UserFactory()
    running_booking(room, user=leader, people=8)
    running_booking(desks, user=leader)
    present(desks, 2)
    assert who_is_here(space, timezone.now()).number == 10


def test_equipment_that_is_away_is_no_presence(space):
    running_booking(EquipmentFactory(space=space), place=SpaceFactory())
    assert not who_is_here(space, timezone.now()).is_anybody


def test_a_kept_page_follows_arrivals_and_consents(space, desks, client, settings, django_capture_on_commit_callbacks):
    settings.SHARED_PAGES_SECONDS = 60
    cache.clear()
    with django_capture_on_commit_callbacks(execute=True):
        people = present(desks, 2)
    assert FEW in client.get(page_of(space)).text
    with django_capture_on_commit_callbacks(execute=True):
        present(desks)
    assert "3 people are here now" in Page(client.get(page_of(space)).text).text
    with django_capture_on_commit_callbacks(execute=True):
        choose_presence(user=people[0], is_shown=True)
    assert FEW in client.get(page_of(space)).text


def test_a_kept_page_holds_no_longer_than_the_next_turn(space, desks):
    now = timezone.now()
    soon = running_booking(desks, began=-5, now=now)
    assert who_is_here(space, now).until == soon.start


def test_the_door_offers_to_be_seen_and_names_no_one(desks, sign_in):
    desks.door_token = uuid4()
    desks.save()
    [person] = present(desks)
    client = sign_in(person)
    door = f"/en/spaces/door/{desks.door_token}/"
    assert "/en/members/profile/presence/" in [form.path for form in Page(client.get(door).text, door).forms]
    booking = Booking.objects.get(user=person)
    page = booking.get_absolute_url().replace("/fr/", "/en/")
    assert "/en/members/profile/presence/" in [form.path for form in Page(client.get(page).text, page).forms]


def test_the_names_cost_the_same_for_one_and_for_five(space, desks, member, sign_in, django_assert_num_queries):
    present(desks, is_shown=True)
    client = sign_in(member)
    client.get(page_of(space))
    with django_assert_num_queries(COST):
        client.get(page_of(space))
    present(desks, 4, is_shown=True)
    with django_assert_num_queries(COST):
        client.get(page_of(space))


COST = 23
