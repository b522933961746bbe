"""The coordinator's pages of files, of comparing two reports and of comments."""

import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from hacktiv.common.storage import private_storage
from members.models import Organisation
from members.tests.factories import NetworkRoleFactory, OrganisationFactory, UserFactory
from reporting.building.queries.versions import report_of
from reporting.closing.operations import make_file, store_files
from reporting.closing.queries import files as file_queries
from reporting.core.rules import fingerprint_of
from reporting.enums import Commented
from reporting.models import PreparedFile, ReportVersion, SectionComment
from reporting.outputs.renderers.as_json import as_data
from reporting.outputs.renderers.formats import FORMATS
from reporting.tests.builds import close, draft
from reporting.tests.factories import CountedEventFactory, PeriodFactory, ProjectFactory

pytestmark = pytest.mark.django_db


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
    return reverse(f"reporting:{name}", args=["ardenne", "S2-2020", *parts])


def closed(period):
    version = draft(period)
    return close(version=version, built_at=version.built_at, by=UserFactory(), reason="Essai")


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_a_closed_report_hands_out_its_stored_bytes(client, coordinator, period):
    version = closed(period)
    for file in version.files.all():
        response = client.get(address("stored_file", 1, file.language, file.format))
        assert body(response) == f"{file.format} {file.language}".encode()
        name = f"ardenne-S2-2020-v1-{file.language}.{file.format}"
        assert response["Content-Disposition"] == f'attachment; filename="{name}"'
        assert response["Content-Type"] == FORMATS[file.format].content_type
    assert body(client.get(address("download", "csv"))) == b"csv fr"
    assert body(client.get(address("download_version", 1, "pdf"))) == b"pdf fr"
    page = client.get(address("files", 1)).text
    assert all(file.sha256 in page for file in version.files.all())


@pytest.mark.parametrize("content", [b"other bytes", None])
def test_a_stored_file_that_changed_or_is_gone_is_not_handed_out(client, coordinator, period, content):
    version = closed(period)
    file = version.files.get(format="csv", language="fr")
    private_storage().delete(file.file.name)
    if content is not None:
        with private_storage().open(file.file.name, "wb") as changed:
            changed.write(content)
    for where in (address("stored_file", 1, "fr", "csv"), address("download", "csv")):
        response = client.get(where)
        assert response.status_code == 404
        assert file.sha256 in response.text
        assert "other bytes" not in response.text
    assert body(client.get(address("stored_file", 1, "nl", "csv"))) == b"csv nl"


def prepared(client, kind="csv"):
    assert client.post(address("files", 1), {"kind": kind}).status_code == 302
    file = PreparedFile.objects.get()
    make_file(file_id=file.pk)
    file.refresh_from_db()
    return file


def test_a_prepared_file_that_is_gone_is_made_anew(client, coordinator, period):
    draft(period)
    file = prepared(client)
    private_storage().delete(file.file.name)
    assert client.get(address("prepared_file", 1, file.pk)).status_code == 404
    assert body(client.get(address("download", "csv"))), "a short one is made at once"
    assert address("prepared_file", 1, file.pk) not in client.get(address("files", 1)).text
    assert body(client.get(address("prepared_file", 1, prepared(client).pk)))


def test_a_file_of_a_draft_built_again_is_no_longer_handed_out(client, coordinator, period):
    version = draft(period)
    file = prepared(client)
    version.built_at = timezone.now()
    version.save()
    response = client.get(address("prepared_file", 1, file.pk))
    assert (response.status_code, response.url) == (302, address("files", 1))


@pytest.mark.parametrize(("language", "extension"), [("xx", "csv"), ("fr", "exe"), ("..", "csv")])
def test_a_file_that_no_report_has_is_not_found(client, coordinator, period, language, extension):
    closed(period)
    path = address("stored_file", 1, "fr", "csv").replace("/fr/report.csv", f"/{language}/report.{extension}")
    assert client.get(path).status_code == 404


def test_a_draft_has_no_stored_file(client, coordinator, period):
    draft(period)
    assert client.get(address("stored_file", 1, "fr", "csv")).status_code == 404


def test_a_report_closed_before_tells_that_its_files_are_being_stored(client, coordinator, period):
    version = draft(period)
    version.state, version.closed_at = "closed", version.built_at
    version.save()
    response = client.get(address("download", "csv"))
    assert (response.status_code, response.url) == (302, address("files", 1))
    store_files(version_id=version.pk)
    assert body(client.get(address("download", "csv"))).startswith(b"\xef\xbb\xbf")


def test_a_long_file_of_a_draft_is_asked_for_and_handed_out(client, coordinator, period, monkeypatch):
    CountedEventFactory(project=period.project, declared=(13, 13))
    draft(period)
    monkeypatch.setattr(file_queries, "SHORT_PRINT", 0)
    response = client.get(address("download", "pdf"))
    assert (response.status_code, response.url) == (302, address("files", 1))
    assert not PreparedFile.objects.exists(), "looking makes nothing"
    assert client.post(address("files", 1), {"kind": "pdf"}).status_code == 302
    file = PreparedFile.objects.get()
    assert client.get(address("prepared_file", 1, file.pk)).status_code == 404
    assert "data-hx-get" in client.get(address("files", 1)).text
    make_file(file_id=file.pk)
    assert "data-hx-get" not in client.get(address("files_progress", 1)).text
    for where in (address("prepared_file", 1, file.pk), address("download", "pdf")):
        assert body(client.get(where)).startswith(b"%PDF")


def test_the_progress_names_the_action_without_reading_the_report(client, coordinator, period):
    event = CountedEventFactory(project=period.project, event__title_fr="Atelier du soir").event
    version = draft(period)
    client.post(address("files", 1), {"kind": "package", "part": f"event:{event.slug}"})
    actions = [{name: action[name] for name in ("key", "title")} for action in version.payload["report"]["actions"]]
    ReportVersion.objects.update(payload={"format": 6, "report": {"actions": actions, "of_later": [1, {"key": 2}]}})
    assert "Atelier du soir" in client.get(address("files_progress", 1)).text


def test_a_package_is_asked_for_by_action_and_taken_away(client, coordinator, period):
    event = CountedEventFactory(project=period.project, event__slug="atelier", declared=(13, 13)).event
    draft(period)
    answers = {"kind": "package", "part": f"event:{event.slug}"}
    assert client.post(address("files", 1), answers).status_code == 302
    file = PreparedFile.objects.get()
    make_file(file_id=file.pk)
    response = client.get(address("prepared_file", 1, file.pk))
    assert 'filename="event-atelier-ardenne-S2-2020-v1-draft-fr.zip"' in response["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(body(response))) as archive:
        assert "SHA256SUMS" in archive.namelist()


@pytest.mark.parametrize("answers", [{"kind": "exe"}, {"kind": "package", "part": "event:nowhere"}, {}])
def test_a_file_that_cannot_be_made_is_refused(client, coordinator, period, answers):
    draft(period)
    assert client.post(address("files", 1), answers).status_code == 400
    assert not PreparedFile.objects.exists()


def test_a_file_of_another_version_is_not_found(client, coordinator, period):
    other = PeriodFactory(project=period.project, label="S1-2020")
    draft(period)
    draft(other)
    client.post(address("files", 1), {"kind": "csv"})
    file = PreparedFile.objects.get()
    make_file(file_id=file.pk)
    elsewhere = reverse("reporting:prepared_file", args=["ardenne", "S1-2020", 1, file.pk])
    assert client.get(elsewhere).status_code == 404


def test_two_versions_are_compared_figure_by_figure(client, coordinator, period):
    row = CountedEventFactory(project=period.project, declared=(13, 13))
    closed(period)
    row.event.declared_counts.update(lower=12, upper=12)
    second = draft(period)
    page = client.get(address("compare"))
    compared = page.context["compared"]
    assert (page.context["one"].number, page.context["other"].number) == (1, 2)
    differing = {row.figure.code for row in compared.figures if row.differs}
    assert differing == {"NET-PARTICIPATIONS", "NET-PERSONS"}
    assert {part.what for part in compared.statements} == {"participations", "persons"}
    same = client.get(address("compare"), {"one": second.pk, "other": second.pk})
    assert same.context["compared"].number == 0
    assert client.get(address("compare"), {"one": second.pk, "other": 0}).context.get("compared") is None


def test_another_name_is_no_difference_of_two_versions(client, coordinator, period):
    row = CountedEventFactory(project=period.project, declared=(13, 13))
    bep = OrganisationFactory(name="BEP")
    row.event.organisers.set([bep])
    closed(period)
    Organisation.objects.filter(pk=bep.pk).update(name="Bureau économique")
    draft(period)
    assert client.get(address("compare")).context["compared"].statements == ()
    row.event.organisers.add(OrganisationFactory())
    draft(period)
    compared = client.get(address("compare")).context["compared"]
    assert [part.what for part in compared.statements] == ["organisers"]


def test_two_half_years_are_compared_and_another_projects_are_not(client, coordinator, period):
    earlier = PeriodFactory(project=period.project, label="S1-2020")
    one, other, strange = draft(period), draft(earlier), draft(PeriodFactory())
    page = client.get(address("compare"), {"one": one.pk, "other": other.pk})
    assert page.context["compared"].figures
    refused = client.get(address("compare"), {"one": one.pk, "other": strange.pk})
    assert refused.context.get("compared") is None


def test_one_version_is_beside_nothing_and_no_error_is_shown(client, coordinator, period):
    draft(period)
    report = reverse("reporting:report", args=["ardenne", "S2-2020"])
    page = client.get(address("compare"))
    assert not page.context["form"].errors
    assert address("compare") not in client.get(report).text
    draft(PeriodFactory(project=period.project, label="S1-2020"))
    assert address("compare") in client.get(report).text


def test_nothing_is_compared_where_nothing_was_built(client, coordinator, period):
    assert client.get(address("compare")).context.get("compared") is None


@pytest.mark.parametrize("section", Commented.values)
def test_a_comment_is_kept_and_printed_below_its_section(client, coordinator, period, section):
    texts = {"fr": f"Note <b>sur</b> {section} 🎉", "nl": "Nota", "en": "", "shown": fingerprint_of(None)}
    assert client.post(address("comment", section), texts).status_code == 302
    comment = SectionComment.objects.get()
    assert (comment.text_fr, comment.text_nl, comment.text_en) == (texts["fr"], "Nota", "")
    report = report_of(draft(period))
    assert as_data(report)["comments"] == [{"section": section, "text": texts["fr"]}]
    again = {"fr": "Autre", "nl": "", "en": "", "shown": texts["shown"]}
    stale = client.post(address("comment", section), again)
    assert (stale.status_code, SectionComment.objects.get().text_fr) == (409, texts["fr"])
    again["shown"] = stale.context["form"]["shown"].value()
    assert client.post(address("comment", section), again).status_code == 302
    assert SectionComment.objects.get().text_fr == "Autre"


def test_comments_stand_in_the_page_and_in_each_file(client, coordinator, period):
    CountedEventFactory(project=period.project, declared=(13, 13))
    texts = {"fr": "Une seule rencontre, à distance.", "nl": "", "en": "", "shown": fingerprint_of(None)}
    client.post(address("comment", "actions"), texts)
    report = report_of(draft(period))
    assert "Une seule rencontre, à distance." in client.get(address("report")).text
    assert "Une seule rencontre, à distance." in FORMATS["csv"].render(report).decode("utf-8-sig")
    for chosen in FORMATS.values():
        assert chosen.render(report)


def test_a_comment_on_no_section_is_not_found(client, coordinator, period):
    assert client.get(address("comment", "nothing")).status_code == 404


@pytest.mark.parametrize("text", ["x" * 5001, "a\x00b"])
def test_an_impossible_comment_is_kept_in_the_form(client, coordinator, period, text):
    response = client.post(address("comment", "actions"), {"fr": text})
    assert list(response.context["form"].errors) == ["fr"]
    assert not SectionComment.objects.exists()
