"""An account whose address nobody has confirmed is nobody's: it keeps the owner of the address from nothing."""

import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.accounts.operations import forget_unconfirmed
from members.core.queries import language_of, person_of
from members.models import AddressChange, SignUp, User
from members.tests.factories import PASSWORD, UserFactory
from tests.pages import Page
from tests.waiting import until_somebody_waits

from .test_accounts import NEWCOMER, CountingHasher, asks_for, delivered, link_in, link_of_old, signs_in, url

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
    stranger, earlier = signs_up(STRANGER)
    owner, link = signs_up(NEWCOMER)
    owner.post(link)
    assert "_auth_user_id" in owner.session
    person = User.objects.get()
    assert (person.first_name, person.check_password(PASSWORD)) == ("Ève", True)
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(ADDRESS, True, True)]
    assert not signs_in(person, password=OTHERS)
    stranger.post(earlier)
    assert "_auth_user_id" not in stranger.session
    assert User.objects.get().first_name == "Ève"
    assert not SignUp.objects.exists()


def test_a_stranger_who_signs_up_after_the_owner_voids_no_link():
    owner, link = signs_up(NEWCOMER)
    _stranger, theirs = signs_up(STRANGER)
    owner.post(link)
    assert "_auth_user_id" in owner.session
    person = User.objects.get()
    assert (person.get_full_name(), person.check_password(PASSWORD)) == ("Ève d’Ardenne", True)
    assert Client().get(theirs).url == url("account_login")


def test_the_owner_completes_no_sign_up_of_a_stranger():
    owner, _own = signs_up(NEWCOMER)
    _stranger, link = signs_up(STRANGER)
    page = owner.get(link)
    assert "Max Inconnu" in page.text
    assert "password" in page.context["form"].fields
    refused = owner.post(link, {"password": PASSWORD})
    assert (refused.status_code, EmailAddress.objects.get().verified) == (400, False)
    assert "Ce n’est pas votre mot de passe" in refused.text


def test_a_new_password_for_an_address_that_nobody_confirmed_leads_to_signing_up():
    _stranger, _link = signs_up(STRANGER)
    Client().post(url("account_reset_password"), {"email": ADDRESS})
    [told] = delivered()
    assert link_in(told) == url("account_signup")
    owner, link = signs_up(NEWCOMER)
    owner.post(link)
    assert "Bonjour Ève" in owner.get(url("portal:me")).text
    assert User.objects.get().get_full_name() == "Ève d’Ardenne"


def test_strangers_leave_the_owner_a_mail():
    for number in range(12):
        Client().post(url("account_signup"), STRANGER, REMOTE_ADDR=f"198.51.100.{number // 6}")
    assert len(delivered()) == 12
    owner, link = signs_up(NEWCOMER)
    owner.post(link)
    assert User.objects.get().first_name == "Ève"


@pytest.mark.long
def test_a_stranger_who_signs_in_again_and_again_leaves_the_owner_a_mail():
    Client().post(url("account_signup"), STRANGER)
    for _each in range(24):
        Client().post(url("account_login"), {"login": ADDRESS, "password": OTHERS})
    assert len(delivered()) == 8
    owner = Client(REMOTE_ADDR="198.51.100.7")
    assert owner.post(url("account_signup"), NEWCOMER).status_code == 302
    [sent] = delivered()
    owner.post(link_in(sent))
    assert User.objects.get().first_name == "Ève"


def test_who_changes_the_address_is_told_where_no_more_mail_is_sent():
    person = UserFactory()
    browser = Client()
    browser.force_login(person)
    wish = {"action_add": "", "email": ADDRESS}
    browser.post(browser.post(url("account_email"), wish)["Location"], {"password": PASSWORD})
    for number in range(19):
        Client().post(url("account_signup"), STRANGER, REMOTE_ADDR=f"198.51.100.{number}")
    answer = browser.post(url("account_email"), {"action_send": "", "email": ADDRESS}, follow=True)
    assert "nous n’en envoyons plus pendant une heure" in answer.text
    other = Client()
    other.force_login(UserFactory())
    assert "nous n’en envoyons plus pendant une heure" in other.post(url("account_email"), wish).text


def test_one_network_has_eight_sign_ups_with_one_address():
    answers = [Client().post(url("account_signup"), STRANGER) for _each in range(9)]
    assert [answer.status_code for answer in answers] == [302] * 8 + [200]
    assert "Trop d’essais" in answers[-1].text


@pytest.mark.long
def test_who_can_be_sent_no_mail_is_told_so():
    owner, link = signs_up(NEWCOMER)
    for number in range(19):
        Client().post(url("account_signup"), STRANGER, REMOTE_ADDR=f"198.51.100.{number}")
    refused = Client().post(url("account_signup"), NEWCOMER, REMOTE_ADDR="203.0.113.5")
    assert [error.code for error in refused.context["form"].non_field_errors().as_data()] == ["no_mail_left"]
    assert refused.context["form"]["last_name"].value() == "d’Ardenne"
    again = Client().post(url("account_login"), {"login": ADDRESS, "password": OTHERS})
    assert [error.code for error in again.context["form"].non_field_errors().as_data()] == ["no_mail_left"]
    owner.post(link)  # the mail that came is good for what its reader typed
    assert User.objects.get().first_name == "Ève"


@pytest.mark.long
def test_an_address_with_an_account_has_as_many_mails_as_another():
    UserFactory(email=ADDRESS)
    for number in range(20):
        Client().post(url("account_signup"), STRANGER, REMOTE_ADDR=f"198.51.100.{number}")
    refused = Client().post(url("account_signup"), NEWCOMER)
    assert [error.code for error in refused.context["form"].non_field_errors().as_data()] == ["no_mail_left"]


def test_a_second_click_on_signing_up_voids_no_link(client):
    page = url("account_signup")
    wish = Page(client.get(page).text, page).form(page).data(**NEWCOMER)
    for _click in range(2):
        assert client.post(page, wish).status_code == 302
    [sent] = delivered()
    client.post(link_in(sent))
    assert EmailAddress.objects.get().verified


def test_a_newcomer_is_greeted_once_their_address_is_confirmed():
    """In the browser in which they signed up, and after they tried to sign in before."""
    greeting = reverse("portal:welcome")
    browser, link = signs_up(NEWCOMER)
    assert browser.post(link).url == greeting
    EmailAddress.objects.all().delete()
    User.objects.all().delete()
    browser, link = signs_up(NEWCOMER)
    browser.post(url("account_login"), {"login": ADDRESS, "password": PASSWORD})
    assert browser.post(link).url == greeting


def test_a_newcomer_who_came_for_a_page_is_led_there():
    agenda = url("events:agenda")
    browser, link = signs_up({**NEWCOMER, "next": agenda})
    assert browser.post(link).url == agenda


def test_a_new_address_of_a_member_greets_nobody(client):
    member = UserFactory()
    EmailAddress.objects.create(user=member, email="neuve@ardenne.example", verified=False)
    client.force_login(member)
    address = EmailAddress.objects.get(verified=False)
    link = reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key])
    assert client.post(link).url == url("portal:me")


def test_another_browser_confirms_with_the_password_and_is_signed_in():
    _owner, link = signs_up(NEWCOMER)
    phone = Client()
    assert phone.post(link).status_code == 400
    assert not EmailAddress.objects.get().verified
    assert phone.post(link, {"password": PASSWORD}).url == reverse("portal:welcome")
    assert EmailAddress.objects.get().verified
    assert "_auth_user_id" in phone.session


def test_the_link_of_another_persons_account_gives_them_no_address():
    asks_for("new@ardenne.example")
    [link] = [link_in(sent) for sent in delivered() if sent.to == ["new@ardenne.example"]]
    owner = Client()
    page = owner.get(link)
    assert "zoe@" not in page.text
    assert owner.post(link).status_code == 400
    assert AddressChange.objects.get().new_confirmed_at is None
    assert owner.post(link, {"password": PASSWORD}).status_code == 302
    assert AddressChange.objects.get().new_confirmed_at is not None
    assert not EmailAddress.objects.filter(email="new@ardenne.example", verified=True).exists()


def wants(address, *, email="zoe@ardenne.example"):
    """Have a member ask to change to an address, which their present mailbox confirms; return their browser, signed in,
    and the link that was mailed to the new one."""
    browser, person = Client(), UserFactory(email=email)
    browser.post(url("account_login"), {"login": person.email, "password": PASSWORD})
    asked = browser.post(url("account_email"), {"action_add": "", "email": address})
    browser.post(asked["Location"], {"password": PASSWORD})
    sent = {one.to[0]: one for one in delivered()}
    assert sent[address].subject == "Confirmez votre adresse e-mail"
    browser.post(link_of_old(sent[email]))
    return browser, link_in(sent[address])


def test_an_address_that_another_account_only_asked_for_is_free():
    member, asked = wants(ADDRESS)
    owner, link = signs_up(NEWCOMER)
    owner.post(link)
    assert User.objects.get(email=ADDRESS).first_name == "Ève"
    for reader in (Client(), member):
        page = reader.get(asked)
        assert f"{ADDRESS} a été confirmée par un autre lien" in page.text
        assert ("Vous êtes connecté·e avec zoe@ardenne.example" in page.text) == (reader is member)
    member.post(asked)
    assert User.objects.filter(email="zoe@ardenne.example").exists()
    assert ADDRESS in member.get(url("account_email")).text  # nobody but the reader of its mails learns of the account


def test_a_sign_up_that_nobody_confirms_keeps_a_member_from_no_address():
    member, link = wants(ADDRESS)
    stranger, theirs = signs_up(STRANGER)
    member.post(url("account_email"), {"action_send": "", "email": ADDRESS})
    [again] = delivered()
    assert link_in(again) == link.replace(link.split("/")[-2], link_in(again).split("/")[-2])
    assert "Quelqu’un a demandé" in Client().get(link).text
    member.post(link)
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(ADDRESS, True, True)]
    assert (User.objects.get().email, User.objects.get().first_name) == (ADDRESS, "Camille")
    ended = stranger.post(theirs)
    assert (ended.status_code, "un autre l’a remplacé" in ended.text) == (404, True)
    assert "Vous êtes connecté·e" in member.get(theirs).text


def test_a_member_who_asks_after_a_sign_up_that_nobody_confirms_gets_the_link():
    signs_up(STRANGER)
    member, link = wants(ADDRESS)
    member.post(link)
    assert (User.objects.get().email, User.objects.get().first_name) == (ADDRESS, "Camille")


def test_the_reader_of_an_address_that_a_member_asked_for_gets_no_password_of_theirs():
    wants(ADDRESS)
    Client().post(url("account_reset_password"), {"email": ADDRESS})
    [told] = delivered()
    assert link_in(told) == url("account_signup")


def test_an_account_that_nobody_confirmed_says_in_no_language_how_to_write_to_an_address():
    UserFactory(email=ADDRESS, language="nl", verified=False)
    assert language_of(ADDRESS, otherwise="fr") == "fr"
    UserFactory(email="zoe@ardenne.example", language="nl")
    assert language_of("Zoe@ardenne.example", otherwise="fr") == "nl"


@pytest.mark.django_db(transaction=True)
def test_two_sign_ups_confirmed_at_once_are_told_that_the_address_is_confirmed():
    owner, link = signs_up(NEWCOMER)
    other, theirs = signs_up(STRANGER)
    answers = []

    def follow():
        try:
            answers.append(other.post(theirs, follow=True))
        finally:
            connection.close()

    late = threading.Thread(target=follow)
    with transaction.atomic():
        owner.post(link)
        late.start()
        until_somebody_waits()
    late.join()
    [told] = answers
    assert told.redirect_chain == [(url("account_login"), 302)]
    assert "Votre adresse est confirmée. Vous pouvez maintenant vous connecter" in told.text
    assert User.objects.get().first_name == "Ève"


def test_the_link_of_an_address_confirmed_for_another_account_says_so_to_a_member():
    owner, link = signs_up(NEWCOMER)
    owner.post(link)
    member = Client()
    member.force_login(UserFactory())
    assert "a été confirmée, pour un autre compte" in member.get(link, follow=True).text
    assert "Votre adresse est confirmée" in owner.get(link, follow=True).text


OPENED = {
    "email": ADDRESS.capitalize(),
    "first_name": "Ève",
    "last_name": "d’Ardenne",
    "language": "nl",
    "usable_password": "true",
    "password1": PASSWORD,
    "password2": PASSWORD,
    **{f"{rows}-{count}_FORMS": "0" for rows in ("user_skills", "consents") for count in ("TOTAL", "INITIAL")},
}


def opens(wish):
    """Have the staff open an account; return the page that follows."""
    staff = Client()
    staff.force_login(UserFactory(superuser=True))
    return staff.post(url("admin:members_user_add"), wish, follow=True)


def test_a_sign_up_that_nobody_confirmed_keeps_the_staff_from_opening_no_account():
    stranger, link = signs_up(STRANGER)
    unconfirmed = User.objects.get()
    page = opens(OPENED)
    assert f"{ADDRESS}, mais cette adresse n’a pas été confirmée" in page.text
    person = User.objects.get(email=ADDRESS)
    assert (person.pk == unconfirmed.pk, person.participant_number == unconfirmed.participant_number) == (False, False)
    assert (person.get_full_name(), person.language, person.check_password(PASSWORD)) == ("Ève d’Ardenne", "nl", True)
    assert not SignUp.objects.exists()
    assert not EmailAddress.objects.filter(email=ADDRESS).exists()
    stranger.post(link)
    assert "_auth_user_id" not in stranger.session
    Client().post(url("account_login"), {"login": ADDRESS, "password": OTHERS})
    assert delivered() == []
    owner = Client()
    owner.post(url("account_login"), {"login": ADDRESS, "password": PASSWORD})
    [sent] = delivered()
    assert owner.post(link_in(sent), {"password": PASSWORD}).status_code == 302
    assert list(EmailAddress.objects.filter(user=person).values_list("email", "verified")) == [(ADDRESS, True)]


def test_an_account_that_the_staff_fails_to_open_leaves_the_sign_up():
    owner, link = signs_up(NEWCOMER)
    page = opens({**OPENED, "password2": OTHERS})
    assert list(page.context["adminform"].form.errors) == ["password2"]
    owner.post(link)
    assert User.objects.get(email=ADDRESS).check_password(PASSWORD)
    assert list(opens(OPENED).context["adminform"].form.errors) == ["email"]


@pytest.mark.django_db(transaction=True)
def test_a_sign_up_confirmed_while_the_staff_opens_the_account_wins_or_goes_whole():
    owner, link = signs_up(NEWCOMER)
    pages = []

    def open_account():
        try:
            pages.append(opens(OPENED))
        finally:
            connection.close()

    late = threading.Thread(target=open_account)
    with transaction.atomic():
        owner.post(link)
        late.start()
        until_somebody_waits()
    late.join()
    [page] = pages
    assert list(page.context["adminform"].form.errors) == ["email"]
    assert User.objects.get(email=ADDRESS).first_name == "Ève"


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
