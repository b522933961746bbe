"""Addresses of the pages that are kept for all."""

from datetime import time, timedelta

from django.utils import timezone

from spaces.timing.hours import at_local

AGENDA = "/en/agenda/"
SPACES = "/en/spaces/"


def search_of(day):
    """Return the address as the form of the search sends it."""
    return f"{SPACES}search/?people=1&day={day}&start=09%3A00&end=12%3A00"


def in_three_days():
    return timezone.localdate() + timedelta(days=3)


def noon(days):
    return at_local(timezone.localdate() + timedelta(days=days), time(12))


def address_of(kind, space):
    return {
        "home": "/en/",
        "list": SPACES,
        "map": f"{SPACES}map/",
        "a space": f"{SPACES}{space.slug}/",
        "search": search_of(in_three_days()),
        "search of a week": f"{search_of(in_three_days())}&view=week",
        "agenda": AGENDA,
        "calendar of the agenda": f"{AGENDA}agenda.ics",
        "feed of the agenda": f"{AGENDA}agenda.atom",
        "widget": f"{AGENDA}widget/{space.slug}/",
    }[kind]
