"""Load an event or a registration for the person who asks, or answer 404."""

from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from hacktiv.common.calendar import content_type

from ..enums import EventState, Way
from ..errors import EventError
from ..models import Registration
from . import rules
from .files.calendars import calendar_file
from .queries import event_of

CONFLICT = HTTPStatus.CONFLICT


def visible_event(request, slug, *, find=event_of):
    """Return the event; drafts only for people who run it, else 404."""
    found = find(slug)
    if found is None or (found.state == EventState.DRAFT and not rules.may_run(request.user, found)):
        raise Http404
    return found


def registrations():
    return Registration.objects.select_related(
        "event__type", "event__space", "user", "brought_by__user", "participation"
    ).prefetch_related("event__venues")


def own_registration(view):
    """Give the view the registration whose token is in the address, if it is the visitor's own.

    A guest's registration opens to anybody who has its token. A member's opens to that member alone: others get 404,
    and a visitor who is not signed in is sent to sign in. Once the person is erased, the page says just that; but a
    companion whose name went with the person who brought them still gives the seat back by their own link. Who has
    cancelled for an event that was withdrawn then, and may be changed unseen, reads that only."""
    return _of_its_owner(view, shows_event=True)


def own_data(view):
    """Do as `own_registration` for a page that shows nothing of the event, and so opens also where it was withdrawn."""
    return _of_its_owner(view, shows_event=False)


def _of_its_owner(view, *, shows_event):
    @wraps(view)
    def of_its_owner(request, token, **arguments):
        registration = get_object_or_404(registrations(), token=token)
        if registration.is_erased and not (registration.is_for_withheld_address and registration.is_standing):
            return render(request, "erased.html")
        if registration.user and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if registration.user and registration.user != request.user:
            raise Http404
        if shows_event and _is_over_with(registration, request.user):
            return withdrawn_page(request, registration)
        try:
            return view(request, registration, **arguments)
        except Registration.DoesNotExist as gone:  # Another link to the address was followed at the same moment.
            raise Http404 from gone

    return of_its_owner


def withdrawn_page(request, registration):
    return render(request, "events/core/withdrawn.html", {"registration": registration}, status=404)


def _is_over_with(registration, user):
    """Return whether the event is a draft again, which the person neither attends, has attended nor runs."""
    event = registration.event
    is_in = registration.is_standing or hasattr(registration, "participation")
    return event.state == EventState.DRAFT and not is_in and not rules.may_run(user, event)


def step(request, registration, operation, done, **wish):
    """Run an operation for the owner of a registration, and go back to its page."""
    if request.method == "POST":
        try:
            operation(registration=registration, **wish)
        except EventError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, done)
    return redirect("events:registration", token=registration.token)


def way_wished(request):
    """Return the way of the pressed button; blank: the first way that the event proposes."""
    way = request.POST.get("way", "")
    return way if way in Way.values else ""


def calendar_response(event, *, with_link=False, sequence=None):
    entry = calendar_file(event, with_link=with_link, sequence=sequence)
    response = HttpResponse(entry, content_type=content_type("PUBLISH"))
    response["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    return response
