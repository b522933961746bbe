"""The page on which managers note on which side of the border a member lived who came without a home space."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hacktiv.common import dates
from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.forms import PlainForm
from members.enums import Country

from ...core.admin_pages import form_page
from ...errors import BookingError
from ...passes.operations import correct_side
from ...passes.queries import visit_of


class SideForm(PlainForm):
    """The side of a visit, and the reason where a known one changes."""

    side = forms.ChoiceField(
        label=gettext_lazy("Lives in"),
        required=False,
        choices=[("", gettext_lazy("Not said, or elsewhere")), *Country.choices],
        help_text=gettext_lazy("As the statistics keep it, without the name. What the account says stays as it is."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "Asked when another country replaces the one that was noted. A closed report stays as it is;"
            " its next version lists the correction."
        ),
    )

    def __init__(self, *args, visit, **kwargs):
        super().__init__(*args, initial={"side": visit.home_side}, **kwargs)
        if not visit.home_side:
            del self.fields["reason"]


def has_side_to_correct(booking):
    """Return whether the member came, and had no home space whose side the visit would have."""
    visit = visit_of(booking)
    return visit is not None and visit.home_space_id is None


def side_page(request, booking, *, admin):
    """Show the side of the border that the member's visit keeps, to be noted or corrected."""
    visit = visit_of(booking)
    if visit is None or visit.home_space_id or not admin.has_view_permission(request, booking):
        raise Http404
    form = SideForm(request.POST if request.method == "POST" else None, visit=visit)
    if form.is_valid():
        try:
            kept = correct_side(visit=visit, by=request.user, **form.cleaned_data)
        except BookingError as error:
            form.add_error("reason" if error.code == "reason" else None, error.message)
        else:
            if kept.home_side:
                side = {"side": kept.get_home_side_display()}
                messages.success(request, _("The side of the border is noted for this visit: %(side)s.") % side)
            else:
                messages.success(request, _("No side of the border is noted for this visit."))
            return redirect("admin:spaces_booking_change", booking.pk)
    said = _(
        "%(person)s, %(day)s, %(space)s. Without a home space on that day, where they lived tells if they crossed the"
        " border."
    )
    return form_page(
        request,
        admin,
        form,
        title=_("Side of the border"),
        submit=_("Save"),
        template="admin/spaces/booking/side.html",
        lead=said % {"person": booking.person_name, "day": dates.day(visit.day), "space": visit.space},
        back_url=reverse("admin:spaces_booking_change", args=[booking.pk]),
        corrections=visit.side_corrections.select_related("made_by"),
    )


PAGES = [Page("side", side_page, gettext_lazy("Side of the border…"), Group.AFTER, has_side_to_correct)]
