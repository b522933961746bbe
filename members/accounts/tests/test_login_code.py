"""A code by mail signs in to the account that its owner has confirmed, and to no other."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hacktiv.outbox.models import Message
from members.accounts.operations import open_anew
from members.models import SignUp, User
from members.tests.factories import PASSWORD, UserFactory
from tests.pages import Page

from .second_factor import code_of, confirm_password, sign_in, use_application
from .test_accounts import delivered, signs_in, url
from .test_unconfirmed import ADDRESS, NEWCOMER, OTHERS, STRANGER, signs_up

pytestmark = pytest.mark.django_db

CODE = re.compile(r"^\d{4}-\d{4}$", re.MULTILINE)


@pytest.fixture
def person():
    return UserFactory(email="zoe@ardenne.example")


def asks(email, browser=None, address="203.0.113.5"):
    browser = browser or Client()
    answer = browser.post(url("account_request_login_code"), {"email": email}, REMOTE_ADDR=address)
    return browser, answer


def code_in(sent):
    [code] = CODE.findall(sent.body)
    return code


def types(browser, code):
    return browser.post(url("account_confirm_login_code"), {"code": code})


def is_signed_in(browser):
    return "_auth_user_id" in browser.session


def test_a_code_by_mail_signs_in_once(person):
    browser, answer = asks("ZOE@ardenne.example")
    assert answer.url == url("account_confirm_login_code")
    [sent] = delivered()
    code = code_in(sent)
    assert sent.subject == f"Votre code de connexion\N{NO-BREAK SPACE}: {code}" or code in sent.subject
    assert types(browser, code.replace("-", " ")).url == url("portal:me")
    assert browser.session["_auth_user_id"] == str(person.pk)
    browser.post(url("account_logout"))
    assert not is_signed_in(browser)
    types(browser, code)
    assert not is_signed_in(browser)


def test_a_code_holds_in_the_browser_that_asked_for_it(person):
    asks(person.email)
    code = code_in(delivered()[0])
    other = Client()
    types(other, code)
    assert not is_signed_in(other)
    another, _answer = asks(person.email)
    types(another, code)
    assert not is_signed_in(another)


def test_three_wrong_codes_end_the_try(person):
    browser, _answer = asks(person.email)
    code = code_in(delivered()[0])
    for _number in range(3):
        types(browser, "0000-0000" if code != "0000-0000" else "1111-1111")
    types(browser, code)
    assert not is_signed_in(browser)


def test_a_code_is_void_after_its_time(person, monkeypatch, settings):
    browser, _answer = asks(person.email)
    code = code_in(delivered()[0])
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = -1
    types(browser, code)
    assert not is_signed_in(browser)


def test_a_code_that_could_not_leave_in_time_is_dropped(person):
    asks(person.email)
    message = Message.objects.get(template="account.login_code")
    assert (message.expires_at - message.created_at).total_seconds() <= 600


def test_an_unknown_address_reads_the_same_and_gets_no_code(person):
    known, answer = asks(person.email)
    unknown, other = asks("nobody@ardenne.example")
    assert (answer.status_code, answer.url) == (other.status_code, other.url)
    pages = [browser.get(url("account_confirm_login_code")).text for browser in (known, unknown)]
    texts = [re.sub(r"\S+@ardenne\.example|value=\"[^\"]*\"", "", page) for page in pages]
    assert texts[0] == texts[1]
    assert [CODE.findall(sent.body) != [] for sent in delivered()] == [True, False]
    for guess in ("", "-", "0000-0000", "None"):
        types(unknown, guess)
    assert not is_signed_in(unknown)


def test_a_wrong_code_asks_the_database_as_much_for_any_address(person):
    asked = []
    for email in (person.email, "nobody@ardenne.example"):
        browser, _answer = asks(email)
        with CaptureQueriesContext(connection) as queries:
            types(browser, "0000-0000")
        sent = [re.split(" (?:SET|WHERE) ", query["sql"])[0] for query in queries]
        asked.append([sql for sql in sent if "SAVEPOINT" not in sql])
    assert asked[0] == asked[1]


def test_a_code_neither_confirms_nor_opens_the_account_of_a_stranger():
    _stranger, link = signs_up(STRANGER)
    owner, _answer = asks(ADDRESS)
    [told] = delivered()
    assert CODE.findall(told.body) == []
    assert url("account_signup") in told.body
    assert not EmailAddress.objects.filter(verified=True).exists()
    assert not is_signed_in(owner)
    own, link = signs_up(NEWCOMER)
    own.post(link)
    browser, _answer = asks(ADDRESS)
    types(browser, code_in(delivered()[0]))
    assert browser.session["_auth_user_id"] == str(User.objects.get().pk)
    assert User.objects.get().check_password(PASSWORD)
    assert not signs_in(User.objects.get(), password=OTHERS)


def test_a_sign_up_between_the_code_asked_for_and_typed_gets_nothing():
    """The account is the stranger's when the code is asked for, and another's, or nobody's, when it is typed."""
    signs_up(STRANGER)
    browser, _answer = asks(ADDRESS)
    delivered()
    open_anew(email=ADDRESS, password=OTHERS, first_name="Max")
    types(browser, "0000-0000")
    assert not is_signed_in(browser)
    assert SignUp.objects.count() == 1


def test_a_code_holds_only_while_the_address_is_the_accounts(person):
    browser, _answer = asks(person.email)
    code = code_in(delivered()[0])
    EmailAddress.objects.filter(user=person).update(email="autre@ardenne.example")
    User.objects.filter(pk=person.pk).update(email="autre@ardenne.example")
    assert types(browser, code).url == url("account_request_login_code")
    assert not is_signed_in(browser)


def test_the_second_factor_is_asked_for_after_a_code(client, person):
    sign_in(client, person)
    secret = use_application(client)
    delivered()
    browser, _answer = asks(person.email)
    assert types(browser, code_in(delivered()[0])).url == url("mfa_authenticate")
    assert not is_signed_in(browser)
    browser.post(url("mfa_authenticate"), {"code": code_of(secret, steps_ahead=1)})
    assert is_signed_in(browser)


def test_staff_are_led_to_a_second_factor_after_a_code_too(settings):
    settings.STAFF_SECOND_FACTOR = True
    chief = UserFactory(superuser=True)
    browser, _answer = asks(chief.email)
    types(browser, code_in(delivered()[0]))
    assert browser.get("/admin/").status_code == 302


def test_a_code_is_no_password_typed_once_more(person):
    browser, _answer = asks(person.email)
    types(browser, code_in(delivered()[0]))
    answer = browser.get(url("portal:archive_file"))
    assert answer.url.startswith(url("account_reauthenticate"))
    assert confirm_password(browser).status_code == 302


def test_a_closed_account_gets_no_code():
    asks(UserFactory(is_active=False).email)
    assert CODE.findall(delivered()[0].body) == []


def test_one_network_has_eight_codes_an_hour_for_an_address_and_others_more(person, settings):
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": "100/m/ip,20/h/key"}
    answers = [asks(person.email, address="198.51.100.1")[1].status_code for _number in range(10)]
    assert answers == [302] * 8 + [200] * 2 or answers == [302] * 8 + [400] * 2
    assert asks(person.email)[1].status_code == 302
    assert Message.objects.filter(template="account.login_code").count() == 9


def test_the_page_goes_on_where_the_visitor_was(person):
    browser = Client()
    page = f"{url('account_request_login_code')}?next=/fr/directory/"
    answer = browser.post(page, {"email": person.email, "next": "/fr/directory/"})
    assert answer.url == f"{url('account_confirm_login_code')}?next=%2Ffr%2Fdirectory%2F"
    answer = browser.post(answer.url, {"code": code_in(delivered()[0]), "next": "/fr/directory/"})
    assert answer.url == "/fr/directory/"


def test_who_waits_for_a_code_goes_back_to_the_password(person):
    browser, _answer = asks(person.email)
    assert browser.get(url("account_login")).url == url("account_confirm_login_code")
    assert browser.post(url("account_logout"), {"next": url("account_login")}).url == url("account_login")
    assert browser.get(url("account_login")).status_code == 200
    sign_in(browser, person)
    assert is_signed_in(browser)


def test_the_address_typed_to_sign_in_comes_along_to_the_page_of_codes(person):
    browser = Client()
    typed = {"login": person.email, "password": PASSWORD, "next": "/fr/directory/"}
    page = Page(browser.post(url("account_request_login_code"), typed).text)
    form = page.form(url("account_request_login_code"))
    assert (form.data()["email"], form.data()["next"]) == ([person.email], ["/fr/directory/"])
    assert PASSWORD not in page.source
    assert delivered() == []
    assert browser.post(form.path, form.data()).url.startswith(url("account_confirm_login_code"))
