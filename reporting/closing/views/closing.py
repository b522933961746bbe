"""Close a draft, after saying what is amiss in it."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hacktiv.site.once import sent_once

from ...building.queries.behind import events_behind
from ...core.access import coordinator_only, period_or_404
from ...enums import Level
from ...errors import ReportingError
from .. import operations
from ..forms import CloseForm, field_of
from ..queries import facts_of
from ..rules import findings


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@coordinator_only
@sent_once
def close(request, project, period):
    period = period_or_404(project, period)
    version = period.versions.open().exclude(payload=None).first()
    if version is None:
        raise Http404
    if version.is_underway:
        return redirect(period)
    version.period = period
    facts = facts_of(version)
    found = findings(facts)
    form = CloseForm(
        request.POST or None,
        initial={"built_at": version.built_at.isoformat()},
        findings=found,
        before=version.reasons,
        label_suffix="",
    )
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            _ask(version, form, request.user, facts)
        except ReportingError as refusal:
            name = field_of(refusal.code)
            form.add_error(name if name in form.fields else None, refusal.message)
            status = HTTPStatus.CONFLICT
        else:
            messages.success(
                request,
                _("The report is being closed: its files are stored. This page shows how far it is."),
            )
            return redirect(period)
    context = {
        "period": period,
        "version": version,
        "report": facts.report,
        "behind": events_behind(facts.report, request.user),
        "since": facts.since,
        "is_refused": any(finding.check.level == Level.REFUSES for finding in found),
        "form": form,
    }
    return render(request, "reporting/closing/close.html", context, status=status)


def _ask(version, form, user, facts):
    current = version.built_at.isoformat() == form.cleaned_data["built_at"]
    operations.ask_closing(
        version=version, built_at=version.built_at if current else None, by=user, reasons=form.reasons, facts=facts
    )
