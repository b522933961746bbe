"""Build a report: a row with a state, a progress and a lease, so that no build is lost or half written.

A requested build is a queued row. The worker that builds holds its lease (`hacktiv/common/leases.py`). It notes each
step in a separate transaction, so that people see the progress at once. It reads the records in one snapshot. It writes
the report only while the row still has its token: a worker that was taken for dead finds another token and writes
nothing. If a worker dies its lease runs out, and `resume_builds` (run every 15 seconds by the beat) builds the report
anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.leases import NO_LEASE, LeaseLost, left_to_the_next, lock_leased, renewed_lease, take_lease
from hacktiv.common.orders import order
from members.models import User

from ..core.operations import check_coordinates
from ..enums import UNDERWAY, VersionState
from ..errors import UNFORESEEN
from ..models import AnnexChunk, Period, ReportVersion
from .queries.annexes import Annex, Reference
from .queries.build import STEPS, build_report
from .queries.codec import annexes_in, to_payload, without_annexes
from .queries.content import Report

log = structlog.get_logger(__name__)

# A build whose workers died so many times is not tried again by itself.
MAX_ATTEMPTS = 5
# What each step of a query may take of the database's memory: with the usual 4 MB long lists are sorted on disk.
WORK_MEM = "32MB"
# Characters of an error that a version keeps.
ERROR_LENGTH = 300


@transaction.atomic
def request_build(*, period: Period, by: User | None) -> ReportVersion:
    """Queue the build of a half-year's report: of its open draft, or of the next version. A second request changes
    nothing. None is the platform itself, which asks each month.

    Raises ReportingError: `gone`, `not_yours` for who does not coordinate."""
    check_coordinates(by)
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
    draft.queued_at = timezone.now()
    draft.await_worker()
    draft.save()
    transaction.on_commit(lambda: order("reporting.tasks.build_report", draft.pk))
    return draft


def build(*, version_id: int, after_step: Callable[[str], object] = lambda name: None) -> bool:
    """Build a queued or abandoned report. Return False if there is nothing to do or another worker has taken over.

    It may run twice at once and may die at any moment. `after_step` is called after the progress of each step is
    committed.
    """
    underway = ReportVersion.objects.filter(pk=version_id, state__in=UNDERWAY)
    token = take_lease(underway, state=VersionState.BUILDING, progress=0)
    if token is None:
        return False
    version = ReportVersion.objects.select_related("period__project").get(pk=version_id)
    steps = list(STEPS)

    def step(name: str) -> None:
        _note(version_id, token, progress=5 + 90 * steps.index(name) // len(steps))
        after_step(name)

    try:
        with renewed_lease(underway, token):
            payload = to_payload(_read_in_one_snapshot(version, step))
        _keep(version_id, token, payload)
    except LeaseLost:
        log.info("report_build_taken_over", version=version_id)
        return False
    except OSError:
        log.exception("report_build_left", version=version_id)
        _held(version_id, token).update(**left_to_the_next())
        return False
    except Exception:
        log.exception("report_build_failed", version=version_id)
        _held(version_id, token).update(
            state=VersionState.FAILED,
            error=str(UNFORESEEN)[:ERROR_LENGTH],
            **NO_LEASE,
        )
        return False
    return True


def resume_builds() -> int:
    """Build the reports that nobody works on: lost orders, and builds whose worker died. Return the number built."""
    now = timezone.now()
    ReportVersion.objects.abandoned(now).filter(attempts__gte=MAX_ATTEMPTS).update(
        state=VersionState.FAILED,
        error=_("The workers that built this report stopped %(number)d times.") % {"number": MAX_ATTEMPTS},
        **NO_LEASE,
    )
    waiting = list(ReportVersion.objects.abandoned(now).values_list("pk", flat=True))
    return sum(build(version_id=pk) for pk in waiting)


def _held(version_id: int, token: uuid.UUID) -> QuerySet[ReportVersion]:
    return ReportVersion.objects.filter(pk=version_id, lease_token=token, state=VersionState.BUILDING)


def _note(version_id: int, token: uuid.UUID, *, progress: int) -> None:
    """Commit the progress outside of the snapshot in which the records are read. Raises LeaseLost."""
    apart = connection.copy()
    try:
        with apart.cursor() as cursor:
            cursor.execute(
                "UPDATE reporting_reportversion SET progress = %s WHERE id = %s AND lease_token = %s AND state = %s",
                [progress, version_id, token, VersionState.BUILDING],
            )
            noted = cursor.rowcount
    finally:
        apart.close()
    if not noted:
        raise LeaseLost


def _read_in_one_snapshot(version: ReportVersion, step: Callable[[str], None]) -> Report:
    """Return the report of the records at one moment, whatever is written meanwhile."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(f"SET LOCAL work_mem = '{WORK_MEM}'")
        return build_report(version.period.project, version.period, step=step)


@transaction.atomic
def keep_annexes(*, version_id: int, payload: dict[str, Any]) -> dict[str, Any]:
    """Keep the long lists of a report beside its version, and return the payload with references to them.

    The lists of the build before stay until the next one, for who is reading them."""
    before = ReportVersion.objects.values_list("payload", flat=True).get(pk=version_id)
    AnnexChunk.objects.filter(version=version_id).exclude(annex__in=annexes_in(before)).delete()

    def keep(annex: Annex[Any]) -> Reference:
        key = uuid.uuid4()
        AnnexChunk.objects.bulk_create(
            AnnexChunk(version_id=version_id, annex=key, number=number, rows=rows)
            for number, rows in enumerate(annex.chunks)
        )
        return Reference(str(key), len(annex), annex.digest, annex.identities)

    return without_annexes(payload, keep)


@transaction.atomic
def _keep(version_id: int, token: uuid.UUID, payload: dict[str, Any]) -> None:
    lock_leased(_held(version_id, token), token)
    _held(version_id, token).update(
        state=VersionState.BUILT,
        progress=100,
        payload=keep_annexes(version_id=version_id, payload=payload),
        built_at=timezone.now(),
        **NO_LEASE,
    )
