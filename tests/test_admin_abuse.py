"""What nobody should send, sent to every form of the admin, by who may fill in all of them."""

from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client

from members.tests.factories import UserFactory
from tests.abuse import ABUSE, HTML
from tests.pages import Page
from tests.test_admin_isolation import address, by_label, custom_addresses
from tests.test_forms_abuse import Undone
from tests.world import populated

pytestmark = pytest.mark.django_db

# The values that have each their own way to break a form of Django's; the rest is for the long run.
WORST = {"ten thousand characters", "HTML", "a huge number", "the end of time", "an address longer than mail carries"}


@pytest.fixture(scope="module")
def world(module_data):
    return populated("Alpha")


@pytest.fixture(scope="module")
def chief(world):
    client = Client()
    client.force_login(UserFactory(superuser=True))
    return client


def pages_of(model, world):
    yield "add", address(model, "add")
    yield "change", address(model, "change", world.object_of(model).pk)
    yield from ((name, url) for name, url, _has_object in custom_addresses(model, world))


def try_out(client, url, body):
    """Send a POST, undo its changes, and return the answer."""
    try:
        with transaction.atomic():
            answer = client.post(url, body, content_type="application/x-www-form-urlencoded")
            raise Undone
    except Undone:
        return answer


@pytest.mark.parametrize(
    "values", [pytest.param(WORST, id="worst"), pytest.param(set(ABUSE) - WORST, id="rest", marks=pytest.mark.long)]
)
@pytest.mark.parametrize(**by_label)
def test_abuse_of_a_form_of_the_admin_is_answered_in_words(chief, world, model, values):
    assert model in admin.site._registry
    for name, url in pages_of(model, world):
        page = chief.get(url)
        if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
            continue
        for form in (
            form for form in Page(page.text, url).forms if form.method == "post" and "logout" not in form.path
        ):
            typed = [field for field, kind in form.kinds.items() if kind not in {"hidden", "submit", "file"}]
            for what in sorted(values):
                body = urlencode({**form.fields, **{field: [ABUSE[what]] for field in typed}}, doseq=True)
                answer = try_out(chief, form.path, body)
                assert answer.status_code in {200, 302, 400, 404, 405, 409}, f"{name}, {what}"
                assert HTML not in getattr(answer, "text", ""), f"{name}, {what}"
            assert try_out(chief, form.path, "").status_code in {200, 302, 400, 404, 405, 409}, f"{name}, no field"


@pytest.mark.parametrize(
    "address",
    [
        "/admin/reporting/countedaction/?project__slug=%00",
        "/admin/events/event/?slug__exact=%00",
        "/admin/events/event/?q=a%00b",
        "/admin/events/event/%00/change/",
        "/fr/agenda/?type=%00",
    ],
)
def test_a_nul_in_an_address_is_refused_in_words(chief, address):
    answer = chief.get(address)
    assert answer.status_code == 400
    assert "Nous n’avons pas compris" in answer.content.decode()
