"""An event's page, its calendar file, and the screen that says where to check in."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from .. import rules
from ..queries import registration_of
from ._shared import calendar_response, event_page, visible_event


@require_safe
def event(request, slug):
    return event_page(request, visible_event(request, slug))


@require_GET
def ics(request, slug):
    event = visible_event(request, slug)
    if event.starts_at is None:
        raise Http404
    return calendar_response(event)


@never_cache
@require_safe
def here(request, slug, code):
    """What the code on the screen opens: the member's own way to say so; a guest's is the page of his registration."""
    event = visible_event(request, slug)
    context = {"event": event, "code": code, "registration": registration_of(request.user, event)}
    context["is_open"] = rules.self_check_in_is_open(event)
    context["is_present"] = hasattr(context["registration"], "participation")
    return render(request, "events/here.html", context)
