"""Pages on which managers add, download and check proofs."""

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.documents import ACCEPT
from hacktiv.common.forms import PlainTextMixin
from hacktiv.common.kept_files import KeptFileField, KeptFileInput

from ...core.admin_pages.forms import NothingForm, ReasonForm
from ...core.admin_pages.scope import COORDINATION
from ...core.admin_pages.steps import attempt, step, step_page
from ...core.rules import proofs_not_given
from ...enums import EventState, ProofKind
from .. import operations
from ..queries import proven_by_others
from ..rules import refusal_to_check, refusal_to_take_back


class ProofForm(PlainTextMixin, forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=ProofKind.choices)
    file = KeptFileField(
        label=_("File"),
        help_text=_("PDF, JPEG, PNG or CSV, at most 20 MB."),
        widget=KeptFileInput(attrs={"accept": ACCEPT}),
    )
    name = forms.CharField(label=_("Name"), max_length=200, required=False, help_text=_("Empty: the file's own."))


def _kind_of_proof(event):
    missing = proofs_not_given(event, event.proofs.all())
    return {"kind": missing[0] if missing else ProofKind.OTHER}


@step(
    form_class=ProofForm,
    initial=_kind_of_proof,
    title=_("Add a proof"),
    text=_("The file is kept as it is, with its SHA-256, your name and the date."),
    submit=_("Add the proof"),
    done=_("The proof is kept."),
)
def proof_page(request, event, **data):
    operations.add_proof(event=event, by=request.user, **data)


def download_page(request, event, proof, *, admin):
    proof = get_object_or_404(event.proofs, pk=proof)
    try:
        file = proof.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(file, as_attachment=True, filename=f"{proof.name}{_missing_suffix(proof)}")


def _missing_suffix(proof):
    suffix = f".{proof.file.name.rpartition('.')[2]}"
    return "" if proof.name.lower().endswith(suffix) else suffix


def check_page(request, event, proof, *, admin):
    """Show a proof with the way to its file, to be checked by another than who added it."""
    proof = get_object_or_404(event.proofs.select_related("added_by", "checked_by", "refused_by"), pk=proof)
    proof.event = event
    form = NothingForm(request.POST if request.method == "POST" else None)
    runs_it = admin.runs(request, event)
    if form.is_valid() and attempt(form, lambda _data: operations.check_proof(proof=proof, by=request.user)):
        messages.success(request, _("The proof is marked as checked."))
        return redirect("admin:events_event_change", event.pk) if runs_it else redirect("admin:index")
    context = {
        **admin.page_context(request, title=_("Check a proof"), event=event),
        "proof": proof,
        "form": form,
        "refusal": None if proof.checked_at else refusal_to_check(proof, request.user),
        "runs_it": runs_it,
    }
    return TemplateResponse(request, "admin/events/event/proof_check.html", context)


class RefuseForm(ReasonForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Who added the proof reads it beside the file, and so does the report.")


def refuse_page(request, event, proof, *, admin):
    """Ask why a proof is not accepted. Who runs the event adds a better one."""
    proof = get_object_or_404(event.proofs, pk=proof)
    proof.event = event
    form = RefuseForm(request.POST if request.method == "POST" else None, initial={"reason": proof.refusal})
    if form.is_valid() and attempt(form, lambda data: operations.refuse_proof(proof=proof, by=request.user, **data)):
        messages.success(request, _("The proof is refused: who added it reads why."))
        runs_it = admin.runs(request, event)
        return redirect("admin:events_event_change", event.pk) if runs_it else redirect("admin:index")
    context = {
        **admin.page_context(request, title=_("Refuse a proof"), event=event),
        "proof": proof,
        "form": form,
        "refusal": refusal_to_check(proof, request.user) or refusal_to_take_back(proof),
        "text": _(
            "A refused proof proves nothing: the event still owes one of its kind. It can be accepted later all the"
            " same."
        ),
        "submit": _("Refuse the proof"),
    }
    return TemplateResponse(request, "admin/events/event/proof_reason.html", context)


class TakeBackCheckForm(ReasonForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("The history of the event keeps it.")


def take_back_check_page(request, event, proof, *, admin):
    """Ask why a proof that was marked as checked is to be checked again."""
    proof = get_object_or_404(event.proofs, pk=proof)
    proof.event = event
    form = TakeBackCheckForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and attempt(form, lambda data: operations.take_back_check(proof=proof, by=request.user, **data)):
        messages.success(request, _("The check is taken back: the proof is to be checked."))
        return redirect("admin:events_event_proof_check", event.pk, proof.pk)
    context = {
        **admin.page_context(request, title=_("Take the check back"), event=event),
        "proof": proof,
        "form": form,
        "refusal": None if proof.checked_at else _("This proof is not checked."),
        "text": _(
            "For a proof that was marked as checked by mistake: it proves nothing until somebody checks it again."
            " Once a closed report lists it as checked, it stays checked."
        ),
        "submit": _("Take the check back"),
    }
    return TemplateResponse(request, "admin/events/event/proof_reason.html", context)


class TakeBackForm(ReasonForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("The history of the event keeps it, without the file.")


def take_back_page(request, event, proof, *, admin):
    """Ask why a proof is removed, and say what goes with it."""
    proof = get_object_or_404(event.proofs, pk=proof)
    proof.event = event
    return step_page(
        request,
        event,
        admin=admin,
        form_class=TakeBackForm,
        title=_("Take a proof back"),
        text=_taken_back(proof),
        submit=_("Take the proof back"),
        perform=lambda data: operations.take_back_proof(proof=proof, by=request.user, **data),
        done=_("The proof is taken back, and its file is removed."),
    )


def _taken_back(proof):
    text = _("“%(name)s” is removed for good.") % {"name": proof.name}
    if proof.imported:
        marks = len(proof.imported["marks"]) - sum(len(theirs["marks"]) for _other, theirs in proven_by_others(proof))
        words = ngettext(
            "%(number)d presence that this list brought is taken back with it, and the guests that it added.",
            "%(number)d presences that this list brought are taken back with it, and the guests that it added.",
            marks,
        )
        text += " " + words % {"number": marks}
    return text


PAGES = [
    Page(
        "proof",
        proof_page,
        _("Add a proof"),
        Group.AFTER,
        is_possible=lambda event: event.state != EventState.DRAFT,
    ),
    Page("proof_download", download_page, address="proofs/<int:proof>/", opens_to=(COORDINATION,)),
    Page("proof_take_back", take_back_page, address="proofs/<int:proof>/take-back/"),
    Page("proof_check", check_page, address="proofs/<int:proof>/check/", opens_to=(COORDINATION,)),
    Page("proof_refuse", refuse_page, address="proofs/<int:proof>/refuse/", opens_to=(COORDINATION,)),
    Page(
        "proof_take_back_check",
        take_back_check_page,
        address="proofs/<int:proof>/check/take-back/",
        opens_to=(COORDINATION,),
    ),
]
