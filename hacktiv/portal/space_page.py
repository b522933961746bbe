"""The page of one space: its own facts, and the events that other apps know of it."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from events.models import Event
from spaces.lending.queries import equipment_of
from spaces.models import Space
from spaces.places.queries import page_of, state_now, with_opening

NEXT_EVENTS = 3


def space(request, slug):
    now = timezone.now()
    spaces = with_opening(Space.objects.published(), now).select_related("operator")
    space = get_object_or_404(spaces, slug=slug)
    events = Event.objects.upcoming(now).of_space(space).open_to(request.user).for_cards()
    context = {
        "space": space,
        "state": state_now(space, now),
        "next_events": list(events.for_cards()[:NEXT_EVENTS]),
        **page_of(space, now),
        "equipment": equipment_of(now),
    }
    return render(request, "portal/space.html", context)
