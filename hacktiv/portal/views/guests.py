"""Let a guest erase what is held under their address, from the link of one of their registrations."""

from contextlib import suppress

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.core.views import own_registration

from .. import operations
from ..forms import EraseGuestForm
from ..queries.personal_data import held_in_numbers, whoever_has


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@own_registration
def erase_guest(request, registration):
    """Erase all that is held under the guest's address: their link was sent there. An account is deleted on its own
    page, with its password."""
    address = registration.guest_email
    person = whoever_has(address) if address else None
    if registration.user or (person and person.user):
        return redirect("portal:delete_account")
    if not person:
        raise Http404
    form = EraseGuestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with suppress(operations.NothingHeldError):  # a second click
            operations.erase_address(address=address)
        messages.success(request, _("What we held about you is erased. Goodbye, and thank you."))
        return redirect("portal:home")
    context = {"form": form, "registration": registration, "address": address, "held": held_in_numbers(person)}
    return render(request, "portal/erase_guest.html", context, status=400 if form.is_bound else 200)
