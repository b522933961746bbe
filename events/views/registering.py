"""The way to a seat, of members and of guests."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hacktiv.common.ratelimit import limit

from .. import operations, rules
from ..enums import RegistrationStatus
from ..errors import EventError
from ..forms import GuestForm
from ._shared import GONE, event_page, registrations, visible_event, way_wished

GUESTS_RATE = "20/h"


@require_http_methods(["GET", "HEAD", "POST"])
def register(request, slug):
    event = visible_event(request, slug)
    if request.method != "POST":  # another language chosen on the page of a refusal
        return redirect(event)
    if not request.user.is_authenticated:
        return redirect_to_login(event.get_absolute_url(), settings.LOGIN_URL)
    try:
        registration = operations.register(event=event, user=request.user, way=way_wished(request))
    except EventError as refusal:
        if refusal.code != "already_registered":
            return event_page(request, event, refusal=refusal)
        messages.info(request, _("You are registered for this event already."))
    else:
        if registration.is_confirmed:
            messages.success(request, _("You are registered. A confirmation is on its way to your mailbox."))
        else:
            messages.success(request, _("You are on the waiting list. As soon as a seat is free, we write to you."))
    return redirect(event)


@require_http_methods(["GET", "HEAD", "POST"])
def register_guest(request, slug):
    event = visible_event(request, slug)
    if request.user.is_authenticated:
        return redirect(event)
    refusal = rules.refusal_to_register(event, member=False)
    if refusal:
        return event_page(request, event, refusal=refusal)
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
    return render(request, "events/guest_sent.html", {"event": visible_event(request, slug), "hours": hours})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_guest(request, token):
    """Looking at the page confirms nothing: mail programs follow links on their own."""
    registration = get_object_or_404(registrations(), token=token)
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
