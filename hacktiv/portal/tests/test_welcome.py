"""The welcome of a newcomer: three steps, each left and resumed at will."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from events.models import Question
from events.registering.operations import register
from events.tests.factories import EventFactory
from members.accounts.operations import complete_sign_up, note_sign_up
from members.enums import ConsentPurpose
from members.models import Consent
from members.tests.factories import SkillFactory, UserFactory, UserSkillFactory
from spaces.models import Membership
from spaces.tests.factories import MembershipFactory, MembershipKindFactory, SpaceFactory
from tests.pages import Page

pytestmark = pytest.mark.django_db

START, SKILLS, EVENT = "/fr/welcome/", "/fr/welcome/skills/", "/fr/welcome/event/"
END, ME = "/fr/welcome/end/", "/fr/me/"


@pytest.fixture
def zoe(sign_in):
    person = UserFactory(first_name="Zoé", is_newcomer=True)
    sign_in(person)
    return person


@pytest.fixture
def space():
    return SpaceFactory()


def links_of(answer):
    return Page(answer.text, answer.request["PATH_INFO"]).links


@pytest.mark.parametrize("page", [START, SKILLS, EVENT, END])
def test_a_visitor_is_sent_to_sign_in(client, page):
    assert client.get(page)["Location"] == f"/fr/accounts/login/?next={page}"


def test_who_has_signed_up_is_a_newcomer_others_are_not():
    person = UserFactory(verified=False)
    assert not person.is_newcomer
    assert complete_sign_up(sign_up=note_sign_up(user=person)).is_newcomer


def test_my_page_resumes_the_first_step_that_is_not_done(zoe, client):
    assert START in links_of(client.get(ME))
    UserSkillFactory(user=zoe)
    assert START in links_of(client.get(ME))
    MembershipFactory(user=zoe, state="requested", since=None)
    answer = client.get(ME)
    assert EVENT in links_of(answer)
    assert answer.context["welcome"].done == 2
    register(event=EventFactory(), user=zoe)
    assert EVENT not in links_of(client.get(ME))


def test_the_welcome_is_dismissed_by_a_form_and_not_by_a_link(zoe, client):
    client.get(END)
    zoe.refresh_from_db()
    assert zoe.is_newcomer
    for _twice in range(2):
        assert client.post(END)["Location"] == ME
    assert not {START, SKILLS, EVENT} & set(links_of(client.get(ME)))
    assert client.get(START).status_code == 200


def test_who_is_no_newcomer_is_led_nowhere(sign_in):
    assert START not in links_of(sign_in(UserFactory()).get(ME))


def test_each_step_can_be_left_for_the_next_one_and_for_my_page(zoe, client):
    assert {SKILLS, ME} <= set(links_of(client.get(START)))
    form = Page(client.get(SKILLS).text, SKILLS).form(SKILLS)
    assert ME in links_of(client.get(SKILLS))
    assert client.post(form.path, form.data(to="3"))["Location"] == EVENT
    assert ME in links_of(client.get(EVENT))


def test_asking_a_space_leads_on_to_the_second_step(zoe, client, space):
    kind = MembershipKindFactory()
    join = f"/fr/spaces/{space.slug}/join/?already=1&welcome=1"
    assert join in links_of(client.get(START))
    form = Page(client.get(join).text, join).form(join.partition("?")[0])
    answer = client.post(join, form.data(kind=kind.pk))
    assert answer["Location"] == SKILLS
    assert Membership.objects.get().user == zoe
    assert client.get(START).context["welcome"].steps[0].is_done


def test_asking_any_space_stays_in_the_welcome(zoe, client, space):
    kind = MembershipKindFactory()
    listed = "/fr/memberships/?welcome=1"
    assert f"{listed}#ask" in links_of(client.get(START))
    join = f"/fr/spaces/{space.slug}/join/?welcome=1"
    assert {join, START} <= set(links_of(client.get(listed)))
    assert START in links_of(client.get(join))
    assert client.post(join, {"kind": kind.pk, "note": ""})["Location"] == SKILLS


def test_who_comes_for_the_events_alone_has_answered_the_first_step(zoe, client):
    form = Page(client.get(START).text, START).form(START)
    assert client.post(form.path, form.data())["Location"] == EVENT
    assert client.get(EVENT).context["welcome"].steps[0].is_done
    assert client.get(ME).context["welcome"].next.address == "portal:welcome_skills"
    client.logout()
    client.force_login(zoe)
    assert client.get(EVENT).context["welcome"].steps[0].is_done


def test_who_leaves_the_second_step_loses_nothing_that_they_typed(zoe, client):
    assert client.post(SKILLS, {"headline": "Potière", "later": "1"})["Location"] == ME
    zoe.refresh_from_db()
    assert zoe.headline == "Potière"
    assert client.post(SKILLS, {"headline": "Potière"})["Location"] == EVENT
    assert client.post(SKILLS, {"headline": "Potière à Chimay", "to": "1"})["Location"] == START
    zoe.refresh_from_db()
    assert zoe.headline == "Potière à Chimay"
    for number in ("", "9", "x"):
        assert client.post(SKILLS, {"to": number})["Location"] == EVENT


def test_the_bar_of_the_second_step_takes_along_what_is_typed(zoe, client):
    text = client.get(SKILLS).text
    assert f'href="{EVENT}"' not in text.partition("<ol")[2].partition("</ol>")[0]
    assert text.count('form="introduction"') == 3


@pytest.mark.parametrize(("done", "words"), [(0, "No step is done yet"), (1, "1 of 3 steps is")])
def test_how_far_one_is_reads_as_a_sentence(done, words):
    with translation.override("en"):
        assert words in render_to_string("portal/_steps_done.html", {"done": done})


def test_the_second_step_keeps_line_skills_and_no_consent_by_itself(zoe, client):
    offered, sought = SkillFactory(), SkillFactory()
    sent = {"headline": "Potière", "offered": [offered.pk], "sought": [sought.pk]}
    assert not client.get(SKILLS).context["form"]["is_listed"].value()
    assert client.post(SKILLS, sent)["Location"] == EVENT
    zoe.refresh_from_db()
    assert (zoe.headline, zoe.is_listed) == ("Potière", False)
    assert set(zoe.user_skills.values_list("skill", "direction")) == {(offered.pk, "offered"), (sought.pk, "sought")}
    assert not Consent.objects.filter(user=zoe).exists()
    client.post(SKILLS, {**sent, "is_listed": "on"})
    assert Consent.objects.get(user=zoe).purpose == ConsentPurpose.DIRECTORY


def test_the_second_step_shows_again_what_was_kept(zoe, client):
    row = UserSkillFactory(user=zoe)
    form = client.get(SKILLS).context["form"]
    assert form["offered"].value() == [row.skill_id]


def test_a_line_that_is_too_long_is_refused_beside_its_field(zoe, client):
    answer = client.post(SKILLS, {"headline": "x" * 141})
    assert answer.status_code == 400
    assert answer.context["form"].errors.keys() == {"headline"}


def days(number):
    return timezone.now() + timedelta(days=number)


def test_the_events_that_fit_come_first(zoe, client, space):
    MembershipFactory(user=zoe, space=space)
    UserSkillFactory(user=zoe, skill=SkillFactory(name_fr="Comptabilité"))
    soon = EventFactory(starts_at=days(2))
    EventFactory(starts_at=days(3))
    about = EventFactory(starts_at=days(10), title_fr="La COMPTABILITE des associations")
    here = EventFactory(starts_at=days(12), space=space)
    shown = [one.event for one in client.get(EVENT).context["suggestions"]]
    assert set(shown) == {here, about, soon}


def test_one_click_comes_first_and_full_events_last(zoe, client):
    full = EventFactory(starts_at=days(1), capacity=1)
    register(event=full, user=UserFactory())
    asks = EventFactory(starts_at=days(2))
    Question.objects.create(event=asks, text="?")
    free = EventFactory(starts_at=days(9))
    assert [one.event for one in client.get(EVENT).context["suggestions"]] == [free, asks, full]
    late = EventFactory(starts_at=days(20))
    assert [one.event for one in client.get(EVENT).context["suggestions"]] == [free, late, asks]


def test_events_that_are_not_for_the_person_are_left_out(zoe, client):
    EventFactory(audience="members")
    EventFactory(draft=True)
    mine = EventFactory()
    register(event=mine, user=zoe)
    answer = client.get(EVENT)
    assert answer.context["suggestions"] == []
    assert mine.get_absolute_url() in links_of(answer)


def test_one_registers_from_the_third_step_once(zoe, client):
    event = EventFactory(capacity=5)
    address = f"{EVENT}{event.slug}/"
    form = Page(client.get(EVENT).text, EVENT).form(address)
    for _twice in range(2):
        assert client.post(address, form.data())["Location"] == EVENT
    assert event.registrations.get().user == zoe
    assert client.get(EVENT).context["welcome"].steps[2].is_done


def test_an_event_with_questions_is_registered_for_on_its_own_page(zoe, client):
    event = EventFactory()
    Question.objects.create(event=event, text="?")
    assert f"{EVENT}{event.slug}/" not in [form.path for form in Page(client.get(EVENT).text, EVENT).forms]
    assert client.post(f"{EVENT}{event.slug}/")["Location"] == event.get_absolute_url()
    assert not event.registrations.exists()


def test_an_event_for_members_is_not_found_by_its_address(zoe, client):
    event = EventFactory(audience="members")
    assert client.post(f"{EVENT}{event.slug}/").status_code == 404


def test_the_third_step_costs_the_same_for_one_event_and_for_three(zoe, client, django_assert_num_queries):
    EventFactory()
    client.get(EVENT)
    with django_assert_num_queries(COST):
        client.get(EVENT)
    EventFactory()
    EventFactory()
    with django_assert_num_queries(COST):
        client.get(EVENT)


COST = 14
