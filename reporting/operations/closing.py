from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..enums import VersionState
from ..errors import ReportingError
from ..models import Period, ReportVersion
from ..queries.versions import report_of

LONGEST_REASON = 2000


@transaction.atomic
def close(*, version: ReportVersion, built_at: datetime | None, by, reason: str = "") -> ReportVersion:
    """Freeze a draft as it was read: the one that was built at `built_at`. What is corrected later appears in the next.

    A half-year whose reporting date is not set is reported today. Raises ReportingError: `not_built`, `built_again`,
    `proofs_missing` (no reason was written although something that counts lacks its proof), `too_long`.
    """
    Period.objects.select_for_update().get(pk=version.period_id)
    version = ReportVersion.objects.select_for_update().select_related("period").get(pk=version.pk)
    if version.state != VersionState.BUILT:
        raise ReportingError("not_built", _("Only a draft that is built can be closed."))
    if version.built_at != built_at:
        raise ReportingError("built_again", _("The draft was built again since you read it. Read it, then close it."))
    reason = reason.strip()
    if len(reason) > LONGEST_REASON:
        raise ReportingError("too_long", _("This reason is longer than 2000 characters."))
    if report_of(version).lacking_proof and not reason:
        raise ReportingError("proofs_missing", _("Some of what counts lacks its proof. Write why you close anyway."))
    now = timezone.now()
    if version.period.reported_on is None:
        version.period.reported_on = timezone.localdate(now)
        version.period.save(update_fields=["reported_on"])
        version.payload["report"]["period"]["reported_on"] = version.period.reported_on.isoformat()
    version.state = VersionState.CLOSED
    version.closed_at = now
    version.closed_by = by
    version.missing_proof_reason = reason
    version.save()
    return version
