"""The monthly task of several workers at once makes one draft and sends one mail."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from events.models import DeclaredCount
from events.tests.factories import HistoryEventFactory
from hacktiv.common.halfyears import calendar_half_year
from hacktiv.outbox.models import Message
from members.enums import NetworkRoleKind
from members.tests.factories import NetworkRoleFactory
from reporting.core.operations import ensure_periods
from reporting.desk.operations import CHANGES, draft_monthly
from reporting.models import MonthlyDraft, ReportVersion
from reporting.tests.builds import draft
from reporting.tests.factories import CountedEventFactory, ProjectFactory

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 8


def test_eight_workers_at_once_ask_for_one_draft_and_send_one_mail():
    today = timezone.localdate()
    coordinator = NetworkRoleFactory(role=NetworkRoleKind.COORDINATOR).user
    present = calendar_half_year(today)
    project = ProjectFactory(starts_on=present.start, ends_on=present.end)
    ensure_periods(project=project)
    period = project.periods.get()
    day = {"earliest": period.starts_on, "latest": period.starts_on}
    CountedEventFactory(project=project, event=HistoryEventFactory(space=None, **day), declared=(13, 13))
    draft(period)
    DeclaredCount.objects.update(lower=15, upper=15)
    barrier = Barrier(WORKERS)

    def work(_number):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return draft_monthly()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        asked = list(pool.map(work, range(WORKERS)))
    assert sum(asked) == 1
    assert MonthlyDraft.objects.count() == ReportVersion.objects.count() == 1
    assert [mail.to_email for mail in Message.objects.filter(template=CHANGES)] == [coordinator.email]
