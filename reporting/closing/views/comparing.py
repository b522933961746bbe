"""Compare two versions of a project's reports."""

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ...building.queries.versions import report_of, versions_of_project
from ...core.access import coordinator_only, period_or_404
from ...models import ReportVersion
from ..forms import CompareForm
from ..queries import compared


@require_safe
@never_cache
@coordinator_only
def compare(request, project, period):
    """Show two versions side by side: those that are chosen, else the last two of this half-year or of all."""
    period = period_or_404(project, period)
    versions = list(versions_of_project(period))
    own = [version for version in versions if version.period_id == period.pk]
    usual = (own if len(own) > 1 else [*own, *(version for version in versions if version not in own)])[:2]
    chosen = dict(zip(("other", "one"), (version.pk for version in usual), strict=False)) if len(usual) > 1 else None
    form = CompareForm(request.GET or chosen, versions=versions, label_suffix="")
    context = {"period": period, "versions": versions, "form": form}
    if form.is_bound and form.is_valid():
        one, other = (ReportVersion.objects.select_related("period__project").get(pk=pk) for pk in form.chosen)
        first, second = report_of(one), report_of(other)
        context |= {"one": one, "other": other, "first": first, "second": second, "both": (first, second)}
        context["compared"] = compared(one, first, second)
    return render(request, "reporting/closing/compare.html", context)
