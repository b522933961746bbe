"""Order the build of a report, and tell how far it is."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ..core.access import coordinator_only, period_or_404
from ..errors import ReportingError
from . import operations


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_only
def build(request, project, period):
    period = period_or_404(project, period)
    if request.method != "POST":
        return redirect(period)
    try:
        operations.request_build(period=period, by=request.user)
    except ReportingError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.info(request, _("The report is being built. This page shows how far it is."))
    return redirect(period)


@require_safe
@never_cache
@coordinator_only
def progress(request, project, period):
    """Show the progress of the draft; the page asks again and again. Once it is done, reload the whole page."""
    period = period_or_404(project, period)
    draft = period.versions.open().defer("payload").first()
    response = render(request, "reporting/building/_progress.html", {"period": period, "draft": draft})
    if draft is None or not draft.is_underway:
        response["HX-Refresh"] = "true"
    return response
