"""Tools for the tests of the search in all spaces."""

from datetime import time, timedelta

from django.urls import reverse
from django.utils import timezone

from spaces.booking.queries.persons import person_of
from spaces.booking.queries.search import by_day
from spaces.booking.queries.wishes import Wanted
from spaces.enums import ResourceKind

DESKS = {"kind": ResourceKind.WORKPLACE, "seats": 1}


def tomorrow(days=1):
    return timezone.localdate() + timedelta(days=days)


def wanted(**changes):
    return Wanted(**{"day": tomorrow(), "start": time(9), "end": time(12), **changes})


def found(wish, **kwargs):
    """Return the resources on the page, by space."""
    return {space.slug: [one.resource for one in space.found] for space in by_day(wish, **kwargs).spaces}


def everything(wish, user=None):
    """Return the results in the order in which they were made."""
    rooms = [resource for resources in found(wish, person=person_of(user)).values() for resource in resources]
    return sorted(rooms, key=lambda room: room.pk)


def ask(client, words, **sent):
    """Send a sentence; return the page of results, and its parts in words."""
    page = client.get(reverse("spaces:search"), {"q": words, **sent}, follow=True)
    assert page.status_code == 200
    return page, [str(chip.label) for chip in page.context["chips"]]
