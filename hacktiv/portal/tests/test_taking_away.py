"""A pause, another kind and an end of a membership show what is lost by them before they give it back, in the admin."""

import pytest

from events.enums import Audience
from events.models import Registration
from events.tests.factories import EventFactory, RegistrationFactory
from spaces.enums import BookedBy, BookingStatus, MembershipState, MembershipStep
from spaces.memberships.operations import pause_membership
from spaces.memberships.tests.deciding import LIST, booker, day, news, page_of, request_for, said, told
from spaces.models import Membership, Wait
from spaces.tests.factories import (
    BookingFactory,
    MembershipFactory,
    MembershipKindFactory,
    ResourceFactory,
    SpaceFactory,
    WaitFactory,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db


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
    assert told(member.user).count("portal.losses") == 1
    assert not {"spaces.booking_cancelled", "events.cancelled_by_staff"} & set(told(member.user))


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
    with django_assert_num_queries(24):
        desk.get(people)
