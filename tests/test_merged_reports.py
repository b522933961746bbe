"""Reckon by hand what reports count before and after two accounts are made one; closed ones stay."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils import timezone
from pypdf import PdfReader

from events.attendance.operations import add_walk_in
from events.enums import ProofKind
from events.models import Participation, Proof
from events.tests.factories import HistoryEventFactory
from hacktiv.merging.operations import merge_accounts
from members.tests.factories import UserFactory
from reporting.building.queries.versions import report_of
from reporting.core.operations import ensure_periods
from reporting.models import ReportVersion
from reporting.outputs.renderers.formats import FORMATS
from reporting.tests.builds import close, draft, report
from reporting.tests.factories import CountedEventFactory, ProjectFactory
from spaces.tests.factories import SpaceFactory, VisitFactory
from training.tests.factories import SessionFactory

pytestmark = pytest.mark.django_db

DAY, NEXT = date(2020, 11, 18), date(2020, 11, 19)
EARLIER = date(2020, 3, 4)


@pytest.fixture
def project():
    project = ProjectFactory()
    ensure_periods(project=project)
    return project


@pytest.fixture
def by():
    return UserFactory(superuser=True)


@pytest.fixture
def kept():
    return UserFactory(residence="BE")


@pytest.fixture
def gone():
    return UserFactory(residence="BE")


def meeting(project, by, day, *people, checked=True, **values):
    """Make a counted meeting with a complete list, checked by a sheet, and these people present."""
    event = HistoryEventFactory(earliest=day, latest=day, **({"space": None} | values))
    for user in people:
        add_walk_in(event=event, user=user, by=by)
    event.list_is_complete = True
    event.save()
    Proof.objects.create(
        event=event,
        kind=ProofKind.ATTENDANCE_SHEET,
        name="Liste",
        sha256="a" * 64,
        file="proofs/liste.pdf",
        checked_at=timezone.now(),
    )
    return CountedEventFactory(project=project, event=event).event


def now(built, *codes):
    """Return (lower, upper) of this half-year for each figure."""
    found = {figure.code: figure.current for figure in (*built.figures, *built.crossings)}
    return [(found[code].lower, found[code].upper) for code in codes]


def test_figures_count_one_person_from_then_on(project, by, kept, gone):
    both = meeting(project, by, DAY, kept, gone)
    course = meeting(project, by, NEXT, gone)
    SessionFactory(event=course, hours=3)
    meeting(project, by, NEXT, kept)
    codes = ("NET-ACTIONS", "NET-PARTICIPATIONS", "NET-PERSONS")
    assert now(report(project), *codes) == [(3, 3), (4, 4), (2, 2)]
    merge_accounts(kept=kept, gone=gone, by=by)
    assert now(report(project), *codes) == [(3, 3), (3, 3), (1, 1)]
    marks = Participation.objects.order_by("event").values_list("event", "registration__user")
    assert (both.pk, kept.pk) in marks
    assert {user for _event, user in marks} == {kept.pk}, "The evidence leads to the person."
    assert Proof.objects.count() == 3


def test_crossings_of_one_day_count_once(project, by, kept, gone):
    ferme, rimbaud = SpaceFactory(), SpaceFactory(french=True)
    there = {"space": rimbaud, "home_space": ferme}
    for user, day in ((kept, DAY), (gone, DAY), (gone, NEXT)):
        VisitFactory(participant_number=user.participant_number, day=day, **there)
    meeting(project, by, NEXT, kept, space=rimbaud)  # at home nowhere: the residence is the side
    codes = ("NET-CROSSINGS", "NET-CROSSERS")
    assert [lower for lower, _upper in now(report(project), *codes)] == [4, 2]
    merge_accounts(kept=kept, gone=gone, by=by)
    assert [lower for lower, _upper in now(report(project), *codes)] == [2, 1]


def cells(built, by):
    """Return (at least, at most) of each value of a breakdown."""
    return {row.value: (row.bounds.lower, row.bounds.upper) for row in built.breakdowns if row.by == by}


def test_breakdowns_tell_what_either_account_knew(project, by, kept, gone):
    """Three meetings: the first account at one, the second at another, both at the third, four participations. By
    hand: BE is what the first says, nothing of where the second lives; the second studies, the first says nothing."""
    type(gone).objects.filter(pk=gone.pk).update(residence="", status="student")
    gone.refresh_from_db()
    for people in ((kept,), (gone,), (kept, gone)):
        meeting(project, by, DAY, *people)
    period = project.periods.get(label="S2-2020")
    version = draft(period)
    close(version=version, built_at=version.built_at, by=by, reason="Tout est là.")
    before = report(project)
    assert cells(before, "residence") == {"BE": (2, 2), "unknown": (2, 2)}
    assert cells(before, "status") == {"student": (2, 2), "unknown": (2, 2)}
    assert cells(before, "records") == {"complete": (0, 0), "incomplete": (4, 4)}
    merge_accounts(kept=kept, gone=gone, by=by)
    after = report(project)
    assert cells(after, "residence") == {"BE": (3, 3), "unknown": (0, 0)}
    assert cells(after, "status") == {"student": (3, 3), "unknown": (0, 0)}
    assert {"residence", "status"} <= {one.what for one in after.corrections}


def files_of(version):
    """Return the files of a closed report, without the moment at which a workbook and a PDF say they were written."""
    built = report_of(ReportVersion.objects.get(pk=version.pk))
    files = {name: form.render(built) for name, form in FORMATS.items()}
    with ZipFile(BytesIO(files["xlsx"])) as book:
        files["xlsx"] = {name: book.read(name) for name in book.namelist() if name != "docProps/core.xml"}
    files["pdf"] = [page.extract_text() for page in PdfReader(BytesIO(files["pdf"])).pages]
    return files


def test_a_closed_report_does_not_change_by_a_byte(project, by, kept, gone):
    meeting(project, by, EARLIER, kept, gone)
    meeting(project, by, DAY, kept, gone)
    period = project.periods.get(label="S1-2020")
    version = draft(period)
    close(version=version, built_at=version.built_at, by=gone, reason="Tout est là.")

    before, payload = files_of(version), ReportVersion.objects.values_list("payload", flat=True).get()
    merge_accounts(kept=kept, gone=gone, by=by)
    assert files_of(version) == before
    assert ReportVersion.objects.values_list("payload", flat=True).get() == payload
    assert now(report_of(ReportVersion.objects.get()), "NET-PARTICIPATIONS", "NET-PERSONS") == [(2, 2), (2, 2)]
    assert now(report(project), "NET-PARTICIPATIONS", "NET-PERSONS") == [(1, 1), (1, 1)]
    period = report(project).period
    assert [one for one in report(project).corrections if one] != [], period
