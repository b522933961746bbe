"""Open a ticket, and let people note themselves as present by the code on the screen."""

from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hacktiv.common.ratelimit import limit

from ..core import rules
from ..core.files.tickets import registration_of_ticket
from ..core.queries import registration_of
from ..core.views import own_registration, step, visible_event
from . import operations
from .queries import doors_of, may_check_in


@never_cache
@require_safe
def here(request, slug, code):
    """Show the page behind the code on the screen, where members note themselves as present.

    Guests do so on the page of their registration."""
    event = visible_event(request, slug)
    context = {"event": event, "code": code, "registration": registration_of(request.user, event)}
    context["is_open"] = rules.self_check_in_is_open(event)
    context["is_present"] = hasattr(context["registration"], "participation")
    return render(request, "events/attendance/here.html", context)


#: Sent codes, for each visitor.
HERE_RATE = "30/h"


@never_cache
@require_safe
def ticket(request, code):
    """Lead from a ticket's code to the check-in desk for those who check in there, and to the registration for its
    owner. Anybody else reads, with the status 404, that the ticket opens nothing for them."""
    registration = registration_of_ticket(code)
    if not request.user.is_authenticated and registration:
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    if registration and may_check_in(request.user, registration.event):
        door = reverse("admin:events_event_door", args=[registration.event_id])
        return redirect(f"{door}?{urlencode({'ticket': code})}")
    if registration and registration.user == request.user:
        return redirect("events:registration", token=registration.token)
    context = {"doors": doors_of(request.user)}
    return render(request, "events/attendance/ticket_refused.html", context, status=HTTPStatus.NOT_FOUND)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
def check_in(request, registration):
    """Note the registration's owner as present, by the code on the screen."""
    if request.method == "POST":
        limit(request, "events-here", HERE_RATE, guards_secret=True)
    code = "".join(request.POST.get("code", "").split())
    done = _("You are noted as present. Welcome!")
    return step(request, registration, operations.check_in_oneself, done, code=code, user=request.user)
