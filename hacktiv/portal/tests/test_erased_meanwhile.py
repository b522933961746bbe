"""Tell people who are erased while a form of theirs is carried out, whatever it writes in their name."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event as Signal

import pytest
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.enums import EventState
from events.models import Event
from events.tests.factories import EventFactory
from members.models import User
from members.tests.factories import UserFactory
from spaces.models import Closure
from spaces.tests.factories import ResourceFactory, SpaceFactory
from tests.pages import Page
from tests.waiting import until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


def cancel_an_event(space):
    event = EventFactory(space=space)
    return reverse("admin:events_event_cancel", args=[event.pk]), {"reason": "Neige"}


def close_a_day(space):
    day = timezone.localdate() + timedelta(days=9)
    return reverse("admin:spaces_closure_add"), {"space": f"{space.pk}", "reason": "Travaux", "first_day": f"{day}"}


FORMS = {"cancel an event": cancel_an_event, "close a day": close_a_day}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_who_is_erased_while_they_send_a_form_reads_so(form):
    manager = UserFactory()
    space = SpaceFactory(with_hours=True, managers=[manager])
    ResourceFactory(space=space)
    page, typed = form(space)
    browser, is_locked = Client(), Signal()
    browser.force_login(manager)
    shown = browser.get(page)
    data = Page(shown.text, page).form(page).data(**typed)

    def erase():
        try:
            with transaction.atomic():
                User.objects.select_for_update().get(pk=manager.pk)
                is_locked.set()
                until_somebody_waits()
                User.objects.get(pk=manager.pk).delete()
        finally:
            connection.close()

    def sending():
        assert is_locked.wait(timeout=60)
        try:
            return browser.post(page, data)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        erasing, sent = pool.submit(erase), pool.submit(sending)
        erasing.result(timeout=60)
        answer = sent.result(timeout=60)
    assert answer.status_code == 302
    assert answer.url == reverse("portal:home")
    assert len(list(get_messages(answer.wsgi_request))) == 1
    assert "_auth_user_id" not in browser.session
    assert not Closure.objects.exists()
    assert not Event.objects.filter(state=EventState.CANCELLED).exists()
