import re
import threading

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from members.accounts.adapters import ACCOUNT_MAILS
from members.core.queries import person_of
from members.models import User
from members.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

NEWCOMER = {"first_name": "Ève", "last_name": "d’Ardenne", "email": "Eve@Ardenne.example", "password1": PASSWORD}


def url(name, language="fr", **kwargs):
    with translation.override(language):
        return reverse(name, kwargs=kwargs)


def link_in(sent):
    """Return the one link of a mail's text, as a path."""
    [link] = re.findall(r"http://localhost:8000(/\S+)", sent.body)
    return link


def link_of_old(sent):
    """Return the link of a mail to the old mailbox that confirms a change of address, as a path."""
    [link] = re.findall(r"http://localhost:8000(/\S+/confirm/)", sent.body)
    return link


def delivered():
    """Send the outbox and return its mails."""
    mail.outbox.clear()
    send_due()
    return mail.outbox


def test_a_newcomer_signs_up_confirms_and_signs_in(client):
    page = client.post(url("account_signup", "nl"), NEWCOMER, HTTP_HOST="evil.example")
    assert (page.status_code, page["Location"]) == (302, url("account_email_verification_sent", "nl"))
    person = User.objects.get()
    assert (person.email, person.first_name, person.language) == ("eve@ardenne.example", "Ève", "nl")
    assert not client.session.get("_auth_user_id")

    [confirmation] = delivered()
    assert confirmation.to == ["eve@ardenne.example"]
    assert "Ève" not in confirmation.body  # a stranger may have chosen the name, until the address is confirmed
    link = link_in(confirmation)
    assert link.startswith("/nl/accounts/confirm-email/")
    assert link in confirmation.alternatives[0][0]
    message = Message.objects.get()
    assert (message.rendered, message.context, message.sent_at is not None) == (None, {}, True)

    assert client.post(url("account_login"), {"login": "eve@ardenne.example", "password": PASSWORD})["Location"] == url(
        "account_email_verification_sent"
    )
    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.get().verified  # a mail program that opens links by itself confirms nothing
    client.post(link)
    assert EmailAddress.objects.get().verified

    visitor = Client()
    signed_in = visitor.post(url("account_login"), {"login": "EVE@ardenne.EXAMPLE", "password": PASSWORD})
    assert (signed_in.status_code, signed_in["Location"]) == (302, url("portal:me"))
    assert visitor.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize("again", ["get", "post"])
def test_an_address_confirmed_twice_is_confirmed(client, again):
    client.post(url("account_signup"), NEWCOMER)
    link = link_in(delivered()[0])
    client.post(link)
    visitor = Client()
    answer = getattr(visitor, again)(link, follow=True)
    assert answer.redirect_chain == [(url("account_login"), 302)]
    assert "Votre adresse est confirmée. Vous pouvez maintenant vous connecter" in answer.text
    assert "_auth_user_id" not in visitor.session


@pytest.mark.parametrize(("method", "status"), [("get", 200), ("post", 404)])
def test_a_forged_link_of_confirmation_is_explained(client, method, status):
    answer = getattr(client, method)(url("account_confirm_email", key="MQ:1abc:forged"))
    assert answer.status_code == status
    assert "Ce lien ne fonctionne plus" in answer.text


def test_signing_up_with_a_known_address_tells_the_owner_and_nobody_else(client):
    UserFactory(email="eve@ardenne.example", language="en")
    unknown = Client().post(url("account_signup"), {**NEWCOMER, "email": "new@ardenne.example"})
    known = client.post(url("account_signup"), NEWCOMER)
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert User.objects.filter(email__iexact="eve@ardenne.example").count() == 1
    told = {sent.to[0]: sent.subject for sent in delivered()}
    with translation.override("en"):
        assert told["eve@ardenne.example"] == "You already have an account"
    assert set(told) == {"eve@ardenne.example", "new@ardenne.example"}


@pytest.mark.django_db(transaction=True)
def test_two_sign_ups_with_one_address_at_once_make_one_account():
    barrier = threading.Barrier(8)
    statuses = []

    def sign_up(number):
        try:
            visitor = Client()
            visitor.get(url("account_signup"))
            barrier.wait(timeout=30)
            email = "eve@ardenne.example" if number % 2 else "EVE@ardenne.example"
            statuses.append(visitor.post(url("account_signup"), {**NEWCOMER, "email": email}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=sign_up, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302] * 8
    assert User.objects.count() == EmailAddress.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", ""),
        ("first_name", "   "),
        ("first_name", "x" * 10_000),
        ("last_name", "a\x00b"),
        ("email", "not an address"),
        ("email", "a" * 250 + "@ardenne.example"),
        ("email", "x" * 10_000),
        ("password1", "short"),
        ("password1", "eve@ardenne.example"),
        ("password1", "x" * 10_000),
    ],
)
def test_a_wrong_field_of_the_sign_up_is_marked_and_the_rest_kept(client, field, value):
    page = client.post(url("account_signup"), {**NEWCOMER, field: value})
    form = page.context["form"]
    assert list(form.errors) == [field]
    kept = "email" if field == "last_name" else "last_name"
    assert form[kept].value() == NEWCOMER[kept]
    assert not User.objects.exists()
    assert not Message.objects.exists()


def test_an_empty_sign_up_names_every_field_missing(client):
    page = client.post(url("account_signup"), {})
    assert set(page.context["form"].errors) == {"first_name", "last_name", "email", "password1"}


def test_html_in_a_name_is_shown_as_text(client):
    page = client.post(url("account_signup"), {**NEWCOMER, "first_name": "<b>Ève</b>", "email": ""})
    assert b"<b>" not in page.content.split(b"<form")[-1].split(b"</form")[0]
    assert b"&lt;b&gt;\xc3\x88ve&lt;/b&gt;" in page.content


def test_a_wrong_password_and_an_unknown_address_read_the_same(client):
    UserFactory(email="known@ardenne.example")
    errors = [
        client.post(url("account_login"), {"login": login, "password": "wrong wrong"}).context["form"].errors
        for login in ("known@ardenne.example", "unknown@ardenne.example")
    ]
    assert errors[0] == errors[1]
    assert list(errors[0]) == ["__all__"]


def test_five_failures_block_signing_in_even_with_the_right_password(client):
    person = UserFactory()
    for _attempt in range(5):
        client.post(url("account_login"), {"login": person.email, "password": "wrong wrong"})
    page = client.post(url("account_login"), {"login": person.email.upper(), "password": PASSWORD})
    assert page.status_code == 200
    assert page.context["form"].errors.as_data()["__all__"][0].code == "too_many_login_attempts"
    assert "_auth_user_id" not in client.session


def try_passwords(person, number, address="198.51.100.1", browser=None, each_from_elsewhere=False):
    browser = browser or Client()
    for count in range(number):
        origin = f"198.51.{100 + count // 200}.{count % 200}" if each_from_elsewhere else address
        wish = {"login": person.email, "password": "wrong wrong"}
        answer = browser.post(url("account_login"), wish, REMOTE_ADDR=origin)
    return answer.context["form"].errors.as_data()["__all__"][0].code


def signs_in(person, browser=None, address="203.0.113.5", password=PASSWORD):
    browser = browser or Client()
    answer = browser.post(url("account_login"), {"login": person.email, "password": password}, REMOTE_ADDR=address)
    return answer.status_code == 302


def signed_out(browser):
    """Return the browser without its session: Django's own `logout` would throw all its cookies away."""
    again = Client()
    again.cookies["device"] = browser.cookies["device"].value
    return again


def test_an_attacker_is_refused_while_the_owner_signs_in_from_another_network():
    person = UserFactory()
    assert try_passwords(person, 6) == "too_many_login_attempts"
    assert not signs_in(person, address="198.51.100.1")
    assert signs_in(person)


@pytest.mark.long
def test_many_networks_at_once_shut_out_strange_browsers_and_not_the_owners():
    person, known, other = UserFactory(), Client(), UserFactory()
    assert signs_in(person, known)
    assert try_passwords(person, 101, each_from_elsewhere=True) == "too_many_login_attempts"
    assert not signs_in(person)
    known = signed_out(known)
    assert not signs_in(person, known, password="wrong wrong")
    assert signs_in(person, known)
    # The browser of somebody else, and a forged cookie, are strange to this account.
    stranger = Client()
    assert signs_in(other, stranger)
    stranger = signed_out(stranger)
    assert not signs_in(person, stranger)
    stranger.cookies["device"] = "forged"
    assert not signs_in(person, stranger)


def test_a_known_browser_has_five_tries_of_its_own():
    person, known = UserFactory(), Client()
    assert signs_in(person, known)
    known = signed_out(known)
    assert try_passwords(person, 6, browser=known, each_from_elsewhere=True) == "too_many_login_attempts"


@pytest.mark.long
def test_a_new_password_opens_an_account_that_was_shut(client):
    person = UserFactory()
    try_passwords(person, 101, each_from_elsewhere=True)
    client.post(url("account_reset_password"), {"email": person.email})
    form_page = client.get(link_in(delivered()[-1]), follow=True)
    client.post(form_page.request["PATH_INFO"], {"password1": "la Semois en hiver"})
    assert signs_in(person, password="la Semois en hiver")


class CountingHasher(MD5PasswordHasher):
    """Count the passwords that are hashed, which is what takes time."""

    hashed = 0

    def encode(self, password, salt):
        CountingHasher.hashed += 1
        return super().encode(password, salt)


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("account_signup", {**NEWCOMER, "password1": "la Semois en hiver"}),
        ("account_reset_password", {}),
        ("account_login", {"password": "wrong wrong"}),
    ],
)
def test_a_known_address_takes_as_many_hashings_as_an_unknown_one(settings, page, form):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    UserFactory(email="known@ardenne.example", password=make_password(PASSWORD))
    counts = []
    for name in ("known", "unknown"):
        CountingHasher.hashed = 0
        address = f"{name}@ardenne.example"
        Client().post(url(page), {**form, "email": address, "login": address})
        counts.append(CountingHasher.hashed)
    assert counts[0] == counts[1]
    assert counts[0] == (0 if page == "account_reset_password" else 1)


def test_an_open_session_alone_changes_no_address(client):
    person = UserFactory(email="old@ardenne.example")
    client.post(url("account_login"), {"login": person.email, "password": PASSWORD})
    asked = client.post(url("account_email"), {"action_add": "", "email": "new@ardenne.example"})
    assert asked["Location"].startswith(url("account_reauthenticate"))
    wrong = client.post(asked["Location"], {"password": "wrong wrong"})
    assert (wrong.status_code, Message.objects.filter(to_email="new@ardenne.example").exists()) == (200, False)
    client.post(asked["Location"], {"password": PASSWORD})
    assert Message.objects.filter(to_email="new@ardenne.example").exists()


def test_sign_ups_from_one_address_are_limited(client):
    answers = [
        client.post(url("account_signup"), {**NEWCOMER, "email": f"n{n}@ardenne.example"}).status_code
        for n in range(21)
    ]
    assert answers == [302] * 20 + [429]


def test_the_link_for_a_forgotten_password_works_once(client):
    person = UserFactory(email="eve@ardenne.example", language="nl")
    client.post(url("account_reset_password"), {"email": "Eve@Ardenne.example"}, HTTP_HOST="evil.example")
    [sent] = delivered()
    link = link_in(sent)
    assert link.startswith("/nl/accounts/password/reset/key/")
    form_page = client.get(link, follow=True)
    new = "la Semois en hiver"
    assert client.post(form_page.request["PATH_INFO"], {"password1": new}).status_code == 302
    person.refresh_from_db()
    assert person.check_password(new)
    assert [told.to for told in delivered()] == [["eve@ardenne.example"]]
    assert "token_fail" in Client().get(link, follow=True).context


def test_a_forgotten_password_of_an_unknown_address_answers_the_same(client):
    UserFactory(email="known@ardenne.example")
    pages = [
        client.post(url("account_reset_password"), {"email": f"{name}@ardenne.example"}) for name in ("known", "no")
    ]
    assert pages[0]["Location"] == pages[1]["Location"]
    assert sorted(sent.to[0] for sent in delivered()) == ["known@ardenne.example", "no@ardenne.example"]


def test_a_changed_password_is_told_to_its_owner(client):
    person = UserFactory()
    client.force_login(person)
    client.post(url("account_change_password"), {"oldpassword": PASSWORD, "password1": "la Semois en hiver"})
    [told] = delivered()
    assert told.to == [person.email]
    assert "127.0.0.1" in told.body


def test_a_new_address_takes_the_place_of_the_old_one_once_confirmed(client):
    person = UserFactory(email="old@ardenne.example")
    client.post(url("account_login"), {"login": person.email, "password": PASSWORD})
    asked = client.post(url("account_email"), {"action_add": "", "email": "New@ardenne.example"})
    client.post(asked["Location"], {"password": PASSWORD})
    sent = {one.to[0]: one for one in delivered()}
    assert set(sent) == {"old@ardenne.example", "new@ardenne.example"}
    client.post(link_in(sent["new@ardenne.example"]))
    person.refresh_from_db()
    assert person.email == "old@ardenne.example"
    client.post(link_of_old(sent["old@ardenne.example"]))
    person.refresh_from_db()
    assert person.email == "new@ardenne.example"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("new@ardenne.example", True, True)
    ]
    assert person_of(person).addresses == {"old@ardenne.example", "new@ardenne.example"}


def asks_for(address, *, email="zoe@ardenne.example"):
    """Sign a person in, have them ask for another address, and return the page that answers."""
    browser, person = Client(), UserFactory(email=email)
    browser.post(url("account_login"), {"login": person.email, "password": PASSWORD})
    asked = browser.post(url("account_email"), {"action_add": "", "email": address})
    return browser.post(asked["Location"], {"password": PASSWORD}, follow=True)


def test_the_address_of_another_account_is_told_to_its_owner_and_reads_like_a_free_one():
    UserFactory(email="eve@ardenne.example", language="nl")
    pages = [asks_for("Eve@ardenne.example"), asks_for("new@ardenne.example", email="lea@ardenne.example")]
    texts = [re.sub(r"(eve|new|zoe|lea)@|(value|content|nonce)=\"[^\"]{20,}\"|\d{13}", "", page.text) for page in pages]
    assert texts[0] == texts[1]
    told = {sent.to[0]: sent for sent in delivered()}
    assert told["eve@ardenne.example"].subject == "Iemand vroeg om uw adres te gebruiken"
    assert "confirm-email" not in told["eve@ardenne.example"].body
    assert "confirm-email" in told["new@ardenne.example"].body


def test_an_address_asked_for_twice_waits_for_its_confirmation():
    browser, person = Client(), UserFactory(email="zoe@ardenne.example")
    browser.post(url("account_login"), {"login": person.email, "password": PASSWORD})
    wish = {"action_add": "", "email": "New@ardenne.example"}
    browser.post(browser.post(url("account_email"), wish)["Location"], {"password": PASSWORD})
    assert "Vous avez demandé cette adresse" in browser.post(url("account_email"), wish).text
    own = browser.post(url("account_email"), {**wish, "email": person.email}).text
    assert "C’est déjà l’adresse" in own


def test_to_open_the_link_of_another_account_signs_nobody_out(client):
    asks_for("new@ardenne.example")
    [link] = [link_in(sent) for sent in delivered() if sent.to == ["new@ardenne.example"]]
    client.force_login(UserFactory())
    client.get(link)
    assert "_auth_user_id" in client.session
    client.force_login(UserFactory(email="new@ardenne.example"))
    client.get(link)
    assert "_auth_user_id" in client.session


def test_a_closed_account_cannot_sign_in(client):
    person = UserFactory(is_active=False)
    client.post(url("account_login"), {"login": person.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_an_example_person_signs_in_like_any_other(client):
    person = UserFactory(is_example=True)
    client.post(url("account_login"), {"login": person.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_secret_link_that_was_never_sent_is_void_after_its_time(client):
    client.post(url("account_signup"), NEWCOMER)
    message = Message.objects.get()
    assert "/accounts/confirm-email/" in message.rendered["text"]
    assert send_due(now=message.expires_at + timezone.timedelta(seconds=1)) == 0
    message.refresh_from_db()
    assert message.rendered is None


def test_every_mail_of_an_account_is_a_registered_kind():
    folders = (settings.BASE_DIR / "templates" / app / "email" for app in ("account", "mfa"))
    subjects = (path for folder in folders for path in folder.glob("*.subject.txt"))
    assert {path.name.partition(".")[0] for path in subjects} == set(ACCOUNT_MAILS)
