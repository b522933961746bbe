from __future__ import annotations

from pathlib import PurePath

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from events.attendance.operations.proofs import inspect
from events.errors import EventError
from members.models import User
from training.models import Coaching

from ..core.operations import check_coordinates
from ..errors import ReportingError
from ..models import Communication, Deliverable, EvidenceFile, Output, Period
from .rules import is_refused_to, is_self_checked


@transaction.atomic
def add_evidence(
    *,
    file: File[bytes],
    by: User | None,
    name: str = "",
    coaching: Coaching | None = None,
    deliverable: Deliverable | None = None,
    output: Output | None = None,
    period: Period | None = None,
    communication: Communication | None = None,
) -> EvidenceFile:
    """Keep a file (PDF, JPEG, PNG or CSV, at most 20 MB) as evidence of one thing: a coaching, a deliverable, an
    output, a publication or a half-year.

    Raises ReportingError: `gone`, `not_yours`, `too_large`, `empty`, `not_a_proof`, `unreadable`, `already_there`."""
    check_coordinates(by)
    thing = {
        "coaching": coaching,
        "deliverable": deliverable,
        "output": output,
        "communication": communication,
        "period": period,
    }
    for row in filter(None, thing.values()):
        # A second request with the same file waits here and then finds the file there.
        type(row)._base_manager.select_for_update().get(pk=row.pk)
    try:
        sha256 = inspect(file)
    except EventError as error:
        raise ReportingError(error.code, error.message) from error
    if EvidenceFile.objects.filter(**thing, sha256=sha256).exists():
        raise ReportingError("already_there", _("This file is among the proofs already."))
    original = PurePath(file.name or "")
    evidence = EvidenceFile(**thing, name=(name.strip() or original.name)[:200], sha256=sha256, added_by=by)
    evidence.file.save(get_valid_filename(f"{sha256[:16]}{original.suffix.lower()}"), file, save=False)
    evidence.save()
    return evidence


@transaction.atomic
def check_evidence(*, evidence: EvidenceFile, by: User | None) -> EvidenceFile:
    """Note that a person checked the evidence and accepts it, also after a refusal. Doing it twice changes nothing.

    Who added it may check it, and reports say so, until another person checks it too. Raises ReportingError `refused`
    where another person has refused it: who added it does not overrule them; `gone` and `not_yours` of who acts."""
    check_coordinates(by)
    evidence = EvidenceFile.objects.select_for_update().get(pk=evidence.pk)
    if is_refused_to(evidence, by):
        raise ReportingError(
            "refused", _("Somebody else has refused this proof: they, or another person, may check it.")
        )
    is_by_another = by is not None and by.pk != evidence.added_by_id
    if evidence.checked_at is None or (is_self_checked(evidence) and is_by_another):
        evidence.checked_at, evidence.checked_by = timezone.now(), by
        evidence.refused_at, evidence.refused_by, evidence.refusal = None, None, ""
        evidence.save(update_fields=["checked_at", "checked_by", "refused_at", "refused_by", "refusal"])
    return evidence


@transaction.atomic
def refuse_evidence(*, evidence: EvidenceFile, by: User, reason: str) -> EvidenceFile:
    """Note that a person does not accept the evidence, and why. Accepting it later takes the refusal back.

    Raises ReportingError: `gone`, `not_yours`, `checked` (somebody relies on it), `reason`."""
    check_coordinates(by)
    evidence = EvidenceFile.objects.select_for_update().get(pk=evidence.pk)
    if evidence.checked_at is not None:
        raise ReportingError("checked", _("Somebody has checked this proof: it stays until that check is taken back."))
    if not reason.strip():
        raise ReportingError("reason", _("Say why the proof is refused: who added it reads it."))
    evidence.refused_at, evidence.refused_by, evidence.refusal = timezone.now(), by, reason.strip()
    evidence.save(update_fields=["refused_at", "refused_by", "refusal"])
    return evidence


@transaction.atomic
def take_back_check(*, evidence: EvidenceFile, by: User | None) -> bool:
    """Note that a piece of evidence was marked as checked by mistake: it proves nothing until it is checked again.

    Return whether there was a check. Raises ReportingError: `gone`, `not_yours`, `told` (a closed report lists it as
    checked)."""
    check_coordinates(by)
    evidence = EvidenceFile.objects.select_for_update().get(pk=evidence.pk)
    if evidence.checked_at is None:
        return False
    evidence.checked_at = evidence.checked_by = None
    try:
        with transaction.atomic():
            evidence.save(update_fields=["checked_at", "checked_by"])
    except IntegrityError as error:
        raise ReportingError("told", _("A closed report lists this proof as checked: it stays checked.")) from error
    return True
