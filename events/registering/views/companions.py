"""Pages on which a registration's owner brings companions and cancels their registrations."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hacktiv.common.ratelimit import limit

from ...core import rules
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
        if form.is_valid() and _bring(registration, form):
            messages.success(request, _("%(name)s is registered with you.") % {"name": form.cleaned_data["name"]})
            return redirect("events:registration", token=registration.token)
    context = {
        "registration": registration,
        "event": event,
        "form": form,
        "left": event.seats_left_of(registration.way),
    }
    return render(request, "events/registering/companion.html", context)


def _bring(registration, form):
    """Register the companion. Return False on a refusal, which the form then shows."""
    wish = {name: form.cleaned_data[name] for name in ("name", "email", "residence")}
    try:
        operations.bring_companion(registration=registration, answers=form.answers, **wish)
    except EventError as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
def cancel_companion(request, registration, pk):
    """Cancel the registration of one companion."""
    brought = registration.companions.filter(pk=pk).first()
    if brought is None:
        raise Http404
    if request.method == "POST":
        try:
            operations.cancel_companion(companion=brought)
        except EventError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("The seat is given back."))
    return redirect("events:registration", token=registration.token)
