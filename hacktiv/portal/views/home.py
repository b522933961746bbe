from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.core.queries import cards_hold_until
from hacktiv.common.freshness import shared_page
from spaces.places.queries import spaces_with_state, states_hold_until

from ..queries.home import next_events
from ..queries.me import next_of

#: Searches in words to begin with; the reader of sentences understands each in every language.
SEARCH_EXAMPLES = (
    _("a quiet place on Thursday morning"),
    _("a meeting room for 6 tomorrow from 2 pm to 4 pm"),
    _("a desk near Givet"),
)


@shared_page("agenda", "spaces")
def home(request):
    """Show what the network is, where its spaces are, what comes next, and what this visitor can do now."""
    now = timezone.now()
    context = {
        "spaces": spaces_with_state(now),
        "next_events": next_events(now, user=request.user),
        "search_examples": [str(words) for words in SEARCH_EXAMPLES],
        "mine": next_of(request.user, now) if request.user.is_authenticated else None,
    }
    response = render(request, "portal/home.html", context)
    if not request.META["QUERY_STRING"]:
        response.shared_until = min(
            states_hold_until(context["spaces"], now), cards_hold_until(context["next_events"], now)
        )
    return response


def privacy(request):
    return render(request, "portal/privacy.html")
