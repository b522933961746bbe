"""Pages on which a registration's owner accepts an offer, changes the way or cancels."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hacktiv.site.once import sent_once

from ...core import rules
from ...core.views import CONFLICT, own_registration, step, way_wished
from ...errors import EventError
from .. import operations


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
def accept(request, registration):
    """Accept the seat that is offered."""
    return step(
        request,
        registration,
        operations.accept_offer,
        _("You are registered. A confirmation is on its way to your mailbox."),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
def change_way(request, registration):
    """Change from on site to online or back."""
    return step(request, registration, operations.change_way, _("Your choice is noted."), way=way_wished(request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
@sent_once
def cancel(request, registration):
    refusal = rules.refusal_to_cancel(registration)
    if request.method == "POST" and not refusal:
        done = _("Your registration is cancelled. Thank you for giving the seat back.")
        if registration.is_waiting:
            done = _("You are not on the waiting list any more.")
        try:
            operations.cancel_registration(
                registration=registration, with_companions=request.POST.get("companions") == "leave"
            )
        except EventError as error:
            refusal = error
        else:
            messages.success(request, done)
            is_seen = not registration.user or registration.companions.standing().exists()
            return redirect(
                reverse("events:registration", args=[registration.token]) if is_seen else registration.event
            )
    companions = registration.companions.standing()
    context = {
        "registration": registration,
        "event": registration.event,
        "refusal": refusal,
        "companions": companions,
        "all_seated": not any(one.is_waiting for one in [registration, *companions]),
    }
    return render(request, "events/registering/cancel.html", context, status=CONFLICT if refusal else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
def take_over(request, registration):
    """Put a registration that was made for the person's address into their account."""
    if not registration.is_for(request.user):
        raise Http404
    kept = registration
    if request.method == "POST":
        try:
            kept = operations.take_over(registration=registration, user=request.user)
        except EventError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("It is yours now, like the registrations that you make yourself."))
    return redirect("events:registration", token=kept.token)
