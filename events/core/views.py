"""Load an event or a registration for the person who asks, or answer 404."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from hacktiv.common.calendar import content_type

from ..enums import EventState, Way
from ..errors import EventError
from ..models import Event, Registration
from . import rules
from .files.calendars import calendar_file

CONFLICT, GONE = 409, 410


def visible_event(request, slug):
    """Return the event; drafts only for people who run it, else 404."""
    found = get_object_or_404(
        Event.objects.for_cards().select_related("resource").prefetch_related("organisers"), slug=slug
    )
    if found.state == EventState.DRAFT and not rules.may_run(request.user, found):
        raise Http404
    return found


def registrations():
    return Registration.objects.select_related(
        "event__type", "event__space", "event__resource", "user", "brought_by__user"
    ).prefetch_related("event__venues")


def own_registration(request, token):
    """Return the registration: a guest's by its token, a member's for that member only.

    Return a redirect to the sign-in for a visitor; 404 for another member."""
    registration = get_object_or_404(registrations(), token=token)
    if registration.user and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    if registration.user and registration.user != request.user:
        raise Http404
    return registration


def step(request, token, operation, done, **wish):
    """Run an operation for the owner of a registration, and go back to its page."""
    registration = own_registration(request, token)
    if isinstance(registration, HttpResponse):
        return registration
    if request.method == "POST":
        try:
            operation(registration=registration, **wish)
        except EventError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, done)
    return redirect("events:registration", token=token)


def way_wished(request):
    """Return the way of the pressed button; blank: the first way that the event proposes."""
    way = request.POST.get("way", "")
    return way if way in Way.values else ""


def calendar_response(event, *, with_link=False):
    response = HttpResponse(calendar_file(event, with_link=with_link), content_type=content_type("PUBLISH"))
    response["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    return response
