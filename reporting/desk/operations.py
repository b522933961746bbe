"""Have a draft made of each running half-year once a month, and mail the coordination what has changed since the last.

The row of the month is written in the transaction that queues the build and the mails. So a task that runs twice, or
two that run at once, make one draft and send one mail; a task that dies is done by the next night's.
"""

from __future__ import annotations

from datetime import date, datetime

import structlog
from django.db import transaction
from django.utils import timezone

from hacktiv.outbox.operations import enqueue

from ..building.operations import request_build
from ..building.queries.codec import plain_part
from ..building.queries.versions import Since, changed_since
from ..core.queries import is_closed
from ..models import MonthlyDraft, Period, ReportVersion
from ..parts.queries import coordination
from .queries.half_years import running_half_years

log = structlog.get_logger(__name__)

CHANGES = "reporting.monthly_changes"
#: The most statements that a mail tells; the page of the draft has all.
MOST_TOLD = 20


def draft_monthly(now: datetime | None = None) -> int:
    """Have this month's draft made of each running half-year that has none. Return how many were asked for.

    A half-year whose report cannot be compared does not keep the others from theirs."""
    today = timezone.localdate(now)
    month = today.replace(day=1)
    waiting = running_half_years(today).exclude(monthly_drafts__month=month)
    return sum(_draft(period, month) for period in waiting)


def _draft(period: Period, month: date) -> bool:
    try:
        version = period.versions.open().exclude(payload=None).first()
        since = changed_since(version) if version else None
        return _ask(period=period, month=month, version=version, since=since)
    except Exception:
        log.exception("monthly_draft_failed", period=period.pk)
        return False


@transaction.atomic
def _ask(*, period: Period, month: date, version: ReportVersion | None, since: Since | None) -> bool:
    """Queue the draft and the mails, unless that was done, or another draft was asked for since the comparison."""
    period = Period.objects.select_for_update().get(pk=period.pk)
    draft = period.versions.open().select_for_update().first()
    is_another = (draft and draft.built_at) != (version and version.built_at)
    if is_closed(period) or is_another or (draft and draft.is_underway):
        return False
    if MonthlyDraft.objects.filter(period=period, month=month).exists():
        return False
    made = MonthlyDraft.objects.create(
        period=period,
        month=month,
        then=version.built_at if version else None,
        changes=len(since.statements) if since else 0,
        contradictions_then=since.contradictions_then if since else 0,
        contradictions_now=since.contradictions_now if since else 0,
        statements=plain_part(since.statements[:MOST_TOLD]) if since else [],
    )
    request_build(period=period, by=None)
    if made.changes or made.contradictions_then != made.contradictions_now:
        _tell_coordination(made)
    return True


def _tell_coordination(made: MonthlyDraft) -> None:
    """Mail each coordinator, once for each draft, in their language."""
    for person in coordination():
        enqueue(
            key=f"{CHANGES}:{made.pk}:{person.pk}",
            template=CHANGES,
            to_email=person.email,
            to_name=str(person),
            language=person.language,
            context={"draft": made.pk},
        )
