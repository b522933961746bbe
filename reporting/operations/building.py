"""Build a report: a row with a state, a progress and a lease, so that no build is lost or half written.

A requested build is a queued row. The worker that builds takes the lease: a fresh token, valid for LEASE. It renews the
lease at each step in a separate transaction, so that people see the progress at once. It reads the records in one
snapshot. It writes the report only while the row still has its token: a worker that was taken for dead finds another
token and writes nothing. If a worker dies its lease runs out, and `resume_builds` (run every 15 seconds by the beat)
builds the report anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import structlog
from celery import current_app
from django.db import connection, transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError as BrokerUnreachable

from ..enums import VersionState
from ..models import Period, ReportVersion
from ..queries.build import STEPS, build_report
from ..queries.codec import to_payload
from ..queries.content import Report

log = structlog.get_logger(__name__)

# A worker that does not renew its lease for so long is taken for dead.
LEASE = timedelta(seconds=30)
# A build that is queued for longer is taken up by the beat: the order to the worker was lost.
WOKEN_WITHIN = timedelta(seconds=10)
# A build whose workers died so many times is not tried again by itself.
MAX_ATTEMPTS = 5
# Characters of an error that a version keeps.
ERROR_LENGTH = 300


class LeaseLost(Exception):
    """Another worker builds this report by now."""


@transaction.atomic
def request_build(*, period: Period) -> ReportVersion:
    """Queue the build of a half-year's report: of its open draft, or of the next version. A second request changes
    nothing.
    """
    period = Period.objects.select_for_update().get(pk=period.pk)
    draft = period.versions.open().select_for_update().first()
    if draft is not None and draft.is_underway:
        return draft
    if draft is None:
        last = period.versions.aggregate(last=Max("number"))["last"] or 0
        draft = ReportVersion(period=period, number=last + 1)
    draft.state = VersionState.QUEUED
    draft.progress = 0
    draft.attempts = 0
    draft.error = ""
    draft.lease_token = None
    draft.queued_at = timezone.now()
    draft.lease_until = draft.queued_at + WOKEN_WITHIN
    draft.save()
    transaction.on_commit(lambda: _wake(draft.pk))
    return draft


def build(*, version_id: int, after_step: Callable[[str], object] = lambda name: None) -> bool:
    """Build a queued or abandoned report. Return False if there is nothing to do or another worker has taken over.

    It may run twice at once and may die at any moment. `after_step` is called after the progress of each step is
    committed.
    """
    token = _take_lease(version_id)
    if token is None:
        return False
    version = ReportVersion.objects.select_related("period__project").get(pk=version_id)
    steps = list(STEPS)

    def step(name: str) -> None:
        _renew_lease(version_id, token, progress=5 + 90 * steps.index(name) // len(steps))
        after_step(name)

    try:
        payload = to_payload(_read_in_one_snapshot(version, step))
        _keep(version_id, token, payload)
    except LeaseLost:
        log.info("report_build_taken_over", version=version_id)
        return False
    except Exception as error:
        log.exception("report_build_failed", version=version_id)
        _held(version_id, token).update(
            state=VersionState.FAILED,
            error=f"{type(error).__name__}: {error}"[:ERROR_LENGTH],
            lease_token=None,
            lease_until=None,
        )
        return False
    return True


def resume_builds() -> int:
    """Build the reports that nobody works on: lost orders, and builds whose worker died. Return the number built."""
    now = timezone.now()
    ReportVersion.objects.abandoned(now).filter(attempts__gte=MAX_ATTEMPTS).update(
        state=VersionState.FAILED,
        error=_("The workers that built this report stopped %(number)d times.") % {"number": MAX_ATTEMPTS},
        lease_token=None,
        lease_until=None,
    )
    waiting = list(ReportVersion.objects.abandoned(now).values_list("pk", flat=True))
    return sum(build(version_id=pk) for pk in waiting)


def _wake(version_id: int) -> None:
    try:
        current_app.send_task("reporting.tasks.build_report", [version_id])
    except BrokerUnreachable as error:
        log.warning("report_wake_failed", error=str(error))


def _take_lease(version_id: int) -> uuid.UUID | None:
    now = timezone.now()
    token = ReportVersion.new_token()
    taken = (
        ReportVersion.objects.filter(pk=version_id)
        .filter(Q(state=VersionState.QUEUED) | Q(state=VersionState.BUILDING, lease_until__lt=now))
        .update(
            state=VersionState.BUILDING,
            lease_token=token,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
            progress=0,
        )
    )
    return token if taken else None


def _held(version_id: int, token: uuid.UUID) -> QuerySet[ReportVersion]:
    return ReportVersion.objects.filter(pk=version_id, lease_token=token, state=VersionState.BUILDING)


def _renew_lease(version_id: int, token: uuid.UUID, *, progress: int) -> None:
    """Commit the progress outside of the snapshot in which the records are read. Raises LeaseLost."""
    apart = connection.copy()
    try:
        with apart.cursor() as cursor:
            cursor.execute(
                "UPDATE reporting_reportversion SET progress = %s, lease_until = %s"
                " WHERE id = %s AND lease_token = %s AND state = %s",
                [progress, timezone.now() + LEASE, version_id, token, VersionState.BUILDING],
            )
            renewed = cursor.rowcount
    finally:
        apart.close()
    if not renewed:
        raise LeaseLost


def _read_in_one_snapshot(version: ReportVersion, step: Callable[[str], None]) -> Report:
    """Return the report of the records at one moment, whatever is written meanwhile."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return build_report(version.period.project, version.period, step=step)


def _keep(version_id: int, token: uuid.UUID, payload: dict) -> None:
    kept = _held(version_id, token).update(
        state=VersionState.BUILT,
        progress=100,
        payload=payload,
        built_at=timezone.now(),
        lease_token=None,
        lease_until=None,
    )
    if not kept:
        raise LeaseLost
