"""Passkeys, applications with codes, recovery codes and sessions: by whom they are asked for, kept and removed."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hacktiv.outbox.operations import send_due
from members.accounts.operations import forget_ended_sessions
from members.accounts.queries import export_person
from members.tests.factories import UserFactory

from .second_factor import code_of, confirm_password, sign_in, use_application

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return UserFactory(email="zoe@ardenne.example")


def test_nothing_is_changed_without_the_password(client, person):
    client.force_login(person)
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
        assert client.get(reverse(name)).url.startswith(reverse("account_reauthenticate")), name


def test_an_application_is_asked_for_its_code_after_the_password(client, person):
    client.force_login(person)
    secret = use_application(client)
    browser = Client()
    assert sign_in(browser, person).url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in browser.session
    wrong = browser.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Ce code n’est pas le bon" in wrong.text
    assert "_auth_user_id" not in browser.session
    # The code that started the application does not serve a second time.
    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret, steps_ahead=1)})
    assert browser.session["_auth_user_id"] == str(person.pk)


def test_a_recovery_code_signs_in_once(client, person):
    client.force_login(person)
    use_application(client)
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(codes) == 10
    first, second = Client(), Client()
    sign_in(first, person)
    first.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert first.session["_auth_user_id"] == str(person.pk)
    sign_in(second, person)
    again = second.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert "Ce code n’est pas le bon" in again.text
    assert "_auth_user_id" not in second.session


def test_a_dump_of_the_database_holds_no_secret_that_signs_in(client, person, settings):
    client.force_login(person)
    secret = use_application(client)
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    stored = str(list(Authenticator.objects.values("type", "data")))
    assert secret not in stored
    assert codes[0] not in stored
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new one", [settings.SECRET_KEY]
    rows = {row.type: row.wrap() for row in Authenticator.objects.all()}
    assert rows[Authenticator.Type.TOTP].validate_code(code_of(secret, steps_ahead=1))
    assert rows[Authenticator.Type.RECOVERY_CODES].get_unused_codes() == codes


def test_whose_secret_cannot_be_read_is_told_so(client, person, settings):
    client.force_login(person)
    secret = use_application(client)
    settings.SECRET_KEY = "a new one"
    browser = Client()
    sign_in(browser, person)
    answer = browser.post(reverse("mfa_authenticate"), {"code": code_of(secret, steps_ahead=1)})
    assert "Ce second facteur ne peut plus être lu" in answer.text
    assert "_auth_user_id" not in browser.session


def test_a_name_of_a_passkey_is_no_essay(client, person):
    client.force_login(person)
    confirm_password(client)
    key = Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Clé"})
    page = client.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": "x" * 61})
    assert page.context["form"].has_error("name", "max_length")
    key.refresh_from_db()
    assert key.data["name"] == "Clé"


def test_the_owner_is_told_by_mail(client, person, django_capture_on_commit_callbacks):
    client.force_login(person)
    with django_capture_on_commit_callbacks(execute=True):
        use_application(client)
    confirm_password(client)
    client.post(reverse("mfa_deactivate_totp"))
    send_due()
    assert sorted(message.subject for message in mail.outbox) == sorted(
        ["Une application de codes a été ajoutée", "L’application de codes a été supprimée"]
    )


def test_all_other_browsers_are_signed_out(client, person):
    other = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"})
    sign_in(client, person)
    sign_in(other, person)
    page = client.get(reverse("usersessions_list"))
    assert "Firefox, Linux" in page.text
    assert "Navigateur inconnu" in page.text
    client.post(reverse("usersessions_list"))
    assert client.get(reverse("portal:me")).status_code == 200
    assert other.get(reverse("portal:me")).status_code == 302


def test_the_browser_of_an_ended_session_is_forgotten(client, person):
    sign_in(client, person)
    assert [told["address"] for told in export_person(person)["account"]["sessions"]] == ["127.0.0.1"]
    assert forget_ended_sessions() == 0
    client.session.flush()
    assert forget_ended_sessions() == 1
    assert not UserSession.objects.exists()


def test_an_export_names_second_factors_without_their_secrets(client, person):
    client.force_login(person)
    secret = use_application(client)
    told = export_person(person)["account"]["second_factors"]
    assert [factor["type"] for factor in told] == ["totp", "recovery_codes"]
    assert told[0]["made_at"][:10] == f"{timezone.now():%Y-%m-%d}"
    assert secret not in str(told)
