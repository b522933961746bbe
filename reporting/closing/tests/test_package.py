"""The package for controllers, unpacked and verified as another machine does."""

import csv
import hashlib
import io
import subprocess
import zipfile
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone, translation

from events.attendance.operations import add_walk_in, declare_count
from events.enums import Measure, ProofKind
from events.models import Proof
from events.tests.factories import HistoryEventFactory
from hacktiv.common.storage import private_storage
from members.tests.factories import NetworkRoleFactory, UserFactory
from reporting.building.queries.versions import report_of
from reporting.closing.files.package import ascii_name, folder_name, write_package
from reporting.models import EvidenceFile
from reporting.outputs.renderers.as_json import as_data
from reporting.tests.builds import close, draft
from reporting.tests.factories import CountedEventFactory, PartnerFactory, PeriodFactory
from spaces.tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db

SHEET = b"%PDF-1.7\nAline, Bea\n%%EOF"
NAMES = ("Aline Dupont", "Béatrice Laloux")


@pytest.fixture
def period():
    return PeriodFactory(project__slug="ardenne", project__keep_until=date(2035, 12, 31))


@pytest.fixture
def event(period):
    """Return a counted event with a list, two counts and an attendance sheet under a malicious name."""
    coordinator = UserFactory()
    NetworkRoleFactory(user=coordinator, since=date(2020, 1, 1))
    organisation = OrganisationFactory(name="BEP", country="BE")
    PartnerFactory(project=period.project, name="BEP (Namur)", organisation=organisation)
    event = HistoryEventFactory(
        space=None, earliest=date(2020, 11, 18), latest=date(2020, 11, 18), title_fr="Atelier vidéo", slug="atelier"
    )
    event.organisers.add(organisation)
    for name, residence in zip(NAMES, ("BE", "FR"), strict=True):
        add_walk_in(event=event, by=coordinator, name=name, residence=residence)
    for lower, reason in ((13, "Premier compte"), (12, "Liste relue")):
        declare_count(
            event=event,
            by=coordinator,
            measure=Measure.PARTICIPATIONS,
            lower=lower,
            upper=lower,
            reason=reason,
            despite_others=True,
        )
    proof = Proof(
        event=event,
        kind=ProofKind.ATTENDANCE_SHEET,
        name="../../feuille;=cmd().pdf",
        sha256="",
        checked_at=timezone.now(),
        checked_by=coordinator,
    )
    proof.file.save("feuille.PDF", ContentFile(SHEET), save=False)
    proof.sha256 = hashlib.sha256(SHEET).hexdigest()
    proof.save()
    CountedEventFactory(project=period.project, event=event)
    EvidenceFile.objects.create(name="Disparue", period=period, sha256="a" * 64, file="evidence/gone.pdf")
    return event


def package(version, part=""):
    target = io.BytesIO()
    with translation.override("fr"):
        write_package(target, version=version, part=part, step=lambda progress: None)
    return target.getvalue()


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def unpacked(content, folder):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
        return archive.namelist()


def closed(period):
    version = draft(period)
    return close(version=version, built_at=version.built_at, by=UserFactory(), reason="Essai")


def test_a_package_verifies_on_another_machine(period, event, tmp_path):
    names = unpacked(package(closed(period)), tmp_path)
    done = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    summed = {line.partition("  ")[2] for line in (tmp_path / "SHA256SUMS").read_text().splitlines()}
    assert summed == set(names) - {"SHA256SUMS"}
    assert sum(name.startswith("report/") for name in names) == 12
    for name in names:
        assert name.isascii() and not name.startswith("/") and ".." not in name and "\\" not in name
    one = next(tmp_path.glob("report/fr/*.json"))
    one.write_bytes(one.read_bytes() + b" ")
    assert subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True).returncode == 1


def test_the_same_closed_report_makes_the_same_bytes(period, event):
    version = closed(period)
    assert package(version) == package(version)


def test_a_package_holds_the_evidence_and_says_what_is_lost(period, event, tmp_path):
    names = unpacked(package(closed(period)), tmp_path)
    (sheet,) = [name for name in names if name.startswith("evidence/")]
    assert sheet.startswith("evidence/event-atelier/attendance_sheet-") and sheet.endswith(".pdf")
    assert (tmp_path / sheet).read_bytes() == SHEET
    listed = {row["Nom"]: row for row in rows((tmp_path / "index.csv").read_bytes())}
    assert listed["../../feuille;=cmd().pdf"]["Fichier"] == sheet
    assert listed["../../feuille;=cmd().pdf"]["SHA-256"] in (tmp_path / "SHA256SUMS").read_text()
    assert not listed["Disparue"]["Fichier"].startswith("evidence/")
    page = (tmp_path / "index.html").read_text()
    assert sheet in page and "31 décembre 2035" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Version 1" in page


def test_the_register_has_one_row_for_each_action(period, event, tmp_path):
    unpacked(package(closed(period)), tmp_path)
    (row,) = rows((tmp_path / "register.csv").read_bytes())
    values = list(row.values())
    assert values[:4] == ["2020-11-18", "2020-11-18", "Atelier vidéo", "atelier"]
    sides = {name.rpartition(" ")[2]: cell for name, cell in row.items() if name.startswith("Résidence")}
    assert (sides["Belgique"], sides["France"]) == ("1", "1"), "a side is named by what it is the side of"
    assert "BEP (Namur)" in values
    assert any(value.startswith("Coordina") for value in values), "as which role it was checked"


def test_the_history_tells_who_as_which_role_and_why(period, event, tmp_path):
    version = closed(period)
    unpacked(package(version), tmp_path)
    told = [list(row.values()) for row in rows((tmp_path / "history.csv").read_bytes())]
    assert [(row[2], row[3], row[7]) for row in told] == [("13", "13", "Premier compte"), ("12", "12", "Liste relue")]
    (action,) = as_data(report_of(version))["actions"]
    assert [set(count) for count in action["history"]] == [{"measure", "lower", "upper", "at", "by_role", "reason"}] * 2
    assert [(count["lower"], count["by_role"]) for count in action["history"]] == [
        (13, "coordinator"),
        (12, "coordinator"),
    ]


def test_a_package_names_nobody_outside_the_sheets(period, event, tmp_path):
    names = unpacked(package(closed(period)), tmp_path)
    for name in names:
        content = (tmp_path / name).read_bytes()
        if not name.startswith("evidence/"):
            for person in NAMES:
                assert person.encode() not in content, name


def test_a_package_of_one_action_holds_no_other(period, event, tmp_path):
    other = CountedEventFactory(project=period.project, event__title_fr="Autre rencontre").event
    names = unpacked(package(closed(period), part="event:atelier"), tmp_path)
    assert len(rows((tmp_path / "register.csv").read_bytes())) == 1
    assert not any(name.startswith("report/") for name in names)
    assert other.title_fr not in (tmp_path / "index.html").read_text()
    assert subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True).returncode == 0


def test_a_package_of_a_draft_says_so(period, event, tmp_path):
    names = unpacked(package(draft(period)), tmp_path)
    assert {name for name in names if name.startswith("report/")} == {
        f"report/fr/ardenne-S2-2020-v1-draft-fr.{form}" for form in ("json", "csv", "xlsx", "pdf")
    }
    assert 'class="draft"' in (tmp_path / "index.html").read_text()
    unpacked(package(closed(period)), tmp_path)
    assert 'class="draft"' not in (tmp_path / "index.html").read_text()


def test_a_file_that_is_another_than_was_recorded_is_told(period, event, tmp_path):
    proof = Proof.objects.get()
    with private_storage().open(proof.file.name, "wb") as file:
        file.write(b"another one")
    unpacked(package(closed(period)), tmp_path)
    listed = {row["Nom"]: row for row in rows((tmp_path / "index.csv").read_bytes())}
    assert "non" in listed[proof.name].values()
    assert subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True).returncode == 0


def test_a_stored_file_that_changed_is_left_out_and_told(period, event, tmp_path):
    version = closed(period)
    changed, gone = version.files.get(format="csv", language="fr"), version.files.get(format="pdf", language="nl")
    with private_storage().open(changed.file.name, "wb") as file:
        file.write(b"another one")
    private_storage().delete(gone.file.name)
    names = unpacked(package(version), tmp_path)
    assert sum(name.startswith("report/") for name in names) == 10
    listed = {row["Nom"]: row for row in rows((tmp_path / "index.csv").read_bytes())}
    page = (tmp_path / "index.html").read_text()
    for file, name in ((changed, "report/fr/ardenne-S2-2020-v1-fr.csv"), (gone, "report/nl/ardenne-S2-2020-v1-nl.pdf")):
        assert name not in names
        assert listed[name]["SHA-256"] == file.sha256
        assert "non" in listed[name].values()
        assert name in page and file.sha256 in page


def test_names_in_a_package_are_short_and_no_two_alike(tmp_path):
    """Actions whose names begin alike, or differ in their capitals alone, have folders of their own."""
    period = PeriodFactory(project__slug="a-project-of-a-long-name-" * 2)
    for number, slug in enumerate(["soiree", "Soiree", *("rencontre-de-tous-" * 6 + end for end in "abA")]):
        day = date(2020, 11, 18)
        event = HistoryEventFactory(space=None, earliest=day, latest=day, slug=slug)
        CountedEventFactory(project=period.project, event=event)
        proof = Proof(event=event, kind=ProofKind.ATTENDANCE_SHEET, name="Liste", sha256="")
        proof.file.save("feuille.pdf", ContentFile(b"%d" % number), save=False)
        proof.sha256 = hashlib.sha256(b"%d" % number).hexdigest()
        proof.save()
    names = unpacked(package(draft(period)), tmp_path)
    assert max(map(len, names)) <= 120
    folders = {name.split("/")[1].lower() for name in names if name.startswith("evidence/")}
    assert len(folders) == 5 and "event-soiree" in folders
    assert len({name.lower() for name in names}) == len(names)
    assert [name for name in names if name.endswith("-v1-draft-fr.pdf")]


def test_a_package_is_read_by_simple_programs_too(period, event):
    """The longer form of an archive, for files of gigabytes, is read by some programs only."""
    content = package(closed(period))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            assert info.extract_version == 20 and not info.extra, info.filename
            sizes = content[info.header_offset + 18 : info.header_offset + 26]
            assert sizes != b"\xff" * 8


@pytest.mark.parametrize("environment", [{"LC_ALL": "C"}, {"LC_ALL": "C.UTF-8"}])
def test_a_package_verifies_whatever_the_locale_and_the_folder(period, event, tmp_path, environment):
    folder = tmp_path / "Mes pièces justificatives"
    unpacked(package(closed(period)), folder)
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, env=environment)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("a/b\\c", "a-b-c"),
        ("événement 🎉.pdf", "evenement.pdf"),
        ("…", "file"),
        ("CON.p/d?f", "CON-p-d-f"),
    ],
)
def test_names_lead_nowhere_else(name, expected):
    assert ascii_name(name) == expected
    assert "/" not in folder_name(f"event:{name}")
