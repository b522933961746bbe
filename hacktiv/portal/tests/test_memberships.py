"""People ask for a membership, see theirs and leave; who lacks one reads at each door what is needed and how to ask."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from events.models import Registration
from events.tests.factories import EventFactory, RegistrationFactory
from hacktiv.common.dates import day
from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.enums import BookedBy, MembershipState
from spaces.memberships.operations import Wish, ask_membership, end_membership, give_membership, invite
from spaces.models import Booking, HomeSpace, Membership, MembershipKind, Series, Wait
from spaces.tests.factories import (
    BookingFactory,
    EquipmentFactory,
    HomeSpaceFactory,
    MembershipFactory,
    MembershipKindFactory,
    ResourceFactory,
    SpaceFactory,
    WaitFactory,
    in_days,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db

MEMBERSHIPS = "/fr/memberships/"


@pytest.fixture
def zoe():
    return UserFactory(first_name="Zoé")


@pytest.fixture
def space():
    return SpaceFactory(name="La Ferme", with_hours=True)


@pytest.fixture
def kind():
    return MembershipKindFactory(name="Membre", prices="60 € par mois")


def today():
    return timezone.localdate()


def join_page(space):
    return reverse("portal:join", args=[space.slug])


def leave_page(membership):
    return reverse("portal:leave", args=[membership.pk])


def requested(user, space, **facts):
    return MembershipFactory(user=user, space=space, state=MembershipState.REQUESTED, since=None, **facts)


def levels(answer):
    return [message.level_tag for message in answer.context["messages"]]


def form_of(client, page, action=None):
    return Page(client.get(page).text, page).form(action or page)


def links_of(answer):
    """Return the links of the page itself: its header and its footer lead to the memberships everywhere."""
    return Page(answer.text.partition("<main")[2].partition("</main")[0], answer.request["PATH_INFO"]).links


# --- the page of memberships -----------------------------------------------------------------------------------------


def test_a_visitor_reads_what_is_offered_and_comes_back_by_next(client, space, kind):
    MembershipKindFactory(name="Sur invitation", may_be_asked=False)
    MembershipKindFactory(name="D’ailleurs", space=SpaceFactory(is_published=False))
    MembershipKindFactory(name="Passée", ends_on=today() - timedelta(days=1))
    page = client.get(MEMBERSHIPS)
    assert page.status_code == 200
    assert [(offer.space, offer.kinds) for offer in page.context["offers"]] == [(space, [kind])]
    assert "60 € par mois" in page.text
    assert {
        f"/fr/accounts/login/?next={MEMBERSHIPS}",
        f"/fr/accounts/signup/?next={MEMBERSHIPS}",
        join_page(space),
    } <= set(links_of(page))
    assert "welcome" not in client.get(MEMBERSHIPS, {"welcome": 1}).context


def test_a_person_sees_each_membership_and_what_may_be_done_with_it(sign_in, zoe):
    soon = MembershipFactory(user=zoe, until=today() + timedelta(days=30))
    later = MembershipFactory(user=zoe, until=today() + timedelta(days=31))
    paused = MembershipFactory(user=zoe, state=MembershipState.PAUSED, reason="Fermé cet hiver")
    asked = requested(zoe, SpaceFactory(), note="Je viens le jeudi")
    refused = MembershipFactory(user=zoe, state=MembershipState.REFUSED, since=None, reason="Complet jusqu’en juin")
    ended = MembershipFactory(user=zoe, state=MembershipState.ENDED, until=date(2025, 1, 1))
    MembershipFactory()
    page = sign_in(zoe).get(MEMBERSHIPS)
    assert [one.membership for one in page.context["present"]] == [asked, later, soon, paused]
    assert {one.membership for one in page.context["earlier"]} == {refused, ended}
    for words in ("Fermé cet hiver", "Je viens le jeudi", "Complet jusqu’en juin", "31\N{NO-BREAK SPACE}décembre 2024"):
        assert words in page.text
    forms = {form.path for form in Page(page.text, MEMBERSHIPS).forms}
    assert {path for path in forms if path.startswith(f"{MEMBERSHIPS}")} == {
        reverse("portal:withdraw_request", args=[asked.pk]),
        reverse("portal:renew_membership", args=[soon.pk]),
    }
    assert {link for link in links_of(page) if link.endswith("/leave/")} == {
        leave_page(one) for one in (soon, later, paused)
    }


def test_a_membership_whose_last_day_is_over_is_an_earlier_one(sign_in, zoe):
    """The night's task has not ended it yet."""
    over = MembershipFactory(user=zoe, until=today())
    page = sign_in(zoe).get(MEMBERSHIPS)
    assert [one.membership for one in page.context["earlier"]] == [over]
    assert leave_page(over) not in links_of(page)


def test_a_newcomer_has_three_choices_and_may_leave_each(sign_in, zoe, space, kind):
    page = sign_in(zoe).get("/fr/welcome/")
    events, mine = reverse("portal:welcome_event"), reverse("portal:me")
    assert {f"{join_page(space)}?already=1&welcome=1", f"{MEMBERSHIPS}#ask", events, mine} <= set(links_of(page))
    assert form_of(sign_in(zoe), f"{join_page(space)}?already=1", join_page(space)).fields["note"][0].strip()
    assert not form_of(sign_in(zoe), join_page(space)).fields["note"][0].strip()


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_a_fixed_number_of_queries(sign_in, zoe, number, django_assert_num_queries):
    for _each in range(number):
        MembershipFactory(user=zoe)
        MembershipFactory(user=zoe, state=MembershipState.ENDED, until=date(2025, 1, 1))
        invite(space=SpaceFactory(), wish=Wish(email=zoe.email, kind=MembershipKindFactory()), by=None)
    client = sign_in(zoe)
    client.get(MEMBERSHIPS)
    with django_assert_num_queries(11):
        client.get(MEMBERSHIPS)


def test_a_refusal_or_an_end_is_told_first_for_a_month(sign_in, zoe, space):
    client = sign_in(zoe)
    refused = requested(zoe, space)
    Membership.objects.update(
        state="refused", reason="Complet jusqu’en juin", decided_at=timezone.now() - timedelta(days=29)
    )
    for page in (MEMBERSHIPS, "/fr/me/"):
        answer = client.get(page)
        assert answer.context["decision"].membership == refused
        assert "Complet jusqu’en juin" in answer.text
    assert "encore membre d’aucun espace" not in answer.text
    gone = SpaceFactory(name="Val de Vence")
    ended = MembershipFactory(user=zoe, space=gone, state="ended", until=today(), reason="Fermeture")
    assert client.get(MEMBERSHIPS).context["decision"].membership == ended
    requested(zoe, gone)
    assert client.get(MEMBERSHIPS).context["decision"].membership == refused
    Membership.objects.filter(pk=refused.pk).update(decided_at=timezone.now() - timedelta(days=31))
    page = client.get(MEMBERSHIPS)
    assert page.context["decision"] is None
    assert 'id="decision"' not in page.text


def test_what_its_person_withdrew_is_no_decision(sign_in, zoe, space):
    MembershipFactory(user=zoe, space=space, state="withdrawn", since=None)
    for page in (MEMBERSHIPS, "/fr/me/"):
        assert sign_in(zoe).get(page).context["decision"] is None


def test_a_membership_that_had_its_first_day_did_not_end_before_it(sign_in, zoe, space):
    used, never = MembershipFactory(user=zoe, since=today()), MembershipFactory(user=zoe, since=today())
    for membership in (used, never):
        end_membership(membership=membership, by=None, on=today())
    never.changes.update(made_at=timezone.now() - timedelta(days=2))
    page = sign_in(zoe).get(MEMBERSHIPS)
    found = {one.membership: one for one in page.context["earlier"]}
    assert (found[used].was_held, found[never].was_held) == (True, False)
    for membership, came in ((used, True), (never, False)):
        card = page.text.partition(f'id="membership-{membership.pk}"')[2].partition("</article>")[0]
        assert ("Terminée avant son premier jour" not in card) == came


# --- to ask ----------------------------------------------------------------------------------------------------------


def test_who_asks_signs_in_first_and_comes_back(client, space):
    answer = client.get(join_page(space))
    assert (answer.status_code, answer.url) == (302, f"/fr/accounts/login/?next={join_page(space)}")
    assert client.post(join_page(space)).url.startswith("/fr/accounts/login/")
    assert not Membership.objects.exists()


def test_a_request_waits_for_the_team(sign_in, zoe, space, kind):
    client = sign_in(zoe)
    form = form_of(client, join_page(space))
    assert form.choices["kind"] == [str(kind.pk)]
    answer = client.post(form.path, form.data(kind=str(kind.pk), note="Je viens le jeudi"), follow=True)
    assert (answer.redirect_chain, levels(answer)) == ([(MEMBERSHIPS, 302)], ["success"])
    membership = Membership.objects.get()
    assert (membership.state, membership.note, membership.kind) == ("requested", "Je viens le jeudi", kind)


def test_a_kind_that_nobody_approves_is_had_at_once(sign_in, zoe, space):
    kind = MembershipKindFactory(needs_approval=False, space=space)
    sign_in(zoe).post(join_page(space), {"kind": kind.pk})
    assert Membership.objects.get().state == MembershipState.ACTIVE
    assert HomeSpace.objects.get().space == space


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"kind": ""},
        {"kind": "x"},
        {"kind": 2**70},
        {"kind": "elsewhere"},
        {"kind": "withdrawn"},
        {"note": "x" * 501},
    ],
    ids=str,
)
def test_a_request_that_cannot_be_made_is_explained_and_kept(sign_in, zoe, space, kind, wish):
    MembershipKindFactory(slug="elsewhere", space=SpaceFactory())
    MembershipKindFactory(slug="withdrawn", may_be_asked=False)
    other = MembershipKind.objects.filter(slug=wish.get("kind")).first()
    wish = {"note": "Je viens le jeudi", **({} if "kind" in wish or not wish else {"kind": kind.pk}), **wish}
    if other:
        wish["kind"] = other.pk
    answer = sign_in(zoe).post(join_page(space), wish)
    assert answer.status_code == 400
    assert answer.context["form"].errors
    assert Page(answer.text, join_page(space)).form(join_page(space)).fields["note"][0].strip() == wish["note"]
    assert not Membership.objects.exists()


def test_who_is_a_member_or_has_asked_reads_so_and_finds_no_form(sign_in, zoe, space, kind):
    membership = requested(zoe, space)
    client = sign_in(zoe)
    for state, since in (("requested", None), ("active", date(2020, 1, 1)), ("paused", date(2020, 1, 1))):
        Membership.objects.update(state=state, since=since)
        for answer in (client.get(join_page(space)), client.post(join_page(space), {"kind": kind.pk})):
            assert answer.status_code == 200
            assert answer.context["own"].membership == membership
            assert join_page(space) not in {form.path for form in Page(answer.text, join_page(space)).forms}
    assert Membership.objects.count() == 1


def test_a_double_click_asks_once(sign_in, zoe, space, kind):
    client = sign_in(zoe)
    wish = form_of(client, join_page(space)).data(kind=str(kind.pk))
    for _click in range(2):
        assert client.post(join_page(space), wish).url == MEMBERSHIPS
    assert Membership.objects.count() == 1
    assert Message.objects.filter(template="spaces.membership_to_decide").count() <= 1


def test_a_space_that_offers_no_kind_says_whom_to_ask(sign_in, zoe, space):
    answer = sign_in(zoe).get(join_page(space))
    assert reverse("spaces:contact", args=[space.slug]) in links_of(answer)
    assert join_page(space) not in {form.path for form in Page(answer.text, join_page(space)).forms}
    assert sign_in(zoe).post(join_page(space), {"kind": 1}).status_code == 400


def test_a_space_that_is_not_published_is_not_found(sign_in, zoe, kind):
    hidden = SpaceFactory(is_published=False)
    client = sign_in(zoe)
    assert client.get(join_page(hidden)).status_code == 404
    assert client.post(join_page(hidden), {"kind": kind.pk}).status_code == 404


def test_who_asks_again_and_again_is_stopped(sign_in, zoe, kind, monkeypatch):
    monkeypatch.setattr("hacktiv.portal.views.memberships.MEMBERSHIPS_AN_HOUR", "2/h")
    client = sign_in(zoe)
    answers = [client.post(join_page(SpaceFactory()), {"kind": kind.pk}).status_code for _each in range(3)]
    assert answers == [302, 302, 429]


# --- to withdraw and to renew ----------------------------------------------------------------------------------------


def test_a_request_is_withdrawn_and_may_be_made_again(sign_in, zoe, space, kind):
    asked = ask_membership(user=zoe, space=space, kind=kind)
    client = sign_in(zoe)
    address = reverse("portal:withdraw_request", args=[asked.pk])
    assert client.get(address).url == MEMBERSHIPS
    assert levels(client.post(address, follow=True)) == ["success"]
    asked.refresh_from_db()
    assert asked.state == MembershipState.WITHDRAWN
    assert client.post(join_page(space), {"kind": kind.pk}).status_code == 302


def test_a_request_that_was_decided_is_not_withdrawn(sign_in, zoe, space):
    decided = MembershipFactory(user=zoe, space=space)
    answer = sign_in(zoe).post(reverse("portal:withdraw_request", args=[decided.pk]), follow=True)
    assert levels(answer) == ["error"]
    decided.refresh_from_db()
    assert decided.state == MembershipState.ACTIVE


def test_a_wish_to_renew_goes_to_the_team_once(sign_in, zoe):
    ends = MembershipFactory(user=zoe, until=today() + timedelta(days=9), space__contact_email="equipe@ardenne.example")
    client = sign_in(zoe)
    address = reverse("portal:renew_membership", args=[ends.pk])
    assert client.get(address).url == MEMBERSHIPS
    for _again in range(2):
        assert levels(client.post(address, follow=True)) == ["success"]
    assert Message.objects.filter(template="spaces.membership_to_renew").count() == 1
    assert address not in {form.path for form in Page(client.get(MEMBERSHIPS).text, MEMBERSHIPS).forms}


def test_a_kind_that_nobody_approves_is_renewed_at_once(sign_in, zoe):
    kind = MembershipKindFactory(needs_approval=False, lasts_months=3)
    ends = MembershipFactory(user=zoe, kind=kind, until=today() + timedelta(days=9))
    sign_in(zoe).post(reverse("portal:renew_membership", args=[ends.pk]))
    ends.refresh_from_db()
    assert ends.until > today() + timedelta(days=60)


def test_what_has_no_end_is_not_renewed(sign_in, zoe):
    endless = MembershipFactory(user=zoe)
    answer = sign_in(zoe).post(reverse("portal:renew_membership", args=[endless.pk]), follow=True)
    assert levels(answer) == ["error"]


@pytest.mark.parametrize("name", ["withdraw_request", "renew_membership", "leave"])
def test_the_membership_of_another_person_is_not_found(sign_in, zoe, name):
    others = MembershipFactory(until=today() + timedelta(days=9))
    client = sign_in(zoe)
    for pk in (others.pk, 2**62):
        address = reverse(f"portal:{name}", args=[pk])
        assert client.get(address).status_code == 404
        assert client.post(address, {"last": f"{today()}"}).status_code == 404
    others.refresh_from_db()
    assert (others.state, others.renewal_wished_at) == (MembershipState.ACTIVE, None)


@pytest.mark.parametrize("name", ["withdraw_request", "renew_membership", "leave"])
def test_a_visitor_signs_in_before_a_membership_is_touched(client, name):
    address = reverse(f"portal:{name}", args=[MembershipFactory().pk])
    for answer in (client.get(address), client.post(address)):
        assert (answer.status_code, answer.url) == (302, f"/fr/accounts/login/?next={address}")


def press(client, page, action, **changes):
    """Send a form of the page as a browser does, with the page's own token."""
    form = form_of(client, page, action)
    return client.post(form.path, form.data(**changes))


def test_the_forms_of_the_memberships_carry_the_token(zoe, space):
    asked = requested(zoe, space)
    ends = MembershipFactory(user=zoe, until=today() + timedelta(days=9))
    home = MembershipFactory(user=zoe)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(zoe)
    for page in (MEMBERSHIPS, "/fr/me/"):
        answer = press(strict, page, "/fr/me/home-space/", space=str(home.space.pk))
        assert (answer.status_code, answer.url) == (302, page)
    for name, membership in (("withdraw_request", asked), ("renew_membership", ends)):
        answer = press(strict, MEMBERSHIPS, reverse(f"portal:{name}", args=[membership.pk]))
        assert (answer.status_code, answer.url) == (302, MEMBERSHIPS)
    assert press(strict, leave_page(home), leave_page(home)).url == MEMBERSHIPS
    asked.refresh_from_db()
    ends.refresh_from_db()
    assert asked.state == MembershipState.WITHDRAWN
    assert ends.renewal_wished_at


def test_a_line_is_left_from_my_page_with_its_token(zoe, space):
    room = ResourceFactory(space=space)
    BookingFactory(resource=room, days=2)
    wait = WaitFactory(resource=room, user=zoe, days=2)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(zoe)
    assert press(strict, "/fr/me/", reverse("spaces:wait_leave", args=[wait.reference])).status_code == 302
    assert not Wait.objects.exists()


# --- to leave --------------------------------------------------------------------------------------------------------


@pytest.fixture
def member(zoe, space, kind):
    """Make Zoé a member with a booking and a registration that need it, and a booking that does not."""
    membership = MembershipFactory(user=zoe, space=space, kind=kind)
    HomeSpaceFactory(user=zoe, space=space)
    room = ResourceFactory(space=space, name="Le Moulin", booked_by=BookedBy.MEMBERS)
    BookingFactory(resource=room, user=zoe, days=3)
    BookingFactory(resource=ResourceFactory(space=space, name="La Grange"), user=zoe, days=3)
    event = EventFactory(members_only=True, title_fr="Entre nous", starts_at=timezone.now() + timedelta(days=8))
    RegistrationFactory(event=event, user=zoe)
    return membership


def lost_on(page):
    lost = page.context["lost"]
    return [one.event.title for one in lost.registrations] + [one.resource.name for one in lost.bookings]


def test_leaving_shows_what_is_lost_and_changes_nothing(sign_in, zoe, member):
    client, told = sign_in(zoe), Message.objects.count()
    page = client.get(leave_page(member))
    assert lost_on(page) == ["Entre nous", "Le Moulin"]
    assert "Le Moulin" in page.text
    assert "La Grange" not in page.text
    form = Page(page.text, leave_page(member)).form(leave_page(member))
    assert form.fields["last"] == [f"{today()}"]
    looked = client.post(form.path, form.data(last=f"{in_days(5, 9).date()}", look="1"))
    assert (looked.status_code, lost_on(looked)) == (200, ["Entre nous"])
    member.refresh_from_db()
    assert (member.until, Booking.objects.live().count(), Registration.objects.live().count()) == (None, 2, 1)
    assert Message.objects.count() == told


def test_leaving_gives_back_what_was_shown(sign_in, zoe, member):
    client = sign_in(zoe)
    form = form_of(client, leave_page(member))
    answer = client.post(form.path, form.data(reason="Je déménage"), follow=True)
    assert (answer.redirect_chain, levels(answer)) == ([(MEMBERSHIPS, 302)], ["success", "info"])
    member.refresh_from_db()
    assert (member.until, member.reason) == (today() + timedelta(days=1), "Je déménage")
    assert [booking.resource.name for booking in Booking.objects.live()] == ["La Grange"]
    assert not Registration.objects.live().exists()
    assert {"spaces.booking_cancelled", "spaces.membership_news"} <= set(
        Message.objects.values_list("template", flat=True)
    )


def test_nobody_leaves_before_they_have_seen_what_is_lost(sign_in, zoe, member):
    client = sign_in(zoe)
    form = form_of(client, leave_page(member))
    late = form_of(client, leave_page(member)).data(last=f"{in_days(5, 9).date()}", look="1")
    seen = Page(client.post(form.path, late).text, form.path).form(form.path)
    for typed in ({"seen": None}, {"seen": "booking-0"}, {"seen": seen.fields["seen"][0]}):
        answer = client.post(form.path, form.data(last=f"{today()}", reason="Je déménage", **typed))
        assert (answer.status_code, lost_on(answer)) == (409, ["Entre nous", "Le Moulin"])
    member.refresh_from_db()
    assert (member.until, Booking.objects.live().count()) == (None, 2)
    again = Page(answer.text, form.path).form(form.path)
    assert again.fields["reason"][0].strip() == "Je déménage"
    assert client.post(form.path, again.data()).url == MEMBERSHIPS


def test_another_day_than_the_one_shown_is_shown_before_it_ends(sign_in, zoe, member):
    """With fewer losses too: the page speaks of the day to which the person says yes."""
    client, later = sign_in(zoe), in_days(5, 9).date()
    form = form_of(client, leave_page(member))
    answer = client.post(form.path, form.data(last=f"{later}"))
    assert (answer.status_code, answer.context["last"], lost_on(answer)) == (409, later, ["Entre nous"])
    member.refresh_from_db()
    assert member.until is None
    again = Page(answer.text, form.path).form(form.path)
    assert client.post(form.path, again.data()).url == MEMBERSHIPS
    member.refresh_from_db()
    assert member.last_day == later


def test_who_leaves_reads_what_was_cancelled(sign_in, zoe, member):
    client = sign_in(zoe)
    form = form_of(client, leave_page(member))
    answer = client.post(form.path, form.data(), follow=True)
    done, cancelled = (f"{message}" for message in answer.context["messages"])
    assert "La Ferme" in done
    assert "Entre nous, " in cancelled
    assert "Le Moulin, La Ferme, " in cancelled
    assert "La Grange" not in cancelled


@pytest.mark.parametrize("last", ["", "x", "2020-01-01", "9999-12-31", "0001-01-01", "after the end"])
def test_a_last_day_that_cannot_be_is_refused_with_the_form_kept(sign_in, zoe, last):
    ends = MembershipFactory(user=zoe, until=today() + timedelta(days=9))
    last = f"{ends.until}" if last == "after the end" else last
    answer = sign_in(zoe).post(leave_page(ends), {"last": last, "reason": "Je déménage"})
    assert answer.status_code == 400
    assert answer.context["form"].errors.keys() == {"last"}
    assert sign_in(zoe).post(leave_page(ends)).status_code == 400
    ends.refresh_from_db()
    assert (ends.until, ends.state) == (today() + timedelta(days=9), MembershipState.ACTIVE)


@pytest.mark.parametrize(
    "facts", [{"state": "ended", "until": date(2025, 1, 1)}, {"state": "requested", "since": None}]
)
def test_what_is_no_current_membership_cannot_be_left(sign_in, zoe, facts):
    other = MembershipFactory(user=zoe, **facts)
    client = sign_in(zoe)
    for answer in (
        client.get(leave_page(other), follow=True),
        client.post(leave_page(other), {"last": f"{today()}"}, follow=True),
    ):
        assert answer.redirect_chain == [(MEMBERSHIPS, 302)]
        assert levels(answer) == ["error"]


def test_a_membership_that_has_not_begun_is_left_too(sign_in, zoe):
    later = MembershipFactory(user=zoe, since=today() + timedelta(days=20))
    client = sign_in(zoe)
    form = form_of(client, leave_page(later))
    assert client.post(form.path, form.data()).url == MEMBERSHIPS
    later.refresh_from_db()
    assert later.until == later.since
    assert client.get(MEMBERSHIPS).status_code == 200


def test_a_double_click_leaves_once(sign_in, zoe, member):
    client = sign_in(zoe)
    wish = form_of(client, leave_page(member)).data()
    for _click in range(2):
        assert client.post(leave_page(member), wish).url == MEMBERSHIPS
    assert Message.objects.filter(template="spaces.membership_news").count() == 1


# --- the home space --------------------------------------------------------------------------------------------------


def test_the_home_space_is_chosen_beside_the_memberships(sign_in, zoe):
    first, second = MembershipFactory(user=zoe), MembershipFactory(user=zoe)
    HomeSpaceFactory(user=zoe, space=first.space)
    client = sign_in(zoe)
    form = form_of(client, MEMBERSHIPS, "/fr/me/home-space/")
    assert form.choices["space"] == ["", str(first.space.pk), str(second.space.pk)]
    assert client.post(form.path, form.data(space=str(second.space.pk))).url == MEMBERSHIPS
    assert HomeSpace.objects.current(today()).get().space == second.space


def test_without_a_choice_no_form_asks_for_the_home_space(sign_in, zoe):
    membership = MembershipFactory(user=zoe)
    HomeSpaceFactory(user=zoe, space=membership.space)
    for page in (MEMBERSHIPS, "/fr/me/"):
        assert "/fr/me/home-space/" not in {form.path for form in Page(sign_in(zoe).get(page).text, page).forms}


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


# --- the ways in -----------------------------------------------------------------------------------------------------


def test_a_space_leads_to_asking_and_tells_its_members_since_when(sign_in, zoe, client, space):
    page = space.get_absolute_url()
    assert join_page(space) in links_of(client.get(page))
    assert join_page(space) in links_of(sign_in(zoe).get(page))
    MembershipFactory(user=zoe, space=space, since=date(2024, 3, 1))
    answer = sign_in(zoe).get(page)
    assert join_page(space) not in links_of(answer)
    assert "1er\N{NO-BREAK SPACE}mars 2024" in answer.text
    Membership.objects.update(state="paused")
    assert "mars 2024" not in (paused := sign_in(zoe).get(page)).text
    assert MEMBERSHIPS in links_of(paused)
    assert join_page(space) not in links_of(paused)


def test_what_a_member_reads_on_a_space_is_shown_to_no_visitor(sign_in, zoe, client, space):
    MembershipFactory(user=zoe, space=space, since=date(2024, 3, 1))
    sign_in(zoe).get(space.get_absolute_url())
    client.logout()
    assert "mars 2024" not in client.get(space.get_absolute_url()).text


def test_my_page_tells_memberships_in_short_or_how_to_get_one(sign_in, zoe):
    client = sign_in(zoe)
    assert MEMBERSHIPS in links_of(client.get("/fr/me/"))
    MembershipFactory(user=zoe, space__name="La Ferme")
    requested(zoe, SpaceFactory(name="Val de Vence"))
    MembershipFactory(user=zoe, state=MembershipState.ENDED, until=date(2025, 1, 1), space__name="Ailleurs")
    page = client.get("/fr/me/")
    assert [one.membership.space.name for one in page.context["memberships"]] == ["La Ferme", "Val de Vence"]
    assert "Ailleurs" not in page.text
    assert MEMBERSHIPS in links_of(page)


def test_the_home_page_says_how_to_become_a_member(client):
    assert MEMBERSHIPS in links_of(client.get("/fr/"))
