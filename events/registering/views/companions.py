"""Pages on which a registration's owner brings companions and cancels their registrations."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hacktiv.common.ratelimit import limit

from ...core import rules
from ...core.queries import position_in_line
from ...core.views import own_registration
from ...errors import EventError
from .. import operations
from ..forms import CompanionForm

#: Sent forms, for each visitor.
COMPANIONS_RATE = "20/h"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
def bring(request, registration):
    """Show the form for one more companion, and register them."""
    event = registration.event
    refusal = rules.refusal_to_bring(registration, registration.companions.standing().count())
    if refusal:
        messages.error(request, refusal.message)
        return redirect("events:registration", token=registration.token)
    form = CompanionForm(event=event)
    if request.method == "POST":
        limit(request, "events-companion", COMPANIONS_RATE)
        form = CompanionForm(request.POST, event=event)
        if form.is_valid() and (companion := _bring(registration, form)):
            messages.success(request, _said_of(companion))
            return redirect("events:registration", token=registration.token)
    context = {
        "registration": registration,
        "event": event,
        "form": form,
        "left": event.seats_left_of(registration.way),
    }
    return render(request, "events/registering/companion.html", context)


def _bring(registration, form):
    """Register the companion and return them. Return None on a refusal, which the form then shows."""
    wish = {name: form.cleaned_data[name] for name in ("name", "email", "residence")}
    try:
        return operations.bring_companion(registration=registration, answers=form.answers, **wish)
    except EventError as refusal:
        form.add_error(None, refusal.message)
        return None


def _said_of(companion):
    """Return the sentence that tells who brings a companion if that person has a seat or waits for one."""
    words = _("%(name)s is registered with you.")
    if companion.is_waiting:
        words = _("%(name)s is number %(position)s on the waiting list. As soon as a seat is free, we write to you.")
        if companion.person_email or companion.is_address_withheld:
            words = _("%(name)s is number %(position)s on the waiting list, and hears of it as soon as a seat is free.")
    return words % {"name": companion.person_name, "position": position_in_line(companion)}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
def cancel_companion(request, registration, pk):
    """Cancel the registration of one companion."""
    brought = registration.companions.filter(pk=pk).first()
    if brought is None:
        raise Http404
    if request.method == "POST":
        off_the_list = _("%(name)s is not on the waiting list any more.") % {"name": brought.person_name}
        done = off_the_list if brought.is_waiting else _("The seat is given back.")
        try:
            operations.cancel_companion(companion=brought)
        except EventError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, done)
    return redirect("events:registration", token=registration.token)
