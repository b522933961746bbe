"""Show the equipment that travels between the spaces, and take loans of it."""

from copy import copy
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hacktiv.common.ratelimit import limit

from ..booking import operations as booking_operations
from ..booking.rules import can_be_cancelled
from ..booking.views.choosing import BOOKINGS_AN_HOUR
from ..booking.views.own import own_booking
from ..booking.views.recurring import first_fault
from ..enums import BookingStatus
from ..errors import BookingError
from ..models import Space
from . import queries
from .forms import LoanForm

#: Fields of the form that are kept while a visitor signs in.
CHOICE = ("place", "day", "start", "until", "end")


@require_safe
@never_cache
def equipment(request):
    """List the pooled equipment: where it stands, and how it is lent."""
    return render(request, "spaces/lending/equipment.html", {"equipment": queries.equipment_of()})


@never_cache
def lend(request, pk):
    """Show when a piece of equipment is out, and book it. The choice survives the sign-in."""
    resource = _equipment(pk)
    if resource is None:
        raise Http404
    if request.method != "POST":
        form = LoanForm(initial=_first_choice(request.GET, resource), spaces=_places())
        return _page(request, resource, form)
    form = LoanForm(request.POST, spaces=_places())
    if not request.user.is_authenticated:
        kept = {name: request.POST.get(name, "")[:60] for name in CHOICE}
        return redirect_to_login(f"{reverse('spaces:lend', args=[pk])}?{urlencode(kept)}")
    if not form.is_valid():
        return _page(request, resource, form)
    limit(request, "book", BOOKINGS_AN_HOUR)
    asked = booking_operations.BookingRequest(
        resource=resource, user=request.user, purpose=form.cleaned_data["purpose"], **form.wish()
    )
    try:
        booking = booking_operations.book(asked=asked, by=request.user)
    except BookingError as error:
        form.add_error(None, error.message)
        return _page(request, resource, form)
    if booking.status == BookingStatus.REQUESTED:
        messages.success(request, _("Your request is with the team: it is kept for you, and the answer comes by mail."))
    else:
        messages.success(request, _("Your loan is booked: a confirmation is on its way to your mailbox."))
    return redirect(booking)


@never_cache
@own_booking
def loan_move(request, booking, is_mine, by):
    """Move a loan to another time, or to another space of hand-over."""
    as_manager = not is_mine
    resource = _equipment(booking.resource_id)
    if resource is None or not booking.place:
        raise Http404
    if not can_be_cancelled(booking, timezone.now(), by_manager=as_manager):
        messages.error(request, _("This booking can no longer be changed."))
        return redirect(booking)
    form = LoanForm(request.POST or None, initial=_choice_of(booking), spaces=_places())
    del form.fields["purpose"]
    if request.method == "POST" and form.is_valid():
        limit(request, "book", BOOKINGS_AN_HOUR)
        try:
            booking = booking_operations.move_booking(booking=booking, **form.wish(), by=by, as_manager=as_manager)
        except BookingError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The loan is changed: the new time is on its way by mail."))
            return redirect(booking)
    return _page(request, resource, form, booking=booking)


def _equipment(pk):
    """Return the equipment with this key, or None. The row is a copy for this request: an operation changes it."""
    return next((copy(one) for one in queries.equipment_of() if one.pk == pk), None)


def _page(request, resource, form, **context):
    loans = [loan for piece in queries.pieces(timezone.now(), [resource.pk]) for loan in piece.loans if loan.place]
    context |= {"resource": resource, "form": form, "loans": sorted(loans, key=lambda loan: loan.start)}
    return render(request, "spaces/lending/lend.html", context, status=first_fault(form))


def _places():
    """Return the spaces where equipment can be taken over: the ones with opening hours."""
    return Space.objects.published().filter(opening_hours__isnull=False).distinct()


def _first_choice(sent, resource):
    choice = {name: sent[name] for name in CHOICE if name in sent}
    standing = resource.standings[0] if resource.standings else resource.space
    return {"place": standing.slug, **choice}


def _choice_of(booking):
    start, end = timezone.localtime(booking.start), timezone.localtime(booking.end)
    choice = {"place": booking.place.slug, "day": start.date(), "until": end.date()}
    return choice | {"start": start.time(), "end": end.time()}
