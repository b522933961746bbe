"""Write the texts of a report for its sections."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hacktiv.common.languages import texts_of
from hacktiv.site.once import sent_once

from ..core.access import coordinator_only, period_or_404
from ..core.rules import fingerprint_of
from ..errors import ReportingError
from ..models import ReportText
from ..models.plan import TOLD_SECTIONS
from . import operations
from .forms import ReportTextForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@coordinator_only
@sent_once
def report_text(request, project, period, section):
    """Write the report's own text for a section, or on a horizontal principle."""
    period = period_or_404(project, period)
    names = dict(TOLD_SECTIONS)
    if section not in names:
        raise Http404

    def write(texts, seen):
        operations.write_report_text(period=period, section=section, texts=texts, seen=seen, by=request.user)

    return write_page(
        request,
        "reporting/plan/report_text.html",
        standing=lambda: ReportText.objects.filter(period=period, section=section).first(),
        write=write,
        kept=_("The text is kept. Build the report again to see it in it."),
        context={"period": period, "section": section, "name": names[section]},
    )


def write_page(request, template, *, standing, write, kept, context, field="text", form_class=ReportTextForm):
    """Show a text in each language to who writes it, and have it saved; then lead back to the report.

    `standing` reads the row with the text as it is now. What somebody else has written meanwhile is shown beside what
    was typed, and not replaced unless it is sent again."""
    row = standing()
    initial = {"shown": fingerprint_of(row, field)} | (texts_of(row, field) if row else {})
    form = form_class(request.POST or None, initial=initial, label_suffix="")
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            write(form.texts, form.cleaned_data["shown"])
        except ReportingError as refusal:
            status = HTTPStatus.CONFLICT
            row = standing()
            typed = request.POST.copy()
            typed["shown"] = fingerprint_of(row, field)
            form = form_class(typed, label_suffix="")
            form.add_error(None, refusal.message)
            context = context | {"standing": texts_of(row, field) if row else {}}
        else:
            messages.success(request, kept)
            return redirect(context["period"])
    return render(request, template, context | {"form": form}, status=status)
