from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Proof
from hacktiv.common.dates import day
from members.models import User

from ..building.queries.content import Report
from ..building.queries.versions import report_of
from ..enums import VersionState
from ..errors import ReportingError
from ..models import EvidenceFile, Period, ReportVersion

#: Longest reason to close without all proofs, in characters.
LONGEST_REASON = 2000


@transaction.atomic
def close(*, version: ReportVersion, built_at: datetime | None, by: User | None, reason: str = "") -> ReportVersion:
    """Close a draft as the coordinator read it: the one built at `built_at`. Later corrections appear in the next
    report.

    If the half-year has no reporting date, it becomes today. Raises ReportingError: `not_over` (its last day has not
    passed), `not_built`, `built_again`, `evidence_gone`, `check_gone`, `too_long`, `proofs_missing` (something that
    counts lacks its proof, and there is no reason).
    """
    Period.objects.select_for_update().get(pk=version.period_id)
    version = ReportVersion.objects.select_for_update().select_related("period").get(pk=version.pk)
    if not version.period.is_over:
        raise ReportingError(
            "not_over",
            _("This half-year ends on %(day)s: its report can be closed from the day after.")
            % {"day": day(version.period.ends_on, year=True)},
        )
    if version.state != VersionState.BUILT:
        raise ReportingError("not_built", _("Only a draft that is built can be closed."))
    if version.built_at != built_at:
        raise ReportingError("built_again", _("The draft was built again since you read it. Read it, then close it."))
    _keep_evidence(report_of(version))
    reason = reason.strip()
    if len(reason) > LONGEST_REASON:
        raise ReportingError("too_long", _("This reason is longer than 2000 characters."))
    if report_of(version).lacking_proof and not reason:
        raise ReportingError("proofs_missing", _("Some of what counts lacks its proof. Write why you close anyway."))
    now = timezone.now()
    if version.period.reported_on is None:
        version.period.reported_on = timezone.localdate(now)
        version.period.save(update_fields=["reported_on"])
        version.stored["report"]["period"]["reported_on"] = version.period.reported_on.isoformat()
    version.state = VersionState.CLOSED
    version.closed_at = now
    version.closed_by = by
    version.missing_proof_reason = reason
    version.save()
    return version


def _keep_evidence(report: Report) -> None:
    """Lock the files that the report lists until it is closed. Raises ReportingError: `evidence_gone`, `check_gone`."""
    referred: dict[str, dict[int, bool]] = {"proof": {}, "evidence": {}}
    for item in report.all_evidence:
        table, _colon, pk = item.reference.partition(":")
        referred[table][int(pk)] = item.checked
    for table, model in (("proof", Proof), ("evidence", EvidenceFile)):
        there: list[Any] = list(model.objects.select_for_update().filter(pk__in=referred[table]).order_by("pk"))
        if len(there) != len(referred[table]):
            raise ReportingError(
                "evidence_gone", _("A file that this draft lists is no longer there. Build it again, and read it.")
            )
        if any(referred[table][row.pk] and row.checked_at is None for row in there):
            raise ReportingError(
                "check_gone", _("A file that this draft lists as checked no longer is. Build it again, and read it.")
            )
