"""A passkey is made, signs in alone, and a device that has none is told so: in Chromium's virtual authenticator."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from members.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.serving

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def by_name(site):
    """Return the address of the server by a name: a passkey belongs to a name, never to a number."""
    return site.url.replace("127.0.0.1", "localhost")


def device_of(page):
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    return tools, tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]


@pytest.mark.long
def test_a_passkey_is_made_and_signs_in_without_a_password(page, by_name):
    person = UserFactory(email="zoe@ardenne.example")
    tools, device = device_of(page)
    page.goto(f"{by_name}{reverse('account_login')}?next={reverse('mfa_add_webauthn')}")
    page.get_by_label("Adresse e-mail").fill(person.email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Nom de cette clé d’accès").fill("Mon téléphone")
    page.get_by_role("button", name="Créer la clé d’accès").click()
    page.wait_for_url(f"{by_name}{reverse('mfa_view_recovery_codes')}")
    assert Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).wrap().name == "Mon téléphone"

    page.context.clear_cookies()
    page.goto(f"{by_name}{reverse('account_login')}")
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    page.wait_for_url(f"{by_name}{reverse('portal:me')}")

    # With the password the passkey is the second factor.
    page.context.clear_cookies()
    page.goto(f"{by_name}{reverse('account_login')}")
    page.get_by_label("Adresse e-mail").fill(person.email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url(f"{by_name}{reverse('portal:me')}")

    page.context.clear_cookies()
    tools.send("WebAuthn.clearCredentials", {"authenticatorId": device})
    page.goto(f"{by_name}{reverse('account_login')}")
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    page.get_by_text("Rien n’a été fait").wait_for()
