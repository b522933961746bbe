from http import HTTPStatus

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hacktiv.site.once import sent_once

from ..building.queries.behind import events_behind
from ..building.queries.versions import changed_since, report_of
from ..core.access import coordinator_only, period_or_404
from ..errors import ReportingError
from ..models import ReportVersion
from . import operations
from .forms import CloseForm

#: Refusals to close that speak of the reason.
OF_REASON = {"proofs_missing", "too_long"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@coordinator_only
@sent_once
def close(request, project, period):
    period = period_or_404(project, period)
    version = period.versions.open().exclude(payload=None).first()
    if version is None:
        raise Http404
    report = report_of(version)
    form = CloseForm(
        request.POST or None,
        initial={"built_at": version.built_at.isoformat()},
        needs_reason=bool(report.lacking_proof),
        label_suffix="",
    )
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            _close(version, form.cleaned_data, request.user)
        except ReportingError as refusal:
            form.add_error("reason" if "reason" in form.fields and refusal.code in OF_REASON else None, refusal.message)
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("The report is closed. It stays as it is; corrections appear in the next one."))
            return redirect(period)
    context = {
        "period": period,
        "version": version,
        "report": report,
        "behind": events_behind(report, request.user),
        "since": changed_since(version),
        "form": form,
    }
    return render(request, "reporting/closing/close.html", context, status=status)


def _close(version: ReportVersion, answers, user):
    current = version.built_at.isoformat() == answers["built_at"]
    operations.close(
        version=version, built_at=version.built_at if current else None, by=user, reason=answers.get("reason", "")
    )
