"""People ask for a membership, see theirs and choose where they are at home."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from hacktiv.common import dates
from hacktiv.outbox.models import Message
from spaces.enums import MembershipState
from spaces.memberships.operations import Wish, ask_membership, end_membership, invite, wish_kind
from spaces.models import HomeSpace, Membership, MembershipKind, Wait
from spaces.tests.factories import (
    BookingFactory,
    HomeSpaceFactory,
    MembershipFactory,
    MembershipKindFactory,
    ResourceFactory,
    SpaceFactory,
    WaitFactory,
)
from tests.pages import Page

from .joining import MEMBERSHIPS, form_of, join_page, leave_page, levels, links_of, requested, today

pytestmark = pytest.mark.django_db

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


def test_a_membership_that_has_not_begun_does_not_look_usable(sign_in, zoe, space):
    later = today() + timedelta(days=70)
    kind = MembershipKindFactory(space=space, included=5)
    membership = MembershipFactory(user=zoe, space=space, kind=kind, since=later)
    page = sign_in(zoe).get(MEMBERSHIPS)
    card = page.text.partition(f'id="membership-{membership.pk}"')[2].partition("</article>")[0]
    assert "badge-success" not in card
    assert "badge-outline" in card
    assert f"{dates.month(later)}" in card
    assert f"{dates.month(today())}" not in card


def test_a_newcomer_has_three_choices_and_may_leave_each(sign_in, zoe, space, kind):
    page = sign_in(zoe).get("/fr/welcome/")
    events, mine = reverse("portal:welcome_event"), reverse("portal:me")
    assert {f"{join_page(space)}?already=1&welcome=1", f"{MEMBERSHIPS}?welcome=1#ask", events, mine} <= set(
        links_of(page)
    )
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
    with django_assert_num_queries(12):
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


def test_who_works_there_already_tells_so_under_a_title_that_fits(sign_in, zoe, space, kind):
    client = sign_in(zoe)
    with translation.override("en"):
        page = reverse("portal:join", args=[space.slug])
        assert f"I work at {space.name}" in client.get(f"{page}?already=1").text
        assert f"I work at {space.name}" not in client.get(page).text


def test_the_only_other_kind_is_chosen_and_a_wish_for_it_is_shown(sign_in, zoe, space, kind):
    own = MembershipFactory(user=zoe, space=space, kind=MembershipKindFactory(space=space, may_be_asked=False))
    client = sign_in(zoe)
    with translation.override("en"):
        page = reverse("portal:another_kind", args=[own.pk])
    assert client.get(page).context["form"].initial == {"kind": kind}
    wish_kind(membership=own, kind=kind, by=zoe)
    shown = client.get(page).text
    assert "You asked for another kind" in shown
    assert f"/memberships/{own.pk}/kind/keep/" in shown


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
