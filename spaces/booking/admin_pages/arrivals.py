"""Buttons on the manager's page of today: check people in, and correct a mistake."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hacktiv.common import dates
from hacktiv.common.admin_pages import Page

from ...core.scoping import DESK
from ...errors import BookingError
from ..operations import check_in, undo_check_in, undo_no_show


def named(booking):
    """Return a booking in a few words: its person, and when."""
    person = booking.person_name or _("account erased")
    return f"{person}, {dates.span(booking.start, booking.end)}"


def button(operation, done):
    """Make the view of a button that does one operation and leads back to the page of today, or of the person."""

    @require_POST
    def view(request, booking, *, admin):
        if not admin.has_view_permission(request, booking):
            raise Http404
        try:
            operation(booking=booking, by=request.user)
        except BookingError as error:
            messages.error(request, _("%(field)s: %(error)s") % {"field": named(booking), "error": error.message})
        else:
            messages.success(request, done % {"person": booking.person_name or _("account erased")})
        return redirect(_back(request, booking))

    return view


def _button(name, operation, done):
    return Page(name, button(operation, done), opens_to=(DESK,))


def _back(request, booking):
    if request.POST.get("back") == "person" and booking.user_id:
        return f"{reverse('admin:members_user_person', args=[booking.user_id])}#person-bookings"
    return f"{reverse('admin:index')}#today-arrivals"


PAGES = [
    _button("check_in", partial(check_in, by_team=True), gettext_lazy("%(person)s is checked in.")),
    _button("undo_check_in", undo_check_in, gettext_lazy("The check-in of %(person)s is taken back.")),
    _button("undo_no_show", undo_no_show, gettext_lazy("%(person)s is checked in.")),
]
