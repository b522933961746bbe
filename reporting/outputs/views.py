from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ..building.queries.versions import current_report, current_version, report_of
from ..core.access import coordinator_only, period_or_404, version_or_404
from .renderers.to_copy import FORMS, form_of, sections


@require_safe
@never_cache
@coordinator_only
def to_copy(request, project, period, number=None):
    """Show the texts and figures of a report in the order of a form of the programme (`?form=`), to copy them there."""
    period = period_or_404(project, period)
    version = version_or_404(period, number) if number is not None else current_version(period)
    report = report_of(version) if version else current_report(period)
    form = form_of(request.GET.get("form", ""))
    context = {
        "period": period,
        "version": version,
        "report": report,
        "form": form,
        "forms": FORMS,
        "sections": sections(report, form),
    }
    return render(request, "reporting/outputs/to_copy.html", context)
