"""A registration's page, and what its owner does with it."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from hacktiv.common.ratelimit import limit

from .. import operations, rules
from ..enums import RegistrationStatus
from ..errors import EventError
from ..queries import position_in_line
from ..rides import board_of
from ..rules_after import has_taken_part, is_erased
from ..surveys import asks_survey
from ..tickets import registration_of_ticket
from ._shared import CONFLICT, calendar_response, company_of, own_registration, step, way_wished

HERE_RATE = "30/h"


@never_cache
@require_safe
def registration(request, token):
    registration = own_registration(request, token)
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
        "has_taken_part": has_taken_part(registration) and not is_erased(registration),
        "asks_survey": asks_survey(registration),
        "board": board_of(registration.event, registration),
        "answers": registration.answers.select_related("question"),
        **company_of(registration),
        "may_answer": rules.can_answer(registration) and registration.event.questions.exists(),
    }
    return render(request, "events/registration.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request, token):
    """Take the seat that is offered."""
    return step(
        request, token, operations.accept_offer, _("You are registered. A confirmation is on its way to your mailbox.")
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_way(request, token):
    """Take part online instead of on site, or the other way round."""
    return step(request, token, operations.change_way, _("Your choice is noted."), way=way_wished(request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, token):
    registration = own_registration(request, token)
    if isinstance(registration, HttpResponse):
        return registration
    refusal = rules.refusal_to_cancel(registration)
    if request.method == "POST" and not refusal:
        try:
            operations.cancel_registration(
                registration=registration, with_companions=request.POST.get("companions") == "leave"
            )
        except EventError as error:
            refusal = error
        else:
            messages.success(request, _("Your registration is cancelled. Thank you for giving the seat back."))
            is_seen = not registration.user or registration.companions.standing().exists()
            return redirect(reverse("events:registration", args=[token]) if is_seen else registration.event)
    companions = registration.companions.standing()
    context = {"registration": registration, "event": registration.event, "refusal": refusal, "companions": companions}
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
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request, token):
    """Note oneself as present, by the code on the screen."""
    if request.method == "POST":
        limit(request, "events-here", HERE_RATE)
    code = "".join(request.POST.get("code", "").split())
    return step(request, token, operations.check_in_oneself, _("You are noted as present. Welcome!"), code=code)


@never_cache
@require_GET
def registration_ics(request, token):
    registration = own_registration(request, token)
    if isinstance(registration, HttpResponse):
        return registration
    return calendar_response(registration.event, with_link=registration.is_confirmed and registration.is_online)
