"""What somebody typed while their session ended is not lost, and stays on the page alone."""

import re
from html import unescape

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from members.tests.factories import UserFactory
from spaces.models import Notice
from spaces.tests.factories import in_days

pytestmark = pytest.mark.django_db

TEXT = "Nous avons tenu trois ateliers.\nLe deuxième <à Couvin> & le troisième à Givet ont rempli la salle."
NOTICE = {"title": "Écran", "kind": "offer", "text": TEXT, "valid_until": f"{in_days(9, 9):%Y-%m-%d}"}
HERE = {"HTTP_ORIGIN": "http://testserver"}


def hidden(page):
    """Return the hidden fields of the form in the page that is sent to this very page."""
    fields = re.findall(r'<input type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', page)
    return {name: unescape(value) for name, value in fields if name != "csrfmiddlewaretoken"}


@pytest.fixture
def address():
    return reverse("spaces:notice_new")


def test_a_text_that_arrives_without_a_session_stands_on_the_page(client, address):
    answer = client.post(address, NOTICE)
    assert answer.status_code == 403
    assert hidden(answer.text) == NOTICE
    assert f'action="{address}"' in answer.text
    assert "&lt;à Couvin&gt; &amp; le" in answer.text
    assert (Notice.objects.count(), Session.objects.count()) == (0, 0)


def test_what_is_typed_again_in_a_moment_leads_to_sign_in(client, address):
    answer = client.post(address, NOTICE | {"text": "Un écran à prêter"})
    assert (answer.status_code, answer.url) == (302, f"{reverse('account_login')}?next={address}")


def test_the_admin_loses_no_text_either(client):
    address = reverse("admin:reporting_deviation_add")
    answer = client.post(address, NOTICE)
    assert (answer.status_code, hidden(answer.text)) == (403, NOTICE)


def test_a_field_that_is_called_a_code_loses_no_text_beside_it(client, address):
    typed = NOTICE | {"codes": "RCO85"}
    answer = client.post(address, typed)
    assert (answer.status_code, hidden(answer.text)) == (403, typed)


@pytest.mark.parametrize("name", ["password", "new_password1", "client-secret"])
def test_no_page_repeats_a_secret(client, address, name):
    for sent in (client.post(address, NOTICE | {name: "x"}), stale(address, NOTICE | {name: "x"}, **HERE)):
        assert TEXT.partition("\n")[0] not in sent.text


def stale(address, typed, **headers):
    """Send a form with a token that is another one by now, as after signing in in another tab."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())
    client.get(address)
    return client.post(address, typed | {"csrfmiddlewaretoken": "x" * 64}, **headers)


def test_a_form_from_before_signing_in_anew_is_shown_again(address):
    answer = stale(address, NOTICE, **HERE)
    assert (answer.status_code, hidden(answer.text)) == (403, NOTICE)
    assert Notice.objects.count() == 0


@pytest.mark.parametrize("origin", [None, "null", "https://ailleurs.example"])
def test_what_another_site_sends_is_shown_to_nobody(address, origin):
    answer = stale(address, NOTICE, **({"HTTP_ORIGIN": origin} if origin else {}))
    assert answer.status_code == 403
    assert TEXT.partition("\n")[0] not in answer.text
