"""An invited person reads, accepts and declines; strangers learn nothing; what they meet once it is over."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from hacktiv.portal.operations import erase_person
from members.accounts.tests.second_factor import confirm_password
from members.models import User
from members.tests.factories import PASSWORD, UserFactory
from spaces.enums import InvitationState
from spaces.memberships.operations import Wish, accept, decline, invite, send_again, take_back
from spaces.models import HomeSpace, Invitation, Membership
from spaces.tests.factories import MembershipFactory, MembershipKindFactory, SpaceFactory, manager_of
from tests.pages import Page

pytestmark = pytest.mark.django_db

MEMBERSHIPS = "/fr/memberships/"
ADDRESS = "zoe.lambert@ardenne.example"


@pytest.fixture
def space():
    return SpaceFactory(name="La Ferme", managers=[UserFactory(first_name="Maugis")])


@pytest.fixture
def kind():
    return MembershipKindFactory(name="Nomade", prices="30 € par mois", lasts_months=12)


@pytest.fixture
def zoe():
    return UserFactory(email=ADDRESS, first_name="Zoé")


@pytest.fixture
def invitation(space, kind):
    return invited(space, kind, words="À jeudi !")


def invited(space, kind, email=ADDRESS, **wish):
    return invite(space=space, wish=Wish(email=email, kind=kind, **wish), by=manager_of(space))


def page_of(invitation, step=""):
    return f"{MEMBERSHIPS}invitations/{invitation.token}/{step}"


def expire(invitation):
    now = timezone.now()
    dates = {"sent_at": now - timedelta(days=40), "expires_at": now - timedelta(days=10)}
    Invitation.objects.filter(pk=invitation.pk).update(**dates)


def said(answer):
    return [(message.level_tag, str(message)) for message in answer.context["messages"]]


def content(answer):
    return answer.text.partition("<main")[2].partition("</main")[0]


def links_of(answer):
    return Page(content(answer), answer.request["PATH_INFO"]).links


# --- who reads what ---


def test_a_visitor_reads_who_invites_to_what_and_two_ways_in(client, invitation):
    answer = client.get(page_of(invitation))
    assert answer.status_code == 200
    for words in ("La Ferme", "Nomade", "30 € par mois", "À jeudi !", "12"):
        assert words in content(answer)
    way = page_of(invitation).replace("~", "%7E")
    links = [link.replace("~", "%7E").replace("%2F", "/") for link in links_of(answer)]
    assert f"/fr/accounts/login/?next={way}" in links
    assert f"/fr/accounts/signup/?next={way}&email=zoe.lambert%40ardenne.example" in links
    assert "accept/" not in content(answer)


def test_sign_up_has_the_address_filled_in(client, invitation):
    links = links_of(client.get(page_of(invitation)))
    sign_up = next(link for link in links if "signup" in link)
    assert f'value="{ADDRESS}"' in client.get(sign_up).text


def test_the_right_person_accepts_and_is_at_home_there(sign_in, invitation, zoe, space):
    client = sign_in(zoe)
    form = Page(client.get(page_of(invitation)).text, page_of(invitation)).form(page_of(invitation, "accept/"))
    answer = client.post(page_of(invitation, "accept/"), form.data(), follow=True)
    assert answer.redirect_chain == [(MEMBERSHIPS, 302)]
    assert [level for level, _text in said(answer)] == ["success"]
    assert Membership.objects.get().user == HomeSpace.objects.get().user == zoe
    again = client.post(page_of(invitation, "accept/"), form.data(), follow=True)
    assert Membership.objects.count() == 1
    assert "error" not in [level for level, _text in said(again)]


def test_another_account_reads_a_masked_address_and_may_sign_out(sign_in, invitation):
    client = sign_in(UserFactory(email="autre@ardenne.example"))
    answer = client.get(page_of(invitation))
    assert "z…@ardenne.example" in content(answer)
    assert ADDRESS not in answer.text
    assert "autre@ardenne.example" in content(answer)
    refused = client.post(page_of(invitation, "accept/"), follow=True)
    assert [level for level, _text in said(refused)] == ["error"]
    assert not Membership.objects.exists()
    declined = client.post(page_of(invitation, "decline/"), {"words": "Non"}, follow=True)
    assert [level for level, _text in said(declined)] == ["error"]
    assert Invitation.objects.get().state == InvitationState.OPEN
    forms = Page(answer.text, page_of(invitation)).forms
    (form,) = [form for form in forms if form.path == "/fr/accounts/logout/" and "next" in form.fields]
    out = client.post("/fr/accounts/logout/", form.data())
    assert out.headers["Location"] == page_of(invitation)


def test_a_visitor_signs_in_before_accepting_and_comes_back(client, invitation, zoe):
    answer = client.post(page_of(invitation, "accept/"))
    assert answer.status_code == 302
    assert "/accounts/login/" in answer.headers["Location"]
    assert not Membership.objects.exists()
    login = next(link for link in links_of(client.get(page_of(invitation))) if "login" in link)
    form = Page(client.get(login).text, login).form("/fr/accounts/login/")
    back = client.post("/fr/accounts/login/", form.data(login=ADDRESS, password=PASSWORD))
    assert back.headers["Location"] == page_of(invitation)


def test_who_has_no_account_signs_up_confirms_and_accepts(client, invitation):
    sign_up = next(link for link in links_of(client.get(page_of(invitation))) if "signup" in link)
    form = Page(client.get(sign_up).text, sign_up).form("/fr/accounts/signup/")
    client.post(
        "/fr/accounts/signup/", form.data(first_name="Zoé", last_name="Lambert", password1="bruyères-du-plateau")
    )
    send_due()
    text = next(sent.body for sent in mail.outbox if "confirm" in sent.body)
    link = re.search(r"https?://[^/\s]+(/fr/accounts/confirm-email/\S+)", text)[1]
    # The page signs its address anew.
    form = next(form for form in Page(client.get(link).text, link).forms if "confirm-email" in form.path)
    back = client.post(form.path, form.data(), follow=True)
    assert back.redirect_chain[-1][0] == page_of(invitation)
    client.post(page_of(invitation, "accept/"))
    assert Membership.objects.get().user == User.objects.get(email=ADDRESS)


def test_a_newcomer_in_another_browser_finds_the_invitation_on_the_welcome_page(sign_in, invitation, zoe):
    answer = sign_in(zoe).get("/fr/welcome/")
    assert answer.context["invitations"] == [invitation]
    assert page_of(invitation) in links_of(answer)


def test_my_page_shows_the_open_invitations(sign_in, invitation, zoe):
    client = sign_in(zoe)
    form = Page(client.get("/fr/me/").text, "/fr/me/").form(page_of(invitation, "accept/"))
    client.post(page_of(invitation, "accept/"), form.data())
    assert Membership.objects.get().user == zoe
    assert client.get("/fr/me/").context["diary"].memberships_offered == []
    assert page_of(invitation) not in links_of(client.get("/fr/me/"))


def test_the_page_of_memberships_answers_without_the_mail(sign_in, invitation, zoe, space):
    client = sign_in(zoe)
    form = Page(client.get(MEMBERSHIPS).text, MEMBERSHIPS).form(page_of(invitation, "accept/"))
    client.post(page_of(invitation, "accept/"), form.data())
    assert Membership.objects.get().space == space
    assert client.get(MEMBERSHIPS).context["invitations"] == []


def test_nobody_sees_the_invitations_of_others(sign_in, client, invitation):
    assert sign_in(UserFactory()).get(MEMBERSHIPS).context["invitations"] == []
    assert "invitations" not in Client().get(MEMBERSHIPS).context


# --- opening changes nothing ---


@pytest.mark.parametrize("step", ["", "accept/", "decline/"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_to_open_a_link_changes_nothing(sign_in, invitation, zoe, step, method):
    getattr(sign_in(zoe), method)(page_of(invitation, step))
    getattr(Client(), method)(page_of(invitation, step))
    invitation.refresh_from_db()
    assert (invitation.state, Membership.objects.count()) == (InvitationState.OPEN, 0)


@pytest.mark.parametrize("step", ["", "accept/", "decline/"])
def test_a_forged_link_is_not_found(sign_in, invitation, zoe, step):
    own = sign_in(zoe)
    for token in (f"{invitation.pk}-1~x", f"{invitation.pk}-1", "a~b", invitation.token[:-1], f"{invitation.token}x"):
        assert own.get(f"{MEMBERSHIPS}invitations/{token}/{step}").status_code == 404
        assert own.post(f"{MEMBERSHIPS}invitations/{token}/{step or 'accept/'}").status_code == 404


def test_no_page_takes_a_post_at_the_invitation_itself(client, invitation):
    assert client.post(page_of(invitation)).status_code == 405


# --- declining ---


@pytest.mark.parametrize("signed_in", [True, False])
def test_it_is_declined_with_a_word_to_the_team(sign_in, client, invitation, zoe, signed_in):
    person = sign_in(zoe) if signed_in else client
    form = Page(person.get(page_of(invitation)).text, page_of(invitation)).form(page_of(invitation, "decline/"))
    answer = person.post(page_of(invitation, "decline/"), form.data(words="Pas cette année"), follow=True)
    assert [level for level, _text in said(answer)] == ["success"]
    invitation.refresh_from_db()
    assert (invitation.state, invitation.answer) == (InvitationState.DECLINED, "Pas cette année")
    assert person.get(page_of(invitation)).status_code == 410


def test_a_word_that_is_too_long_stays_in_the_form(client, invitation):
    answer = client.post(page_of(invitation, "decline/"), {"words": "mot " * 200})
    assert answer.status_code == 400
    assert "mot mot" in content(answer)
    assert Invitation.objects.get().is_open


# --- over ---


OVER = {
    "taken back": lambda one, user: take_back(invitation=one, by=None),
    "declined": lambda one, user: decline(invitation=one, user=None),
    "expired": lambda one, user: expire(one),
    "accepted": lambda one, user: accept(invitation=one, user=user),
}


@pytest.mark.parametrize("how", OVER)
def test_a_link_that_is_over_says_so_and_leads_to_asking(client, invitation, zoe, how):
    OVER[how](invitation, zoe)
    memberships = Membership.objects.count()
    answer = client.get(page_of(invitation))
    assert answer.status_code == 410
    assert MEMBERSHIPS in links_of(answer)
    assert "accept/" not in content(answer)
    assert ADDRESS not in answer.text
    client.force_login(zoe)
    after = client.post(page_of(invitation, "accept/"), follow=True)
    assert Membership.objects.count() == memberships
    assert ("error" in [level for level, _text in said(after)]) is (how != "accepted")


def test_after_accepting_the_link_leads_to_the_membership(sign_in, invitation, zoe):
    accept(invitation=invitation, user=zoe)
    answer = sign_in(zoe).get(page_of(invitation))
    assert answer.status_code == 200
    assert MEMBERSHIPS in links_of(answer)


def test_the_link_of_an_earlier_sending_leads_to_the_latest_mail(sign_in, invitation, zoe):
    earlier = page_of(invitation)
    expire(invitation)
    send_again(invitation=invitation, by=None)
    client = sign_in(zoe)
    assert client.get(earlier).status_code == 410
    client.post(f"{earlier}accept/")
    assert not Membership.objects.exists()
    invitation.refresh_from_db()
    assert client.get(page_of(invitation)).status_code == 200


def test_who_is_a_member_already_is_told_so(sign_in, invitation, zoe, space):
    MembershipFactory(user=zoe, space=space)
    answer = sign_in(zoe).post(page_of(invitation, "accept/"), follow=True)
    assert [level for level, _text in said(answer)] == ["success"]
    assert Membership.objects.count() == 1


def test_a_later_first_day_is_said(sign_in, space, kind, zoe):
    later = timezone.localdate() + timedelta(days=9)
    one = invited(space, kind, first_day=later)
    answer = sign_in(zoe).post(page_of(one, "accept/"), follow=True)
    assert Membership.objects.get().since == later
    assert f"{later.day}" in said(answer)[0][1]


def test_answers_are_counted(sign_in, invitation, zoe):
    client = sign_in(zoe)
    answers = {client.post(page_of(invitation, "accept/")).status_code for _time in range(40)}
    assert answers == {302, 429}


def test_the_export_and_the_erasure_know_it(sign_in, invitation, zoe):
    client = sign_in(zoe)
    confirm_password(client)
    exported = client.get("/fr/me/export/").json()
    assert [one["words"] for one in exported["invitations"]] == ["À jeudi !"]
    erase_person(user=zoe)
    assert not Invitation.objects.exists()
    assert not Message.objects.filter(to_email=ADDRESS).exists()
