from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.module_loading import import_string

from members.tests.factories import UserFactory


@pytest.mark.django_db
def test_sessions_that_have_ended_are_cleared_every_night(client):
    client.force_login(UserFactory())
    kept = Session.objects.get()
    Session.objects.create(session_key="ended", session_data="", expire_date=timezone.now() - timedelta(seconds=1))
    order = settings.CELERY_BEAT_SCHEDULE["clear-sessions"]
    import_string(order["task"])()
    assert list(Session.objects.all()) == [kept]
