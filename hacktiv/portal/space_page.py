"""Show the page of one space: its own facts, and the events that other apps know of it."""

from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from events.core.queries import cards_hold_until
from events.models import Event
from hacktiv.common.freshness import catalogue, shared_page
from members.profiles.queries import shows_presence
from spaces.enums import Right
from spaces.lending.queries import equipment_of
from spaces.memberships.queries import current_at, is_of_the_network, may, standing_of
from spaces.places.queries import facts_of, page_of, states_hold_until, who_is_here

from .queries.directory import people as people_of_directory

#: How many events the page of a space shows.
NEXT_EVENTS = 3
#: Parts of the page that are drawn once for all.
PARTS = {"rooms": "portal/_space_rooms.html", "practical": "portal/_space_practical.html"}


@catalogue("spaces")
def _shared(slug):
    """Return the facts of a space, and what its page shows to all at any hour: drawn parts, equipment on loan. None
    for a space that is not published."""
    facts = facts_of(slug)
    if facts is None:
        return None
    priced = [resource for resource in facts.resources if resource.prices]
    context = {**facts._asdict(), "week": bool(facts.space.opening_hours.all()), "priced": priced}
    parts = {name: render_to_string(template, context) for name, template in PARTS.items()}
    return facts, {"parts": parts, "equipment": equipment_of()}


@shared_page("agenda", "spaces", "presence")
def space(request, slug):
    """Show the page of a published space; else 404."""
    now = timezone.now()
    shared = _shared(slug)
    if shared is None:
        raise Http404
    facts, shown = shared
    shown = {**shown, **page_of(facts, now)}
    standing = standing_of(request.user)
    events = (
        Event.objects.upcoming(now)
        .of_space(facts.space)
        .open_to(members=may(request.user, Right.EVENTS, standing=standing))
        .for_cards()[:NEXT_EVENTS]
    )
    events = list(events)
    here = who_is_here(facts.space, now)
    context = {**shown, "next_events": events, "here": here}
    if request.user.is_authenticated:
        today = timezone.localdate(now)
        context["membership"] = current_at(request.user, facts.space, today)
        if is_of_the_network(request.user, standing, today):
            context |= _named(request.user, standing, here, today)
    response = render(request, "portal/space.html", context)
    if request.user.is_authenticated:
        add_never_cache_headers(response)
    if not request.META["QUERY_STRING"]:
        turns = [here.until, states_hold_until([shown["space"]], now), cards_hold_until(events, now)]
        response.shared_until = min([*turns, *(closure.period.upper for closure in shown["closures"])])
    return response


def _named(user, standing, here, today):
    """Return what a member of the network reads of the people in the space: names, and links to those in the
    directory."""
    present = here.people()
    listed = {person.pk for person in present if person.is_listed}
    if listed and may(user, Right.DIRECTORY, standing=standing):
        found = people_of_directory(on=today).filter(pk__in=listed).order_by()
        listed = set(found.values_list("pk", flat=True))
    else:
        listed = set()
    return {
        "sees_names": True,
        "people_here": [(person, person.pk in listed) for person in present],
        "others_here": here.has_others or len(present) < len(here.named),
        "shows_presence": shows_presence(user),
    }
