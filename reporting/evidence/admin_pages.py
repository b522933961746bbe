"""Pages of the admin on which coordinators check evidence, refuse it, and take a check back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.core.rules import coordinates
from spaces.core.admin_pages import form_page, sent

from ..errors import ReportingError
from ..models import EvidenceFile
from . import operations
from .forms import RefuseForm, TakeBackCheckForm
from .queries import closed_reports_listing
from .rules import is_refused_to, is_self_checked

CHECK = "admin:reporting_evidencefile_check"


def mark_checked(request, found):
    """Mark pieces of evidence as checked. Say how many were, how many of them the person added, and which must not."""
    marked, is_refused = [], False
    for evidence in found:
        try:
            checked = operations.check_evidence(evidence=evidence, by=request.user)
        except ReportingError as refusal:
            messages.error(request, f"{evidence}: {refusal.message}")
            is_refused = True
        else:
            marked += [checked] if checked.checked_at != evidence.checked_at else []
    if not marked and is_refused:
        return
    if not marked:
        messages.info(request, _("Nothing was left to be checked."))
        return
    words = ngettext(
        "%(number)d piece of evidence is marked as checked.",
        "%(number)d pieces of evidence are marked as checked.",
        len(marked),
    )
    messages.success(request, words % {"number": len(marked)})
    own = sum(is_self_checked(evidence) for evidence in marked)
    if own:
        words = ngettext(
            "%(number)d of them you added yourself: reports say so until somebody else has checked it.",
            "%(number)d of them you added yourself: reports say so until somebody else has checked them.",
            own,
        )
        messages.warning(request, words % {"number": own})


def check_page(request, evidence, *, admin):
    """Show a piece of evidence with the way to its file; sent, mark it as checked."""
    if not coordinates(request.user):
        raise PermissionDenied
    if request.method == "POST":
        mark_checked(request, [evidence])
        return redirect(CHECK, evidence.pk)
    is_own = evidence.added_by_id == request.user.pk
    context = admin.page_context(
        request,
        title=_("Check a piece of evidence"),
        evidence=evidence,
        is_own=is_own,
        may_check=(evidence.checked_at is None and not is_refused_to(evidence, request.user))
        or (is_self_checked(evidence) and not is_own),
        is_self_checked=is_self_checked(evidence),
        told=closed_reports_listing(evidence),
    )
    return TemplateResponse(request, "admin/reporting/evidencefile/check.html", context)


def take_back_check_page(request, evidence, *, admin):
    """Ask why a piece of evidence that was marked as checked is to be checked again; the history keeps it."""
    if not coordinates(request.user):
        raise PermissionDenied
    form = TakeBackCheckForm(sent(request))
    if form.is_bound and form.is_valid():
        try:
            _take_back_check(request, evidence, admin, form.cleaned_data["reason"])
        except ReportingError as refusal:
            form.add_error("reason", refusal.message)
        else:
            messages.success(request, _("The check is taken back: the proof is to be checked."))
            return redirect(CHECK, evidence.pk)
    title = _("Take the check back: %(name)s") % {"name": evidence}
    return form_page(request, admin, form, title=title, submit=_("Take the check back"))


@transaction.atomic
def _take_back_check(request, evidence, admin, reason):
    if operations.take_back_check(evidence=evidence, by=request.user):
        admin.log_change(request, EvidenceFile.objects.get(pk=evidence.pk), _("Check taken back: %s") % reason)


def refuse_page(request, evidence, *, admin):
    """Ask why a piece of evidence is not accepted."""
    if not coordinates(request.user):
        raise PermissionDenied
    form = RefuseForm(sent(request))
    if form.is_bound and form.is_valid():
        try:
            operations.refuse_evidence(evidence=evidence, by=request.user, **form.cleaned_data)
        except ReportingError as refusal:
            form.add_error("reason", refusal.message)
        else:
            messages.success(request, _("The proof is refused: who added it reads why."))
            return redirect(CHECK, evidence.pk)
    title = _("Refuse the proof: %(name)s") % {"name": evidence}
    return form_page(request, admin, form, title=title, submit=_("Refuse the proof"))
