"""Transactions that really overlap on PostgreSQL: threads with their own connections, released by one barrier."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from members.tests.factories import UserFactory
from reporting.errors import ReportingError
from reporting.evidence.operations import add_evidence
from reporting.models import EvidenceFile
from reporting.tests.factories import CoachingFactory, DeliverableFactory, PeriodFactory

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 8


@pytest.mark.parametrize("thing", ["coaching", "deliverable", "period"])
def test_the_same_file_sent_eight_times_at_once_is_kept_once(thing):
    row = {"coaching": CoachingFactory, "deliverable": DeliverableFactory, "period": PeriodFactory}[thing]()
    person = UserFactory(coordinates=True)
    barrier = Barrier(PEOPLE)

    def send(_number):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            file = SimpleUploadedFile("x.pdf", b"%PDF-1.7\n%%EOF")
            return add_evidence(file=file, by=person, **{thing: row}).sha256
        except ReportingError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        outcomes = list(pool.map(send, range(PEOPLE)))
    assert outcomes.count("already_there") == PEOPLE - 1
    assert EvidenceFile.objects.count() == 1
