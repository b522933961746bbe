"""Managers read the memberships of their spaces in the admin, and find nothing of another space."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.utils import flatten_fieldsets
from django.urls import reverse
from django.utils import timezone

from hacktiv.common import dates
from members.tests.factories import UserFactory
from spaces.enums import MembershipState, MembershipStep
from spaces.memberships.operations import (
    approve_membership,
    ask_membership,
    end_membership,
    pause_membership,
    refuse_membership,
)
from spaces.models import Membership
from spaces.tests.factories import (
    MembershipFactory,
    MembershipKindFactory,
    SpaceFactory,
)
from tests.pages import Page

from .deciding import ADD, LIST, STEPS, act, day, page_of, request_for

pytestmark = pytest.mark.django_db

# --- reading ---------------------------------------------------------------------------------------------------------


def listed(desk, query=""):
    return list(desk.get(f"{LIST}?{query}").context["cl"].result_list)


def test_the_list_has_requests_first_and_what_is_over_on_demand(desk, ferme, yearly, member, asked):
    ended = MembershipFactory(space=ferme, state=MembershipState.ENDED, until=day(-9))
    refused = request_for(ferme, yearly)
    Membership.objects.filter(pk=refused.pk).update(state=MembershipState.REFUSED, reason="x")
    endless = MembershipFactory(space=ferme, renewal_wished_at=timezone.now())
    Membership.objects.filter(pk=asked.pk).update(asked_at=timezone.now() - timedelta(days=9))
    assert listed(desk)[0] == asked and set(listed(desk)) == {asked, member, endless}
    assert set(listed(desk, "show=all")) == {asked, member, endless, ended, refused}
    assert listed(desk, "show=ended") == [ended]
    assert listed(desk, "end=soon") == [member]
    assert listed(desk, "end=wished") == [endless]
    assert listed(desk, f"kind__id__exact={yearly.pk}") == [asked, member]
    assert listed(desk, "q=Oriande") == [member]
    assert listed(desk, f"q={member.user.email}") == [member]


def test_the_detail_is_read_only_with_its_history(desk, member):
    pause_membership(membership=member, by=None, reason="Congé de maternité")
    page = desk.get(page_of(member))
    assert "Congé de maternité" in Page(page.text).text
    rows = page.text.partition('class="rows')[2]
    heads = re.findall(r'<th scope="col">([^<]+)', rows)
    assert len(heads) == 7 and re.findall(r'<td data-label="([^"]+)', rows) == heads
    assert "_save" not in page.text
    assert desk.post(page_of(member), {"state": "ended"}).status_code in {403, 404}
    assert desk.get(reverse("admin:spaces_membership_delete", args=[member.pk])).status_code == 404


def test_nothing_leads_to_djangos_own_history(desk, member):
    assert page_of(member, "history") not in Page(desk.get(page_of(member)).text, page_of(member)).internal_links


@pytest.mark.parametrize("on", [0, 1, 9])
def test_an_end_to_come_is_not_shown_as_made(desk, member, on):
    end_membership(membership=member, by=None, on=day(on))
    text = Page(desk.get(page_of(member)).text).text
    assert (str(MembershipStep.ENDED.label) in text) is (on == 0)


def test_a_day_of_asking_is_shown_only_where_somebody_asked(desk, ferme, yearly, member):
    asked = ask_membership(user=UserFactory(), space=ferme, kind=yearly)
    approve_membership(membership=asked, by=None, since=day(0))
    waiting = request_for(ferme, yearly)
    admin = desk.get(LIST).context["cl"].model_admin
    shown = {membership: admin.asked(membership) for membership in listed(desk)}
    today = dates.day(day(0), weekday=False)
    assert shown == {member: None, asked: today, waiting: today}
    details = [flatten_fieldsets(desk.get(page_of(each)).context["adminform"].fieldsets) for each in (member, asked)]
    assert ["asked_moment" in fields for fields in details] == [False, True]


@pytest.mark.parametrize("state", MembershipState.values)
def test_each_state_offers_its_own_steps(desk, ferme, yearly, state):
    held = state in {"active", "paused", "ended"}
    since = day(-30) if held else None
    membership = MembershipFactory(
        space=ferme, kind=yearly, state=state, since=since, until=day(9) if held else None, reason="x"
    )
    page = Page(desk.get(page_of(membership)).text, page_of(membership))
    offered = {*page.internal_links, *(form.path for form in page.forms)}
    steps = {
        "requested": {"approve", "refuse"},
        "active": {"pause", "change_kind", "renew", "end"},
        "paused": {"resume", "change_kind", "renew", "end"},
    }
    assert {step for step in STEPS if page_of(membership, step) in offered} == steps.get(state, set())


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_a_fixed_number_of_queries(desk, ferme, yearly, number, django_assert_num_queries):
    for _row in range(number):
        request_for(ferme, yearly)
        MembershipFactory(space=ferme, kind=yearly)
    desk.get(LIST)
    with django_assert_num_queries(9):
        desk.get(LIST)


# --- another space ---------------------------------------------------------------------------------------------------


def test_a_manager_of_another_space_finds_nothing(client, member, asked):
    other = UserFactory()
    SpaceFactory(managers=[other])
    client.force_login(other)
    before = Membership.objects.values_list("pk", "state", "until").order_by("pk")
    kept = list(before)
    for membership in (member, asked):
        for name in ("change", *STEPS):
            page = page_of(membership, name)
            assert client.post(page, {"reason": "x", "last_day": f"{day(9)}"}).status_code == 404, name
            assert client.get(page).status_code in ({404, 405} if name == "resume" else {404}), name
    assert list(client.get(LIST).context["cl"].result_list) == []
    for action in ("approve_selected", "refuse_selected", "renew_selected"):
        act(client, action, [member, asked], reason="x", ends=f"{member.pk}:{member.until}")
    assert list(before.all()) == kept


# --- what is told of a membership ------------------------------------------------------------------------------------


def test_somebody_who_was_refused_is_found_again_by_their_address(desk, asked, yearly):
    refuse_membership(membership=asked, by=None, reason="Complet")
    page = desk.get(page_of(asked))
    (give,) = [link for link in Page(page.text, page_of(asked)).internal_links if link.startswith(ADD) and "?" in link]
    form = Page(desk.get(give).text, give).form(ADD)
    assert form.fields["email"] == [asked.user.email]
    answer = desk.post(ADD, form.data(kind=str(yearly.pk), email=asked.user.email.upper()), follow=True)
    given = Membership.objects.current().get(user=asked.user)
    assert answer.redirect_chain == [(page_of(given), 302)]
    assert give not in desk.get(page_of(given)).text


@pytest.mark.parametrize("case", ["nobody", "stranger", "elsewhere", "closed", "both", "neither"])
def test_an_address_of_nobody_who_has_asked_here_gives_nothing(desk, ferme, yearly, case):
    member = MembershipFactory(space=ferme).user
    user = UserFactory() if case != "elsewhere" else request_for(SpaceFactory(), MembershipKindFactory()).user
    if case == "closed":
        user = request_for(ferme, yearly, user__is_active=False).user
    address = {"nobody": "personne@ardenne.example", "neither": ""}.get(case, user.email)
    wish = {"email": address, "user": str(member.pk) if case == "both" else "", "kind": str(yearly.pk)}
    before = Membership.objects.count()
    answer = desk.post(ADD, Page(desk.get(ADD).text, ADD).form(ADD).data(**wish))
    assert (answer.status_code, set(answer.context["form"].errors)) == (400, {"user" if case == "neither" else "email"})
    assert Membership.objects.count() == before


def test_the_page_of_a_membership_says_its_moments_in_words(desk, manager, member):
    renewal = timezone.now() - timedelta(days=3)
    Membership.objects.filter(pk=member.pk).update(renewal_wished_at=renewal, decided_at=renewal, decided_by=manager)
    text = Page(desk.get(page_of(member)).text).text
    assert text.count(" ".join(dates.moment_in_words(renewal).split())) == 2


@pytest.mark.parametrize("name", ["approve", "refuse", "end", "pause"])
def test_a_step_leads_back_to_the_membership_that_it_is_about(desk, asked, member, name):
    membership = asked if name in {"approve", "refuse"} else member
    way = re.search(r'<div class="breadcrumbs">.*?</div>', desk.get(page_of(membership, name)).text, re.S)[0]
    assert page_of(membership) in way and str(membership) in way


def test_what_somebody_writes_on_leaving_is_no_reason_of_the_team(desk, client, manager, ferme):
    left = MembershipFactory(space=ferme)
    end_membership(membership=left, by=left.user, on=day(0), reason="Je déménage")
    ended = MembershipFactory(space=ferme)
    end_membership(membership=ended, by=manager, on=day(0), reason="Sans nouvelles")

    def labels(membership):
        return list(desk.get(page_of(membership)).context["adminform"].fieldsets[0][1]["fields"])

    assert "own_words" in labels(left) and "decision_words" not in labels(left)
    assert "decision_words" in labels(ended) and "own_words" not in labels(ended)
    for user, words in ((left.user, "Vous avez écrit"), (ended.user, "La raison")):
        client.force_login(user)
        for page in (reverse("portal:memberships"), reverse("portal:me")):
            text = Page(client.get(page).text).text
            assert ("La raison" in text, "Vous avez écrit" in text) == (words == "La raison", words != "La raison"), (
                page
            )
