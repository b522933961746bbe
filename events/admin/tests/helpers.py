"""Helpers of the admin's tests."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from events.enums import RegistrationStatus
from events.models import Registration
from events.tests.factories import EventFactory
from members.tests.factories import UserFactory
from tests.pages import Page

PDF = b"%PDF-1.7\n%proof\n%%EOF\n"
#: Fields that a browser sends for the read-only rows below the form.
ROWS = {
    f"{rows}-{count}_FORMS": "0"
    for rows in ("registrations", "declared_counts", "proofs", "changes", "rides")
    for count in ("TOTAL", "INITIAL")
}


def step(client, name, event, data=None, status=302):
    address = reverse(f"admin:events_event_{name}", args=[event.pk])
    response = client.get(address) if data is None else client.post(address, data)
    assert response.status_code == status
    event.refresh_from_db()
    return response


def form_with(field, client, address):
    """Return the form with this field on the page of that address, as it is when the page is opened."""
    page = Page(client.get(address).content.decode(), address)
    return next(form for form in page.forms if field in form.kinds)


def at(moment, prefix):
    local = timezone.localtime(moment)
    return {prefix: f"{local:%Y-%m-%dT%H:%M}"}


def begun(space, **more):
    return EventFactory(space=space, starts_at=timezone.now() - timedelta(minutes=30), **more)


def attending(event):
    return Registration.objects.create(event=event, user=UserFactory(), status=RegistrationStatus.CONFIRMED)
