"""Tell at each door who lacks a membership what is needed and how to ask."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from events.models import Registration
from events.tests.factories import EventFactory
from hacktiv.common.dates import day
from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.enums import BookedBy
from spaces.memberships.operations import end_membership, give_membership
from spaces.models import Booking, Series, Wait
from spaces.tests.factories import (
    BookingFactory,
    EquipmentFactory,
    MembershipFactory,
    MembershipKindFactory,
    ResourceFactory,
    SpaceFactory,
    in_days,
)
from tests.pages import Page

from .joining import MEMBERSHIPS, form_of, join_page, links_of

pytestmark = pytest.mark.django_db

# --- the doors -------------------------------------------------------------------------------------------------------


def test_an_account_reads_before_the_directory_what_is_needed(sign_in, zoe):
    listed = MembershipFactory(user=UserFactory(is_listed=True, first_name="Nele")).user
    client = sign_in(zoe)
    addresses = ["/fr/directory/", "/fr/directory/?q=nele", "/fr/directory/?print=1"]
    addresses += [reverse(f"portal:{name}", args=[listed.pk]) for name in ("member", "contact_member")]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 403
        assert "Nele" not in answer.text
        assert MEMBERSHIPS in links_of(answer)
    sent = client.post(addresses[-1], {"message": "Bonjour, parlons de cartes."})
    assert sent.status_code == 403
    assert not Message.objects.exists()
    unknown = [client.get(reverse("portal:member", args=[pk])).status_code for pk in (UserFactory().pk, 2**62)]
    assert unknown == [403, 403]


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "requested", "since": None},
        {"state": "paused"},
        {"state": "ended", "until": date(2025, 1, 1)},
        {"state": "refused", "since": None, "reason": "Complet"},
        {"since": in_days(5, 9).date()},
        {"until": date(2025, 1, 1)},
        {"kind__opens_directory": False},
    ],
    ids=str,
)
def test_a_membership_that_gives_no_right_opens_no_directory(sign_in, zoe, facts):
    MembershipFactory(user=zoe, **facts)
    answer = sign_in(zoe).get("/fr/directory/")
    assert answer.status_code == 403
    assert MEMBERSHIPS in links_of(answer)


def test_a_visitor_signs_in_before_the_directory(client):
    answer = client.get("/fr/directory/")
    assert (answer.status_code, answer.url) == (302, "/fr/accounts/login/?next=/fr/directory/")


def wish_of(room, days=2):
    return {"resource": room.slug, "day": f"{in_days(days, 9).date()}", "start": "10:00", "end": "11:00"}


BOOKED_BY = {
    "members": (lambda room: {"booked_by": BookedBy.MEMBERS}, True),
    "its space": (lambda room: {"booked_by": BookedBy.SPACES, "open_to": [room.space]}, True),
    "another space": (lambda room: {"booked_by": BookedBy.SPACES, "open_to": [SpaceFactory()]}, False),
    "a kind": (lambda room: {"booked_by": BookedBy.KINDS, "open_to_kinds": [MembershipKindFactory()]}, False),
}


@pytest.mark.parametrize("by", BOOKED_BY)
def test_the_booking_page_says_where_to_ask(sign_in, zoe, space, by):
    room = ResourceFactory(space=space)
    facts, is_here = BOOKED_BY[by]
    for name, value in facts(room).items():
        getattr(room, name).set(value) if isinstance(value, list) else setattr(room, name, value)
    room.save()
    client, page = sign_in(zoe), reverse("spaces:book", args=[space.slug])
    for answer in (client.get(page, wish_of(room)), client.post(page, wish_of(room))):
        assert answer.status_code in {200, 409}
        assert (join_page(space) if is_here else MEMBERSHIPS) in links_of(answer)
    assert not Booking.objects.exists()


def test_a_line_a_series_and_a_loan_say_where_to_ask(sign_in, zoe, space):
    room = ResourceFactory(space=space, booked_by=BookedBy.MEMBERS)
    kit = EquipmentFactory(space=space, booked_by=BookedBy.MEMBERS)
    BookingFactory(resource=room, user=MembershipFactory().user, days=2)
    client = sign_in(zoe)
    series = {**wish_of(room), "pattern": "weekly", "until": f"{in_days(20, 9).date()}"}
    loan = {"place": space.slug, "day": f"{in_days(4, 9).date()}", "until": f"{in_days(5, 9).date()}"}
    loan |= {"start": "10:00", "end": "11:00"}
    repeat, lend = reverse("spaces:repeat", args=[space.slug]), reverse("spaces:lend", args=[kit.pk])
    answers = [
        client.post(reverse("spaces:wait_join", args=[space.slug]), wish_of(room)),
        client.get(repeat, series),
        client.post(repeat, series),
        client.get(lend, loan),
        client.post(lend, loan),
    ]
    assert [join_page(space) in links_of(answer) for answer in answers] == [True] * 5
    assert not (Booking.objects.filter(user=zoe).exists() or Wait.objects.exists() or Series.objects.exists())


#: What stands in the way of a membership in five days, and what its person reads.
NOT_THEN = {
    "ends": (
        {"until": in_days(3, 9).date()},
        "Your membership of La Ferme ends on {day}: to {do} after",
    ),
    "ended by them": ({"until": in_days(3, 9).date(), "end_is_decided": True}, "Your membership of La Ferme ends on"),
    "begins": ({"since": in_days(30, 9).date()}, "Your membership of La Ferme begins on"),
    "paused": ({"state": "paused"}, "Your membership of La Ferme is paused"),
    "asked": ({"state": "requested", "since": None}, "Your request to La Ferme waits for an answer"),
}


@pytest.mark.parametrize("case", NOT_THEN)
@pytest.mark.parametrize("booked_by", ["members", "spaces", "kinds"])
def test_a_member_reads_what_is_in_the_way_of_theirs(sign_in, zoe, space, case, booked_by):
    facts, words = NOT_THEN[case]
    membership = MembershipFactory(user=zoe, space=space, **facts)
    room, kit = ResourceFactory(space=space, booked_by=booked_by), EquipmentFactory(space=space, booked_by=booked_by)
    for resource in (room, kit):
        resource.open_to.set([space])
        resource.open_to_kinds.set([membership.kind])
    client, book = sign_in(zoe), reverse("spaces:book", args=[space.slug]).replace("/fr/", "/en/")
    repeat, lend = (
        f"/en{one[3:]}" for one in (reverse("spaces:repeat", args=[space.slug]), reverse("spaces:lend", args=[kit.pk]))
    )
    series = {**wish_of(room, 5), "pattern": "weekly", "until": f"{in_days(12, 9).date()}"}
    loan = {"place": space.slug, "day": f"{in_days(5, 9).date()}", "until": f"{in_days(6, 9).date()}"}
    loan |= {"start": "10:00", "end": "11:00"}
    with translation.override("en"):
        read = words.format(day=f"{day(in_days(2, 9).date())}".replace("\N{NO-BREAK SPACE}", " "), do="book")
    for page, wish in ((book, wish_of(room, 5)), (repeat, series), (lend, loan)):
        for answer in (client.get(page, wish), client.post(page, wish)):
            main = Page(answer.text.partition("<main")[2].partition("</main")[0], page)
            assert read in main.text
            assert "/en/memberships/" in main.links
            assert join_page(space).replace("/fr/", "/en/") not in main.links
            assert "Ask a space for a membership" not in main.text


@pytest.mark.parametrize("case", NOT_THEN)
def test_a_member_reads_at_an_event_what_is_in_the_way(sign_in, zoe, space, case):
    facts, words = NOT_THEN[case]
    MembershipFactory(user=zoe, space=space, **facts)
    event = EventFactory(members_only=True, starts_at=timezone.now() + timedelta(days=5))
    page = event.get_absolute_url().replace("/fr/", "/en/")
    register = reverse("events:register", args=[event.slug]).replace("/fr/", "/en/")
    with translation.override("en"):
        read = words.format(day=f"{day(in_days(2, 9).date())}".replace("\N{NO-BREAK SPACE}", " "), do="take part")
    for answer in (sign_in(zoe).get(page), sign_in(zoe).post(register)):
        text = Page(answer.text, page).text
        assert text.count(read) == 1
        assert "Ask a space for a membership" not in text
        assert "/en/memberships/" in links_of(answer)


def test_the_booking_page_says_what_it_leaves_out(sign_in, zoe, space):
    ResourceFactory(space=space, name="Salle", booked_by=BookedBy.ANYONE)
    for name in ("Atelier", "Serre"):
        ResourceFactory(space=space, name=name, booked_by=BookedBy.MEMBERS)
    book = reverse("spaces:book", args=[space.slug]).replace("/fr/", "/en/")
    shown = Page(sign_in(zoe).get(book).text, book)
    assert "2 other places and rooms here are kept for members" in shown.text
    assert "/en/memberships/" in shown.links
    MembershipFactory(user=zoe, space=space)
    assert "kept for members" not in Page(sign_in(zoe).get(book).text, book).text


@pytest.mark.parametrize("booked_by", ["members", "kinds"])
def test_a_member_whose_kind_does_not_open_it_is_led_to_their_team(sign_in, zoe, space, booked_by):
    MembershipFactory(user=zoe, space=space, kind__opens_bookings=False, kind__opens_events=False)
    room = ResourceFactory(space=space, name="Atelier", booked_by=booked_by)
    event = EventFactory(members_only=True, starts_at=timezone.now() + timedelta(days=5))
    book = reverse("spaces:book", args=[space.slug]).replace("/fr/", "/en/")
    read = {
        book: "Your membership of La Ferme does not open Atelier: its team can give it another kind.",
        event.get_absolute_url().replace("/fr/", "/en/"): "does not open the events for members: its team can give it",
    }
    for page, words in read.items():
        answer = sign_in(zoe).get(page, wish_of(room) if page == book else {})
        main = Page(answer.text.partition("<main")[2].partition("</main")[0], page)
        assert words in main.text
        assert "/en/memberships/" in main.links
        assert "Ask" not in main.text


def test_who_has_left_may_stay_until_their_last_day(sign_in, zoe, space):
    today, kind = timezone.localdate(), MembershipKindFactory()
    membership = give_membership(user=zoe, space=space, kind=kind, since=today, by=None)
    end_membership(membership=membership, by=zoe, on=in_days(9, 9).date(), reason="Je déménage")
    client, page = sign_in(zoe), reverse("portal:memberships").replace("/fr/", "/en/")
    stay = reverse("portal:stay_member", args=[membership.pk]).replace("/fr/", "/en/")
    text = Page(client.get(page).text, page).text
    assert "You wrote: “Je déménage”" in text
    assert "The reason" not in text
    assert "Stay a member" in text
    assert client.post(stay).status_code == 302
    text = Page(client.get(page).text, page).text
    assert "You stay a member of La Ferme." in text
    assert "Stay a member :" not in text
    membership.refresh_from_db()
    assert (membership.until, membership.end_is_decided) == (None, False)
    assert sign_in(UserFactory()).post(stay).status_code == 404


def test_a_membership_that_would_not_open_it_is_not_told_of(sign_in, zoe, space):
    """Ended, of another space, or of a kind without the right."""
    MembershipFactory(user=zoe, state="ended", until=date(2025, 1, 1), space=space)
    MembershipFactory(user=zoe, state="paused")
    MembershipFactory(user=zoe, kind__opens_bookings=False, state="paused", since=date(2025, 2, 1), space=space)
    room = ResourceFactory(space=space, booked_by=BookedBy.SPACES)
    room.open_to.set([space])
    answer = sign_in(zoe).get(reverse("spaces:book", args=[space.slug]), wish_of(room))
    assert join_page(space) in links_of(answer)


def test_what_anybody_may_book_needs_no_membership(sign_in, zoe, space):
    room = ResourceFactory(space=space)
    client, page = sign_in(zoe), reverse("spaces:book", args=[space.slug])
    assert join_page(space) not in links_of(client.get(page, wish_of(room)))
    form = form_of(client, f"{page}?resource={room.slug}", page)
    assert client.post(page, form.data(**wish_of(room), seen=None)).status_code == 302


def test_the_search_says_to_an_account_what_booking_needs(sign_in, zoe, space, client):
    ResourceFactory(space=space, booked_by=BookedBy.MEMBERS)
    search = reverse("spaces:search")
    wish = {"day": f"{in_days(2, 9).date()}", "start": "10:00", "end": "11:00", "people": "1"}
    assert client.get(search, wish).context["stranger"] is False
    page = sign_in(zoe).get(search, wish)
    assert page.context["stranger"] is True
    assert MEMBERSHIPS in links_of(page)
    MembershipFactory(user=zoe)
    assert sign_in(zoe).get(search, wish).context["stranger"] is False


def test_an_event_for_members_says_where_to_ask(sign_in, zoe, client):
    event = EventFactory(members_only=True, title_fr="Entre nous")
    page, register = event.get_absolute_url(), reverse("events:register", args=[event.slug])
    visitor = links_of(client.get(page))
    assert {f"/fr/accounts/login/?next={page}", f"/fr/accounts/signup/?next={page}", MEMBERSHIPS} <= set(visitor)
    guest = reverse("events:register_guest", args=[event.slug])
    for answer in (client.get(guest), client.post(guest, {"name": "Aline", "email": "aline@ardenne.example"})):
        assert answer.status_code == 409
        assert f"/fr/accounts/login/?next={page}" in links_of(answer)
    member = sign_in(zoe)
    for answer in (member.get(page), member.post(register)):
        assert MEMBERSHIPS in links_of(answer)
        assert register not in {form.path for form in Page(answer.text, page).forms}
    assert not Registration.objects.exists()


def test_the_questions_of_an_event_for_members_are_asked_of_nobody_else(sign_in, zoe):
    event = EventFactory(members_only=True)
    event.questions.create(text_fr="Un régime ?", kind="text")
    form = reverse("events:register_form", args=[event.slug])
    client = sign_in(zoe)
    for answer in (client.get(form), client.post(form, {"q1": "Aucun"})):
        assert answer.status_code == 409
        assert MEMBERSHIPS in links_of(answer)
    assert not Registration.objects.exists()


def main_of(answer):
    """Return the page's own part, in English words."""
    return Page(answer.text.partition("<main")[2].partition("</main")[0])


@pytest.mark.parametrize("booked_by", BookedBy.values)
def test_a_visitor_reads_before_choosing_that_a_membership_is_needed(client, space, booked_by):
    nomad = MembershipKindFactory(name="Nomade")
    room, kit = (
        make(space=space, booked_by=booked_by, name="Le Moulin") for make in (ResourceFactory, EquipmentFactory)
    )
    for resource in (room, kit):
        resource.open_to.set([space])
        resource.open_to_kinds.set([nomad])
    words = {
        "anyone": "",
        "members": "For members: you need a membership. See how to ask for it",
        "spaces": "Le Moulin is kept for the members of La Ferme. See how to ask for a membership",
        "kinds": "Le Moulin is kept for these memberships: Nomade. See how to ask for a membership",
    }[booked_by]
    with translation.override("en"):
        book, lend = reverse("spaces:book", args=[space.slug]), reverse("spaces:lend", args=[kit.pk])
    for page, wish in ((book, wish_of(room)), (lend, {})):
        main = main_of(client.get(page, wish))
        assert words in main.text
        assert ("/en/memberships/" in main.links) == bool(words)


def test_the_search_says_to_a_visitor_what_booking_needs(client, space):
    ResourceFactory(space=space, booked_by=BookedBy.MEMBERS)
    wish = {"day": f"{in_days(2, 9).date()}", "start": "10:00", "end": "11:00", "people": "1"}
    assert MEMBERSHIPS in links_of(client.get(reverse("spaces:search"), wish))


def test_a_room_of_the_timeline_that_is_for_members_leads_on(sign_in, zoe, space):
    room = ResourceFactory(space=space, booked_by=BookedBy.MEMBERS)
    with translation.override("en"):
        page = reverse("spaces:timeline", args=[space.slug])
    wish = {"day": f"{in_days(2, 9).date()}"}
    main = main_of(sign_in(zoe).get(page, wish))
    assert "free, for members" in main.text
    assert "not to be booked online" not in main.text
    assert "/en/memberships/" in main.links
    MembershipFactory(user=zoe)
    main = main_of(sign_in(zoe).get(page, wish))
    assert "for members" not in main.text
    assert any(room.slug in link for link in main.links)


def test_an_account_is_not_called_a_membership(client):
    event, members = EventFactory(), EventFactory(members_only=True)
    guest = reverse("events:register_guest", args=[event.slug])
    for page in ("/fr/accounts/signup/", guest, event.get_absolute_url()):
        text = main_of(client.get(page.replace("/fr/", "/en/"))).text
        assert "Already have an account?" in text
        assert "Already a member" not in text
    for page in ("/en/accounts/login/", "/en/accounts/login/?next=/en/me/"):
        assert "No account yet?" in main_of(client.get(page)).text
    text = main_of(client.get(members.get_absolute_url().replace("/fr/", "/en/"))).text
    assert "Create an account" in text
    assert "Join the network" not in text


def test_the_page_of_memberships_is_named_by_who_reads_it(sign_in, client, zoe, space):
    def title(**query):
        page = Page(client.get("/en/memberships/", query).text)
        assert page.title.startswith(page.headings[0][1])
        return page.headings[0][1]

    assert title() == "Become a member"
    sign_in(zoe)
    assert title() == "Become a member"
    assert Page(client.get("/en/welcome/").text).headings[0][1] == "Welcome, Zoé"
    MembershipFactory(user=zoe, space=space, state="withdrawn", since=None)
    assert title() == "My memberships"
