"""The coordinator's pages: the projects, the report of a half-year, its closing and its files; a partner's own part."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from events.models import Proof
from hacktiv.site.once import sent_once
from members.core.rules import coordinates

from . import operations
from .access import coordinator_only
from .enums import VersionState
from .errors import ReportingError
from .forms import CloseForm, CountForm, EvidenceForm, HighlightsForm, TakeBackForm
from .models import EvidenceFile, Period, ReportVersion
from .queries import own_part
from .queries.behind import events_behind
from .queries.projects import projects_with_reports
from .queries.uncounted import contributions, decided_actions, is_closed, uncounted_events
from .queries.versions import changed_since, current_report, current_version, report_of
from .renderers.formats import FORMATS, file_name

#: Refusals to close that speak of the reason.
OF_REASON = {"proofs_missing", "too_long"}
EVIDENCE = {"proof": Proof, "evidence": EvidenceFile}


@require_safe
@coordinator_only
def projects(request):
    return render(request, "reporting/projects.html", {"projects": projects_with_reports()})


@require_safe
@never_cache
@coordinator_only
def report(request, project, period, number=None):
    period = _period(project, period)
    version = _version(period, number) if number is not None else current_version(period)
    shown = report_of(version) if version else current_report(period)
    is_draft = version is not None and version.state == VersionState.BUILT
    return render(
        request,
        "reporting/report.html",
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
def build(request, project, period):
    period = _period(project, period)
    if request.method != "POST":
        return redirect(period)
    operations.request_build(period=period)
    messages.info(request, _("The report is being built. This page shows how far it is."))
    return redirect(period)


@require_safe
@never_cache
@coordinator_only
def progress(request, project, period):
    """Show the progress of the draft; the page asks again and again. Once it is done, reload the whole page."""
    period = _period(project, period)
    draft = period.versions.open().defer("payload").first()
    response = render(request, "reporting/_progress.html", {"period": period, "draft": draft})
    if draft is None or not draft.is_underway:
        response["HX-Refresh"] = "true"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@coordinator_only
@sent_once
def close(request, project, period):
    period = _period(project, period)
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
    return render(request, "reporting/close.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@coordinator_only
@sent_once
def uncounted(request, project, period):
    """List the held events on which nobody decided; count those that are ticked, or leave them out, after a preview."""
    period = _period(project, period)
    events = uncounted_events([period])[period]
    form = CountForm(request.POST or None, events=events, label_suffix="")
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["step"] in {CountForm.COUNT, CountForm.LEAVE_OUT}:
            _count(request, period, form)
            return redirect("reporting:uncounted", period.project.slug, period.label)
        adds = contributions(period, form.ticked)
        context = {"period": period, "form": form, "adds": adds, "is_closed": is_closed(period)}
        return render(request, "reporting/count.html", context)
    context = {
        "period": period,
        "form": form,
        "ticked": request.POST.getlist("events"),
        "rows": contributions(period, events),
        "decided": decided_actions(period),
        "is_closed": is_closed(period),
    }
    return render(request, "reporting/uncounted.html", context)


def _count(request, period, form):
    counts = form.cleaned_data["step"] == CountForm.COUNT
    operations.count_events(
        period=period, events=form.ticked, counts=counts, indicator=form.cleaned_data["indicator"] if counts else ""
    )
    number = len(form.ticked)
    if counts:
        words = ngettext("%(number)d event is counted.", "%(number)d events are counted.", number)
    else:
        words = ngettext("%(number)d event is left out.", "%(number)d events are left out.", number)
    messages.success(request, words % {"number": number})


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_only
@sent_once
def take_back(request, project, period):
    period = _period(project, period)
    if request.method == "POST":
        form = TakeBackForm(request.POST, actions=decided_actions(period))
        try:
            number = operations.take_back(period=period, actions=form.ticked) if form.is_valid() else None
        except ReportingError as refusal:
            messages.error(request, refusal.message)
        else:
            if number is None:
                messages.error(request, _("Tick at least one event."))
            else:
                words = ngettext(
                    "%(number)d event waits for a decision again.",
                    "%(number)d events wait for a decision again.",
                    number,
                )
                messages.success(request, words % {"number": number})
    return redirect("reporting:uncounted", period.project.slug, period.label)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_only
def highlights(request, project, period):
    period = _period(project, period)
    form = HighlightsForm(request.POST, label_suffix="") if request.method == "POST" else HighlightsForm.of(period)
    if request.method == "POST" and form.is_valid():
        operations.write_highlights(period=period, texts=form.cleaned_data)
        messages.success(request, _("The highlights are kept. Build the report again to see them in it."))
        return redirect(period)
    return render(request, "reporting/highlights.html", {"period": period, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_only
@sent_once
def add_evidence(request, project, period):
    period = _period(project, period)
    form = EvidenceForm(request.POST or None, request.FILES or None, period=period, label_suffix="")
    if request.method == "POST" and form.is_valid():
        file, name = form.cleaned_data["file"], form.cleaned_data["name"]
        try:
            operations.add_evidence(file=file, name=name, by=request.user, **form.thing)
        except ReportingError as refusal:
            form.add_error("file", refusal.message)
        else:
            messages.success(request, _("The file is kept. It proves something once somebody has checked it."))
            return redirect(period)
    return render(request, "reporting/add_evidence.html", {"period": period, "form": form})


@require_safe
@never_cache
@login_required
def own_projects(request):
    """List the half-years whose part of their own the person reads; 404 for who is of no partner."""
    projects = list(own_part.own_projects(request.user))
    if not projects:
        raise Http404
    return render(request, "reporting/own_projects.html", {"projects": projects})


@require_safe
@never_cache
@login_required
def parts(request, project, period):
    """Show people the part of each partner that they belong to, and coordinators those of all partners; 404 for anybody
    else."""
    period = _period(project, period)
    partners = period.project.partners.order_by("order", "pk")
    reads_all = coordinates(request.user)
    if not reads_all:
        partners = partners.filter(pk__in=own_part.partners_of(request.user).values("pk"))
        if not partners:
            raise Http404
    context = {"period": period, "parts": own_part.own_parts(period, partners), "reads_all": reads_all}
    if not reads_all:
        context["coordination"] = list(own_part.coordination())
    return render(request, "reporting/parts.html", context)


@require_safe
@never_cache
@coordinator_only
def download(request, project, period, extension, number=None):
    period = _period(project, period)
    if extension not in FORMATS:
        raise Http404
    content = report_of(_version(period, number)) if number is not None else current_report(period)
    chosen = FORMATS[extension]
    response = HttpResponse(chosen.render(content), content_type=chosen.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file_name(content, extension)}"'
    return response


@require_safe
@never_cache
@coordinator_only
def evidence(request, kind, pk):
    """Return the file of a proof, as it came. The web server hands it out to nobody."""
    item = get_object_or_404(EVIDENCE[kind], pk=pk) if kind in EVIDENCE else None
    if item is None or not item.file.storage.exists(item.file.name):
        raise Http404
    extension = item.file.name.rpartition(".")[2]
    return FileResponse(item.file.open("rb"), as_attachment=True, filename=f"{item.sha256[:16]}.{extension}")


def _period(project, label):
    return get_object_or_404(Period.objects.select_related("project"), project__slug=project, label=label)


def _version(period, number):
    return get_object_or_404(period.versions.readable(), number=number)


def _close(version: ReportVersion, answers, user):
    current = version.built_at.isoformat() == answers["built_at"]
    operations.close(
        version=version, built_at=version.built_at if current else None, by=user, reason=answers.get("reason", "")
    )
