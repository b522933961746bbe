"""The coordinator's pages, which nobody else can open."""

import hashlib
import io
from datetime import date, timedelta

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from events.enums import ProofKind
from events.models import Proof
from events.tests.factories import HistoryEventFactory
from members.tests.factories import NetworkRoleFactory, UserFactory
from reporting.building.operations import request_build
from reporting.building.queries.build import build_report
from reporting.closing.operations import close as carry_out
from reporting.core.rules import LONGEST_REPORT_TEXT, fingerprint_of
from reporting.enums import VersionState
from reporting.errors import ReportingError
from reporting.evidence.operations import add_evidence, check_evidence
from reporting.models import EvidenceFile, Period, ReportVersion
from reporting.tests.builds import close, draft
from reporting.tests.factories import (
    CountedCoachingFactory,
    CountedEventFactory,
    DeliverableFactory,
    PartnerFactory,
    PeriodFactory,
    ProjectFactory,
)

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n%%EOF"
# The yellow of the emblem's stars, as a PDF writes it.
YELLOW = b"1 0.8 0 scn"


@pytest.fixture
def period():
    return PeriodFactory(project=ProjectFactory(slug="ardenne", title_fr="Ardenne"))


@pytest.fixture
def coordinator(client):
    person = UserFactory()
    NetworkRoleFactory(user=person)
    client.force_login(person)
    return person


def address(name, *parts):
    return reverse(f"reporting:{name}", args=parts)


ADDRESSES = [
    ("get", "projects", ()),
    ("get", "report", ("ardenne", "S2-2020")),
    ("get", "version", ("ardenne", "S2-2020", 1)),
    ("get", "figure", ("ardenne", "S2-2020", "NET-ACTIONS")),
    ("get", "version_figure", ("ardenne", "S2-2020", 1, "NET-ACTIONS")),
    ("get", "to_copy", ("ardenne", "S2-2020")),
    ("get", "version_to_copy", ("ardenne", "S2-2020", 1)),
    ("get", "progress", ("ardenne", "S2-2020")),
    ("get", "close", ("ardenne", "S2-2020")),
    ("get", "highlights", ("ardenne", "S2-2020")),
    ("get", "add_evidence", ("ardenne", "S2-2020")),
    ("get", "uncounted", ("ardenne", "S2-2020")),
    ("post", "uncounted", ("ardenne", "S2-2020")),
    ("post", "take_back", ("ardenne", "S2-2020")),
    ("get", "classify", ("ardenne", "S2-2020")),
    ("post", "classify", ("ardenne", "S2-2020")),
    ("get", "classify_action", ("ardenne", 1)),
    ("post", "classify_action", ("ardenne", 1)),
    ("post", "declassify", ("ardenne", 1)),
    ("get", "download", ("ardenne", "S2-2020", "json")),
    ("get", "download_version", ("ardenne", "S2-2020", 1, "pdf")),
    ("get", "evidence", ("evidence", 1)),
    ("get", "files", ("ardenne", "S2-2020", 1)),
    ("post", "files", ("ardenne", "S2-2020", 1)),
    ("get", "files_progress", ("ardenne", "S2-2020", 1)),
    ("get", "prepared_file", ("ardenne", "S2-2020", 1, 1)),
    ("get", "stored_file", ("ardenne", "S2-2020", 1, "fr", "pdf")),
    ("get", "compare", ("ardenne", "S2-2020")),
    ("get", "comment", ("ardenne", "S2-2020", "figures")),
    ("post", "comment", ("ardenne", "S2-2020", "figures")),
    ("post", "build", ("ardenne", "S2-2020")),
    ("post", "close", ("ardenne", "S2-2020")),
    ("post", "highlights", ("ardenne", "S2-2020")),
    ("post", "add_evidence", ("ardenne", "S2-2020")),
]


@pytest.mark.parametrize(("method", "name", "parts"), ADDRESSES)
def test_a_stranger_finds_nothing(client, period, method, name, parts):
    draft(period)
    client.force_login(UserFactory())
    assert getattr(client, method)(address(name, *parts)).status_code == 404
    assert ReportVersion.objects.get().state == VersionState.BUILT


@pytest.mark.parametrize(("method", "name", "parts"), ADDRESSES)
def test_a_visitor_is_sent_to_sign_in(client, method, name, parts):
    response = getattr(client, method)(address(name, *parts))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_a_visitor_reads_for_whom_the_page_is(client, period):
    with translation.override("fr"):
        for name, parts in (("projects", ()), ("report", ("ardenne", "S2-2020")), ("own_projects", ())):
            page = client.get(address(name, *parts), follow=True)
            assert reverse("account_signup") not in page.text.partition("<main")[2].partition("</main")[0]
        elsewhere = client.get(reverse("portal:me"), follow=True)
        assert reverse("account_signup") in elsewhere.text.partition("<main")[2].partition("</main")[0]
    for odd in ("//[", "https://x.example/reporting/"):
        assert client.get(reverse("account_login"), {"next": odd}).status_code == 200


@pytest.mark.parametrize("parts", [("no-such", "S2-2020"), ("ardenne", "S9")])
def test_an_unknown_half_year_is_not_found(client, coordinator, period, parts):
    assert client.get(address("report", *parts)).status_code == 404
    assert client.post(address("build", *parts)).status_code == 404


@pytest.mark.parametrize("projects", [1, 3])
def test_the_list_of_projects_costs_the_same_however_many(client, coordinator, projects, django_assert_num_queries):
    for number in range(projects):
        project = ProjectFactory(title_fr=f"Projet n° {number}")
        for label in ("S1-2020", "S2-2020"):
            draft(PeriodFactory(project=project, label=label))
    with django_assert_num_queries(7):
        response = client.get(address("projects"))
    text = response.content.decode()
    assert [f"Projet n° {number}" in text for number in range(4)] == [number < projects for number in range(4)]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_report_costs_the_same_whatever_it_tells(client, coordinator, period, rows, django_assert_num_queries):
    for _number in range(rows):
        CountedEventFactory(project=period.project, declared=(13, 13))
        CountedCoachingFactory(project=period.project)
        DeliverableFactory(period=period)
        PartnerFactory(project=period.project)
    draft(period)
    with django_assert_num_queries(50):
        response = client.get(address("report", "ardenne", "S2-2020"))
    assert response.status_code == 200


def test_the_page_marks_counts_that_nobody_gave(client, coordinator, period):
    CountedEventFactory(project=period.project, event__title_fr="Visite de fablab")
    text = client.get(address("report", "ardenne", "S2-2020")).content.decode()
    assert "Visite de fablab" in text
    assert "non renseigné" in text
    assert "NET-PARTICIPATIONS" in text


def test_a_half_year_that_was_reported_without_the_site_is_not_said_to_wait(client, coordinator, period):
    period.reported_on = date(2021, 3, 24)
    period.save()
    text = client.get(reverse("reporting:projects")).text
    assert "Fait en dehors de ce site" in text and "Pas encore préparé" not in text


def test_a_report_can_be_read_before_it_is_built(client, coordinator, period):
    response = client.get(address("report", "ardenne", "S2-2020"))
    assert response.context["version"] is None
    assert "Pas encore préparé" in response.text
    assert "Version 1" not in response.text, "there is no version yet"
    assert ReportVersion.objects.count() == 0


def test_asking_for_a_build_shows_how_far_it_is(client, coordinator, period):
    response = client.post(address("build", "ardenne", "S2-2020"), follow=True)
    assert response.redirect_chain == [(address("report", "ardenne", "S2-2020"), 302)]
    assert 'value="0"' in response.content.decode()
    ReportVersion.objects.update(state=VersionState.BUILDING, progress=40)
    response = client.get(address("progress", "ardenne", "S2-2020"))
    assert 'value="40"' in response.content.decode()
    assert "HX-Refresh" not in response


def test_once_built_the_page_is_read_anew(client, coordinator, period):
    draft(period)
    assert client.get(address("progress", "ardenne", "S2-2020"))["HX-Refresh"] == "true"


def test_building_needs_a_post(client, coordinator, period):
    answer = client.get(address("build", "ardenne", "S2-2020"))
    assert (answer.status_code, answer.url) == (302, address("report", "ardenne", "S2-2020"))
    assert not ReportVersion.objects.exists()


def test_a_draft_is_closed_after_a_question(client, coordinator, period):
    version = draft(period)
    page = client.get(address("close", "ardenne", "S2-2020"))
    assert page.status_code == 200
    version.refresh_from_db()
    assert version.state == VersionState.BUILT
    answers = {"built_at": page.context["form"]["built_at"].value()}
    response = client.post(address("close", "ardenne", "S2-2020"), answers)
    assert response.status_code == 302
    version.refresh_from_db()
    assert (version.state, version.closed_by) == (VersionState.CLOSING, coordinator)
    again = client.post(address("close", "ardenne", "S2-2020"), answers)
    assert (again.status_code, again.url) == (302, address("report", "ardenne", "S2-2020"))
    assert carry_out(version_id=version.pk)
    version.refresh_from_db()
    assert (version.state, version.closed_by) == (VersionState.CLOSED, coordinator)
    assert client.post(address("close", "ardenne", "S2-2020"), answers).status_code == 404


def test_a_draft_that_lacks_proofs_is_kept_open_and_the_form_says_why(client, coordinator, period):
    CountedEventFactory(project=period.project, event__proofs_owed=[ProofKind.ATTENDANCE_SHEET])
    CountedCoachingFactory(project=period.project)
    version = draft(period)
    answers = {"built_at": version.built_at.isoformat(), "reason_proofs_missing": ""}
    response = client.post(address("close", "ardenne", "S2-2020"), answers)
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [
        "reason_proofs_missing",
        "reason_counts_unknown",
        "reason_unclassified",
    ]
    answers |= {"reason_proofs_missing": "La liste s’est perdue.", "reason_unclassified": "À choisir."}
    answers["reason_counts_unknown"] = "Personne n’a compté."
    page = response.content.decode()
    assert "facultatif" not in page, "it is refused without a reason"
    assert "Accompagnement" in page
    assert "aucune preuve vérifiée" in page
    assert client.post(address("close", "ardenne", "S2-2020"), answers).status_code == 302


def test_a_half_year_that_still_runs_is_not_closed(client, coordinator):
    today = timezone.localdate()
    project = ProjectFactory(slug="encours", starts_on=today - timedelta(days=90), ends_on=today + timedelta(days=90))
    running = PeriodFactory(
        project=project, label="S2", starts_on=today - timedelta(days=90), ends_on=today + timedelta(days=32)
    )
    version = draft(running)
    with translation.override("fr"):
        page = client.get(address("close", "encours", "S2"))
    report = client.get(address("report", "encours", "S2"))
    assert address("close", "encours", "S2") not in report.text, "it cannot be closed yet, and the page says from when"
    assert "peut être clôturé à partir du lendemain" in report.text
    assert "32 jours" in page.text
    assert "Il reste" in page.text
    answers = {"built_at": version.built_at.isoformat(), "reason_older_than_records": "Pressée"}
    assert client.post(address("close", "encours", "S2"), answers).status_code == 409
    version.refresh_from_db()
    assert version.state == VersionState.BUILT
    # On its last day too, and no longer on the next one.
    Period.objects.filter(pk=running.pk).update(ends_on=today)
    assert client.post(address("close", "encours", "S2"), answers).status_code == 409
    Period.objects.filter(pk=running.pk).update(ends_on=today - timedelta(days=1))
    assert client.post(address("close", "encours", "S2"), answers).status_code == 302


@pytest.mark.parametrize("built_at", ["2020-01-01T00:00:00+00:00", "never", "\x00", ""])
def test_a_draft_that_nobody_read_is_not_closed(client, coordinator, period, built_at):
    version = draft(period)
    response = client.post(address("close", "ardenne", "S2-2020"), {"built_at": built_at})
    assert response.status_code in (400, 409)
    version.refresh_from_db()
    assert version.state == VersionState.BUILT


def test_a_closed_version_can_be_read_after_the_next_one(client, coordinator, period):
    first = draft(period)
    close(version=first, built_at=first.built_at, by=coordinator)
    draft(period)
    assert client.get(address("report", "ardenne", "S2-2020")).context["report"].version == 2
    old = client.get(address("version", "ardenne", "S2-2020", 1)).context["report"]
    assert (old.version, old.status) == (1, "closed")
    for number in (0, 3):
        assert client.get(address("version", "ardenne", "S2-2020", number)).status_code == 404
        assert client.get(address("download_version", "ardenne", "S2-2020", number, "json")).status_code == 404


@pytest.mark.parametrize(
    ("extension", "start"), [("json", b"{"), ("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF-")]
)
def test_each_format_is_downloaded(client, coordinator, period, extension, start):
    draft(period)
    for parts in (
        ("download", "ardenne", "S2-2020", extension),
        ("download_version", "ardenne", "S2-2020", 1, extension),
    ):
        response = client.get(address(*parts))
        assert response.content.startswith(start)
        assert response["Content-Disposition"] == f'attachment; filename="ardenne-S2-2020-v1-draft-fr.{extension}"'
    assert client.get(address("download", "ardenne", "S2-2020", "exe")).status_code == 404


def test_highlights_are_kept_in_each_language(client, coordinator, period):
    texts = {"fr": "Un semestre <b>riche</b> 🎉", "nl": "Rijk", "en": "", "shown": fingerprint_of(period, "highlights")}
    assert client.post(address("highlights", "ardenne", "S2-2020"), texts).status_code == 302
    period.refresh_from_db()
    assert (period.highlights_fr, period.highlights_nl, period.highlights_en) == (texts["fr"], "Rijk", "")
    assert "Un semestre &lt;b&gt;riche" in client.get(address("report", "ardenne", "S2-2020")).content.decode()


def test_highlights_that_somebody_else_has_changed_are_not_lost(client, coordinator, period):
    page = address("highlights", "ardenne", "S2-2020")
    shown = client.get(page).context["form"]["shown"].value()
    period.highlights_fr = "Du partenaire"
    period.save()
    answer = client.post(page, {"fr": "De la coordination", "shown": shown})
    assert answer.status_code == 409
    assert "Du partenaire" in answer.text
    assert "De la coordination" in answer.text
    period.refresh_from_db()
    assert period.highlights_fr == "Du partenaire"
    both = {"fr": "Des deux\r\nensemble", "shown": answer.context["form"]["shown"].value()}
    assert client.post(page, both).status_code == 302
    period.refresh_from_db()
    assert period.highlights_fr == "Des deux\nensemble"


@pytest.mark.parametrize("text", ["x" * (LONGEST_REPORT_TEXT + 1), "a\x00b"])
def test_impossible_highlights_are_kept_in_the_form(client, coordinator, period, text):
    response = client.post(address("highlights", "ardenne", "S2-2020"), {"fr": text})
    assert response.status_code == 400
    assert list(response.context["form"].errors) == ["fr"]
    period.refresh_from_db()
    assert not period.highlights_fr


def test_evidence_is_kept_with_its_sum_and_handed_out(client, coordinator, period):
    deliverable = DeliverableFactory(period=period)
    answers = {
        "proves": f"deliverable-{deliverable.pk}",
        "name": "La vidéo",
        "file": SimpleUploadedFile("video.pdf", PDF),
    }
    assert client.post(address("add_evidence", "ardenne", "S2-2020"), answers).status_code == 302
    evidence = EvidenceFile.objects.get()
    assert (evidence.deliverable, evidence.sha256) == (deliverable, hashlib.sha256(PDF).hexdigest())
    response = client.get(address("evidence", "evidence", evidence.pk))
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment")
    text = client.get(address("report", "ardenne", "S2-2020")).content.decode()
    assert evidence.sha256 in text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.pdf", b"MZ"),
        ("x.pdf", b"%PDF-1.7\nhalf of it"),
        ("x.png", b"\x89PNG\r\n\x1a\nhalf of it"),
        ("x.csv", b"a;<script>"),
        ("x.exe", PDF),
        ("x.pdf", b""),
        ("x.html", b"<script>"),
    ],
)
def test_a_file_that_is_no_proof_is_refused_beside_the_field(client, coordinator, period, name, content):
    answers = {"proves": "period", "file": SimpleUploadedFile(name, content)}
    response = client.post(address("add_evidence", "ardenne", "S2-2020"), answers)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["file"]
    assert not EvidenceFile.objects.exists()


def test_evidence_for_another_half_year_is_refused(client, coordinator, period):
    other = DeliverableFactory()
    answers = {"proves": f"deliverable-{other.pk}", "file": SimpleUploadedFile("x.pdf", PDF)}
    response = client.post(address("add_evidence", "ardenne", "S2-2020"), answers)
    assert list(response.context["form"].errors) == ["proves"]


def test_the_same_evidence_twice_is_kept_once(client, coordinator, period):
    for status in (302, 200):
        answers = {"proves": "period", "file": SimpleUploadedFile("x.pdf", PDF)}
        assert client.post(address("add_evidence", "ardenne", "S2-2020"), answers).status_code == status
    assert EvidenceFile.objects.count() == 1


def test_checked_evidence_proves(coordinator, period):
    deliverable = DeliverableFactory(period=period)
    evidence = add_evidence(file=SimpleUploadedFile("x.pdf", PDF), by=coordinator, deliverable=deliverable)
    assert _delivered(period).lower_origin == "declared"
    check_evidence(evidence=evidence, by=coordinator)
    assert _delivered(period).lower_origin == "proven"


def _delivered(period):
    built = build_report(period.project, period)
    return next(figure for figure in built.figures if figure.code == "NET-DELIVERABLES").current


@pytest.mark.parametrize("parts", [("proof", 999), ("evidence", 999), ("other", 1)])
def test_evidence_that_is_not_there_is_not_found(client, coordinator, parts):
    assert client.get(address("evidence", *parts)).status_code == 404


def test_a_proof_whose_file_is_lost_is_not_found(client, coordinator):
    row = CountedEventFactory()
    proof = Proof.objects.create(event=row.event, kind=ProofKind.OTHER, name="x", sha256="a" * 64, file="gone.pdf")
    assert client.get(address("evidence", "proof", proof.pk)).status_code == 404


# --- the admin ------------------------------------------------------------------------------------------------------

TABLES = [
    "project",
    "period",
    "countedaction",
    "deviation",
    "deliverable",
    "stock",
    "evidencefile",
    "reportversion",
    "jointdecision",
]


@pytest.mark.parametrize("table", TABLES)
def test_the_coordinator_opens_the_tables_and_nobody_else(client, coordinator, period, table):
    CountedEventFactory(project=period.project)
    draft(period)
    path = reverse(f"admin:reporting_{table}_changelist")
    assert client.get(path).status_code == 200
    client.force_login(UserFactory(is_staff=True))
    assert client.get(path).status_code in (302, 403, 404)


@pytest.mark.parametrize("table", ["project", "countedaction", "deviation", "deliverable", "stock"])
def test_the_coordinator_can_add(client, coordinator, period, table):
    assert client.get(reverse(f"admin:reporting_{table}_add")).status_code == 200


def test_a_closed_report_has_nothing_to_change_in_the_admin(client, coordinator, period):
    version = draft(period)
    path = reverse("admin:reporting_reportversion_change", args=[version.pk])
    page = client.get(path)
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert client.post(path, {"number": 9}).status_code == 404


def test_a_new_project_gets_its_half_years(client, coordinator):
    answers = {
        "title_fr": "Nouveau",
        "slug": "nouveau",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "half_years": "calendar",
        "programming_period": "2021-2027",
        "sessions_count_as": "RCO85",
        "partners-TOTAL_FORMS": "0",
        "partners-INITIAL_FORMS": "0",
    }
    assert client.post(reverse("admin:reporting_project_add"), answers).status_code == 302
    page = client.get(address("projects")).content.decode()
    assert "S1-2026" in page
    assert "S2-2026" in page


def deletion(evidence):
    return reverse("admin:reporting_evidencefile_delete", args=[evidence.pk])


def test_evidence_that_a_closed_report_lists_is_not_deleted(client, coordinator, period):
    deliverable = DeliverableFactory(period=period)
    evidence = add_evidence(file=SimpleUploadedFile("x.pdf", PDF), by=coordinator, deliverable=deliverable)
    check_evidence(evidence=evidence, by=coordinator)
    version = draft(period)
    close(version=version, built_at=version.built_at, by=coordinator)
    page = client.get(reverse("admin:reporting_evidencefile_change", args=[evidence.pk])).content.decode()
    assert "des rapports clôturés la citent (ardenne S2-2020 v1)" in page
    assert deletion(evidence) not in page
    assert client.post(deletion(evidence), {"post": "yes"}).status_code in (403, 404)
    bulk = {"action": "delete_selected", "_selected_action": [evidence.pk], "post": "yes"}
    client.post(reverse("admin:reporting_evidencefile_changelist"), bulk)
    assert EvidenceFile.objects.get() == evidence


def test_a_draft_whose_evidence_is_deleted_is_not_closed(client, coordinator, period):
    evidence = add_evidence(file=SimpleUploadedFile("x.pdf", PDF), by=coordinator, period=period)
    version = draft(period)
    assert client.post(deletion(evidence), {"post": "yes"}).status_code == 302
    assert not EvidenceFile.objects.exists()
    with pytest.raises(ReportingError) as refusal:
        close(version=version, built_at=version.built_at, by=coordinator)
    assert refusal.value.code == "evidence_gone"
    version = draft(period)
    assert close(version=version, built_at=version.built_at, by=coordinator).is_closed


def test_the_list_of_actions_speaks_french(client, coordinator, period):
    days = {"earliest": date(2020, 11, 1), "latest": date(2020, 11, 30)}
    event = HistoryEventFactory(space=None, **days)
    CountedEventFactory(project=period.project, event=event, period=period)
    page = client.get(reverse("admin:reporting_countedaction_changelist")).content.decode()
    for cell in ("01/11/2020 – 30/11/2020", ">S2-2020</td>"):
        assert cell in page
    assert "prise en compte" in " ".join(page.split())


def test_the_form_of_evidence_names_the_project_by_its_title(client, coordinator, period):
    form = client.get(address("add_evidence", "ardenne", "S2-2020")).context["form"]
    assert form.fields["proves"].choices == [
        ("period", "Le semestre dans son ensemble\N{NO-BREAK SPACE}: Ardenne, S2-2020")
    ]


@pytest.mark.parametrize("is_example", [True, False])
def test_an_example_bears_no_emblem(client, coordinator, period, is_example):
    period.project.is_example = is_example
    period.project.save()
    page = client.get(address("report", "ardenne", "S2-2020")).content.decode()
    assert ("img/eu.svg" in page.partition('class="credit"')[2].partition("</footer>")[0]) is not is_example
    pdf = client.get(address("download", "ardenne", "S2-2020", "pdf")).content
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert (YELLOW in opened.pages[0].Contents.read_bytes()) is not is_example


def test_an_action_is_offered_its_own_projects_half_years(client, coordinator, period):
    other = PeriodFactory(label="S1-2020")
    row = CountedEventFactory(project=period.project)
    path = reverse("admin:reporting_countedaction_change", args=[row.pk])
    field = client.get(path).context["adminform"].form.fields["period"]
    assert list(field.queryset) == [period]
    answers = {"event": row.event_id, "counts": "on", "period": other.pk}
    response = client.post(path, answers)
    assert list(response.context["adminform"].form.errors) == ["period"]
    added = {**answers, "event": HistoryEventFactory().pk, "project": period.project_id}
    response = client.post(reverse("admin:reporting_countedaction_add"), added)
    assert response.context["adminform"].form.non_field_errors() == ["Ce semestre est celui d’un autre projet."]
    row.refresh_from_db()
    assert (row.period, row.project) == (None, period.project)


def test_the_first_build_promises_no_version_before_it(client, coordinator, period):
    request_build(period=period, by=None)
    progress = reverse("reporting:progress", args=["ardenne", "S2-2020"])
    assert "la version précédente" not in client.get(progress).text
    ReportVersion.objects.update(built_at=timezone.now())
    assert "la version précédente" in client.get(progress).text
