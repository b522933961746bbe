"""The coordinator checks the proofs of counted events; reports keep those they list, and tell nothing of others."""

import io
import json
from datetime import date, timedelta

import openpyxl
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from events.admin.tests.helpers import PDF
from events.attendance.operations import add_proof, add_walk_in, check_proof, mark_list_complete, take_back_proof
from events.enums import ProofKind
from events.errors import EventError
from events.tests.factories import PastEventFactory
from members.tests.factories import UserFactory
from reporting.building.queries.build import build_report
from reporting.building.queries.versions import report_of
from reporting.closing.tests.test_closing import closed
from reporting.core.operations import ensure_periods
from reporting.evidence.operations import add_evidence, check_evidence, refuse_evidence
from reporting.outputs.renderers.formats import FORMATS
from reporting.tests.factories import CountedEventFactory, DeliverableFactory, PeriodFactory, ProjectFactory
from spaces.tests.factories import SpaceFactory, make_manager

pytestmark = pytest.mark.django_db


def test_the_coordinator_checks_the_proof_of_a_space_with_one_manager(client):
    space, manager = SpaceFactory(), UserFactory()
    make_manager(space, manager)
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


def test_evidence_checked_by_who_added_it_is_said_to_be_until_another_checks_it(client):
    period, coordinator, other = PeriodFactory(), UserFactory(coordinates=True), UserFactory(coordinates=True)
    deliverable = DeliverableFactory(period=period)
    evidence = add_evidence(file=SimpleUploadedFile("v.pdf", PDF), by=coordinator, deliverable=deliverable)
    check_evidence(evidence=evidence, by=coordinator)
    built = build_report(period.project, period)
    assert [item.name for item in built.self_checked] == ["v.pdf"]
    with translation.override("en"):
        files = {name: form.render(built) for name, form in FORMATS.items()}
    assert json.loads(files["json"])["self_checked"] == [{"name": "v.pdf", "sha256": evidence.sha256}]
    assert "yes, by who added it" in files["csv"].decode()
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    assert "yes, by who added it" in [row[5] for row in book["Annex A – evidence"].iter_rows(values_only=True)]
    pages = pypdf.PdfReader(io.BytesIO(files["pdf"])).pages
    assert "yes, by who added it" in " ".join(" ".join(page.extract_text().split()) for page in pages)
    version = closed(period)
    check_evidence(evidence=evidence, by=other)
    evidence.refresh_from_db()
    assert evidence.checked_by == other
    assert build_report(period.project, period).self_checked == ()
    assert [item.name for item in report_of(version).self_checked] == ["v.pdf"]
    assert build_report(period.project, period).corrections == ()


def test_who_added_evidence_does_not_overrule_who_refused_it(client):
    coordinator, other = UserFactory(coordinates=True), UserFactory(coordinates=True)
    deliverable = DeliverableFactory(period=PeriodFactory())
    evidence = add_evidence(file=SimpleUploadedFile("v.pdf", PDF), by=coordinator, deliverable=deliverable)
    refuse_evidence(evidence=evidence, by=other, reason="Illisible")
    client.force_login(coordinator)
    page = client.post(reverse("admin:reporting_evidencefile_check", args=[evidence.pk]), follow=True)
    assert [(message.level_tag, str(message)[:6]) for message in page.context["messages"]] == [("error", "v.pdf:")]
    marked = {"action": "mark_checked", "_selected_action": [evidence.pk]}
    client.post(reverse("admin:reporting_evidencefile_changelist"), marked)
    evidence.refresh_from_db()
    assert (evidence.checked_at, evidence.refusal) == (None, "Illisible")
    check_evidence(evidence=evidence, by=UserFactory(coordinates=True))
    evidence.refresh_from_db()
    assert (evidence.checked_at is None, evidence.refusal) == (False, "")


def test_a_refused_proof_proves_nothing_and_the_report_says_why(client):
    period, coordinator, adder = PeriodFactory(), UserFactory(coordinates=True), UserFactory(coordinates=True)
    deliverable = DeliverableFactory(period=period)
    evidence = add_evidence(file=SimpleUploadedFile("v.pdf", PDF), by=adder, deliverable=deliverable)
    client.force_login(coordinator)
    page = reverse("admin:reporting_evidencefile_refuse", args=[evidence.pk])
    assert client.post(page, {"reason": ""}).status_code == 400
    assert client.post(page, {"reason": "Autre vidéo"}).status_code == 302
    evidence.refresh_from_db()
    assert (evidence.refused_by, evidence.refusal) == (coordinator, "Autre vidéo")
    built = build_report(period.project, period)
    assert [part.title["fr"] for part in built.lacking_proof] == ["Vidéo"]
    assert [(item.name, item.refusal) for item in built.refused] == [("v.pdf", "Autre vidéo")]
    with translation.override("en"):
        files = {name: form.render(built) for name, form in FORMATS.items()}
    refused = [{"name": "v.pdf", "sha256": evidence.sha256, "reason": "Autre vidéo"}]
    assert json.loads(files["json"])["refused"] == refused
    assert "refused: Autre vidéo" in files["csv"].decode()
    check_evidence(evidence=evidence, by=coordinator)
    evidence.refresh_from_db()
    assert (evidence.refusal, build_report(period.project, period).refused) == ("", ())
    assert client.post(page, {"reason": "Trop tard"}).status_code == 400


def test_a_proof_refused_by_the_coordinator_is_owed_by_the_event(client):
    space, manager = SpaceFactory(), UserFactory()
    make_manager(space, manager)
    event = CountedEventFactory(event=PastEventFactory(space=space, proofs_owed=[ProofKind.AGENDA])).event
    proof = add_proof(event=event, kind=ProofKind.AGENDA, file=SimpleUploadedFile("a.pdf", PDF), by=manager)
    client.force_login(UserFactory(coordinates=True))
    refuse = reverse("admin:events_event_proof_refuse", args=[event.pk, proof.pk])
    check = reverse("admin:events_event_proof_check", args=[event.pk, proof.pk])
    assert refuse in client.get(check).text
    assert client.post(refuse, {"reason": "Illisible"}).url == reverse("admin:index")
    assert "Illisible" in client.get(check).text
    home = client.get(reverse("admin:index"))
    coordination = home.context["coordination"]
    assert (coordination.to_check, coordination.refused) == ([], [proof])
    assert coordination.without_proof == [(event, [ProofKind.AGENDA.label])]
    client.force_login(manager)
    assert "Illisible" in client.get(reverse("admin:events_event_change", args=[event.pk])).text


def test_a_name_noted_after_the_list_was_checked_asks_for_another_check(client):
    manager, checker = UserFactory(is_staff=True, is_superuser=True), UserFactory()
    today = timezone.localdate()
    project = ProjectFactory(starts_on=date(today.year - 1, 1, 1), ends_on=date(today.year + 1, 12, 31))
    event = CountedEventFactory(event=PastEventFactory(), project=project).event
    ensure_periods(project=project)
    period = project.periods.get(starts_on__lte=event.earliest, ends_on__gte=event.earliest)

    def counted():
        figures = {figure.code: figure.current for figure in build_report(project, period).figures}
        count = figures["NET-PARTICIPATIONS"]
        return count.lower, count.lower_origin

    for name in ("Anna", "Bob", "Cara", "Dora"):
        add_walk_in(event=event, by=manager, name=name)
    sheet, agenda = (
        add_proof(event=event, kind=kind, file=SimpleUploadedFile("a.pdf", PDF), by=manager)
        for kind in (ProofKind.ATTENDANCE_SHEET, ProofKind.AGENDA)
    )
    for proof in (sheet, agenda):
        check_proof(proof=proof, by=checker)
    mark_list_complete(event=event, by=manager)
    assert counted() == (4, "proven")
    add_walk_in(event=event, by=manager, name="Eve")
    for one in (event, sheet, agenda):
        one.refresh_from_db()
    assert (event.list_is_complete, sheet.checked_at, agenda.checked_by) == (False, None, checker)
    assert counted() == (5, "declared")
    client.force_login(manager)
    check = reverse("admin:events_event_proof_check", args=[event.pk, sheet.pk])
    attendance = client.get(reverse("admin:events_event_attendance", args=[event.pk])).text
    assert "Un nom a été noté après la vérification de la liste" in attendance and check in attendance
    assert "Elle a déjà été vérifiée" in client.get(check).text
    check_proof(proof=sheet, by=checker)
    assert counted() == (5, "proven")
    assert check not in client.get(reverse("admin:events_event_attendance", args=[event.pk])).text


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
