"""A check that was made by mistake is taken back with a word, until a closed report tells it."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from events.admin.tests.helpers import PDF
from events.attendance import operations as attendance
from events.enums import ChangeKind, ProofKind
from events.errors import EventError
from events.models import Proof
from events.tests.factories import PastEventFactory
from members.tests.factories import UserFactory
from reporting.building.queries.build import build_report
from reporting.closing.tests.test_closing import closed
from reporting.errors import ReportingError
from reporting.evidence.operations import add_evidence, check_evidence, take_back_check
from reporting.models import EvidenceFile
from reporting.tests.builds import close, draft
from reporting.tests.factories import CountedEventFactory, DeliverableFactory, PeriodFactory
from spaces.tests.factories import SpaceFactory, make_manager

pytestmark = pytest.mark.django_db


@pytest.fixture
def period():
    """Make a half-year that ended yesterday, in which the event of `proof` lies."""
    today = timezone.localdate()
    return PeriodFactory(starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))


@pytest.fixture
def coordinator(client):
    person = UserFactory(coordinates=True)
    client.force_login(person)
    return person


@pytest.fixture
def proof(period):
    """Return the checked sheet of a counted event of a space."""
    event = PastEventFactory(starts_at=timezone.now() - timedelta(days=2), space=SpaceFactory())
    CountedEventFactory(project=period.project, event=event)
    file = SimpleUploadedFile("a.pdf", PDF)
    proof = attendance.add_proof(event=event, kind=ProofKind.ATTENDANCE_SHEET, file=file, by=UserFactory())
    return attendance.check_proof(proof=proof, by=UserFactory())


@pytest.fixture
def evidence(period):
    deliverable = DeliverableFactory(period=period)
    file = SimpleUploadedFile("v.pdf", PDF)
    return add_evidence(file=file, by=UserFactory(coordinates=True), deliverable=deliverable)


def page_of(proof, name):
    return reverse(f"admin:events_event_proof_{name}", args=[proof.event_id, proof.pk])


def test_a_check_of_a_proof_is_taken_back_with_a_word(client, coordinator, proof):
    page = page_of(proof, "take_back_check")
    assert page in client.get(page_of(proof, "check")).text
    assert "errorlist" in client.post(page, {"reason": " "}).text
    proof.refresh_from_db()
    assert proof.checked_at
    assert client.post(page, {"reason": "Autre feuille"}).url == page_of(proof, "check")
    proof.refresh_from_db()
    assert (proof.checked_at, proof.checked_by) == (None, None)
    change = proof.event.changes.get()
    assert (change.kind, change.reason, change.made_by) == (ChangeKind.CHECK, "Autre feuille", coordinator)
    client.post(page, {"reason": "Autre feuille"})
    assert proof.event.changes.count() == 1
    refused = attendance.refuse_proof(proof=proof, by=coordinator, reason="Sans signatures")
    assert refused.refused_at


def test_who_runs_the_event_finds_the_way_beside_the_proof(client, proof):
    manager = UserFactory()
    make_manager(proof.event.space, manager)
    client.force_login(manager)
    shown = client.get(reverse("admin:events_event_change", args=[proof.event_id])).text
    assert page_of(proof, "take_back_check") in shown
    client.force_login(UserFactory())
    assert client.post(page_of(proof, "take_back_check"), {"reason": "x"}).status_code in (302, 404)
    proof.refresh_from_db()
    assert proof.checked_at


def test_a_check_taken_back_is_no_deviation_of_the_project(period, proof):
    attendance.take_back_check(proof=proof, by=UserFactory(), reason="Autre feuille")
    assert build_report(period.project, period).deviations == ()


def test_a_check_that_a_closed_report_tells_stays(period, proof):
    closed(period, reason="Essai")
    with pytest.raises(EventError) as refusal:
        attendance.take_back_check(proof=proof, by=UserFactory(), reason="Autre feuille")
    assert refusal.value.code == "told"
    proof.refresh_from_db()
    assert proof.checked_at and not proof.event.changes.exists()


def test_a_later_name_makes_a_told_check_void_all_the_same(period, proof):
    closed(period, reason="Essai")
    attendance.add_walk_in(event=proof.event, by=UserFactory(), name="Eve")
    proof.refresh_from_db()
    assert proof.checked_at is None and proof.outdated_at


def test_a_check_made_after_the_closing_is_taken_back(period, proof, evidence):
    closed(period, reason="Essai")
    check_evidence(evidence=evidence, by=UserFactory(coordinates=True))
    assert take_back_check(evidence=evidence, by=None)
    evidence.refresh_from_db()
    assert evidence.checked_at is None


def test_a_draft_that_tells_a_check_taken_back_is_not_closed(period, proof):
    version = draft(period)
    attendance.take_back_check(proof=proof, by=UserFactory(), reason="Autre feuille")
    with pytest.raises(ReportingError) as refusal:
        close(version=version, built_at=version.built_at, by=UserFactory(), reason="Essai")
    assert refusal.value.code == "check_gone"


@pytest.mark.parametrize("table", [Proof, EvidenceFile])
def test_the_database_keeps_the_checks_that_closed_reports_tell(period, proof, evidence, table):
    check_evidence(evidence=evidence, by=UserFactory(coordinates=True))
    closed(period, reason="Essai")
    with pytest.raises(IntegrityError), transaction.atomic():
        table.objects.update(checked_at=None)
    assert not table.objects.filter(checked_at=None).exists()


def test_evidence_has_a_page_to_check_it(client, coordinator, evidence):
    check = reverse("admin:reporting_evidencefile_check", args=[evidence.pk])
    file = reverse("reporting:evidence", args=["evidence", evidence.pk])
    shown = client.get(reverse("admin:reporting_evidencefile_change", args=[evidence.pk])).text
    assert check in shown and file in shown and 'name="_save"' not in shown
    assert file in client.get(reverse("admin:reporting_evidencefile_changelist")).text
    assert file in client.get(check).text
    page = client.post(check, follow=True)
    assert [str(message.level_tag) for message in page.context["messages"]] == ["success"]
    evidence.refresh_from_db()
    assert evidence.checked_by == coordinator
    take_back = reverse("admin:reporting_evidencefile_take_back_check", args=[evidence.pk])
    assert take_back in page.text
    assert client.post(take_back, {"reason": ""}).status_code == 400
    assert client.post(take_back, {"reason": "Autre vidéo"}).url == check
    evidence.refresh_from_db()
    assert (evidence.checked_at, evidence.checked_by) == (None, None)
    entry = LogEntry.objects.get()
    assert entry.user == coordinator and "Autre vidéo" in entry.change_message


def test_the_list_says_what_it_marked_and_what_is_ones_own(client, coordinator, evidence, period):
    own = add_evidence(file=SimpleUploadedFile("w.pdf", PDF), by=coordinator, period=period)
    page = reverse("admin:reporting_evidencefile_changelist")
    marked = {"action": "mark_checked", "_selected_action": [evidence.pk, own.pk]}

    def levels():
        return [message.level_tag for message in client.post(page, marked, follow=True).context["messages"]]

    assert levels() == ["success", "warning"]
    assert not EvidenceFile.objects.filter(checked_at=None).exists()
    assert levels() == ["info"]


def test_evidence_told_as_checked_stays_checked(client, coordinator, evidence, period):
    check_evidence(evidence=evidence, by=UserFactory(coordinates=True))
    closed(period, reason="Essai")
    page = reverse("admin:reporting_evidencefile_take_back_check", args=[evidence.pk])
    assert client.post(page, {"reason": "Autre vidéo"}).status_code == 400
    evidence.refresh_from_db()
    assert evidence.checked_at and not LogEntry.objects.exists()


def test_the_report_leads_to_the_check_of_each_file(client, coordinator, proof, evidence, period):
    page = client.get(reverse("reporting:report", args=[period.project.slug, period.label])).text
    assert page_of(proof, "check") in page
    assert reverse("admin:reporting_evidencefile_check", args=[evidence.pk]) in page


def test_the_way_to_a_proof_leads_the_coordinator_to_no_lost_page(client, coordinator, proof):
    shown = client.get(page_of(proof, "check")).text
    assert reverse("admin:events_event_change", args=[proof.event_id]) + '"' not in shown
    make_manager(proof.event.space, coordinator)
    shown = client.get(page_of(proof, "check")).text
    assert reverse("admin:events_event_change", args=[proof.event_id]) + '"' in shown
