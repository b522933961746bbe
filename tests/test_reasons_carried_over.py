"""Test that the reason of reports that were closed before reasons were several says the same afterwards."""

import uuid

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


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_no_reason_is_lost_on_the_way_back():
    now = timezone.now()
    built = {"payload": {"report": {}}, "built_at": now}
    said = [
        {"code": "unclassified", "number": 3, "reason": "Le comité les classe en mars."},
        {"code": "proofs_missing", "number": 1, "reason": "La liste « perdue » n’est pas là."},
    ]
    closed, closing = PeriodFactory(), PeriodFactory()
    ReportVersion.objects.create(
        period=closed, number=1, state=VersionState.CLOSED, closed_at=now, reasons=said, **built
    )
    left = {"lease_token": uuid.uuid4(), "lease_until": now}
    ReportVersion.objects.create(period=closing, number=1, state=VersionState.CLOSING, **built, **left)
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        migrate(BEFORE)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT missing_proof_reason, state, lease_until FROM reporting_reportversion ORDER BY period_id"
            )
            before = cursor.fetchall()
    finally:
        migrate(leaves)
    words = "Le comité les classe en mars.\nLa liste « perdue » n’est pas là."
    assert before == [(words, "closed", None), ("", "built", None)]
    assert ReportVersion.objects.get(period=closed).reasons == [
        {"code": "proofs_missing", "number": 0, "reason": words}
    ]
    assert ReportVersion.objects.get(period=closing).state == VersionState.BUILT
