"""An address changes once the new mailbox and the old one say so, or seven days after the old one is given up."""

import re
import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.accounts.operations import complete_address_changes, confirm_new_address, confirm_old_address
from members.core.queries import person_of
from members.enums import ChangeOutcome
from members.models import AddressChange, EarlierAddress, User
from members.tests.factories import PASSWORD, UserFactory
from tests.pages import Page

from .second_factor import confirm_password
from .test_accounts import delivered, url
from .test_unconfirmed import signs_up

pytestmark = pytest.mark.django_db

OLD, NEW = "zoe@ardenne.example", "zoe@givet.example"
PAGE = "/fr/accounts/email/"
PATH = re.compile(r"http://localhost:8000(/\S+)")
NEWCOMER = {"first_name": "Ève", "last_name": "d’Ardenne", "email": NEW, "password1": PASSWORD}


class Asked:
    """Somebody signed in who has asked for another address, with the links of both mails."""

    def __init__(self, person=None, new=NEW):
        self.person = person or UserFactory(email=OLD)
        self.browser = Client()
        self.browser.post(url("account_login"), {"login": self.person.email, "password": PASSWORD})
        confirm_password(self.browser)
        self.browser.post(PAGE, {"action_add": "", "email": new})
        self.mails = {sent.to[0]: PATH.findall(sent.body) for sent in delivered()}
        self.new_link = next((path for path in self.mails.get(new, []) if "confirm-email" in path), "")
        self.confirm_link, self.stop_link = self._of_old(self.mails[self.person.email])

    @staticmethod
    def _of_old(paths):
        [confirm] = [path for path in paths if path.endswith("/confirm/")]
        [stop] = [path for path in paths if path.endswith("/stop/")]
        return confirm, stop

    @property
    def address(self):
        return User.objects.get(pk=self.person.pk).email

    def lose_old(self):
        return self.browser.post(reverse("account_give_up_old_address"))


@pytest.fixture
def asked():
    return Asked()


def later(**days):
    """Let time pass for the changes, and do the hourly work."""
    return complete_address_changes(now=timezone.now() + timedelta(**days))


def all_at_once(*works):
    barrier, answers = threading.Barrier(len(works)), []

    def run(work):
        try:
            barrier.wait(timeout=30)
            answers.append(work())
        except Exception as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


@pytest.mark.parametrize("order", [["new", "old"], ["old", "new"]])
def test_an_address_changes_once_both_mailboxes_say_so(asked, order):
    for whose in order:
        assert asked.address == OLD
        if whose == "new":
            asked.browser.post(asked.new_link)
        else:
            assert Client().post(asked.confirm_link).url == url("account_login")
    assert asked.address == NEW
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(NEW, True, True)]
    assert EarlierAddress.objects.get().email == OLD
    assert person_of(User.objects.get()).addresses == {OLD, NEW}
    [told] = delivered()
    assert (told.to, NEW in told.body) == ([OLD], True)
    assert not AddressChange.objects.exists()
    assert PAGE in asked.browser.get(PAGE, follow=True).request["PATH_INFO"]


def test_a_link_that_is_only_opened_changes_nothing(asked):
    for path in (asked.new_link, asked.confirm_link, asked.stop_link):
        assert Client().get(path).status_code == 200
    assert asked.address == OLD
    assert EmailAddress.objects.filter(verified=False).exists()


def test_the_page_tells_what_a_change_waits_for(asked):
    waits = asked.browser.get(PAGE).text
    asked.browser.post(asked.new_link)
    half = asked.browser.get(PAGE).text
    assert waits != half
    assert 'name="action_send"' in waits
    assert 'name="action_send"' not in half


def test_the_links_serve_once(asked):
    asked.browser.post(asked.new_link)
    asked.browser.post(asked.confirm_link)
    assert Client().get(asked.confirm_link).status_code == 404
    assert Client().post(asked.confirm_link).status_code == 404
    assert asked.address == NEW


@pytest.mark.parametrize("page", ["confirm_old_address", "stop_address_change"])
@pytest.mark.parametrize("token", ["x", "1", "1~x", "~"])
def test_a_forged_link_is_explained(asked, page, token):
    assert Client().get(reverse(f"account_{page}", args=[token])).status_code == 404
    stop = asked.stop_link.rstrip("/").split("/")[-2]
    assert Client().post(reverse("account_confirm_old_address", args=[stop])).status_code == 404
    assert not AddressChange.objects.get().old_confirmed_at


def test_it_was_not_me_stops_it_and_signs_out_everywhere(asked):
    session = asked.browser.session.session_key
    assert UserSession.objects.filter(session_key=session).exists()
    assert Client().post(asked.stop_link).url == asked.stop_link
    assert not AddressChange.objects.exists()
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [OLD]
    assert asked.browser.get(PAGE).status_code == 302
    thief = Client()
    thief.post(url("account_login"), {"login": OLD, "password": PASSWORD})
    assert "_auth_user_id" not in thief.session
    thief.post(asked.new_link, {"password": PASSWORD})
    thief.post(asked.confirm_link)
    assert asked.address == OLD
    Client().post(url("account_reset_password"), {"email": OLD})
    assert "password/reset/key" in delivered()[-1].body


def test_without_the_old_mailbox_it_takes_seven_days(asked):
    asked.browser.post(asked.new_link)
    asked.lose_old()
    [told] = delivered()
    assert told.to == [OLD]
    assert later(days=6, hours=23) == 0
    assert asked.address == OLD
    assert later(days=7, minutes=1) == 1
    assert asked.address == NEW
    assert later(days=7, minutes=1) == 0


def test_the_old_mailbox_stops_what_was_asked_without_it(asked):
    asked.browser.post(asked.new_link)
    asked.lose_old()
    [told] = delivered()
    [stop] = [path for path in PATH.findall(told.body) if path.endswith("/stop/")]
    Client().post(stop)
    assert later(days=8) == 0
    assert asked.address == OLD


def test_giving_up_the_old_mailbox_twice_moves_no_day(asked):
    asked.lose_old()
    first = AddressChange.objects.get().old_lost_at
    delivered()
    asked.lose_old()
    assert AddressChange.objects.get().old_lost_at == first
    assert delivered() == []


def test_giving_up_the_old_mailbox_asks_for_the_password(asked):
    browser = Client()
    browser.force_login(asked.person)
    answer = browser.post(reverse("account_give_up_old_address"))
    assert answer.url.startswith(url("account_reauthenticate"))
    assert AddressChange.objects.get().old_lost_at is None


def test_without_the_old_mailbox_the_new_one_is_asked_all_the_same(asked):
    asked.lose_old()
    assert later(days=8) == 0
    assert asked.address == OLD
    AddressChange.objects.update(old_lost_at=timezone.now() - timedelta(days=8))
    asked.browser.post(asked.new_link)
    assert asked.address == NEW


def test_a_change_that_lacks_a_confirmation_lapses_with_a_mail(asked):
    asked.browser.post(asked.new_link)
    AddressChange.objects.update(asked_at=timezone.now() - timedelta(days=7, minutes=1))
    assert Client().get(asked.confirm_link).status_code == 404
    Client().post(asked.confirm_link)
    assert asked.address == OLD
    assert complete_address_changes() == 0
    assert [sent.to for sent in delivered()] == [[OLD]]
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [OLD]


def test_a_change_is_taken_back_on_the_page(asked):
    asked.browser.post(PAGE, {"action_remove": "", "email": NEW})
    assert not AddressChange.objects.exists()
    asked.browser.post(asked.new_link)
    Client().post(asked.confirm_link)
    assert asked.address == OLD


def test_another_wish_voids_the_links_of_the_first(asked):
    second = Asked(asked.person, new="autre@givet.example")
    asked.browser.post(asked.new_link)
    assert Client().post(asked.confirm_link).status_code == 404
    assert asked.address == OLD
    second.browser.post(second.new_link)
    second.browser.post(second.confirm_link)
    assert asked.address == "autre@givet.example"


def test_another_wish_says_that_the_first_is_dropped(asked):
    answer = asked.browser.post(PAGE, {"action_add": "", "email": "autre@givet.example"}, follow=True)
    *_earlier, sent, both, dropped = [str(message) for message in answer.context["messages"]]
    assert "autre@givet.example" in sent
    assert OLD in both
    assert NEW in dropped


@pytest.mark.parametrize(("age", "holds"), [({"days": 6, "hours": 23}, True), ({"days": 7, "minutes": 1}, False)])
def test_the_links_of_both_mailboxes_hold_for_seven_days(asked, settings, age, holds):
    settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = -1  # the life of a link that is of no change
    AddressChange.objects.update(asked_at=timezone.now() - timedelta(**age))
    assert (Client().get(asked.confirm_link).status_code == 200) is holds
    assert bool(Client().get(asked.new_link).context["confirmation"]) is holds


def test_an_address_that_another_account_has_by_now_stays_theirs(asked):
    asked.browser.post(asked.new_link)
    owner, link = signs_up(NEWCOMER)
    owner.post(link)
    answer = asked.browser.post(asked.confirm_link, follow=True)
    assert any("error" in message.tags for message in answer.context["messages"])
    assert asked.address == OLD
    assert User.objects.get(email=NEW).first_name == "Ève"
    assert not AddressChange.objects.exists()


def test_an_address_taken_while_the_old_mailbox_is_given_up_is_told_by_mail(asked):
    asked.browser.post(asked.new_link)
    asked.lose_old()
    delivered()
    owner, link = signs_up(NEWCOMER)
    owner.post(link)
    delivered()
    assert later(days=8) == 0
    assert [sent.to for sent in delivered()] == [[OLD]]
    assert asked.address == OLD


def test_a_sign_up_that_nobody_confirmed_goes_as_the_address_changes(asked):
    signs_up(NEWCOMER)
    asked.browser.post(asked.confirm_link)
    asked.browser.post(asked.new_link)
    assert asked.address == NEW
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_both_mailboxes_at_once_change_the_address_once():
    asked = Asked()
    change = AddressChange.objects.select_related("address").get()
    works = [lambda: confirm_new_address(address=change.address), lambda: confirm_old_address(change_id=change.pk)] * 4
    answers = all_at_once(*works)
    assert answers.count(ChangeOutcome.DONE) == 1
    assert asked.address == NEW
    assert EmailAddress.objects.get().email == NEW
    assert [sent.to for sent in delivered()] == [[OLD]]


@pytest.mark.django_db(transaction=True)
def test_a_double_click_asks_for_one_change():
    person = UserFactory(email=OLD)
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.post(url("account_login"), {"login": OLD, "password": PASSWORD})
        confirm_password(browser)
    all_at_once(*(lambda b=browser: b.post(PAGE, {"action_add": "", "email": NEW}).status_code for browser in browsers))
    assert EmailAddress.objects.filter(user=person, verified=False).count() == 1
    assert AddressChange.objects.count() == 1
    assert sorted(sent.to[0] for sent in delivered()) == [OLD, NEW]


@pytest.mark.django_db(transaction=True)
def test_two_changes_to_one_address_at_once_give_it_to_one():
    first, second = Asked(), Asked(UserFactory(email="lea@ardenne.example"))
    for each in (first, second):
        each.browser.post(each.confirm_link)
    changes = list(AddressChange.objects.select_related("address"))
    answers = all_at_once(*(lambda c=change: confirm_new_address(address=c.address) for change in changes))
    assert sorted(answer.name for answer in answers) == ["DONE", "TAKEN"]
    assert User.objects.filter(email=NEW).count() == 1


def test_the_page_of_a_change_has_no_dead_end(asked):
    page = Page(asked.browser.get(PAGE).text, PAGE)
    assert page.form(reverse("account_give_up_old_address"))
