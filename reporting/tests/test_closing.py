from datetime import date

import pytest
from django.utils import timezone

from events.enums import Measure, ProofKind
from events.models import DeclaredCount, Proof
from events.tests.factories import HistoryEventFactory
from hacktiv.common.bounds import Bounds
from members.tests.factories import UserFactory
from reporting.enums import VersionState
from reporting.errors import ReportingError
from reporting.models import ReportVersion
from reporting.operations import close, ensure_periods, request_build
from reporting.queries.build import build_report
from reporting.queries.codec import to_payload
from reporting.queries.versions import current_report, report_of

from .factories import CountedEventFactory, ProjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def period():
    project = ProjectFactory()
    ensure_periods(project=project)
    return project.periods.get(label="S2-2020")


def draft(period):
    """A draft as a worker leaves it, without the worker."""
    version = request_build(period=period)
    version.payload = to_payload(build_report(period.project, period))
    version.state, version.built_at, version.lease_until = VersionState.BUILT, timezone.now(), None
    version.save()
    return version


def closed(period, **answers):
    version = draft(period)
    return close(version=version, built_at=version.built_at, by=UserFactory(), **answers)


def counted(period, declared=(13, 13), **values):
    event = HistoryEventFactory(space=None, earliest=date(2020, 11, 18), latest=date(2020, 11, 18), **values)
    return CountedEventFactory(project=period.project, event=event, declared=declared)


def correct(row, lower, upper):
    DeclaredCount.objects.filter(event=row.event).update(replaced_at=timezone.now())
    values = {"measure": Measure.PARTICIPATIONS, "lower": lower, "upper": upper, "reason": "Liste relue"}
    DeclaredCount.objects.create(event=row.event, **values)


def participations(report):
    return next(figure for figure in report.figures if figure.code == "NET-PARTICIPATIONS").current.bounds


def test_a_closed_report_stays_as_it_was(period):
    row = counted(period)
    version = closed(period)
    correct(row, 12, 12)
    version.refresh_from_db()
    assert participations(report_of(version)) == Bounds(13, 13)
    assert (report_of(version).status, report_of(version).version) == ("closed", 1)
    assert participations(current_report(period)) == Bounds(13, 13)


def test_the_next_version_lists_what_was_corrected(period):
    row = counted(period)
    counted(period, declared=(4, 4))
    closed(period)
    correct(row, 12, 12)
    second = draft(period)
    assert second.number == 2
    report = report_of(second)
    assert [(part.period, part.version, part.what, part.before, part.after) for part in report.corrections] == [
        ("S2-2020", 1, "participations", Bounds(13, 13), Bounds(12, 12)),
        ("S2-2020", 1, "persons", Bounds(13, 13), Bounds(12, 12)),
    ]


def test_the_next_half_year_lists_what_was_corrected_before_it(period):
    row = counted(period)
    closed(period)
    row.counts = False
    row.save()
    later = period.project.periods.get(label="S1-2021")
    assert [(part.what, part.before, part.after) for part in build_report(period.project, later).corrections] == [
        ("events", Bounds(1, 1), None),
        ("participations", Bounds(13, 13), None),
        ("persons", Bounds(13, 13), None),
    ]
    earlier = period.project.periods.get(label="S1-2020")
    assert build_report(period.project, earlier).corrections == ()


def test_nothing_is_corrected_where_nothing_changed(period):
    counted(period)
    closed(period)
    assert report_of(draft(period)).corrections == ()


def test_a_missing_proof_needs_a_reason(period):
    counted(period, proofs_owed=[ProofKind.ATTENDANCE_SHEET])
    version = draft(period)
    with pytest.raises(ReportingError) as refusal:
        close(version=version, built_at=version.built_at, by=UserFactory(), reason="  ")
    assert refusal.value.code == "proofs_missing"
    kept = close(version=version, built_at=version.built_at, by=UserFactory(), reason="La liste s’est perdue.")
    assert report_of(kept).missing_proof_reason == "La liste s’est perdue."


def test_checked_proofs_need_no_reason(period):
    row = counted(period, proofs_owed=[ProofKind.ATTENDANCE_SHEET])
    Proof.objects.create(
        event=row.event, kind=ProofKind.ATTENDANCE_SHEET, name="x", sha256="a" * 64, checked_at=timezone.now()
    )
    assert closed(period).state == VersionState.CLOSED


def test_closing_dates_the_report(period):
    version = closed(period)
    period.refresh_from_db()
    assert period.reported_on == timezone.localdate()
    assert report_of(version).period.reported_on == period.reported_on


def test_a_reporting_date_that_is_known_stays(period):
    period.reported_on = date(2021, 3, 24)
    period.save()
    assert report_of(closed(period)).period.reported_on == date(2021, 3, 24)


def test_what_was_built_again_meanwhile_is_not_closed(period):
    version = draft(period)
    read = version.built_at
    draft(period)
    with pytest.raises(ReportingError) as refusal:
        close(version=version, built_at=read, by=UserFactory())
    assert refusal.value.code == "built_again"
    assert not ReportVersion.objects.filter(state=VersionState.CLOSED).exists()


def test_a_report_is_closed_once(period):
    version = closed(period)
    with pytest.raises(ReportingError) as refusal:
        close(version=version, built_at=version.built_at, by=UserFactory())
    assert refusal.value.code == "not_built"


def test_a_reason_is_not_a_book(period):
    version = draft(period)
    with pytest.raises(ReportingError) as refusal:
        close(version=version, built_at=version.built_at, by=UserFactory(), reason="x" * 2001)
    assert refusal.value.code == "too_long"
