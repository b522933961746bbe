"""An event's page, and the way to a seat of members and of guests."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from hacktiv.common.calendar import content_type
from hacktiv.common.ratelimit import limit

from . import operations, rules
from .calendars import calendar_file
from .enums import EventState, RegistrationStatus, Way
from .errors import EventError
from .forms import GuestForm
from .models import Event, Registration
from .queries import position_in_line, registration_of
from .tickets import registration_of_ticket

GUESTS_RATE = "20/h"
HERE_RATE = "30/h"
CONFLICT, GONE = 409, 410


@require_safe
def event(request, slug):
    return _event_page(request, _visible_event(request, slug))


@require_http_methods(["GET", "HEAD", "POST"])
def register(request, slug):
    event = _visible_event(request, slug)
    if request.method != "POST":  # another language chosen on the page of a refusal
        return redirect(event)
    if not request.user.is_authenticated:
        return redirect_to_login(event.get_absolute_url(), settings.LOGIN_URL)
    try:
        registration = operations.register(event=event, user=request.user, way=_way(request))
    except EventError as refusal:
        if refusal.code != "already_registered":
            return _event_page(request, event, refusal=refusal)
        messages.info(request, _("You are registered for this event already."))
    else:
        if registration.is_confirmed:
            messages.success(request, _("You are registered. A confirmation is on its way to your mailbox."))
        else:
            messages.success(request, _("You are on the waiting list. As soon as a seat is free, we write to you."))
    return redirect(event)


def _way(request):
    """On site or online, as the button pressed says; blank: as the event proposes first."""
    way = request.POST.get("way", "")
    return way if way in Way.values else ""


@require_http_methods(["GET", "HEAD", "POST"])
def register_guest(request, slug):
    event = _visible_event(request, slug)
    if request.user.is_authenticated:
        return redirect(event)
    refusal = rules.refusal_to_register(event, member=False)
    if refusal:
        return _event_page(request, event, refusal=refusal)
    form = GuestForm(event=event)
    if request.method == "POST":
        limit(request, "events-guest", GUESTS_RATE)
        form = GuestForm(request.POST, event=event)
        if form.is_valid():
            if not form.is_from_a_program:
                _register_guest(event, form.cleaned_data)
            return redirect("events:guest_sent", slug=event.slug)
    return render(request, "events/guest.html", {"event": event, "form": form})


def _register_guest(event, wish):
    operations.register_guest(
        event=event,
        name=wish["name"],
        email=wish["email"],
        residence=wish["residence"],
        way=wish.get("way", ""),
        language=get_language(),
    )


@require_safe
def guest_sent(request, slug):
    hours = int(rules.GUEST_LINK_LIFE.total_seconds() // 3600)
    return render(request, "events/guest_sent.html", {"event": _visible_event(request, slug), "hours": hours})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_guest(request, token):
    """Looking at the page confirms nothing: mail programs follow links on their own."""
    registration = get_object_or_404(_registrations(), token=token)
    if registration.is_standing:
        return redirect("events:registration", token=token)
    refusal = _refusal_to_confirm(registration)
    if request.method == "POST" and not refusal:
        try:
            operations.confirm_guest(token=token)
        except EventError as error:
            refusal = error
        else:
            return redirect("events:registration", token=token)
    context = {"registration": registration, "event": registration.event, "refusal": refusal}
    return render(request, "events/confirm.html", context, status=GONE if refusal else 200)


def _refusal_to_confirm(registration):
    if registration.status != RegistrationStatus.UNCONFIRMED:
        return EventError("not_registered", _("This registration is cancelled. Register again."))
    refusal = rules.refusal_to_register(registration.event, member=False, asked_at=registration.registered_at)
    if not refusal and not rules.guest_link_is_alive(registration):
        return EventError("link_expired", _("This link is too old. Register again: we will send you a new one."))
    return refusal


@never_cache
@require_safe
def registration(request, token):
    registration = _own_registration(request, token)
    if isinstance(registration, HttpResponse):
        return registration
    if registration.status == RegistrationStatus.UNCONFIRMED:
        return redirect("events:confirm_guest", token=token)
    registration.position = position_in_line(registration)
    context = {
        "registration": registration,
        "event": registration.event,
        "can_cancel": rules.can_cancel(registration),
        "other_ways": [way for way in registration.event.ways if way != registration.way],
        "can_check_in": rules.self_check_in_is_open(registration.event) and registration.is_confirmed,
        "is_present": hasattr(registration, "participation"),
    }
    return render(request, "events/registration.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request, token):
    """Take the seat that is offered."""
    return _step(
        request, token, operations.accept_offer, _("You are registered. A confirmation is on its way to your mailbox.")
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_way(request, token):
    """Take part online instead of on site, or the other way round."""
    return _step(request, token, operations.change_way, _("Your choice is noted."), way=_way(request))


def _step(request, token, operation, done, **wish):
    """One step of a registration's owner, and back to its page."""
    registration = _own_registration(request, token)
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


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, token):
    registration = _own_registration(request, token)
    if isinstance(registration, HttpResponse):
        return registration
    refusal = rules.refusal_to_cancel(registration)
    if request.method == "POST" and not refusal:
        try:
            operations.cancel_registration(registration=registration)
        except EventError as error:
            refusal = error
        else:
            messages.success(request, _("Your registration is cancelled. Thank you for giving the seat back."))
            return redirect(registration.event if registration.user else reverse("events:registration", args=[token]))
    context = {"registration": registration, "event": registration.event, "refusal": refusal}
    return render(request, "events/cancel.html", context, status=CONFLICT if refusal else 200)


@never_cache
@require_safe
def ticket(request, code):
    """What a ticket's code opens: for who runs the event the list at the door, for its owner the registration."""
    registration = registration_of_ticket(code)
    if registration is None:
        raise Http404
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    if rules.may_run(request.user, registration.event):
        door = reverse("admin:events_event_door", args=[registration.event_id])
        return redirect(f"{door}?{urlencode({'ticket': code})}")
    if registration.user != request.user:
        raise Http404
    return redirect("events:registration", token=registration.token)


@never_cache
@require_safe
def here(request, slug, code):
    """What the code on the screen opens: the member's own way to say so; a guest's is the page of his registration."""
    event = _visible_event(request, slug)
    context = {"event": event, "code": code, "registration": registration_of(request.user, event)}
    context["is_open"] = rules.self_check_in_is_open(event)
    context["is_present"] = hasattr(context["registration"], "participation")
    return render(request, "events/here.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request, token):
    """Note oneself as present, by the code on the screen."""
    if request.method == "POST":
        limit(request, "events-here", HERE_RATE)
    code = "".join(request.POST.get("code", "").split())
    return _step(request, token, operations.check_in_oneself, _("You are noted as present. Welcome!"), code=code)


@require_GET
def ics(request, slug):
    event = _visible_event(request, slug)
    if event.starts_at is None:
        raise Http404
    return _calendar_response(event)


@never_cache
@require_GET
def registration_ics(request, token):
    registration = _own_registration(request, token)
    if isinstance(registration, HttpResponse):
        return registration
    return _calendar_response(registration.event, with_link=registration.is_confirmed and registration.is_online)


def _calendar_response(event, *, with_link=False):
    response = HttpResponse(calendar_file(event, with_link=with_link), content_type=content_type("PUBLISH"))
    response["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    return response


def _visible_event(request, slug):
    """The event for whom it is: everybody, or of a draft whoever runs it; else 404."""
    found = get_object_or_404(
        Event.objects.for_cards().select_related("resource").prefetch_related("organisers"), slug=slug
    )
    if found.state == EventState.DRAFT and not rules.may_run(request.user, found):
        raise Http404
    return found


def _registrations():
    return Registration.objects.select_related(
        "event__type", "event__space", "event__resource", "user"
    ).prefetch_related("event__venues")


def _own_registration(request, token):
    """A guest's, for who has its token; a member's, for the member alone. Else a redirect to the sign-in, or 404."""
    registration = get_object_or_404(_registrations(), token=token)
    if registration.user and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    if registration.user and registration.user != request.user:
        raise Http404
    return registration


def _event_page(request, event, *, refusal=None):
    context = {
        "event": event,
        "registration": registration_of(request.user, event),
        "can_register": rules.can_register(request.user, event),
        "hours_refusal": rules.refusal_of_hour(event),
        "held_until": rules.held_seats_end_at(event),
        "refusal": refusal,
        "speakers": event.speakers.select_related("user"),
        "materials": event.materials.all() if event.has_begun else (),
        "photos": event.photos.all() if event.has_begun else (),
        "change": event.changes.first() if event.is_cancelled else None,
    }
    return render(request, "events/event.html", context, status=CONFLICT if refusal else 200)
