"""Beat, or every worker, stands still for a day: the health page says so, and nothing is done twice afterwards."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from hacktiv.celery import app
from hacktiv.outbox.models import Message
from hacktiv.site import health
from spaces.booking.tests.promises import faults
from spaces.booking.tests.test_races import at_once
from spaces.enums import BookingStatus
from spaces.models import Booking, Occupancy, Wait
from spaces.tests.factories import BookingFactory, ResourceFactory, WaitFactory, running_booking

pytestmark = pytest.mark.django_db(transaction=True)

DAY = 24 * 60


@pytest.fixture
def a_day_ago():
    """Set the last heartbeat to a day ago; its moment, in seconds of the epoch."""
    moment = time.time() - DAY * 60
    cache.set(health.HEARTBEAT_KEY, moment)
    yield moment
    cache.delete(health.HEARTBEAT_KEY)


def rounds(beats):
    """Do at one moment the orders of so many beats, each by a worker with a connection of its own."""
    app.loader.import_default_modules()
    names = [order["task"] for order in settings.CELERY_BEAT_SCHEDULE.values()] * beats
    done = at_once(*[lambda name=name: app.tasks[name].apply(throw=True) for name in names])
    assert done == [("ok", "")] * len(names)


@pytest.mark.long
def test_after_a_day_without_beat_nothing_is_released_or_mailed_twice(client, a_day_ago):
    answer = client.get("/healthz")
    since = datetime.fromtimestamp(a_day_ago, UTC)
    assert (answer.status_code, answer.json()["checks"]["beat"]) == (503, False)
    assert answer.json()["problems"] == {
        "beat": f"Beat or every worker has stood still since {since:%Y-%m-%d %H:%M:%S} UTC. "
        "Until they go on, mails wait and no place is released."
    }

    room = ResourceFactory(units=6, release_after_minutes=15)
    confirmed = BookingFactory(resource=room)
    Message.objects.update(due_at=timezone.now() - timedelta(days=1))
    over = [running_booking(room, began=began, lasts=60) for began in (20 * 60, 10 * 60, 90)]
    running = [running_booking(room, began=120, lasts=DAY // 2) for _ in range(3)]
    gone = WaitFactory(resource=room, start=over[0].start, end=over[0].end)
    served = [WaitFactory(resource=room, days=3) for _ in range(2)]

    rounds(beats=3)
    released = Booking.objects.filter(status=BookingStatus.NO_SHOW)
    assert set(released) == {*over, *running}
    assert set(released.exclude(released_at=None)) == set(running)
    assert not Wait.objects.filter(pk=gone.pk).exists()
    assert Occupancy.objects.count() == Booking.objects.live().count() == 1 + len(served)
    assert faults() == {}

    # Mails put in by the last hand may leave with the next round. Nobody has one of them twice.
    rounds(beats=2)
    wanted = [confirmed.user, *(booking.user for booking in running), *(wait.user for wait in served)]
    letters = Counter(parseaddr(letter.to[0])[1] for letter in mail.outbox)
    assert letters == {user.email: 1 for user in wanted}
    assert Message.objects.pending().count() == 0
    assert client.get("/healthz").json()["problems"] == {}
