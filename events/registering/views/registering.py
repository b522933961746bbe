"""Pages on which members and guests register, and guests confirm."""

from functools import partial
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hacktiv.common.locks import lock_address
from hacktiv.common.ratelimit import has_mail_left, limit
from hacktiv.site.once import ASKED_ANEW, sent_once

from ...core import rules
from ...core.queries import event_of, opening_for, openings_for, openings_of, registration_of, takes_part
from ...core.views import own_registration, registrations, visible_event, way_wished, withdrawn_page
from ...enums import EventState, RegistrationStatus
from ...errors import EventError
from ...pages.views import event_page, seats_shown
from .. import operations
from ..forms import GuestForm, RegisterForm


def say_registered(request, registration):
    if registration.is_confirmed:
        messages.success(request, _("You are registered. A confirmation is on its way to your mailbox."))
    else:
        messages.success(request, _("You are on the waiting list. As soon as a seat is free, we write to you."))


#: Sent forms, for each visitor.
GUESTS_RATE = "20/h"
#: Links to one address for one event, and how many of them one network asks for: a stranger leaves some to the owner.
LINKS_RATE, LINKS_RATE_OF_NETWORK = "10/d", "4/d"
NO_LINK_LEFT = gettext_lazy(
    "So many links were asked for this address that we send no more for this event today. Each that came holds for two"
    " days: open the one that shows what you typed, or come back tomorrow."
)


@require_http_methods(["GET", "HEAD", "POST"])
def register(request, slug):
    event = visible_event(request, slug)
    if request.method != "POST":  # The page of a refusal was opened again, in another language.
        return redirect(event)
    if not request.user.is_authenticated:
        return redirect_to_login(event.get_absolute_url(), settings.LOGIN_URL)
    if event.questions.exists():
        way = way_wished(request)
        return redirect(reverse("events:register_form", args=[slug]) + (f"?way={way}" if way else ""))
    try:
        registration = operations.register(event=event, user=request.user, way=way_wished(request))
    except EventError as refusal:
        if refusal.code != "already_registered":
            return event_page(request, event, refusal=refusal)
        messages.info(request, _("You are registered for this event already."))
    else:
        say_registered(request, registration)
    return redirect(event)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def register_form(request, slug):
    """Ask a member the event's questions, and register them. Back to the agenda where it was withdrawn meanwhile."""
    found = event_of(slug)
    if found and rules.was_withdrawn(found) and not rules.may_run(request.user, found):
        messages.warning(request, _("This event has just been taken out of the agenda."))
        return redirect("events:agenda")
    event = visible_event(request, slug)
    if not request.user.is_authenticated:
        return redirect_to_login(event.get_absolute_url(), settings.LOGIN_URL)
    if registration_of(request.user, event):
        return redirect(event)
    refusal = rules.refusal_to_register(event, member=takes_part(request.user, event))
    if refusal:
        return event_page(request, event, refusal=refusal)
    form = RegisterForm(event=event, initial={"way": request.GET.get("way") or event.ways[0]})
    if request.method == "POST":
        form = RegisterForm(request.POST, event=event)
        if form.is_valid():
            wish = {"way": form.cleaned_data.get("way", ""), "answers": form.answers}
            try:
                registration = operations.register(event=event, user=request.user, **wish)
            except EventError as error:
                form.add_error(None, error.message)
            else:
                say_registered(request, registration)
                return redirect(event)
    context = {"event": event, "form": form, **seats_shown(event, openings_for(request.user, event))}
    return render(request, "events/registering/register.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@partial(sent_once, kept_for=ASKED_ANEW)
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
        if form.is_valid() and (form.is_from_a_program or _register_guest(request, event, form)):
            return redirect("events:guest_sent", slug=event.slug)
    context = {"event": event, "form": form, **seats_shown(event, openings_for(request.user, event))}
    return render(request, "events/registering/guest.html", context)


def _register_guest(request, event, form):
    """Register the guest. Return False on a refusal, which the form then shows.

    Each form counts as a mail, whether the address is registered or not: else the limit would tell which."""
    wish = form.cleaned_data
    lock_address(wish["email"])  # A second click waits here for the first, and counts no mail.
    scope, limits = f"events-guest-link-{event.pk}", {"rate": LINKS_RATE, "of_network": LINKS_RATE_OF_NETWORK}
    if not has_mail_left(request, scope, wish["email"], **limits):
        form.add_error(None, NO_LINK_LEFT)
        return False
    try:
        operations.register_guest(
            event=event,
            name=wish["name"],
            email=wish["email"],
            residence=wish["residence"],
            way=wish.get("way", ""),
            language=get_language(),
            answers=form.answers,
        )
    except EventError as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
def register_again(request, registration):
    """Register the guest of a cancelled registration anew: nothing is asked but the way and the event's questions."""
    event = registration.event
    if not rules.can_register_again(registration) or rules.refusal_to_register(event, member=False):
        return redirect("events:registration", token=registration.token)
    way = registration.way if registration.way in event.ways else event.ways[0]
    form = RegisterForm(event=event, initial={"way": way})
    if request.method == "POST":
        limit(request, "events-guest", GUESTS_RATE)
        form = RegisterForm(request.POST, event=event)
        if form.is_valid():
            wish = {"way": form.cleaned_data.get("way", ""), "answers": form.answers}
            try:
                again = operations.register_again(registration=registration, **wish)
            except EventError as error:
                form.add_error(None, error.message)
            else:
                say_registered(request, again)
                return redirect("events:registration", token=again.token)
    context = {"event": event, "form": form, "registration": registration}
    context |= seats_shown(event, openings_of(event, registration.side))
    return render(request, "events/registering/register.html", context)


@require_safe
def guest_sent(request, slug):
    event = visible_event(request, slug)
    hours = int(rules.GUEST_LINK_LIFE.total_seconds() // 3600)
    context = {"event": event, "hours": hours, **seats_shown(event, openings_for(request.user, event))}
    return render(request, "events/registering/guest_sent.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_guest(request, token):
    """Confirm on POST only: mail programs follow links on their own."""
    registration = registrations().filter(token=token).first()
    if registration is None:
        context = _of_link_that_ended(request.GET.get("event", ""))
        return render(request, "events/registering/link_ended.html", context, status=HTTPStatus.NOT_FOUND)
    if registration.event.state == EventState.DRAFT and not registration.is_standing:
        return withdrawn_page(request, registration)
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
    event = registration.event
    context = {"registration": registration, "event": event, "refusal": refusal}
    if not refusal:
        context["answers"] = registration.answers.select_related("question")
        context |= seats_shown(event, [opening_for(registration)])
    return render(request, "events/registering/confirm.html", context, status=HTTPStatus.GONE if refusal else 200)


def _of_link_that_ended(slug):
    """Return the event that the address names, where everybody sees it, and whether a link can be sent anew."""
    event = event_of(slug)
    if event is None or event.state == EventState.DRAFT:
        return {}
    return {"event": event, "may_ask_anew": rules.refusal_to_register(event, member=False) is None}


def _refusal_to_confirm(registration):
    if registration.status != RegistrationStatus.UNCONFIRMED:
        return EventError("not_registered", _("This registration is cancelled. Register again."))
    refusal = rules.refusal_to_register(registration.event, member=False, asked_at=registration.registered_at)
    if not refusal and not rules.guest_link_is_alive(registration):
        return EventError("link_expired", _("This link is too old. Register again: we will send you a new one."))
    return refusal
