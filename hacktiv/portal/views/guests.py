"""Let a guest erase what was made for their address, from the link of one of their registrations or bookings."""

from contextlib import suppress

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.core.views import own_data
from hacktiv.site.once import sent_once
from spaces.booking.views.own import own_booking

from .. import operations
from ..forms import EraseGuestForm
from ..queries.personal_data import guest_of, held_in_numbers


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
@own_data
def erase_guest(request, registration):
    if registration.is_for_withheld_address:
        return _erase_companion(request, registration)
    return _erase(request, registration, back=reverse("events:registration", args=[registration.token]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
@own_booking
def erase_booker(request, booking, is_mine, by):
    if not is_mine:
        raise Http404
    return _erase(request, booking, back=booking.get_absolute_url())


def _erase(request, row, *, back):
    """Erase all that was made for the guest's address without an account: the link was sent there. Of an address that
    passed from one person to another, what is of the time of the link.

    The page is the same whether the address has an account or not: whoever was forwarded the mail learns of none. An
    account is deleted on its own page, with its password."""
    if row.user:
        return redirect("portal:delete_account")
    address = row.guest_email
    if not address:
        raise Http404
    form = EraseGuestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with suppress(operations.NothingHeldError):  # a second click at the same moment
            operations.erase_guest(address=address, language=get_language(), at=row.made_at)
        return _goodbye(request)
    held = held_in_numbers(guest_of(address, at=row.made_at))
    context = {"form": form, "back": back, "address": address, "held": held, "has_account": row.is_for(request.user)}
    return render(request, "portal/erase_guest.html", context, status=400 if form.is_bound else 200)


def _erase_companion(request, registration):
    """Erase a companion from the registration of this link; it was sent to an address that is not kept with it."""
    form = EraseGuestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        operations.erase_companion(registration=registration)
        return _goodbye(request)
    context = {"form": form, "back": reverse("events:registration", args=[registration.token]), "is_companion": True}
    return render(request, "portal/erase_guest.html", context, status=400 if form.is_bound else 200)


def _goodbye(request):
    messages.success(request, _("What we held about you is erased. Goodbye, and thank you."))
    return redirect("portal:home")
