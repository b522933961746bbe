"""The coordinator checks the proofs of counted events; reports keep those they list, and tell nothing of others."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from events.admin.tests.helpers import PDF
from events.attendance.operations import add_proof, take_back_proof
from events.enums import ProofKind
from events.errors import EventError
from events.tests.factories import PastEventFactory
from members.tests.factories import UserFactory
from reporting.queries.build import build_report
from spaces.tests.factories import SpaceFactory

from .factories import CountedEventFactory, PeriodFactory
from .test_closing import closed

pytestmark = pytest.mark.django_db


def test_the_coordinator_checks_the_proof_of_a_space_with_one_manager(client):
    space, manager = SpaceFactory(), UserFactory()
    space.managers.add(manager)
    row = CountedEventFactory(event=PastEventFactory(space=space))
    proof = add_proof(event=row.event, kind=ProofKind.AGENDA, file=SimpleUploadedFile("a.pdf", PDF), by=manager)
    coordinator = UserFactory(coordinates=True)
    client.force_login(coordinator)
    check = reverse("admin:events_event_proof_check", args=[proof.event_id, proof.pk])
    assert check in client.get(reverse("admin:index")).text
    download = reverse("admin:events_event_proof_download", args=[proof.event_id, proof.pk])
    assert download in client.get(check).text and client.get(download).status_code == 200
    assert client.get(reverse("admin:events_event_change", args=[proof.event_id])).status_code == 404
    assert client.post(check).url == reverse("admin:index")
    proof.refresh_from_db()
    assert proof.checked_by == coordinator


@pytest.fixture
def period():
    """Make a half-year that ended yesterday, in which the event of `PastEventFactory` lies."""
    today = timezone.localdate()
    return PeriodFactory(starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))


@pytest.fixture
def proof(period):
    row = CountedEventFactory(
        project=period.project, event=PastEventFactory(starts_at=timezone.now() - timedelta(days=2))
    )
    return add_proof(event=row.event, kind=ProofKind.AGENDA, file=SimpleUploadedFile("a.pdf", PDF), by=UserFactory())


def test_a_proof_that_a_closed_report_lists_is_not_taken_back(period, proof):
    closed(period, reason="Essai")
    with pytest.raises(EventError) as refusal:
        take_back_proof(proof=proof, by=proof.added_by, reason="Autre réunion")
    assert refusal.value.code == "told"
    assert list(proof.event.proofs.all()) == [proof]
    assert not proof.event.changes.exists()


def test_a_proof_taken_back_is_no_deviation_of_the_project(period, proof):
    take_back_proof(proof=proof, by=proof.added_by, reason="Autre réunion")
    assert build_report(period.project, period).deviations == ()
