"""Show the equipment that travels between the spaces, and take loans of it."""

from copy import copy
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hacktiv.common.admin_pages import say_who_is_not_told

from ..booking import operations as booking_operations
from ..booking.forms import is_a_look
from ..booking.queries import needed_by_visitors, person_of
from ..booking.queries.persons import Person
from ..booking.rules import OFFER_INSTEAD, can_be_cancelled
from ..booking.views.common import carry_out
from ..booking.views.own import own_booking
from ..enums import BookingStatus
from ..models import Booking, Resource, Space
from . import queries
from .forms import LoanForm, settled_loan

#: On so many of the next days on which a space opens a loan is tried, to open the form on the first that can be.
DAYS_TRIED = 10


@require_safe
@never_cache
def equipment(request):
    """List the pooled equipment: where it stands, and how it is lent."""
    return render(request, "spaces/lending/equipment.html", {"equipment": queries.equipment_of()})


@never_cache
def lend(request, pk):
    """Show when a piece of equipment is out, and book it. The choice survives the sign-in."""
    resource = equipment_of(pk)
    if resource is None:
        raise Http404
    page = LoanPage(request, resource, person_of(request.user))
    if request.method != "POST" or is_a_look(request.POST):
        return page.shown(first_choice(request.POST or request.GET, resource, page.person))
    if not request.user.is_authenticated:
        kept = {name: request.POST.get(name, "")[:60] for name in LoanForm.chosen}
        return redirect_to_login(f"{reverse('spaces:lend', args=[pk])}?{urlencode(kept)}")

    def borrow(form):
        asked = booking_operations.BookingRequest(
            resource=resource, user=request.user, purpose=form.cleaned_data["purpose"], **form.wish()
        )
        return booking_operations.book(asked=asked, by=request.user)

    return page.carry_out(
        borrow,
        requested=_("Your request is with the team: it is kept for you, and the answer comes by mail."),
        confirmed=_("Your loan is booked: a confirmation is on its way to your mailbox."),
    )


@never_cache
@own_booking
def loan_move(request, booking, is_mine, by):
    """Change a loan: its time, the space of hand-over, or what it is for."""
    as_manager = not is_mine
    resource = equipment_of(booking.resource_id)
    if resource is None or not booking.place:
        raise Http404
    if not can_be_cancelled(booking, timezone.now(), by_manager=as_manager):
        messages.error(request, _("This booking can no longer be changed."))
        return redirect(booking)
    page = LoanPage(request, resource, person_of(booking.user, moved=booking, by_manager=as_manager), booking)
    if request.method != "POST" or is_a_look(request.POST):
        return page.shown({**_choice_of(booking), **request.POST.dict()})

    def move(form):
        wish = {**form.wish(), "purpose": form.cleaned_data["purpose"]}
        return booking_operations.change_booking(booking=booking, **wish, by=by, as_manager=as_manager)

    return page.carry_out(
        move,
        requested=_("The new time is with the team: the place is held, and the answer comes by mail."),
        confirmed=_("The loan is changed: the new time is on its way by mail."),
    )


@dataclass(frozen=True)
class LoanPage:
    """The page on which equipment is borrowed by a person, or their loan (`booking`) changed."""

    request: HttpRequest
    resource: Resource
    person: Person
    booking: Booking | None = None

    @property
    def is_untold(self):
        """Return True if the loan is of somebody without an address, to whom no mail goes."""
        return bool(self.booking and not self.booking.person_email)

    def form(self, *sent, **values):
        return LoanForm(*sent, spaces=places(), **values)

    def shown(self, choice):
        """Draw the form with what is chosen in it."""
        sent = QueryDict(mutable=True)
        sent.update(choice)
        return self.drawn(self.form(initial=settled_loan(sent, places()).dict()))

    def carry_out(self, operation, *, requested, confirmed):
        """Call the operation for what the form asks, unless the page summed up another choice."""

        def told(form):
            made = operation(form)
            was = self.booking
            if was and (made.sequence, made.purpose) == (was.sequence, was.purpose):
                messages.info(self.request, _("You have changed nothing: the booking stays as it is."))
            else:
                text = requested if made.status == BookingStatus.REQUESTED else confirmed
                messages.success(self.request, _("The loan is changed.") if self.is_untold else text)
                say_who_is_not_told(self.request, [made.person_name] if self.is_untold else [])
            return made

        return carry_out(self.request, self.form(self.request.POST), told, self.drawn)

    def drawn(self, form, *, status=200, **context):
        context |= self.context_of(form)
        return render(self.request, "spaces/lending/lend.html", context, status=status)

    def context_of(self, form):
        """Return what the page says: when the equipment is out, and what the loan in the form would be."""
        pieces = queries.pieces(self.person.now, [self.resource.pk])
        loans = [loan for piece in pieces for loan in piece.loans if loan.place]
        context = {"resource": self.resource, "form": form, "loans": sorted(loans, key=lambda loan: loan.start)}
        context |= {"booking": self.booking, "outlook": None, "action": self.request.path}
        context["is_untold"] = self.is_untold
        context["needed"] = needed_by_visitors(self.resource, self.request.user)
        if shown := form.stretch_shown():
            outlook = queries.outlook_of_loan(self.resource, *shown, self.person, self.booking)
            context["outlook"] = outlook
            if outlook.refusal and outlook.refusal.code in OFFER_INSTEAD:
                context["offers"] = queries.other_loans(self.resource, *shown, self.person, self.booking)
        return context


def equipment_of(pk):
    """Return the equipment with this key, or None. The row is a copy for this request: an operation changes it."""
    return next((copy(one) for one in queries.equipment_of() if one.pk == pk), None)


def places():
    """Return the spaces where equipment can be taken over: the ones with opening hours."""
    return Space.objects.published().filter(opening_hours__isnull=False).distinct().prefetch_related("opening_hours")


def first_choice(sent, resource, person):
    """Return what is sent, with where it stands now, and the first day on which it can be had there."""
    standing = resource.standings[0] if resource.standings else resource.space
    choice = {"place": standing.slug} | sent.dict()
    place = next((space for space in places() if space.slug == choice["place"]), None)
    if place and "day" not in choice and (first := _first_day(resource, place, person)):
        choice["day"] = f"{first:%Y-%m-%d}"
    return choice


def _first_day(resource, place, person):
    """Return the first day on which it can be borrowed at the space for the day, the next opening where none of the
    next ones can, or None where the space never opens."""
    days = list(islice(queries.openings(place, timezone.localdate()), DAYS_TRIED))
    for day in days:
        sent = QueryDict(urlencode({"place": place.slug, "day": f"{day:%Y-%m-%d}"}))
        shown = LoanForm(initial=settled_loan(sent, [place]).dict(), spaces=Space.objects.filter(pk=place.pk))
        stretch = shown.stretch_shown()
        if stretch and not queries.outlook_of_loan(resource, *stretch, person).refusal:
            return day
    return days[0] if days else None


def _choice_of(booking):
    start, end = timezone.localtime(booking.start), timezone.localtime(booking.end)
    choice = {"place": booking.place.slug, "day": f"{start:%Y-%m-%d}", "until": f"{end:%Y-%m-%d}"}
    return choice | {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}", "purpose": booking.purpose}
