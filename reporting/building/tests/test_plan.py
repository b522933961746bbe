"""Work packages, target groups, communication and principles in a report: only what the project uses."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from hacktiv.common.bounds import Bounds
from members.tests.factories import UserFactory
from reporting.building.queries.build import build_report
from reporting.building.queries.codec import from_payload, to_payload
from reporting.core.rules import fingerprint_of
from reporting.enums import ActivityState, Principle, Section, VersionState
from reporting.errors import ReportingError
from reporting.evidence.operations import add_evidence
from reporting.evidence.queries import evidenced
from reporting.models import ActivityProgress, ReportText, TargetGroup
from reporting.outputs.renderers import as_csv, as_pdf, as_xlsx
from reporting.outputs.renderers.as_json import as_data
from reporting.outputs.renderers.tables import tables
from reporting.pages.rules import chapters_of
from reporting.plan.operations import write_report_text
from reporting.tests.builds import draft
from reporting.tests.factories import (
    ActivityFactory,
    ActivityProgressFactory,
    CommunicationFactory,
    DeliverableFactory,
    PartnerFactory,
    PeriodFactory,
    ProjectFactory,
    ReportTextFactory,
    TargetGroupFactory,
    WorkPackageFactory,
)

pytestmark = pytest.mark.django_db

OF_PLAN = {"work_packages", "target_groups", "communication", "principles", "problems_text"}


@pytest.fixture
def project():
    return ProjectFactory(slug="ardenne")


@pytest.fixture
def spring(project):
    return PeriodFactory(project=project, label="S1-2020", starts_on=date(2020, 1, 1), ends_on=date(2020, 6, 30))


@pytest.fixture
def autumn(project, spring):
    return PeriodFactory(project=project)


def told(period):
    return as_data(build_report(period.project, period))


def close(period):
    version = draft(period)
    version.state, version.closed_at = VersionState.CLOSED, timezone.now()
    version.save()


def test_a_project_that_uses_none_of_it_shows_none_of_it(autumn):
    report = build_report(autumn.project, autumn)
    assert {table.code for table in tables(report)}.isdisjoint(OF_PLAN)
    anchors = {chapter.anchor for chapter in chapters_of(report)}
    assert anchors.isdisjoint({"target-groups", "work-packages", "communication", "principles", "spending"})
    data = told(autumn)
    assert [data[key] for key in ("work_packages", "target_groups", "communication", "principles", "texts")] == [
        [],
        [],
        [],
        [],
        {},
    ]


def test_an_activity_tells_its_half_year_and_the_last_state_before(autumn, spring, project):
    package = WorkPackageFactory(project=project, code="WP1", title_fr="Rencontres")
    partner = PartnerFactory(project=project, name="La Ferme")
    walks = ActivityFactory(package=package, code="A1", title_fr="Marches", partner=partner, starts_on=date(2020, 2, 1))
    talks = ActivityFactory(package=package, code="A2", title_fr="Midis")
    ActivityFactory(package=package, code="A3", title_fr="Plus tard")
    ActivityProgressFactory(activity=walks, period=spring, state=ActivityState.UNDERWAY, done_fr="Une marche.")
    ActivityProgressFactory(activity=talks, period=autumn, state=ActivityState.DONE, done_fr="Six midis.")
    DeliverableFactory(period=autumn, activity=talks, title_fr="Vidéo")
    [found] = told(autumn)["work_packages"]
    assert (found["code"], found["title"]) == ("WP1", "Rencontres")
    assert [(each["code"], each["state"], each["done"], each["deliverables"]) for each in found["activities"]] == [
        ("A1", "underway", "", []),
        ("A2", "done", "Six midis.", ["Vidéo"]),
        ("A3", None, "", []),
    ]
    assert (found["activities"][0]["partner"], found["activities"][0]["from"]) == ("La Ferme", "2020-02-01")


def test_what_comes_later_does_not_stand_in_an_earlier_half_year(autumn, spring, project):
    activity = ActivityFactory(package__project=project)
    ActivityProgressFactory(activity=activity, period=autumn, state=ActivityState.DONE)
    TargetGroupFactory(period=autumn)
    CommunicationFactory(period=autumn)
    ReportTextFactory(period=autumn, section=Principle.EQUALITY)
    data = told(spring)
    assert data["work_packages"][0]["activities"][0]["state"] is None
    assert [data[key] for key in ("target_groups", "communication", "principles")] == [[], [], []]


def test_a_target_group_has_an_interval_or_an_unknown_number(autumn):
    TargetGroupFactory(period=autumn, name_fr="Indépendants", number_lower=12, number_upper=20, reached_how_fr="Midis")
    TargetGroupFactory(period=autumn, name_fr="Étudiants")
    assert [(group["name"], group["reached_how"], group["number"]) for group in told(autumn)["target_groups"]] == [
        ("Indépendants", "Midis", {"lower": 12, "upper": 20}),
        ("Étudiants", "", None),
    ]
    [table] = [table for table in tables(build_report(autumn.project, autumn)) if table.code == "target_groups"]
    assert [row[2] for row in table.rows] == ["12 à 20", "non renseigné"]


def test_a_publication_has_a_link_or_a_file_that_shows_it(autumn):
    item = CommunicationFactory(
        period=autumn, title_fr="Article", where_fr="L’Avenir", date=date(2020, 11, 2), link="https://example.org/a"
    )
    assert f"communication-{item.pk}" in evidenced(autumn)
    file = SimpleUploadedFile("article.pdf", b"%PDF-1.4\nun article\n%%EOF")
    kept = add_evidence(file=file, by=UserFactory(coordinates=True), communication=item)
    [found] = told(autumn)["communication"]
    assert (found["title"], found["where"], found["date"], found["link"]) == (
        "Article",
        "L’Avenir",
        "2020-11-02",
        "https://example.org/a",
    )
    assert found["evidence"] == [{"name": "article.pdf", "sha256": kept.sha256}]
    report = build_report(autumn.project, autumn)
    assert [item.reference for item in report.all_evidence] == [f"evidence:{kept.pk}"]
    [annex] = [table for table in tables(report) if table.code == "evidence"]
    assert [row[:2] for row in annex.rows] == [("Article", "article.pdf")]


def test_principles_stand_in_the_order_of_the_programme(autumn):
    for section in (Principle.EQUALITY, Principle.SUSTAINABLE, Section.PROBLEMS):
        ReportTextFactory(period=autumn, section=section, text_fr=f"Texte {section}")
    data = told(autumn)
    assert [(each["code"], each["text"]) for each in data["principles"]] == [
        ("sustainable_development", "Texte sustainable_development"),
        ("equality", "Texte equality"),
    ]
    assert data["texts"] == {"problems": "Texte problems"}


def test_every_format_tells_the_plan(autumn, project):
    activity = ActivityFactory(package__project=project, title_fr="Marches d’automne")
    ActivityProgressFactory(activity=activity, period=autumn, done_fr="Deux marches.")
    TargetGroupFactory(period=autumn, name_fr="Indépendants", number_lower=7, number_upper=7)
    CommunicationFactory(period=autumn, title_fr="Article de presse")
    ReportTextFactory(period=autumn, section=Section.PROBLEMS, text_fr="La frontière était fermée.")
    ReportTextFactory(period=autumn, section=Principle.EQUALITY, text_fr="Autant de femmes que d’hommes.")
    report = build_report(project, autumn)
    assert from_payload(to_payload(report)) == report
    text = as_csv.render(report).decode()
    for words in ("Marches d’automne", "Deux marches.", "Indépendants", "Article de presse", "frontière était fermée"):
        assert words in text
    assert "Autant de femmes" in text
    assert as_xlsx.render(report)[:2] == b"PK"
    assert as_pdf.render(report)[:4] == b"%PDF"


def test_what_is_changed_after_closing_is_told_as_a_correction(autumn, spring, project):
    activity = ActivityFactory(package__project=project, title_fr="Marches")
    progress = ActivityProgressFactory(activity=activity, period=spring, state=ActivityState.UNDERWAY)
    group = TargetGroupFactory(period=spring, name_fr="Étudiants", number_lower=5, number_upper=5)
    text = ReportTextFactory(period=spring, section=Section.PROBLEMS, text_fr="Rien.")
    close(spring)
    assert told(autumn)["corrections"] == []
    progress.state = ActivityState.DONE
    progress.save()
    TargetGroup.objects.filter(pk=group.pk).update(number_lower=6, number_upper=8)
    text.text_fr = "Une visite manquée."
    text.save()
    CommunicationFactory(period=spring, title_fr="Article", where_fr="Presse")
    found = {(each["what"], str(each["before"]), str(each["after"])) for each in told(autumn)["corrections"]}
    if to_payload(build_report(project, spring))["format"] < 6:
        assert found == set()
        return
    assert {what for what, _before, _after in found} == {"state", "reached", "text", "where"}


def test_progress_and_texts_are_told_once_a_half_year(autumn, project):
    progress = ActivityProgressFactory(period=autumn, activity__package__project=project)
    with pytest.raises(IntegrityError, match="progress_once"), transaction.atomic():
        ActivityProgress.objects.create(activity=progress.activity, period=autumn, state=ActivityState.DONE)
    text = ReportTextFactory(period=autumn)
    with pytest.raises(IntegrityError, match="reporttext_once"), transaction.atomic():
        ReportText.objects.create(project=project, period=autumn, section=text.section)


def test_rows_of_the_plan_name_a_half_year_of_their_project(autumn):
    other = ActivityFactory()
    with pytest.raises(ValidationError):
        ActivityProgress(activity=other, period=autumn, state=ActivityState.DONE).clean()
    with pytest.raises(IntegrityError, match="own_period"), transaction.atomic():
        TargetGroup.objects.create(project=ProjectFactory(), period=autumn, name_fr="X")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_text_that_somebody_else_has_changed_is_not_lost(autumn):
    by = UserFactory(coordinates=True)
    wish = {"period": autumn, "section": Section.PROBLEMS, "by": by}
    first = write_report_text(**wish, texts={"fr": "Rien."}, seen=fingerprint_of(None))
    with pytest.raises(ReportingError) as refusal:
        write_report_text(**wish, texts={"fr": "Autre."}, seen=fingerprint_of(None))
    assert refusal.value.code == "moved"
    assert write_report_text(**wish, texts={"fr": ""}, seen=fingerprint_of(first)) is None
    assert not ReportText.objects.exists()
    with pytest.raises(ReportingError) as refusal:
        write_report_text(**wish | {"by": UserFactory()}, texts={"fr": "X"}, seen=fingerprint_of(None))
    assert refusal.value.code == "not_yours"


def test_bounds_of_a_group_are_kept_in_a_version(autumn):
    TargetGroupFactory(period=autumn, number_lower=3)
    report = from_payload(to_payload(build_report(autumn.project, autumn)))
    assert report.target_groups[0].number == Bounds(3, None)
