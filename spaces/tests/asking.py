"""Helpers that make requests for tests of operations and pages, and read the answers."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hacktiv.outbox.models import Message
from spaces.booking.operations import close
from spaces.errors import BookingError

from .factories import in_days


def refused(code):
    return pytest.raises(BookingError, check=lambda error: error.code == code)


def mails():
    return set(Message.objects.values_list("template", "to_email"))


def closed(space, **wish):
    wish = {"start": in_days(1, 0), "end": in_days(2, 0), "reason": "Holiday", "by": None, **wish}
    return close(space=space, **wish)


def text(response):
    """Return the text of the page in one line."""
    words = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"[\s\u00a0]+", " ", words)


def day(days=1):
    return f"{timezone.localdate() + timedelta(days=days):%Y-%m-%d}"


def choice(resource, **changes):
    return {"resource": resource.slug, "day": day(), "start": "09:00", "end": "10:00", "purpose": "", **changes}


def book_url(resource):
    return reverse("spaces:book", args=[resource.space.slug])
