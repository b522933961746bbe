"""Close a draft: a coordinator asks for it, and a worker stores the files of the report and closes it with them.

The version that is being closed is CLOSING; its payload, who asked, when and why are fixed from then on. The worker
that holds its lease (`hacktiv/common/leases.py`) writes the files, then closes the version and names them in one
transaction. A worker that dies leaves it CLOSING: `resume_closings` (run every 15 seconds by the beat) begins anew.
What can no longer be closed becomes a draft again, and says why.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Proof
from hacktiv.common.leases import NO_LEASE, LeaseLost, left_to_the_next, lock_leased, renewed_lease, take_lease
from hacktiv.common.orders import order
from members.models import User

from ...building.queries.content import ClosingReason, Report
from ...building.queries.versions import report_of
from ...core.operations import check_coordinates
from ...enums import Level, VersionState
from ...errors import UNFORESEEN, ReportingError
from ...models import EvidenceFile, Period, ReportFile, ReportVersion
from ..queries import facts_of
from ..rules import Facts, findings
from .preparing import forget_files_of
from .storing import WANTED, keep_rows, written_files

log = structlog.get_logger(__name__)

#: Longest reason to close in spite of a check, in characters.
LONGEST_REASON = 2000
# A closing whose workers died so many times is not tried again by itself.
MAX_ATTEMPTS = 5
# Characters of an error that a version keeps.
ERROR_LENGTH = 300


@transaction.atomic
def ask_closing(
    *,
    version: ReportVersion,
    built_at: datetime | None,
    by: User | None,
    reasons: dict[str, str] | None = None,
    facts: Facts | None = None,
) -> ReportVersion:
    """Have a draft closed as the coordinator read it: the one built at `built_at`. Later corrections appear in the
    next report. A second asking changes nothing.

    `reasons` answers the checks that need one, by their code. `facts` are those of this draft that were reckoned for
    the same request, which costs a build: the checks look at them again under the lock. If the half-year has no
    reporting date, it becomes today. Raises ReportingError: `not_yours`, `gone`, `not_built`, `built_again`,
    `evidence_gone`, `check_gone`, `too_long`, or the code of a check that refuses (`not_over`) or that needs a reason
    and has none.
    """
    check_coordinates(by)
    Period.objects.select_for_update().get(pk=version.period_id)
    version = ReportVersion.objects.select_for_update().select_related("period__project").get(pk=version.pk)
    if version.is_closing and version.built_at == built_at:
        return version
    if version.state != VersionState.BUILT:
        raise ReportingError("not_built", _("Only a draft that is built can be closed."))
    if version.built_at != built_at:
        raise ReportingError("built_again", _("The draft was built again since you read it. Read it, then close it."))
    facts = facts or facts_of(version)
    version.reasons = _reasons(facts, reasons or {})
    _keep_evidence(facts.report)
    now = timezone.now()
    version.state, version.progress, version.attempts, version.error = VersionState.CLOSING, 0, 0, ""
    version.closed_at, version.closed_by = now, by
    version.reported_on = version.period.reported_on or timezone.localdate(now)
    version.await_worker()
    version.save()
    transaction.on_commit(lambda: order("reporting.tasks.close_report", version.pk))
    return version


def close(*, version_id: int, after_file: Callable[[int], object] = lambda number: None) -> bool:
    """Store the files of a version that is being closed, and close it. Return False if there is nothing to do, another
    worker has taken over, or it can no longer be closed.

    It may run twice at once and may die at any moment. `after_file` is called after the progress of each file is
    committed."""
    closing = _closing(version_id)
    token = take_lease(closing, progress=0)
    if token is None:
        return False
    version = ReportVersion.objects.select_related("period__project").get(pk=version_id)
    files: list[ReportFile] = []
    try:
        with renewed_lease(closing, token):
            for file in written_files(as_closed(version), f"{version.pk}-{token.hex}"):
                files.append(file)
                if not closing.filter(lease_token=token).update(progress=95 * len(files) // len(WANTED)):
                    raise LeaseLost
                after_file(len(files))
        conclude(version_id=version_id, token=token, files=files)
    except LeaseLost:
        log.info("report_closing_taken_over", version=version_id)
        return False
    except ReportingError as refusal:
        _give_up(closing.filter(lease_token=token), str(refusal.message))
        return False
    except OSError:
        # A full disk or a lost folder may be mended meanwhile: tried again as after a death.
        log.exception("report_closing_left", version=version_id)
        closing.filter(lease_token=token).update(**left_to_the_next())
        return False
    except Exception:
        log.exception("report_closing_failed", version=version_id)
        _give_up(closing.filter(lease_token=token), str(UNFORESEEN))
        return False
    return True


@transaction.atomic
def conclude(*, version_id: int, token: uuid.UUID, files: list[ReportFile]) -> None:
    """Close a version with all its files. Raises LeaseLost, and ReportingError: `evidence_gone`, `check_gone`."""
    period_id = ReportVersion.objects.values_list("period_id", flat=True).get(pk=version_id)
    period = Period.objects.select_for_update().get(pk=period_id)
    lock_leased(_closing(version_id), token)
    version = ReportVersion.objects.get(pk=version_id)
    _keep_evidence(report_of(version))
    if period.reported_on is None:
        period.reported_on = version.reported_on
        period.save(update_fields=["reported_on"])
    told = as_closed(version).period.reported_on
    version.stored["report"]["period"]["reported_on"] = told and told.isoformat()
    version.state, version.progress = VersionState.CLOSED, 100
    version.lease_token = version.lease_until = None
    version.save()
    keep_rows(version, files)
    forget_files_of(version=version)


def as_closed(version: ReportVersion) -> Report:
    """Return the report of a version that is being closed as it reads once it is."""
    report = report_of(version)
    return replace(
        report,
        status="closed",
        closed_at=version.closed_at,
        reasons=tuple(ClosingReason(**reason) for reason in version.reasons),
        period=replace(report.period, reported_on=version.reported_on),
    )


def resume_closings() -> int:
    """Close the reports whose closing nobody works on: lost orders, and those whose worker died. Return how many."""
    now = timezone.now()
    given_up = ReportVersion.objects.left_closing(now).filter(attempts__gte=MAX_ATTEMPTS)
    _give_up(given_up, _("The workers that closed this report stopped %(number)d times.") % {"number": MAX_ATTEMPTS})
    waiting = list(ReportVersion.objects.left_closing(now).values_list("pk", flat=True))
    return sum(close(version_id=pk) for pk in waiting)


def _closing(version_id: int) -> QuerySet[ReportVersion]:
    return ReportVersion.objects.filter(pk=version_id, state=VersionState.CLOSING)


def _give_up(rows: QuerySet[ReportVersion], why: str) -> None:
    """Make drafts again of versions that cannot be closed. Their reasons stay for the next time."""
    rows.update(
        state=VersionState.BUILT,
        progress=100,
        error=str(why)[:ERROR_LENGTH],
        closed_at=None,
        closed_by=None,
        reported_on=None,
        **NO_LEASE,
    )


def _reasons(facts: Facts, given: dict[str, str]) -> list[dict[str, Any]]:
    """Return the reasons that a version keeps: one for each check that needs it. Raises ReportingError."""
    kept = []
    for finding in findings(facts):
        check = finding.check
        reason = given.get(check.code, "").strip()
        if check.level == Level.REFUSES:
            raise ReportingError(check.code, finding.sentence)
        if len(reason) > LONGEST_REASON:
            raise ReportingError("too_long", _("This reason is longer than 2000 characters."))
        if check.level == Level.REASON and not reason:
            raise ReportingError(check.code, finding.refusal)
        if check.level == Level.REASON:
            kept.append({"code": check.code, "number": finding.number, "reason": reason})
    return kept


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
