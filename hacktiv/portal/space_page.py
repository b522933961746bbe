"""Show the page of one space: its own facts, and the events that other apps know of it."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from events.core.queries import cards_hold_until
from events.models import Event
from hacktiv.common.freshness import shared_page
from spaces.lending.queries import equipment_of
from spaces.models import Space
from spaces.places.queries import page_of, state_now, states_hold_until, with_opening

#: How many events the page of a space shows.
NEXT_EVENTS = 3


@shared_page("agenda", "spaces")
def space(request, slug):
    now = timezone.now()
    spaces = with_opening(Space.objects.published(), now).select_related("operator")
    space = get_object_or_404(spaces, slug=slug)
    space.state = state_now(space, now)
    events = Event.objects.upcoming(now).of_space(space).open_to(request.user).for_cards()
    context = {
        "space": space,
        "state": space.state,
        "next_events": list(events[:NEXT_EVENTS]),
        **page_of(space, now),
        "equipment": equipment_of(),
    }
    response = render(request, "portal/space.html", context)
    if not request.META["QUERY_STRING"]:
        ends = [closure.period.upper for closure in context["closures"]]
        turns = [states_hold_until([space], now), cards_hold_until(context["next_events"], now)]
        response.shared_until = min([*turns, *ends])
    return response
