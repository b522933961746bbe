"""Pages on which managers add, download and check proofs."""

from django import forms
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.documents import ACCEPT
from hacktiv.common.forms import PlainTextMixin
from hacktiv.common.kept_files import KeptFileField, KeptFileInput

from ...core.admin_pages.steps import step, step_page
from ...core.rules import proofs_not_given
from ...enums import EventState, ProofKind
from .. import operations


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
    proof = get_object_or_404(event.proofs, pk=proof)
    return step_page(
        request,
        event,
        admin=admin,
        title=_("Check a proof"),
        text=_("You have opened “%(name)s” and it proves what it should.") % {"name": proof.name},
        submit=_("Mark as checked"),
        perform=lambda data: operations.check_proof(proof=proof, by=request.user),
        done=_("The proof is marked as checked."),
    )


PAGES = [
    Page(
        "proof",
        proof_page,
        _("Add a proof"),
        Group.AFTER,
        is_possible=lambda event: event.state != EventState.DRAFT,
    ),
    Page("proof_download", download_page, address="proofs/<int:proof>/"),
    Page("proof_check", check_page, address="proofs/<int:proof>/check/"),
]
