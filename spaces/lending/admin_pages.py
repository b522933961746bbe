"""Show the equipment of the network to managers: what must travel, who has what, and where each piece stands."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hacktiv.common import dates
from hacktiv.common.admin_pages import Page
from hacktiv.common.forms import PlainForm
from members.core.rules import administers

from ..booking.forms import is_a_look
from ..booking.operations import BookingRequest, book, whom
from ..booking.queries import person_of
from ..booking.views.common import carry_out
from ..core.admin_pages import form_page, say_if_not_told, sent
from ..core.scoping import run_space_ids, runs_a_space
from ..errors import BookingError
from ..models import Booking, Handover, Resource, Space
from .forms import LendingForm
from .operations import bring, hand_over, take_back
from .queries import loans_on, pieces
from .views import LoanPage, equipment_of, first_choice, places

#: Latest notes on the page.
NOTES_SHOWN = 15


class NoteForm(PlainForm):
    note = forms.CharField(
        label=gettext_lazy("Condition"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("What is missing or damaged; of the thing, not of the person."),
    )


class SpaceNoteForm(NoteForm):
    space = forms.ModelChoiceField(label=gettext_lazy("Space"), queryset=Space.objects.none(), empty_label=None)
    field_order = ["space", "note"]

    def __init__(self, *args, spaces, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = spaces


@require_safe
def equipment_page(request, *, admin):
    """Show all pooled equipment to every manager, but names of people only for loans at their own spaces."""
    if not runs_a_space(request):
        raise PermissionDenied
    now = timezone.now()
    found = pieces(now)
    to_give, out = loans_on(found, now)
    for piece in found:
        piece.may_be_brought = _may_bring(request, piece)
        piece.is_mine = _tends(request, piece.unit.resource.space)
        for loan in piece.loans:
            loan.is_mine = _tends(request, loan.resource.space, loan.place)
    for loan in out:
        loan.is_mine = _tends(request, loan.resource.space, loan.place)
    journeys = []
    for piece in found:
        for journey in piece.journeys:
            journey.may_be_noted = piece.may_be_brought and journey is piece.journeys[0]
        journeys += piece.journeys
    notes = Handover.objects.filter(unit__in=[piece.unit.pk for piece in found])
    context = {
        **admin.page_context(request, title=_("Equipment that travels")),
        "pieces": found,
        "journeys": sorted(journeys, key=lambda journey: journey.before),
        "to_give": to_give,
        "out": out,
        "now": now,
        "notes": notes.select_related("unit__resource", "from_space", "space", "by")[:NOTES_SHOWN],
    }
    return TemplateResponse(request, "admin/spaces/resource/equipment.html", context)


def lend_page(request, resource_id, *, admin):
    """Lend the equipment as its manager, who arranges the journey themselves."""
    is_mine = admin.in_scope(request, Resource.objects.filter(travels=True)).filter(pk=resource_id).exists()
    resource = equipment_of(resource_id) if is_mine else None
    if resource is None:
        raise Http404
    page = LendPage(request, resource, person_of(None, by_manager=True), admin=admin)
    if request.method != "POST" or is_a_look(request.POST):
        return page.shown(first_choice(request.POST or request.GET, resource, page.person))
    return carry_out(request, page.form(request.POST), page.lend, page.drawn, rate=None)


@dataclass(frozen=True)
class LendPage(LoanPage):
    """The page on which a manager lends equipment to a member or a guest; the form says to whom."""

    admin: Any = None

    def form(self, *sent, **values):
        site = self.admin.admin_site
        people = site._registry[Booking._meta.get_field("user").remote_field.model].get_queryset(self.request)
        return LendingForm(*sent, spaces=places(), people=people, admin_site=site, **values)

    def lend(self, form):
        """Book the loan, and return the address of the equipment."""
        asked = BookingRequest(resource=self.resource, **form.wish())
        loan = book(asked=asked, by=self.request.user, as_manager=True)
        messages.success(self.request, _("Booked: %(booking)s.") % {"booking": dates.span(loan.start, loan.end)})
        say_if_not_told(self.request, loan)
        return reverse("admin:spaces_resource_equipment")

    def drawn(self, form, *, status=200, **context):
        asked_for = form.asked_for(self.resource)
        user = whom(asked_for)[0] if asked_for else None
        page = replace(self, person=person_of(user, by_manager=True))
        title = _("Lend to somebody: %(what)s") % {"what": self.resource.name}
        context |= self.admin.page_context(self.request, title=title, media=form.media, asked_for=asked_for)
        context |= page.context_of(form)
        return TemplateResponse(self.request, "admin/spaces/resource/lend.html", context, status=status)


def bring_page(request, unit_id, *, admin):
    piece = next((one for one in pieces(timezone.now()) if one.unit.pk == unit_id), None)
    if piece is None or not _may_bring(request, piece):
        raise Http404
    unit, standing = piece.unit, piece.standing
    form = SpaceNoteForm(sent(request), initial=request.GET.dict(), spaces=_destinations(request, piece))
    title = _("%(piece)s: arrived from %(space)s") % {"piece": unit, "space": standing}
    operation = partial(bring, unit=unit, from_space=standing)
    return _note(request, form, operation, admin=admin, title=title, submit=_("It has arrived"))


def hand_over_page(request, booking_id, *, admin):
    booking = _loan(request, booking_id)
    form = NoteForm(sent(request))
    title = _("Hand over to %(person)s: %(what)s") % {"person": _person(booking), "what": booking.resource.name}
    operation = partial(hand_over, booking=booking)
    return _note(request, form, operation, admin=admin, title=title, submit=_("It is handed over"))


def return_page(request, booking_id, *, admin):
    booking = _loan(request, booking_id)
    spaces = Space.objects.filter(Q(is_published=True) | Q(pk=booking.place_id))
    form = SpaceNoteForm(sent(request), initial={"space": booking.place_id}, spaces=spaces)
    title = _("Brought back by %(person)s: %(what)s") % {"person": _person(booking), "what": booking.resource.name}
    operation = partial(take_back, booking=booking)
    return _note(request, form, operation, admin=admin, title=title, submit=_("It is brought back"))


def _note(request, form, operation, *, admin, **page):
    """Show the form; once the operation went through, say so and go back to the equipment."""
    back = reverse("admin:spaces_resource_equipment")
    if request.method == "POST" and form.is_valid():
        try:
            operation(**form.cleaned_data, by=request.user)
        except BookingError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Noted, %(moment)s.") % {"moment": dates.hour(timezone.now())})
            return redirect(back)
    return form_page(request, admin, form, back_url=back, **page)


def _tends(request, *spaces):
    return administers(request.user) or any(space and space.pk in run_space_ids(request) for space in spaces)


def _may_bring(request, piece):
    """Return True if this person may note the arrival of the piece: nobody has it, and they run its home, the space
    where it stands, or a space to which a journey leads."""
    return not piece.holder and _tends(
        request, piece.unit.resource.space, piece.standing, *(journey.space for journey in piece.journeys)
    )


def _destinations(request, piece):
    """Return the spaces where this person may note the arrival of the piece. Managers of its home, or of the space
    where it stands, may note any space; others only their own, where a journey leads there."""
    spaces = Space.objects.exclude(pk=piece.standing.pk)
    if _tends(request, piece.unit.resource.space, piece.standing):
        return spaces
    return spaces.filter(pk__in={journey.space.pk for journey in piece.journeys} & run_space_ids(request))


def _loan(request, booking_id):
    """Return the loan for managers of the equipment's home or of the space of hand-over; else 404."""
    bookings = Booking.objects.filter(place__isnull=False).select_related("resource__space", "place", "user")
    booking = bookings.filter(pk=booking_id).first()
    if booking is None or not _tends(request, booking.resource.space, booking.place):
        raise Http404
    return booking


def _person(booking):
    return booking.person_name or _("account erased")


PAGES = [
    Page("equipment", equipment_page, of_one=False),
    Page("lend", lend_page, address="equipment/<int:resource_id>/lend/", of_one=False),
    Page("bring", bring_page, address="equipment/<int:unit_id>/bring/", of_one=False),
    Page("hand_over", hand_over_page, address="equipment/<int:booking_id>/hand-over/", of_one=False),
    Page("return", return_page, address="equipment/<int:booking_id>/return/", of_one=False),
]
