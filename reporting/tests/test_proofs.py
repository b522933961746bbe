"""The coordinator checks the proofs of counted events."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from events.admin.tests.helpers import PDF
from events.attendance.operations import add_proof
from events.enums import ProofKind
from events.tests.factories import PastEventFactory
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory

from .factories import CountedEventFactory

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
