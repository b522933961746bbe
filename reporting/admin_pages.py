"""Pages of the admin on which coordinators open the part of a partner to somebody, end it, and check evidence."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hacktiv.common import dates
from members.core.queries import active_owner_of
from members.core.rules import coordinates
from spaces.core.admin_pages import form_page, sent
from spaces.roles.forms import EndRoleForm

from . import operations
from .errors import ReportingError
from .forms import OpenPartForm, RefuseForm, TakeBackCheckForm
from .models import EvidenceFile, Partner
from .queries.evidence import closed_reports_listing
from .queries.parts import is_refused_to, is_self_checked

LIST = "admin:reporting_partnerperson_changelist"
CHECK = "admin:reporting_evidencefile_check"
#: The field beside which a refusal is said.
FIELDS = {"days": "last_day", "held": "role"}


def add_page(request, *, admin):
    """Open the part of a partner to the person with an address; name both, and ask, before the mail leaves."""
    if not admin.has_add_permission(request):
        raise PermissionDenied
    partners = Partner.objects.select_related("project").order_by("project__is_example", "-project__starts_on", "order")
    form = OpenPartForm(sent(request), partners=partners, find=active_owner_of)
    if form.is_bound and form.is_valid():
        if "is_sure" not in request.POST:
            return _ask(request, form, admin)
        try:
            made = operations.add_person(by=request.user, **form.wish())
        except ReportingError as refusal:
            form.add_error(FIELDS.get(refusal.code), refusal.message)
        else:
            text = _("%(person)s reads the part of %(partner)s from %(day)s. A mail says so.")
            names = {"person": made.user, "partner": made.partner, "day": dates.day(made.since)}
            messages.success(request, text % names)
            return redirect(LIST)
    return form_page(request, admin, form, title=_("Open the part of a partner"), submit=_("Continue"))


def _ask(request, form, admin):
    context = admin.page_context(request, title=_("Open the part to this person?"), form=form, wish=form.wish())
    return TemplateResponse(request, "reporting/open_part.html", context)


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
    if operations.take_back_check(evidence=evidence):
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


def end_page(request, row, *, admin):
    """End that the person reads the part, from a day on."""
    if not coordinates(request.user):
        raise PermissionDenied
    form = EndRoleForm(sent(request))
    if form.is_bound and form.is_valid():
        try:
            operations.end_person(person=row, on=form.cleaned_data["on"], by=request.user)
        except ReportingError as refusal:
            form.add_error("on", refusal.message)
        else:
            text = _("The end of the role is noted. A mail says so to %(person)s.")
            messages.success(request, text % {"person": row.user})
            return redirect(LIST)
    title = _("End the reading: %(person)s, %(partner)s") % {"person": row.user, "partner": row.partner}
    return form_page(request, admin, form, title=title, submit=_("End the reading"))
