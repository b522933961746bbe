"""Test what is kept of the pages of members: it follows its tables at once."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from events.models import Event, Registration
from events.registering.operations import cancel_registration, register
from hacktiv.common import freshness
from members.tests.factories import SkillFactory, UserFactory
from spaces.booking.operations import check_in
from spaces.enums import BookingState
from spaces.models import PassScheme, Resource, Space
from spaces.passes.queries import shown_schemes
from spaces.tests.factories import (
    BookingFactory,
    FeatureFactory,
    HomeSpaceFactory,
    MembershipFactory,
    OrganisationFactory,
    PassSchemeFactory,
    PhotoFactory,
    SpaceFactory,
    kept_for,
)

from .addresses import address_of

pytestmark = pytest.mark.django_db


def test_what_is_kept_for_members_follows_its_tables_at_once(
    client, space, django_assert_num_queries, django_capture_on_commit_callbacks
):
    member = MembershipFactory(space=space).user
    client.force_login(member)
    with django_capture_on_commit_callbacks(execute=True):
        voucher = PassSchemeFactory(code="ARDENNE-1")
        skill = SkillFactory(name_fr="Menuiserie")
    for _again in range(2):
        assert 'name="code"' in client.get("/fr/me/").text
        assert "Menuiserie" in client.get("/fr/directory/").text
    with django_assert_num_queries(0):
        assert shown_schemes() == [voucher]
    with django_capture_on_commit_callbacks(execute=True):
        voucher.members.add(member)
        voucher.ends_on = timezone.localdate() - timedelta(days=1)
        voucher.starts_on = voucher.ends_on
        voucher.save()
        skill.name_fr = "Ébénisterie"
        skill.save()
        space.name = "La Halle"
        space.save()
    assert 'name="code"' not in client.get("/fr/me/").text
    assert list(shown_schemes()[0].members.all()) == [member]
    assert "Ébénisterie" in client.get("/fr/directory/").text
    assert all("La Halle" in client.get(address).text for address in ("/fr/me/", "/fr/directory/"))


FOUND_CHANGES = {
    "its name": lambda room: Resource.objects.filter(pk=room.pk).update(name_en="The barn"),
    "what it has": lambda room: room.features.add(FeatureFactory()),
    "its seats": lambda room: Resource.objects.filter(pk=room.pk).update(seats=77),
    "the team confirms": lambda room: Resource.objects.filter(pk=room.pk).update(needs_approval=True),
    "its first photo": lambda room: PhotoFactory(space=room.space, resource=room),
    "whom it is open to": lambda room: kept_for(room, SpaceFactory()),
    "the name of its space": lambda room: Space.objects.filter(pk=room.space_id).update(name="Le Quai"),
    "no longer to be booked": lambda room: Resource.objects.filter(pk=room.pk).update(is_bookable=False),
    "no longer published": lambda room: Space.objects.filter(pk=room.space_id).update(is_published=False),
}
NOT_SHOWN_OF_A_WEEK = {"its seats", "the team confirms"}


FOUND = [
    (kind, change)
    for kind in ("search", "search of a week")
    for change in FOUND_CHANGES
    if kind == "search" or change not in NOT_SHOWN_OF_A_WEEK
]


@pytest.mark.parametrize(("kind", "change"), FOUND)
def test_a_room_that_a_member_finds_is_shown_as_it_is_now(
    client, space, kind, change, django_capture_on_commit_callbacks
):
    client.force_login(UserFactory())
    before = rooms_on(client, kind, space)
    assert before
    assert rooms_on(client, kind, space) == before
    with django_capture_on_commit_callbacks(execute=True):
        FOUND_CHANGES[change](space.resources.get())
    assert rooms_on(client, kind, space) != before


def rooms_on(client, kind, space):
    page = client.get(address_of(kind, space)).text
    return re.findall(r'<li class="found-room">.*?</a>\s*</li>|<tr>\s*<th scope="row">.*?</tr>', page, re.DOTALL)


def test_the_card_of_my_registration_follows_it(client, event, django_capture_on_commit_callbacks):
    member, other = UserFactory(), UserFactory()
    client.force_login(member)
    with django_capture_on_commit_callbacks(execute=True):
        Event.objects.filter(pk=event.pk).update(capacity=1)
        first, mine = (register(event=event, user=user) for user in (other, member))
    assert "Waiting list, number 1" in client.get("/en/me/").text
    with django_capture_on_commit_callbacks(execute=True):
        cancel_registration(registration=first)
    assert "You have a seat" in client.get("/en/me/").text
    with django_capture_on_commit_callbacks(execute=True):
        Event.objects.filter(pk=event.pk).update(title_en="Swim")
        cancel_registration(registration=Registration.objects.get(pk=mine.pk))
    page = client.get("/en/me/").text
    assert "You cancelled" in page
    assert "Swim" in page
    assert "Walk" not in page
    client.force_login(UserFactory())
    assert "Swim" not in client.get("/en/me/").text


def test_the_card_of_my_booking_follows_it_and_the_clock(
    client, space, monkeypatch, django_capture_on_commit_callbacks
):
    member = UserFactory()
    client.force_login(member)
    with django_capture_on_commit_callbacks(execute=True):
        booking = BookingFactory(resource=space.resources.get(), user=member, days=2)
    hint = "When you arrive"

    def page_at(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return client.get("/en/me/").text

    with override("en"):
        checked_in, done = str(BookingState.CHECKED_IN.label), str(BookingState.DONE.label)
    long_before, shortly_before = booking.start - timedelta(days=1), booking.start - timedelta(minutes=1)
    for _again in range(2):
        page = page_at(long_before)
        assert ("/move/" in page, hint in page) == (True, False)
        page = page_at(shortly_before)
        assert hint in page
        page = page_at(booking.start + timedelta(minutes=1))
        assert ("/move/" in page, hint in page) == (False, True)
    with django_capture_on_commit_callbacks(execute=True):
        check_in(booking=booking, by=member)
    page = page_at(booking.start + timedelta(minutes=1))
    assert hint not in page
    assert checked_in in page
    assert done in page_at(booking.end)


PASS_CHANGES = {
    "its days": lambda scheme: PassScheme.objects.filter(pk=scheme.pk).update(days=23),
    "its name": lambda scheme: PassScheme.objects.filter(pk=scheme.pk).update(name="Carte Ardenne"),
    "its homes": lambda scheme: scheme.homes.add(SpaceFactory()),
    "its members": lambda scheme: scheme.members.add(UserFactory()),
    "its employer": lambda scheme: scheme.employer.__class__.objects.update(name="La Forge"),
    "deleted": lambda scheme: scheme.delete(),
}


@pytest.mark.parametrize("change", PASS_CHANGES)
def test_my_passes_are_those_of_this_moment(client, space, change, django_capture_on_commit_callbacks):
    member = UserFactory()
    client.force_login(member)
    with django_capture_on_commit_callbacks(execute=True):
        HomeSpaceFactory(user=member, space=space)
        scheme = PassSchemeFactory(
            name="Pass Meuse", is_shared=change == "its employer", employer=OrganisationFactory()
        )
        scheme.members.set([member] if scheme.is_shared else [])
        if scheme.is_shared:
            PassSchemeFactory()
    before = passes_on(client)
    assert "Pass Meuse" in before
    assert passes_on(client) == before
    with django_capture_on_commit_callbacks(execute=True):
        PASS_CHANGES[change](scheme)
    assert passes_on(client) != before


def passes_on(client):
    page = client.get("/en/me/").text
    return page.partition('<section class="card" id="pass"')[2].partition("<form")[0].partition("</section>")[0]


def test_a_catalogue_keeps_so_many_answers_and_no_more():
    read = []

    @freshness.catalogue("spaces", most=2)
    def one_more(number):
        read.append(number)
        return [number]

    assert [one_more(number) for number in (1, 2, 1, 2)] == [[1], [2], [1], [2]]
    assert read == [1, 2]
    assert one_more(3) == [3]
    assert one_more(1) == [1]
    assert read == [1, 2, 3, 1]
