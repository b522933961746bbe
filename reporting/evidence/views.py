"""Add evidence, and hand out the files of proofs."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from events.models import Proof
from hacktiv.site.once import sent_once

from ..core.access import coordinator_only, period_or_404
from ..errors import ReportingError
from ..models import EvidenceFile
from . import operations
from .forms import EvidenceForm

EVIDENCE = {"proof": Proof, "evidence": EvidenceFile}


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_only
@sent_once
def add_evidence(request, project, period):
    period = period_or_404(project, period)
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
    return render(request, "reporting/evidence/add_evidence.html", {"period": period, "form": form})


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
