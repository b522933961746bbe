"""Template tag for pages that come between a choice and its booking, and what a membership includes in words."""

from __future__ import annotations

from datetime import date, time
from typing import NamedTuple
from urllib.parse import urlsplit

from django import template
from django.http import QueryDict
from django.urls import Resolver404, resolve

from hacktiv.common import dates

from ..memberships.rules import included_in_words
from ..models import Resource, Space
from ..timing.hours import at_local

register = template.Library()


@register.filter
def included(kind):
    """Return how much the kind of membership includes a month, in words."""
    return included_in_words(kind)


class Waiting(NamedTuple):
    """A choice made before signing in: a space, one of its resources (or None), when, in words (or ""), and for how
    many people. Nothing says that it can be booked."""

    space: Space
    resource: Resource | None
    when: str
    people: int = 1


@register.simple_tag
def booking_waiting(address: str | None) -> Waiting | None:
    """Return the choice in the address of a booking page of a published space, to which somebody goes after signing in.

    None for every other address. The address is the visitor's own: nothing of it is repeated, only what it names."""
    try:
        parts = urlsplit(address or "")
        page = resolve(parts.path)
    except (ValueError, Resolver404):
        return None
    if parts.netloc or page.view_name not in {"spaces:book", "spaces:repeat"}:
        return None
    space = Space.objects.published().filter(slug=page.kwargs["slug"]).first()
    if space is None:
        return None
    sent = QueryDict(parts.query)
    bookable = space.resources.filter(is_bookable=True)
    resource = next((resource for resource in bookable if resource.slug == sent.get("resource")), None)
    return Waiting(space, resource, _when(sent), _people(sent)) if resource else Waiting(space, None, "")


def _people(sent: QueryDict) -> int:
    """Return the number of people; 1 for anything else."""
    written = sent.get("people", "")
    return int(written) if written.isdecimal() and len(written) <= 3 else 1


def _when(sent: QueryDict) -> str:
    """Write the day with its hours, or the day alone; nothing where there is no day."""
    try:
        day = date.fromisoformat(sent.get("day", ""))
    except ValueError:
        return ""
    try:
        start, end = (time.fromisoformat(sent.get(name, "")) for name in ("start", "end"))
        return str(dates.span(at_local(day, start), at_local(day, end)) if start < end else dates.day(day))
    except (ValueError, TypeError, OverflowError):
        return str(dates.day(day))
