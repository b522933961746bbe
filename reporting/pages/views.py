"""Show the projects, the report of a half-year, and its highlights to the coordinator."""

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hacktiv.common.paging import page_of
from hacktiv.site.once import sent_once

from ..building.queries.behind import events_behind
from ..building.queries.versions import (
    changed_since,
    current_report,
    current_version,
    report_of,
    versions_of_project,
)
from ..core.access import coordinator_only, period_or_404, version_or_404
from ..core.operations import write_comment, write_highlights
from ..enums import Commented, VersionState
from ..models import Period
from ..outputs.renderers.formats import FORMATS
from ..plan.forms import InLanguagesForm
from ..plan.views import write_page
from .queries import projects_with_reports
from .rules import PER_PAGE, chapters_of, page_with


@require_safe
@coordinator_only
def projects(request):
    return render(request, "reporting/pages/projects.html", {"projects": projects_with_reports()})


@require_safe
@never_cache
@coordinator_only
def report(request, project, period, number=None):
    """Show a report in chapters, its lists in pages. `?at=` and the anchor of an action ask for the page it is on."""
    period = period_or_404(project, period)
    version = version_or_404(period, number) if number is not None else current_version(period)
    shown = report_of(version) if version else current_report(period)
    is_draft = version is not None and version.state == VersionState.BUILT
    at = page_with(request.GET.get("at", ""), shown.actions)
    actions = page_of(
        request, shown.actions, PER_PAGE, parameter="actions", anchor="actions", label=_("Actions"), number=at
    )
    return render(
        request,
        "reporting/pages/report.html",
        {
            "period": period,
            "version": version,
            "report": shown,
            "chapters": chapters_of(shown),
            "actions": actions,
            "keys_shown": {part.key for part in (*actions, *shown.coaching, *shown.deliverables, *shown.outputs)},
            "behind": events_behind(shown, request.user, actions),
            "since": changed_since(version) if is_draft else None,
            "versions": period.versions.defer("payload").order_by("-number"),
            "draft": period.versions.open().defer("payload").first(),
            "formats": list(FORMATS),
            "comparable": versions_of_project(period).count() > 1,
        },
    )


@require_safe
@never_cache
@coordinator_only
def figure(request, project, period, code, number=None):
    """List all that stands behind a figure of a report, in pages."""
    period = period_or_404(project, period)
    version = version_or_404(period, number) if number is not None else current_version(period)
    shown = report_of(version) if version else current_report(period)
    chosen = next((one for one in (*shown.figures, *shown.indicators) if one.code == code), None)
    if chosen is None:
        raise Http404
    known = shown.actions_by_key
    entries = page_of(request, [known[key] for key in chosen.actions if key in known], PER_PAGE)
    context = {"period": period, "version": version, "report": shown, "figure": chosen, "page_obj": entries}
    return render(request, "reporting/pages/figure.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@coordinator_only
@sent_once
def highlights(request, project, period):
    period = period_or_404(project, period)
    return write_page(
        request,
        "reporting/pages/highlights.html",
        standing=lambda: Period.objects.get(pk=period.pk),
        field="highlights",
        write=lambda texts, seen: write_highlights(period=period, texts=texts, seen=seen, by=request.user),
        kept=_("The highlights are kept. Build the report again to see them in it."),
        context={"period": period},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@coordinator_only
@sent_once
def comment(request, project, period, section):
    period = period_or_404(project, period)
    if section not in Commented.values:
        raise Http404
    return write_page(
        request,
        "reporting/pages/comment.html",
        standing=lambda: period.comments.filter(section=section).first(),
        write=lambda texts, seen: write_comment(
            period=period, section=section, texts=texts, seen=seen, by=request.user
        ),
        kept=_("The comment is kept. Build the report again to see it in it."),
        context={"period": period, "section": Commented(section).label},
        form_class=InLanguagesForm,
    )
