from django.shortcuts import render
from django.utils import timezone

from spaces.places.queries import spaces_with_state

from ..queries.home import next_events
from ..queries.me import next_of


def home(request):
    """What the network is, where its spaces are, what comes next, and what this visitor can do now."""
    now = timezone.now()
    context = {
        "spaces": spaces_with_state(now),
        "next_events": next_events(now, user=request.user),
        "mine": next_of(request.user, now) if request.user.is_authenticated else None,
    }
    return render(request, "portal/home.html", context)


def privacy(request):
    return render(request, "portal/privacy.html")
