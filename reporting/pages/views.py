"""Show the projects, the report of a half-year, and its highlights to the coordinator."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ..building.queries.behind import events_behind
from ..building.queries.versions import changed_since, current_report, current_version, report_of
from ..core.access import coordinator_only, period_or_404, version_or_404
from ..core.operations import write_comment, write_highlights
from ..enums import Section, VersionState
from ..outputs.renderers.formats import FORMATS
from .forms import CommentForm, HighlightsForm
from .queries import projects_with_reports


@require_safe
@coordinator_only
def projects(request):
    return render(request, "reporting/pages/projects.html", {"projects": projects_with_reports()})


@require_safe
@never_cache
@coordinator_only
def report(request, project, period, number=None):
    period = period_or_404(project, period)
    version = version_or_404(period, number) if number is not None else current_version(period)
    shown = report_of(version) if version else current_report(period)
    is_draft = version is not None and version.state == VersionState.BUILT
    return render(
        request,
        "reporting/pages/report.html",
        {
            "period": period,
            "version": version,
            "report": shown,
            "behind": events_behind(shown, request.user),
            "since": changed_since(version) if is_draft else None,
            "versions": period.versions.defer("payload").order_by("-number"),
            "draft": period.versions.open().defer("payload").first(),
            "formats": list(FORMATS),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_only
def highlights(request, project, period):
    period = period_or_404(project, period)
    form = HighlightsForm(request.POST, label_suffix="") if request.method == "POST" else HighlightsForm.of(period)
    if request.method == "POST" and form.is_valid():
        write_highlights(period=period, texts=form.cleaned_data)
        messages.success(request, _("The highlights are kept. Build the report again to see them in it."))
        return redirect(period)
    return render(request, "reporting/pages/highlights.html", {"period": period, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_only
def comment(request, project, period, section):
    period = period_or_404(project, period)
    if section not in Section.values:
        raise Http404
    before = period.comments.filter(section=section).first()
    form = CommentForm(request.POST, label_suffix="") if request.method == "POST" else CommentForm.of(before)
    if request.method == "POST" and form.is_valid():
        write_comment(period=period, section=section, texts=form.cleaned_data)
        messages.success(request, _("The comment is kept. Build the report again to see it in it."))
        return redirect(period)
    context = {"period": period, "form": form, "section": Section(section).label}
    return render(request, "reporting/pages/comment.html", context)
