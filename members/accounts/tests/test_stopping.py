"""The owner of a mailbox takes their account out of the hands of somebody who got into it."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from members.enums import ArchiveState
from members.feeds.operations import renew_calendar_feed
from members.feeds.queries import feed_by_token
from members.models import AddressChange, DataArchive, EarlierAddress, User
from members.tests.factories import PASSWORD, UserFactory
from tests.pages import Page

from .second_factor import confirm_password, sign_in, use_application
from .test_accounts import delivered, url
from .test_address_change import NEW, OLD, PATH, Asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    return Asked()


def stops(link):
    """Press the button behind a link in a browser of its own; return the page that follows."""
    browser = Client()
    assert browser.get(link).status_code == 200
    return browser.post(link, follow=True)


def changed(asked):
    """Let the change take effect; return the link to stop it in the mail about it."""
    asked.browser.post(asked.new_link)
    asked.browser.post(asked.confirm_link)
    [told] = [sent for sent in delivered() if sent.to == [OLD]]
    [link] = [path for path in PATH.findall(told.body) if path.endswith("/stop/")]
    return link, told


def opens_again(asked, email):
    """Return whether a new password can be chosen by a mail to this address."""
    delivered()
    Client().post(url("account_reset_password"), {"email": email})
    return any("password/reset/key" in sent.body for sent in delivered())


def test_it_was_not_me_takes_all_that_opens_the_account(asked):
    use_application(asked.browser)
    Authenticator.objects.create(user=asked.person, type=Authenticator.Type.WEBAUTHN, data={"name": "Thief"})
    feed = renew_calendar_feed(user=asked.person)
    DataArchive.objects.create(
        user=asked.person,
        state=ArchiveState.READY,
        file=ContentFile(b"all", name="all.zip"),
        ready_at=timezone.now(),
        kept_until=timezone.now() + timezone.timedelta(days=7),
    )
    delivered()
    page = stops(asked.stop_link)
    assert not Authenticator.objects.exists()
    assert feed_by_token(feed.token) is None
    assert not DataArchive.objects.exists()
    assert not AddressChange.objects.exists()
    [told] = delivered()
    assert told.to == [OLD]
    removed = re.findall(r"^- (.+)$", told.body, re.MULTILINE)
    assert len(removed) == len(set(removed)) == 7
    assert [words for words in removed if words not in page.text] == []


def test_the_owner_signs_in_again_with_a_new_password_alone(asked):
    use_application(asked.browser)
    stops(asked.stop_link)
    delivered()
    owner = Client()
    owner.post(url("account_reset_password"), {"email": OLD})
    [link] = re.findall(r"http://localhost:8000(/\S*password/reset/key/\S+)", delivered()[0].body)
    page = owner.get(link, follow=True)
    owner.post(page.request["PATH_INFO"], {"password1": PASSWORD + " neuf"})
    owner.post(url("account_login"), {"login": OLD, "password": PASSWORD + " neuf"})
    assert owner.session["_auth_user_id"] == str(asked.person.pk)


def test_a_used_link_wipes_no_new_password_and_offers_a_link_for_one(asked):
    page = stops(asked.stop_link)
    form = Page(page.text, asked.stop_link).form(url("account_reset_password"))
    assert form.fields["email"] == [OLD]
    delivered()
    Client().post(form.path, form.data())
    assert [sent.to for sent in delivered()] == [[OLD]]
    person = User.objects.get()
    person.set_password(PASSWORD + " neuf")
    person.save()
    browser = Client()
    assert browser.post(asked.stop_link).status_code == 200
    assert f'action="{asked.stop_link}"' not in browser.get(asked.stop_link).text
    assert User.objects.get().check_password(PASSWORD + " neuf")
    assert delivered() == []
    person.set_password(PASSWORD)
    person.save()
    later = Asked(person, new="autre@givet.example")
    User.objects.update(stopped_at=timezone.now() - timezone.timedelta(seconds=2))
    assert stops(later.stop_link).status_code == 200
    assert not User.objects.get().has_usable_password()


@pytest.mark.parametrize("had_one", [True, False])
def test_the_mail_speaks_of_a_second_factor_to_who_had_one(asked, had_one):
    if had_one:
        use_application(asked.browser)
    delivered()
    stops(asked.stop_link)
    [told] = delivered()
    assert ("facteur" in told.body) == had_one


def test_a_sign_in_that_waits_for_the_second_factor_ends_too(asked):
    use_application(asked.browser)
    thief = Client()
    sign_in(thief, asked.person)
    assert Session.objects.filter(session_key=thief.session.session_key).exists()
    key = thief.session.session_key
    stops(asked.stop_link)
    assert not Session.objects.filter(session_key=key).exists()


def test_the_browser_of_the_thief_may_stop_it_too(asked):
    assert asked.browser.post(asked.stop_link).url == asked.stop_link
    assert "_auth_user_id" not in asked.browser.session


def test_another_wish_voids_no_link_that_stops(asked):
    other = Asked(asked.person, new="autre@givet.example")
    assert stops(asked.stop_link).status_code == 200
    assert not AddressChange.objects.exists()
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [OLD]
    assert other.browser.get(url("account_email")).status_code == 302


def test_the_link_signs_out_where_no_change_is_under_way(asked):
    asked.browser.post(url("account_email"), {"action_remove": "", "email": NEW})
    assert not AddressChange.objects.exists()
    assert stops(asked.stop_link).status_code == 200
    assert not User.objects.get().has_usable_password()
    assert User.objects.get().is_active


def test_a_mailbox_that_was_replaced_closes_the_account(asked):
    chief = UserFactory(superuser=True)
    link, told = changed(asked)
    assert "choisissez vite" not in told.body
    use_application(asked.browser)
    delivered()
    page = stops(link)
    person = User.objects.get(pk=asked.person.pk)
    assert (person.email, person.is_active, person.has_usable_password()) == (NEW, False, False)
    assert not Authenticator.objects.exists()
    assert asked.browser.get(url("account_email")).status_code == 302
    assert url("spaces:list") in page.text
    assert sorted(sent.to[0] for sent in delivered()) == sorted([chief.email, NEW, OLD])
    assert not opens_again(asked, NEW)
    assert not opens_again(asked, OLD)


def test_an_earlier_link_closes_the_account_after_several_changes(asked):
    changed(asked)
    confirm_password(asked.browser)
    second = Asked(User.objects.get(), new="autre@givet.example")
    second.browser.post(second.new_link)
    second.browser.post(second.confirm_link)
    assert second.address == "autre@givet.example"
    assert stops(asked.stop_link).status_code == 200
    assert not User.objects.get().is_active


def test_a_mailbox_that_was_replaced_long_ago_closes_nothing(asked):
    link, _told = changed(asked)
    EarlierAddress.objects.update(left_at=timezone.now() - timezone.timedelta(days=7, minutes=1))
    assert Client().get(link).status_code == 404
    assert Client().post(link).status_code == 404
    assert User.objects.get().is_active


def test_a_link_that_is_only_opened_stops_nothing(asked):
    link, _told = changed(asked)
    assert Client().get(link).status_code == 200
    assert User.objects.get().is_active
