"""Show the page of one space: its own facts, and the events that other apps know of it."""

from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from events.core.queries import cards_hold_until
from events.models import Event
from hacktiv.common.freshness import catalogue, shared_page
from spaces.lending.queries import equipment_of
from spaces.places.queries import facts_of, page_of, states_hold_until

#: How many events the page of a space shows.
NEXT_EVENTS = 3


@catalogue("spaces")
def _parts(slug):
    """Return the parts of the page that are the same for all, whatever the hour."""
    facts = facts_of(slug)
    context = {**facts._asdict(), "week": bool(facts.space.opening_hours.all())}
    return {name: render_to_string(f"portal/_space_{name}.html", context) for name in ("rooms", "practical")}


@shared_page("agenda", "spaces")
def space(request, slug):
    """The page of a published space; else 404."""
    now = timezone.now()
    shown = page_of(slug, now)
    if shown is None:
        raise Http404
    events = list(Event.objects.upcoming(now).of_space(shown["space"]).open_to(request.user).for_cards()[:NEXT_EVENTS])
    context = {**shown, "next_events": events, "equipment": equipment_of(), "parts": _parts(slug)}
    response = render(request, "portal/space.html", context)
    if not request.META["QUERY_STRING"]:
        turns = [states_hold_until([shown["space"]], now), cards_hold_until(events, now)]
        response.shared_until = min([*turns, *(closure.period.upper for closure in shown["closures"])])
    return response
