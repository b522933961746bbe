"""Pages to extend a recurring booking, cancel it from a day on, and try a refused day again."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hacktiv.common import dates
from hacktiv.common.admin_pages import Group, Page

from ...core.admin_pages import form_page, say_if_not_told
from ...errors import BookingError
from ..forms import CancelSeriesForm, ExtendForm
from ..operations import cancel_series, extend_series, retry_occurrence
from ..queries import occurrences_of
from ..rules import can_be_cancelled


def _to_its_page(series):
    return redirect("admin:spaces_series_change", series.pk)


def extend_page(request, series, *, admin):
    """Extend the series to a later day."""
    form = ExtendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wish = {"until": form.cleaned_data["until"], "by": request.user, "as_manager": True}
        try:
            extended = extend_series(series=series, **wish)
        except BookingError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("It goes on to %(day)s.") % {"day": dates.day(extended.until)})
            say_if_not_told(request, series)
            return _to_its_page(series)
    return _ask(request, form, series, _("Go on longer"), _("Extend"), admin=admin)


def cancel_page(request, series, *, admin):
    """Cancel every day from a chosen day on."""
    now = timezone.now()
    days = [
        row.day for row in occurrences_of(series) if row.booking and can_be_cancelled(row.booking, now, by_manager=True)
    ]
    if not days:
        messages.error(request, _("Nothing of it is left to cancel from that day on."))
        return _to_its_page(series)
    form = CancelSeriesForm(request.POST or None, days=days, initial={"day": days[0]})
    if request.method == "POST" and form.is_valid():
        wish = {"from_day": form.cleaned_data["day"], "reason": form.cleaned_data["reason"], "by": request.user}
        try:
            cancel_series(series=series, as_manager=True, **wish)
        except BookingError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("These days are given back."))
            say_if_not_told(request, series)
            return _to_its_page(series)
    return _ask(request, form, series, _("Cancel from a day on"), _("Cancel the bookings"), admin=admin)


@require_POST
def retry_page(request, series, day, *, admin):
    """Try again to book a day that was refused."""
    occurrence = get_object_or_404(series.occurrences, pk=day)
    written = dates.day(occurrence.day)
    try:
        retry_occurrence(occurrence=occurrence, by=request.user, as_manager=True)
    except BookingError as error:
        messages.error(request, f"{written} – {error.message}")
    else:
        messages.success(request, _("Booked: %(booking)s.") % {"booking": written})
        say_if_not_told(request, series)
    return _to_its_page(series)


def _ask(request, form, series, title, submit, *, admin):
    lead = f"{series.person_name}, {series.resource.name}, {series.in_words_within}"
    back = reverse("admin:spaces_series_change", args=[series.pk])
    words = {"title": title, "submit": submit, "lead": lead}
    if not series.person_email:
        words["not_told"] = series.person_name
        if "reason" in form.fields:
            form.fields["reason"].help_text = _("No mail takes it to anybody: say it on the phone.")
    return form_page(request, admin, form, back_url=back, **words)


def _has_days_left(series):
    now = timezone.now()
    return any(row.booking and can_be_cancelled(row.booking, now, by_manager=True) for row in occurrences_of(series))


PAGES = [
    Page("extend", extend_page, gettext_lazy("Go on longer")),
    Page("retry", retry_page, address="retry/<int:day>/"),
    Page("cancel", cancel_page, gettext_lazy("Cancel from a day on"), Group.CANCEL, is_possible=_has_days_left),
]
