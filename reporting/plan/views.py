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
from ..errors import ReportingError
from ..models import ReportText
from ..models.plan import TOLD_SECTIONS
from . import operations
from .forms import InLanguagesForm
from .queries import fingerprint_of


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
    told = ReportText.objects.filter(period=period, section=section).first()
    initial = {"shown": fingerprint_of(told)} | (texts_of(told, "text") if told else {})
    form = InLanguagesForm(request.POST or None, initial=initial, label_suffix="")
    context = {"period": period, "section": section, "name": names[section]}
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            operations.write_report_text(
                period=period, section=section, texts=form.texts, seen=form.cleaned_data["shown"], by=request.user
            )
        except ReportingError as refusal:
            status = HTTPStatus.CONFLICT
            standing = ReportText.objects.filter(period=period, section=section).first()
            typed = request.POST.copy()
            typed["shown"] = fingerprint_of(standing)
            form = InLanguagesForm(typed, label_suffix="")
            form.add_error(None, refusal.message)
            context["standing"] = texts_of(standing, "text") if standing else {}
        else:
            messages.success(request, _("The text is kept. Build the report again to see it in it."))
            return redirect(period)
    return render(request, "reporting/plan/report_text.html", {**context, "form": form}, status=status)
