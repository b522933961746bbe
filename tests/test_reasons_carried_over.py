"""Test that the reason of reports that were closed before reasons were several says the same afterwards."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from reporting.enums import VersionState
from reporting.models import ReportVersion
from reporting.tests.factories import PeriodFactory

BEFORE = [("reporting", "0017_desk_and_results")]


def migrate(targets):
    MigrationExecutor(connection).migrate(targets)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_reasons_of_closed_reports_move_forth_and_back():
    now = timezone.now()
    closed = {"state": VersionState.CLOSED, "payload": {"report": {}}, "built_at": now, "closed_at": now}
    reason = {"code": "proofs_missing", "number": 0, "reason": "La liste « perdue » n’est pas là."}
    period = PeriodFactory()
    for number, reasons in ((1, [reason]), (2, [])):
        ReportVersion.objects.create(period=period, number=number, reasons=reasons, **closed)
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        migrate(BEFORE)
        with connection.cursor() as cursor:
            cursor.execute("SELECT missing_proof_reason FROM reporting_reportversion ORDER BY number")
            before = [row[0] for row in cursor.fetchall()]
    finally:
        migrate(leaves)
    assert before == [reason["reason"], ""]
    assert list(ReportVersion.objects.order_by("number").values_list("reasons", flat=True)) == [[reason], []]
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgenabled FROM pg_trigger WHERE tgname = 'reporting_reportversion_closed'")
        assert cursor.fetchall() == [("O",)], "the trigger that keeps closed reports is back"
