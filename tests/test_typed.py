"""Keep what somebody typed while their session ended, on the page alone."""

import re
from html import unescape

import pytest
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.forms import BaseForm, Textarea
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from hacktiv.site.typed import SECRET
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


@pytest.mark.parametrize("name", ["password", "new_password1", "recovery-code", "client-secret"])
def test_no_page_repeats_a_secret(client, address, name):
    for sent in (client.post(address, NOTICE | {name: "x"}), stale(address, NOTICE | {name: "x"}, **HERE)):
        assert TEXT.partition("\n")[0] not in sent.text


@pytest.mark.parametrize(
    ("name", "arguments", "typed"),
    [
        ("reporting:classify_action", ["projet", 1], {"codes": "RCO81", "reason": TEXT}),
        ("admin:reporting_workpackage_add", [], {"code": "WP1", "description_fr": TEXT}),
        ("admin:reporting_workpackage_add", [], {"activities-0-code": "A1", "activities-0-title_fr": TEXT}),
    ],
)
def test_a_code_that_names_something_is_no_secret(client, name, arguments, typed):
    answer = client.post(reverse(name, args=arguments), typed)
    assert (answer.status_code, hidden(answer.text)) == (403, typed)


def test_no_form_for_a_text_has_a_field_named_as_a_secret(rf):
    forms = [fields for fields in (*forms_of_pages(), *forms_of_the_admin(rf)) if fields]
    with_text = [fields for fields in forms if any(isinstance(one.widget, Textarea) for one in fields.values())]
    assert len(with_text) > 60
    names = [name for fields in with_text for name, field in fields.items() if not field.disabled]
    assert [name for name in names if SECRET.search(name)] == []


def forms_of_pages():
    """Return the fields of each form of the product."""
    get_resolver().reverse_dict  # noqa: B018 - the views, with their forms
    found, left = [], [BaseForm]
    while left:
        form = left.pop()
        left += form.__subclasses__()
        if not form.__module__.startswith(("django", "allauth")):
            found.append(getattr(form, "base_fields", {}))
    return found


def forms_of_the_admin(rf):
    """Return the fields of the form of each table, with those of its inlines."""
    request = rf.get("/")
    request.user = UserFactory(is_superuser=True, is_staff=True, coordinates=True)
    found = []
    for model, table in admin.site._registry.items():
        request.resolver_match = resolve(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        found.append(dict(table.get_form(request).base_fields))
        found += [inline.get_formset(request).form.base_fields for inline in table.get_inline_instances(request)]
    return found


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
