"""Send what nobody should send to every form of the admin, as a person who may fill in all of them."""

from itertools import cycle
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client

from events.models import Registration
from members.tests.factories import UserFactory
from reporting.models import Project
from spaces.models import Booking
from tests.abuse import ABUSE, HTML
from tests.pages import Page
from tests.test_admin_isolation import address, by_label, custom_addresses
from tests.test_forms_abuse import Undone
from tests.world import populated
from training.models import Coaching

pytestmark = pytest.mark.django_db

# Each of these values breaks a form of Django in its own way; the long profile tries all values, on all forms.
WORST = ("ten thousand characters", "HTML", "a huge number", "the end of time", "an address longer than mail carries")
POLITE = {200, 302, 400, 404, 405, 409}


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


def forms_of(client, model, world):
    """Yield each form of the admin for this model: the name of its page, the form, the fields that people fill in."""
    for name, url in pages_of(model, world):
        page = client.get(url)
        if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
            continue
        for form in Page(page.text, url).forms:
            if form.method == "post" and "logout" not in form.path:
                yield name, form, [key for key, kind in form.kinds.items() if kind not in {"hidden", "submit", "file"}]


def check_answer(client, form, values, said):
    """Send the form with these values, undo its changes, and check that the answer is in words."""
    body = urlencode({**form.fields, **{field: [ABUSE[what]] for field, what in values.items()}}, doseq=True)
    answer = try_out(client, form.path, body)
    assert answer.status_code in POLITE, said
    assert HTML not in getattr(answer, "text", ""), said


def try_out(client, url, body):
    """Send a POST, undo its changes, and return the answer."""
    try:
        with transaction.atomic():
            answer = client.post(url, body, content_type="application/x-www-form-urlencoded")
            raise Undone
    except Undone:
        return answer


@pytest.mark.parametrize("model", [Booking, Registration, Coaching, Project])
def test_abuse_of_a_form_of_the_admin_is_answered_in_words(chief, world, model):
    """The kinds of abuse take turns over the fields of a form. A model of each app stands for all."""
    assert model in admin.site._registry
    for name, form, fields in forms_of(chief, model, world):
        check_answer(chief, form, dict(zip(fields, cycle(WORST), strict=False)), name)
        if name == "add":
            assert try_out(chief, form.path, "").status_code in POLITE, f"{name}, no field"


@pytest.mark.long
@pytest.mark.parametrize(**by_label)
def test_every_abuse_of_a_form_of_the_admin_is_answered_in_words(chief, world, model):
    for name, form, fields in forms_of(chief, model, world):
        for what in ABUSE:
            check_answer(chief, form, dict.fromkeys(fields, what), f"{name}, {what}")
        assert try_out(chief, form.path, "").status_code in POLITE, f"{name}, no field"


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
