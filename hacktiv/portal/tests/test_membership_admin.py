"""Managers answer requests for a membership, and pause, change, renew and end memberships, in the admin."""

import re
import threading
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import flatten_fieldsets
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.enums import Audience
from events.models import Registration
from events.tests.factories import EventFactory, RegistrationFactory
from hacktiv.common import dates
from hacktiv.outbox.models import Message
from members.enums import Status
from members.tests.factories import UserFactory
from spaces.enums import BookedBy, BookingStatus, MembershipState, MembershipStep
from spaces.memberships.operations import (
    approve_membership,
    ask_membership,
    end_membership,
    pause_membership,
    refuse_membership,
    renew_membership,
)
from spaces.models import Membership, MembershipKind, Wait
from spaces.tests.factories import (
    BookingFactory,
    MembershipFactory,
    MembershipKindFactory,
    ResourceFactory,
    SpaceFactory,
    WaitFactory,
    make_manager,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db

LIST = "/admin/spaces/membership/"
ADD = "/admin/spaces/membership/add/"
STEPS = ("approve", "refuse", "pause", "resume", "change_kind", "renew", "end")


def day(number):
    """Return the day so many days from today."""
    return timezone.localdate() + timedelta(days=number)


def page_of(membership, name="change"):
    return reverse(f"admin:spaces_membership_{name}", args=[membership.pk])


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def told(user):
    return list(Message.objects.filter(to_email=user.email).order_by("pk").values_list("template", flat=True))


def news(membership):
    return membership.changes.order_by("pk").values_list("step", flat=True).last()


@pytest.fixture
def manager():
    return UserFactory(first_name="Maugis")


@pytest.fixture
def ferme(manager):
    return SpaceFactory(name="La Ferme", with_hours=True, managers=[manager])


@pytest.fixture
def desk(client, manager, ferme):
    client.force_login(manager)
    return client


@pytest.fixture
def yearly(ferme):
    return MembershipKindFactory(space=ferme, name="Annuelle", lasts_months=12)


@pytest.fixture
def asked(ferme, yearly):
    return request_for(ferme, yearly, note="Je cherche un bureau.", user__status=Status.values[0])


@pytest.fixture
def member(ferme, yearly):
    return MembershipFactory(space=ferme, kind=yearly, until=day(20), user__first_name="Oriande")


def request_for(space, kind, **fields):
    return MembershipFactory(space=space, kind=kind, state=MembershipState.REQUESTED, since=None, **fields)


def things_of_members(membership):
    """Give the person a booking, a wait and a registration that only members may have."""
    user, space = membership.user, membership.space
    room = ResourceFactory(space=space, name="Salle des membres")
    booking = BookingFactory(resource=room, user=user, days=3)
    wait = WaitFactory(resource=room, user=user, days=4)
    room.booked_by = BookedBy.MEMBERS
    room.save()
    event = EventFactory(title_fr="Repas des membres", space=space)
    registration = RegistrationFactory(event=event, user=user)
    event.audience = Audience.MEMBERS
    event.save()
    return booking, wait, registration


def are_kept(booking, wait, registration):
    booking.refresh_from_db()
    registration.refresh_from_db()
    return (
        booking.status == BookingStatus.CONFIRMED,
        Wait.objects.filter(pk=wait.pk).exists(),
        Registration.objects.live().filter(pk=registration.pk).exists(),
    )


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


# --- what takes rights -----------------------------------------------------------------------------------------------


TAKING = {
    "pause": {"reason": "Congé"},
    "change_kind": {"kind": "closed"},
    "end": {"when": "at_once", "reason": "Départ"},
}
AFTER = {"pause": MembershipState.PAUSED, "change_kind": MembershipState.ACTIVE, "end": MembershipState.ENDED}


def typed_for(step, space):
    closed = MembershipKindFactory(space=space, opens_events=False, opens_bookings=False)
    return {name: str(closed.pk) if value == "closed" else value for name, value in TAKING[step].items()}


@pytest.mark.parametrize("step", TAKING)
def test_what_is_lost_is_shown_before_and_given_back_after(desk, ferme, member, step):
    things = things_of_members(member)
    page = page_of(member, step)
    wish = typed_for(step, ferme)
    asked_first = desk.post(page, wish)
    text = Page(asked_first.text).text
    assert asked_first.status_code == 200 and "Salle des membres" in text and "Repas des membres" in text
    assert are_kept(*things) == (True, True, True)
    member.refresh_from_db()
    assert member.state == MembershipState.ACTIVE and not member.changes.exists()
    assert asked_first.context["submit"] == desk.get(page).context["submit"]
    confirmed = Page(asked_first.text, page).form(page).data()
    assert {name: confirmed[name] for name in wish} == {name: [value] for name, value in wish.items()}
    answer = desk.post(page, confirmed, follow=True)
    assert answer.redirect_chain == [(page_of(member), 302)]
    assert are_kept(*things) == (False, False, False)
    member.refresh_from_db()
    assert member.state == AFTER[step]
    words = " ".join(said(answer))
    assert "Salle des membres" in words and "Repas des membres" in words and str(member.user) in words
    assert told(member.user).count("spaces.membership_news") == 1
    assert {"spaces.booking_cancelled", "events.cancelled_by_staff"} & set(told(member.user))


def test_what_came_meanwhile_is_shown_once_more(desk, member):
    booking, *_others = things_of_members(member)
    page = page_of(member, "pause")
    confirmed = Page(desk.post(page, {"reason": ""}).text, page).form(page).data()
    later = BookingFactory(resource=booking.resource, user=member.user, days=6)
    again = desk.post(page, confirmed)
    assert again.status_code == 200
    member.refresh_from_db()
    assert member.state == MembershipState.ACTIVE
    desk.post(page, Page(again.text, page).form(page).data())
    later.refresh_from_db()
    assert later.status == BookingStatus.CANCELLED


def test_nobody_is_asked_where_nothing_is_lost(desk, member):
    answer = desk.post(page_of(member, "pause"), {"reason": "Congé"}, follow=True)
    assert answer.redirect_chain == [(page_of(member), 302)]
    member.refresh_from_db()
    assert (member.state, member.reason, news(member)) == (MembershipState.PAUSED, "Congé", MembershipStep.PAUSED)


def test_a_paused_membership_is_resumed_with_one_button(desk, member):
    pause_membership(membership=member, by=None)
    page = page_of(member, "resume")
    assert page in {form.path for form in Page(desk.get(page_of(member)).text, page_of(member)).forms}
    assert desk.get(page).status_code == 405
    desk.post(page)
    member.refresh_from_db()
    assert (member.state, news(member)) == (MembershipState.ACTIVE, MembershipStep.RESUMED)
    answer = desk.post(page, follow=True)
    assert str(member.user) in said(answer)[0] and member.changes.count() == 2


@pytest.mark.parametrize(("when", "last_day"), [("today", 0), ("at_once", -1)])
def test_a_membership_ends_today_or_at_once_without_a_date(desk, member, when, last_day):
    page = page_of(member, "end")
    form = Page(desk.get(page).text, page).form(page)
    assert form.fields["when"] == ["today"]
    desk.post(page, form.data(when=when))
    member.refresh_from_db()
    assert member.last_day == day(last_day)
    assert (member.state == MembershipState.ENDED) is (when == "at_once")


@pytest.mark.parametrize(("last_day", "is_taken"), [(-2, False), (-1, True), (0, True), (19, True), (20, False)])
def test_another_last_day_lies_ahead_and_before_the_one_that_is_known(desk, member, last_day, is_taken):
    answer = desk.post(page_of(member, "end"), {"when": "other", "last_day": f"{day(last_day)}", "reason": ""})
    assert answer.status_code == (302 if is_taken else 400)
    assert is_taken or set(answer.context["form"].errors) == {"last_day"}
    member.refresh_from_db()
    assert member.last_day == day(last_day if is_taken else 19)


@pytest.mark.parametrize(
    ("when", "last_day", "field"),
    [("other", "", "last_day"), ("today", "soon", "when"), ("", "soon", "when"), ("other", "31/12/2026", "last_day")],
)
def test_an_end_that_says_two_things_or_none_is_refused(desk, member, when, last_day, field):
    typed = {"when": when, "last_day": f"{day(9)}" if last_day == "soon" else last_day}
    answer = desk.post(page_of(member, "end"), typed)
    assert (answer.status_code, set(answer.context["form"].errors)) == (400, {field})
    member.refresh_from_db()
    assert member.last_day == day(19)


def test_a_membership_without_an_end_gets_none_with_its_new_kind(desk, ferme, member):
    MembershipKindFactory(space=ferme, lasts_months=3)
    page = page_of(member, "change_kind")
    with_end = desk.get(page).context["remark"]
    Membership.objects.filter(pk=member.pk).update(until=None)
    assert desk.get(page).context["remark"] != with_end


def test_a_kind_of_another_space_cannot_be_chosen(desk, member, asked):
    foreign, _other = MembershipKindFactory(space=SpaceFactory()), MembershipKindFactory()
    for membership, step in ((member, "change_kind"), (asked, "approve")):
        page = page_of(membership, step)
        sent = Page(desk.get(page).text, page).form(page).data(kind=str(foreign.pk))
        answer = desk.post(page, sent)
        assert (answer.status_code, set(answer.context["form"].errors)) == (400, {"kind"})
        membership.refresh_from_db()
        assert membership.kind != foreign


def test_a_kind_cannot_be_changed_where_there_is_no_other(desk, member):
    MembershipKindFactory(ends_on=day(-1))
    answer = desk.get(page_of(member, "change_kind"), follow=True)
    assert answer.redirect_chain == [(page_of(member), 302)]
    assert len(said(answer)) == 1


@pytest.mark.parametrize("step", ["pause", "change_kind", "renew", "end"])
def test_a_membership_that_is_over_takes_no_step(desk, ferme, member, step):
    other = MembershipKindFactory()
    Membership.objects.filter(pk=member.pk).update(state=MembershipState.ENDED)
    page = page_of(member, step)
    assert desk.get(page, follow=True).redirect_chain == [(page_of(member), 302)]
    answer = desk.post(page, {"when": "other", "last_day": f"{day(9)}", "kind": other.pk, "reason": "x"})
    assert answer.status_code == 400
    assert str(member.user) in str(answer.context["form"].non_field_errors())


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


def act(desk, action, memberships, **more):
    return desk.post(
        LIST, {"action": action, ACTION_CHECKBOX_NAME: [each.pk for each in memberships], **more}, follow=True
    )


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


def booker(space):
    return BookingFactory(resource=ResourceFactory(space=space)).user


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


# --- kinds -----------------------------------------------------------------------------------------------------------

KINDS = "/admin/spaces/membershipkind/"


def kind_page(kind, name="change"):
    return reverse(f"admin:spaces_membershipkind_{name}", args=[kind.pk])


def test_a_manager_makes_and_changes_kinds_of_their_space(desk, ferme):
    add = f"{KINDS}add/"
    form = Page(desk.get(add).text, add).form(add)
    assert form.fields["space"] == [str(ferme.pk)]
    texts = {"name_fr": "Nomade", "name_nl": "Nomade", "name_en": "Nomad", "slug": "nomade", "lasts_months": "3"}
    assert desk.post(add, form.data(**texts, space="")).context["adminform"].form.errors.keys() == {"space"}
    desk.post(add, form.data(**texts))
    kind = MembershipKind.objects.get(slug="nomade")
    assert (kind.space, kind.name_en, kind.lasts_months) == (ferme, "Nomad", 3)
    page = kind_page(kind)
    desk.post(page, Page(desk.get(page).text, page).form(page).data(prices_fr="30 € par mois"))
    kind.refresh_from_db()
    assert kind.prices_fr == "30 € par mois"


def test_a_kind_takes_no_right_from_those_who_have_it(desk, ferme):
    kind = MembershipKindFactory(space=ferme)
    page = kind_page(kind)
    fields = Page(desk.get(page).text, page).form(page)
    membership = MembershipFactory(kind=kind, space=ferme)
    errors = desk.post(page, fields.data(opens_events=None)).context["adminform"].form.errors
    assert errors.keys() == {"opens_events"}
    Membership.objects.filter(pk=membership.pk).update(state=MembershipState.ENDED, until=day(0))
    desk.post(page, fields.data(opens_events=None))
    kind.refresh_from_db()
    assert not kind.opens_events


def test_a_manager_lets_nobody_into_the_network_unasked(desk, ferme):
    """A kind that nobody approves opens the directory and the rooms of all spaces: the network decides of it."""
    add = f"{KINDS}add/"
    form = Page(desk.get(add).text, add).form(add)
    assert "needs_approval" not in form.fields
    desk.post(add, {**form.data(name_fr="Libre", slug="libre"), "needs_approval": ""})
    assert MembershipKind.objects.get(slug="libre").needs_approval


def test_kinds_of_the_network_are_changed_by_superusers_alone(desk, client):
    kind = MembershipKindFactory(name="Réseau")
    assert "Réseau" in desk.get(KINDS).text
    assert "_save" not in desk.get(kind_page(kind)).text
    assert desk.post(kind_page(kind), {"name_fr": "Autre"}).status_code == 404
    assert desk.post(kind_page(kind, "delete"), {"post": "yes"}).status_code == 404
    chief = Client()
    chief.force_login(UserFactory(superuser=True))
    page = kind_page(kind)
    chief.post(page, Page(chief.get(page).text, page).form(page).data(name_fr="Autre"))
    kind.refresh_from_db()
    assert kind.name_fr == "Autre"


def test_what_an_empty_space_means_is_told_only_where_it_is_empty(desk, ferme, yearly):
    hint = str(MembershipKind._meta.get_field("space").help_text)
    of_network = MembershipKindFactory()
    assert [hint in desk.get(kind_page(kind)).text for kind in (yearly, of_network)] == [False, True]


def test_a_kind_that_is_used_is_not_deleted(desk, ferme, member, yearly):
    of_a_room = MembershipKindFactory(space=ferme)
    ResourceFactory(space=ferme).open_to_kinds.add(of_a_room)
    for kind in (yearly, of_a_room):
        for send in (desk.get, partial(desk.post, data={"post": "yes"})):
            answer = send(kind_page(kind, "delete"), follow=True)
            assert answer.redirect_chain == [(kind_page(kind), 302)]
            assert kind.name in said(answer)[0]
    unused = MembershipKindFactory(space=ferme)
    desk.post(kind_page(unused, "delete"), {"post": "yes"})
    assert set(MembershipKind.objects.all()) == {yearly, of_a_room}


# --- the managers' first page and the list of people -----------------------------------------------------------------


def test_requests_and_ends_stand_on_the_managers_day(desk, ferme, yearly, asked, member):
    elsewhere = SpaceFactory()
    request_for(elsewhere, yearly)
    MembershipFactory(space=elsewhere, until=day(9))
    MembershipFactory(space=ferme, until=day(40))
    page = desk.get("/admin/")
    work = page.context["work"]
    assert (work.membership_requests, work.memberships_ending) == ([asked], [member])
    links = Page(page.text, "/admin/").internal_links
    assert {page_of(asked), page_of(member), page_of(member, "renew")} <= set(links)
    assert "Refuser…" in Page(page.text).text
    form = next(form for form in Page(page.text, "/admin/").forms if form.path == LIST)
    answer = desk.post(LIST, form.data(action="approve_selected"), follow=True)
    assert answer.redirect_chain == [("/admin/", 302)]
    asked.refresh_from_db()
    assert asked.state == MembershipState.ACTIVE


@pytest.mark.parametrize("number", [1, 3])
def test_managers_read_who_is_a_member_in_the_list_of_people(desk, ferme, yearly, number, django_assert_num_queries):
    MembershipFactory(space=SpaceFactory(), kind=yearly, user=booker(ferme))
    for _row in range(number):
        MembershipFactory(space=ferme, kind=yearly)
    people = "/admin/members/user/"
    rows = Page(desk.get(people).text).text
    assert rows.count(", Annuelle") == number
    with django_assert_num_queries(13):
        desk.get(people)


# --- who may book a resource -----------------------------------------------------------------------------------------


def test_a_resource_says_who_may_book_it(desk, manager, ferme, yearly):
    MembershipKindFactory(space=SpaceFactory(managers=[manager]))
    room = ResourceFactory(space=ferme)
    foreign = MembershipKindFactory(space=SpaceFactory())
    page = reverse("admin:spaces_resource_change", args=[room.pk])
    form = Page(desk.get(page).text, page).form(page)
    assert set(form.choices["open_to_kinds"]) == {str(yearly.pk)}

    def errors(**wish):
        answer = desk.post(page, form.data(**wish))
        return set(answer.context["adminform"].form.errors) if answer.status_code == 200 else set()

    assert errors(booked_by="spaces") == {"open_to"}
    assert errors(booked_by="kinds") == {"open_to_kinds"}
    assert errors(booked_by="kinds", open_to_kinds=str(foreign.pk)) == {"open_to_kinds"}
    assert errors(booked_by="kinds", open_to_kinds=str(yearly.pk)) == set()
    room.refresh_from_db()
    assert (room.booked_by, list(room.open_to_kinds.all())) == (BookedBy.KINDS, [yearly])


def test_a_new_resource_takes_kinds_of_its_own_space(desk, manager, ferme, yearly):
    other = SpaceFactory(managers=[manager])
    add = reverse("admin:spaces_resource_add")
    form = Page(desk.get(add).text, add).form(add)
    wish = {"name_fr": "Serre", "slug": "serre", "kind": "studio", "booked_by": "kinds"}
    answer = desk.post(add, form.data(**wish, space=str(other.pk), open_to_kinds=str(yearly.pk)))
    assert set(answer.context["adminform"].form.errors) == {"open_to_kinds"}


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
