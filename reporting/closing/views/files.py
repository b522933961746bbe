"""Hand out the files of a report: the stored ones of a closed one, and those that a worker makes when asked."""

from http import HTTPStatus

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hacktiv.common.languages import CODES
from hacktiv.common.orders import order
from hacktiv.site.once import sent_once

from ...building.queries.content import read
from ...building.queries.versions import current_report, current_version, report_of, titles_of
from ...core.access import coordinator_only, period_or_404, version_or_404
from ...enums import FileKind
from ...errors import ReportingError
from ...outputs.renderers.formats import FORMATS, file_name, version_file_name
from .. import operations, queries
from ..files.package import folder_name
from ..forms import AskFileForm


@require_safe
@never_cache
@coordinator_only
def download(request, project, period, extension, number=None):
    """Hand out a report in one format: the stored file of a closed one; of a draft what was made of it, else what is
    made within a moment. A long one is asked for on the page of the files."""
    period = period_or_404(project, period)
    if extension not in FORMATS:
        raise Http404
    version = version_or_404(period, number) if number is not None else current_version(period)
    if version is None:
        return _rendered(current_report(period), extension)
    if version.is_closed:
        return _stored(request, period, version, extension, get_language())
    ready = queries.ready_file(version, extension, get_language())
    if ready is not None:
        language = ready.language
        name = version_file_name(project, period.label, version.number, extension, closed=False, language=language)
        return _handed_out(ready.file, name)
    report = report_of(version)
    if queries.is_short(report, extension):
        return _rendered(report, extension)
    messages.info(request, _("This file takes a while: ask for it here."))
    return redirect("reporting:files", project, period.label, version.number)


@require_safe
@never_cache
@coordinator_only
def stored_file(request, project, period, number, language, extension):
    """Hand out a stored file of a closed report in the language that the address names."""
    period = period_or_404(project, period)
    version = version_or_404(period, number)
    if extension not in FORMATS or language not in CODES or not version.is_closed:
        raise Http404
    return _stored(request, period, version, extension, language)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@coordinator_only
@sent_once
def files(request, project, period, number):
    """Show the files of a version, and ask for others to be made."""
    period = period_or_404(project, period)
    version = version_or_404(period, number)
    report = report_of(version)
    form = AskFileForm(
        request.POST if request.method == "POST" else None,
        parts=[(part.key, read(part.title)) for part in report.parts],
    )
    if request.method == "POST" and form.is_valid():
        kind, part = form.cleaned_data["kind"], form.cleaned_data["part"]
        try:
            operations.ask_file(
                version=version,
                kind=kind,
                part=part if kind == FileKind.PACKAGE else "",
                language=get_language(),
                by=request.user,
            )
        except ReportingError as refusal:
            messages.error(request, refusal.message)
        return redirect("reporting:files", project, period.label, number)
    if version.is_closed and not version.files.exists():
        order("reporting.tasks.store_files", version.pk)
    context = _shown(period, version) | {"report": report, "form": form, "formats": list(FORMATS)}
    return render(
        request,
        "reporting/closing/files.html",
        context,
        status=HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK,
    )


@require_safe
@never_cache
@coordinator_only
def files_progress(request, project, period, number):
    """Show how far the files of a version are; the page asks again and again while one is being made."""
    period = period_or_404(project, period)
    version = version_or_404(period, number, with_report=False)
    return render(request, "reporting/closing/_prepared.html", _shown(period, version))


@require_safe
@never_cache
@coordinator_only
def prepared_file(request, project, period, number, pk):
    """Hand out a file that was made when somebody asked."""
    period = period_or_404(project, period)
    version = version_or_404(period, number)
    made = get_object_or_404(version.prepared, pk=pk)
    if made.built_at != version.built_at:
        messages.info(request, _("The draft was built again since: ask for its file anew."))
        return redirect("reporting:files", project, period.label, number)
    if not made.is_ready:
        raise Http404
    extension = "zip" if made.kind == FileKind.PACKAGE else made.kind
    name = version_file_name(
        project, period.label, version.number, extension, closed=version.is_closed, language=made.language
    )
    return _handed_out(made.file, f"{folder_name(made.part)}-{name}" if made.part else name)


def _shown(period, version):
    """Return what both the page and its progress show: the files that are stored, and those that were asked for."""
    asked = list(version.prepared.filter(built_at=version.built_at))
    titles = titles_of(version, {one.part for one in asked} - {""})
    for one in asked:
        one.title = titles.get(one.part)
    return {
        "period": period,
        "version": version,
        "stored": list(version.files.order_by("format", "language")),
        "asked": asked,
        "is_underway": any(one.is_underway for one in asked),
    }


def _stored(request, period, version, extension, language):
    file = queries.stored_file(version, extension, language)
    if file is None:
        order("reporting.tasks.store_files", version.pk)
        messages.info(request, _("The files of this report are being stored. Look again in a moment."))
        return redirect("reporting:files", period.project.slug, period.label, version.number)
    name = version_file_name(
        period.project.slug, period.label, version.number, extension, closed=True, language=file.language
    )
    content = queries.opened_as_stored(file)
    if content is None:
        context = {"period": period, "version": version, "file": file}
        return render(request, "reporting/closing/not_as_stored.html", context, status=HTTPStatus.NOT_FOUND)
    return _attached(content, name)


def _handed_out(file, name):
    try:
        return _attached(file.open("rb"), name)
    except FileNotFoundError as error:
        raise Http404 from error


def _attached(content, name):
    extension = name.rpartition(".")[2]
    content_type = FORMATS[extension].content_type if extension in FORMATS else "application/zip"
    return FileResponse(content, as_attachment=True, filename=name, content_type=content_type)


def _rendered(report, extension):
    chosen = FORMATS[extension]
    response = HttpResponse(chosen.render(report), content_type=chosen.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file_name(report, extension)}"'
    return response
