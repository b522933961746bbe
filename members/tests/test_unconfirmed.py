"""An account whose address nobody has confirmed is nobody's: it keeps the owner of the address from nothing."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from members.models import User
from members.operations import forget_unconfirmed
from members.queries import person_of
from tests.pages import Page

from .factories import PASSWORD, UserFactory
from .test_accounts import NEWCOMER, CountingHasher, asks_for, delivered, link_in, signs_in, url

pytestmark = pytest.mark.django_db

ADDRESS = "eve@ardenne.example"
OTHERS = "un autre mot de passe"
STRANGER = {"first_name": "Max", "last_name": "Inconnu", "email": ADDRESS, "password1": OTHERS}


def signs_up(form):
    """Sign up in a browser of its own; return the browser and the link that was mailed."""
    browser = Client()
    assert browser.post(url("account_signup"), form).status_code == 302
    [sent] = delivered()
    assert sent.subject == "Confirmez votre adresse e-mail"
    return browser, link_in(sent)


def test_the_owner_who_signs_up_after_a_stranger_gets_an_account_of_their_own():
    _stranger, earlier = signs_up(STRANGER)
    owner, link = signs_up(NEWCOMER)
    assert "Ce lien ne fonctionne plus" in Client().get(earlier).text
    owner.post(link)
    assert "_auth_user_id" in owner.session
    person = User.objects.get()
    assert (person.first_name, person.check_password(PASSWORD)) == ("Ève", True)
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(ADDRESS, True, True)]
    assert not signs_in(person, password=OTHERS)


def test_the_owner_confirms_no_account_that_a_stranger_opened_after_them():
    owner, _earlier = signs_up(NEWCOMER)
    _stranger, link = signs_up(STRANGER)
    page = owner.get(link)
    assert "Max Inconnu" in page.text
    assert "password" in page.context["form"].fields
    refused = owner.post(link, {"password": PASSWORD})
    assert (refused.status_code, EmailAddress.objects.get().verified) == (400, False)
    assert "Ce n’est pas votre mot de passe" in refused.text


def test_a_second_click_on_signing_up_voids_no_link(client):
    page = url("account_signup")
    wish = Page(client.get(page).text, page).form(page).data(**NEWCOMER)
    for _click in range(2):
        assert client.post(page, wish).status_code == 302
    [sent] = delivered()
    client.post(link_in(sent))
    assert EmailAddress.objects.get().verified


def test_another_browser_confirms_with_the_password_and_is_signed_in():
    _owner, link = signs_up(NEWCOMER)
    phone = Client()
    assert phone.post(link).status_code == 400
    assert not EmailAddress.objects.get().verified
    assert phone.post(link, {"password": PASSWORD}).url == url("portal:me")
    assert EmailAddress.objects.get().verified
    assert "_auth_user_id" in phone.session


def test_the_link_of_another_persons_account_gives_them_no_address():
    asks_for("new@ardenne.example")
    [sent] = delivered()
    owner = Client()
    page = owner.get(link_in(sent))
    assert "zoe@" not in page.text
    assert owner.post(link_in(sent)).status_code == 400
    assert not EmailAddress.objects.filter(email="new@ardenne.example", verified=True).exists()
    assert owner.post(link_in(sent), {"password": PASSWORD}).status_code == 302
    assert EmailAddress.objects.filter(email="new@ardenne.example", verified=True).exists()


def test_an_address_that_another_account_only_asked_for_is_free():
    asks_for(ADDRESS)
    [asked] = delivered()
    owner, link = signs_up(NEWCOMER)
    owner.post(link)
    assert User.objects.get(email=ADDRESS).first_name == "Ève"
    assert "Ce lien ne fonctionne plus" in Client().get(link_in(asked)).text


def test_an_account_that_the_staff_opened_is_not_opened_anew(client):
    person = UserFactory(email=ADDRESS, verified=False)
    users = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=UserFactory(), content_type=users, object_id=str(person.pk), object_repr="", action_flag=ADDITION
    )
    client.post(url("account_signup"), NEWCOMER)
    assert [sent.subject for sent in delivered()] == ["Vous avez déjà un compte"]
    assert User.objects.get(email=ADDRESS).first_name == "Camille"


def test_signing_up_again_takes_as_many_hashings(settings):
    settings.PASSWORD_HASHERS = [f"{CountingHasher.__module__}.CountingHasher"]
    UserFactory(email=ADDRESS, password=make_password(PASSWORD), verified=False)
    CountingHasher.hashed = 0
    Client().post(url("account_signup"), NEWCOMER)
    assert CountingHasher.hashed == 1


def test_accounts_that_nobody_confirmed_go_once_their_links_are_void():
    later = timezone.now() + timedelta(days=4)
    kept = [
        UserFactory(),
        UserFactory(verified=False, superuser=True),
        UserFactory(verified=False, last_login=timezone.now()),
        UserFactory(verified=False, coordinates=True),
    ]
    UserFactory(verified=False)
    signs_up(NEWCOMER)
    forget_unconfirmed(now=timezone.now() + timedelta(days=2))
    assert User.objects.count() == len(kept) + 2
    forget_unconfirmed(now=later)
    assert set(User.objects.all()) == set(kept)


def test_a_link_sent_again_keeps_its_account(client):
    UserFactory(email=ADDRESS, verified=False, date_joined=timezone.now() - timedelta(days=3))
    client.post(url("account_login"), {"login": ADDRESS, "password": PASSWORD})
    forget_unconfirmed(now=timezone.now() + timedelta(days=1))
    assert person_of(User.objects.get()).typed == {ADDRESS}
