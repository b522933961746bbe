"""Managers answer requests for a membership, renew and give memberships, one or several at once, in the admin."""

import threading
from datetime import timedelta

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection
from django.test import Client

from hacktiv.common import dates
from hacktiv.common.days import NEVER_BEGAN
from members.tests.factories import UserFactory
from spaces.enums import MembershipState
from spaces.memberships.operations import (
    approve_membership,
    end_membership,
    renew_membership,
)
from spaces.models import Membership
from spaces.tests.factories import (
    MembershipFactory,
    MembershipKindFactory,
    SpaceFactory,
    make_manager,
)
from tests.pages import Page

from .deciding import ADD, LIST, act, booker, day, page_of, request_for, said, told

pytestmark = pytest.mark.django_db

# --- a request -------------------------------------------------------------------------------------------------------


def test_a_request_is_approved_as_its_kind_suggests(desk, manager, asked):
    page = page_of(asked, "approve")
    shown = desk.get(page)
    text = Page(shown.text).text
    assert "Je cherche un bureau." in text and str(asked.user.get_status_display()) in text
    sent = Page(shown.text, page).form(page).data()
    assert (sent["first_day"], sent["kind"]) == ([f"{day(0)}"], [str(asked.kind_id)])
    answer = desk.post(page, sent, follow=True)
    assert answer.redirect_chain == [(page_of(asked), 302)]
    asked.refresh_from_db()
    assert (asked.state, asked.since, asked.decided_by) == (MembershipState.ACTIVE, day(0), manager)
    assert asked.until.year == day(0).year + 1 and asked.until.month == day(0).month
    assert told(asked.user) == ["spaces.membership_news"]
    assert str(asked.user) in said(answer)[0]


def test_a_last_day_left_as_suggested_follows_the_kind_that_is_chosen(desk, ferme, asked):
    endless = MembershipKindFactory(name="Sans fin")
    page = page_of(asked, "approve")
    sent = Page(desk.get(page).text, page).form(page).data(kind=str(endless.pk), first_day=f"{day(2)}")
    desk.post(page, sent)
    asked.refresh_from_db()
    assert (asked.kind, asked.since, asked.until) == (endless, day(2), None)


def test_the_last_day_that_a_manager_types_is_kept(desk, asked):
    page = page_of(asked, "approve")
    desk.post(page, Page(desk.get(page).text, page).form(page).data(last_day=f"{day(9)}"))
    asked.refresh_from_db()
    assert asked.until == day(10)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"last_day": "1990-01-01"}, "last_day"), ({"first_day": ""}, "first_day"), ({"kind": "x"}, "kind")],
)
def test_a_wrong_answer_is_told_beside_its_field_and_nothing_is_lost(desk, asked, changes, field):
    page = page_of(asked, "approve")
    answer = desk.post(page, Page(desk.get(page).text, page).form(page).data(**changes))
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    asked.refresh_from_db()
    assert asked.state == MembershipState.REQUESTED


@pytest.mark.parametrize("days", [{"last_day": -1, "first_day": -9}, {"first_day": -364}])
@pytest.mark.parametrize("is_asked", [True, False])
def test_days_that_are_over_are_not_given(desk, ferme, days, is_asked):
    short = MembershipKindFactory(space=ferme, lasts_months=3)
    asked = request_for(ferme, short)
    page = page_of(asked, "approve") if is_asked else ADD
    typed = {name: f"{day(number)}" for name, number in days.items()}
    typed |= {} if is_asked else {"user": str(asked.user_id), "kind": str(short.pk)}
    answer = desk.post(page, Page(desk.get(page).text, page).form(page).data(**typed))
    assert (answer.status_code, set(answer.context["form"].errors)) == (400, {"last_day"})
    asked.refresh_from_db()
    assert asked.state == MembershipState.REQUESTED


def test_today_may_be_the_last_day(desk, asked):
    page = page_of(asked, "approve")
    desk.post(page, Page(desk.get(page).text, page).form(page).data(last_day=f"{day(0)}"))
    asked.refresh_from_db()
    assert asked.last_day == day(0)


def test_days_of_an_earlier_membership_are_refused_in_words(desk, ferme, asked):
    MembershipFactory(user=asked.user, space=ferme, state=MembershipState.ENDED, until=day(5))
    page = page_of(asked, "approve")
    answer = desk.post(page, Page(desk.get(page).text, page).form(page).data())
    assert answer.status_code == 400
    assert str(asked.user) in str(answer.context["form"].errors)


def test_a_request_is_refused_with_a_reason_only(desk, asked):
    page = page_of(asked, "refuse")
    assert desk.post(page, {"reason": " "}).status_code == 400
    asked.refresh_from_db()
    assert asked.state == MembershipState.REQUESTED
    desk.post(page, {"reason": "Nous sommes au complet."})
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == (MembershipState.REFUSED, "Nous sommes au complet.")
    assert told(asked.user) == ["spaces.membership_news"]


@pytest.mark.parametrize("step", ["approve", "refuse"])
def test_who_comes_after_a_colleague_is_told_so(desk, asked, step):
    page = page_of(asked, step)
    sent = Page(desk.get(page).text, page).form(page).data()
    approve_membership(membership=asked, by=None, since=day(0))
    answer = desk.post(page, {**sent, "reason": "Trop tard"})
    assert answer.status_code == 400
    assert str(asked.user) in str(answer.context["form"].non_field_errors())
    assert step == "approve" or answer.context["form"]["reason"].value() == "Trop tard"
    again = desk.get(page, follow=True)
    assert again.redirect_chain == [(page_of(asked), 302)]
    assert str(asked.user) in said(again)[0]
    assert asked.changes.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_managers_decide_one_request_at_once(manager, ferme, asked):
    """Each waits for the other at the barrier, with the page open; one decides, the other is told so."""
    other = UserFactory()
    make_manager(ferme, other)
    barrier, answers = threading.Barrier(2), {}
    wishes = {"approve": (manager, {}), "refuse": (other, {"reason": "Au complet"})}

    def decide(step):
        person, typed = wishes[step]
        browser = Client()
        browser.force_login(person)
        page = page_of(asked, step)
        sent = Page(browser.get(page).text, page).form(page).data(**typed)
        barrier.wait(timeout=60)
        answers[step] = browser.post(page, sent)
        connection.close()

    threads = [threading.Thread(target=decide, args=[step]) for step in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert sorted(answer.status_code for answer in answers.values()) == [302, 400]
    late = next(answer for answer in answers.values() if answer.status_code == 400)
    assert str(asked.user) in str(late.context["form"].non_field_errors())
    asked.refresh_from_db()
    assert asked.changes.count() == 1 and told(asked.user) == ["spaces.membership_news"]
    expected = {302: MembershipState.ACTIVE, 400: MembershipState.REFUSED}
    assert asked.state == expected[answers["approve"].status_code]


# --- renewal ---------------------------------------------------------------------------------------------------------


def test_a_renewal_is_suggested_by_the_kind_and_made_once(desk, member):
    page = page_of(member, "renew")
    mine, colleagues = (Page(desk.get(page).text, page).form(page).data() for _desk in range(2))
    desk.post(page, mine)
    member.refresh_from_db()
    assert f"{member.until - timedelta(days=1)}" == mine["last_day"][0]
    assert member.until.year == day(20).year + 1
    again = desk.post(page, colleagues)
    assert again.status_code == 400
    assert set(again.context["form"].errors) == {"last_day"}


def test_a_renewal_without_a_last_day_has_no_end(desk, member):
    desk.post(page_of(member, "renew"), {"last_day": ""})
    member.refresh_from_db()
    assert member.until is None


# --- several at once -------------------------------------------------------------------------------------------------


def test_selected_requests_are_approved_and_refusals_named(desk, ferme, yearly, asked):
    bob = request_for(ferme, yearly, user__first_name="Bob", user__last_name="Demande")
    pages = [asked, bob]
    approve_membership(membership=bob, by=None, since=day(0))
    words = said(act(desk, "approve_selected", pages))
    assert any("Bob Demande" in text for text in words) and any(str(asked.user) in text for text in words)
    asked.refresh_from_db()
    assert (asked.state, asked.since) == (MembershipState.ACTIVE, day(0))
    assert bob.changes.count() == 1


def test_one_request_that_is_approved_is_told_with_its_kind_and_days(desk, asked):
    words, *others = said(act(desk, "approve_selected", [asked]))
    asked.refresh_from_db()
    last = dates.day(asked.last_day, weekday=False)
    assert str(asked.user) in words and "Annuelle" in words and last in words and not others


def test_several_that_are_approved_or_refused_are_counted_and_named(desk, ferme, yearly):
    given, refused = ([request_for(ferme, yearly) for _number in range(2)] for _list in range(2))
    acts = [act(desk, "approve_selected", given), act(desk, "refuse_selected", refused, reason="Complet")]
    texts = [said(answer)[0] for answer in acts]
    for text, several in zip(texts, (given, refused), strict=True):
        assert text.startswith("2 ") and all(str(each.user) in text for each in several)
    assert texts[0].split()[:3] != texts[1].split()[:3]


def test_selected_requests_are_refused_with_one_reason(desk, ferme, yearly, asked):
    both = [asked, request_for(ferme, yearly)]
    page = act(desk, "refuse_selected", both)
    assert "Je cherche un bureau." in Page(page.text).text
    form = Page(page.text, LIST).form(LIST)
    assert act(desk, "refuse_selected", both, reason=" ").status_code == 400
    desk.post(LIST, form.data(reason="Au complet"))
    assert {each.reason for each in Membership.objects.filter(state=MembershipState.REFUSED)} == {"Au complet"}
    assert Membership.objects.filter(state=MembershipState.REFUSED).count() == 2


def test_selected_memberships_are_renewed_once_their_new_ends_were_shown(desk, ferme, yearly, member):
    endless = MembershipFactory(space=ferme, user__first_name="Sanfine")
    shown = act(desk, "renew_selected", [member, endless])
    member.refresh_from_db()
    assert member.until == day(20)
    assert any("Sanfine" in text for text in said(shown))
    confirmed = Page(shown.text, LIST).form(LIST).data()
    assert confirmed[ACTION_CHECKBOX_NAME] == [str(member.pk)]
    desk.post(LIST, confirmed)
    member.refresh_from_db()
    assert member.until.year == day(20).year + 1


def test_a_membership_renewed_meanwhile_is_not_renewed_twice(desk, member):
    confirmed = Page(act(desk, "renew_selected", [member]).text, LIST).form(LIST).data()
    renew_membership(membership=member, by=None, until=day(100))
    answer = desk.post(LIST, confirmed, follow=True)
    assert str(member.user) in said(answer)[0]
    member.refresh_from_db()
    assert member.until == day(100)


# --- given by a manager ----------------------------------------------------------------------------------------------


def test_a_manager_gives_a_membership(desk, manager, ferme, yearly):
    user = booker(ferme)
    form = Page(desk.get(ADD).text, ADD).form(ADD)
    assert form.fields["space"] == [str(ferme.pk)]
    answer = desk.post(ADD, form.data(user=str(user.pk), kind=str(yearly.pk)), follow=True)
    given = Membership.objects.get(user=user)
    assert answer.redirect_chain == [(page_of(given), 302)]
    assert (given.space, given.kind, given.since, given.decided_by) == (ferme, yearly, day(0), manager)
    assert given.until.year == day(0).year + 1
    assert told(user)[-1] == "spaces.membership_news"


def test_a_membership_given_answers_the_open_request(desk, asked, yearly):
    form = Page(desk.get(ADD).text, ADD).form(ADD)
    desk.post(ADD, form.data(user=str(asked.user_id), kind=str(yearly.pk)))
    asked.refresh_from_db()
    assert (asked.state, Membership.objects.count()) == (MembershipState.ACTIVE, 1)


def test_nobody_is_given_a_second_membership(desk, member, yearly):
    form = Page(desk.get(ADD).text, ADD).form(ADD)
    answer = desk.post(ADD, form.data(user=str(member.user_id), kind=str(yearly.pk)))
    assert (answer.status_code, set(answer.context["form"].errors)) == (400, {"user"})


def test_strangers_other_spaces_and_their_kinds_are_refused(desk, ferme, yearly):
    elsewhere = SpaceFactory()
    foreign, stranger, known = MembershipKindFactory(space=elsewhere), UserFactory(), booker(ferme)
    form = Page(desk.get(ADD).text, ADD).form(ADD)
    right = {"user": str(known.pk), "kind": str(yearly.pk), "space": str(ferme.pk)}
    for name, value in (("user", stranger.pk), ("kind", foreign.pk), ("space", elsewhere.pk), ("user", "\x00")):
        answer = desk.post(ADD, form.data(**{**right, name: str(value)}))
        assert (answer.status_code, set(answer.context["form"].errors)) == (400, {name})
    assert not Membership.objects.exists()


def test_a_kind_is_given_at_its_own_space(desk, manager, ferme, yearly):
    other = SpaceFactory(managers=[manager])
    user = booker(ferme)
    form = Page(desk.get(ADD).text, ADD).form(ADD)
    answer = desk.post(ADD, form.data(user=str(user.pk), kind=str(yearly.pk), space=str(other.pk)))
    assert (answer.status_code, set(answer.context["form"].errors)) == (400, {"kind"})


def test_a_membership_without_a_day_is_said_never_to_have_begun(desk, ferme):
    member = MembershipFactory(space=ferme, since=day(0))
    end_membership(membership=member, by=None, on=day(0))
    MembershipFactory(space=ferme, user=member.user, since=day(1))
    before = dates.day(day(-1), weekday=False)
    for address in (f"{LIST}?show=all", page_of(member), f"/admin/members/user/{member.user_id}/person/"):
        shown = Page(desk.get(address).text).text
        assert before not in shown, address
        assert str(NEVER_BEGAN) in shown, address
