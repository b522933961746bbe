from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from events.enums import ProofKind
from events.models import Proof
from events.tests.factories import HistoryEventFactory
from members.tests.factories import UserFactory
from reporting.enums import PartnerRole, VersionState
from reporting.models import CountedAction, EvidenceFile, ReportVersion

from .factories import (
    CoachingFactory,
    CountedCoachingFactory,
    CountedEventFactory,
    DeliverableFactory,
    DeviationFactory,
    PartnerFactory,
    PeriodFactory,
    ProjectFactory,
    StockFactory,
)

pytestmark = pytest.mark.django_db


def refused(name, make):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make()


def built(period, **fields):
    values = {"number": 1, "state": VersionState.BUILT, "payload": {}, "built_at": timezone.now()} | fields
    return ReportVersion.objects.create(period=period, **values)


def closed(period, **fields):
    return built(period, state=VersionState.CLOSED, closed_at=timezone.now(), **fields)


def test_a_project_does_not_end_before_it_starts():
    refused("project_in_order", lambda: ProjectFactory(starts_on=date(2020, 1, 2), ends_on=date(2020, 1, 1)))


def test_a_half_year_does_not_end_before_it_starts():
    refused("period_in_order", lambda: PeriodFactory(starts_on=date(2020, 1, 2), ends_on=date(2020, 1, 1)))


def test_a_project_has_each_half_year_once():
    period = PeriodFactory()
    values = {"label": period.label, "starts_on": period.starts_on, "ends_on": period.ends_on}
    refused("label_once", lambda: period.project.periods.create(**values))


def test_erdf_is_not_more_than_the_total():
    refused("erdf_within_total", lambda: PartnerFactory(total=10, erdf=11))


def test_an_associated_partner_has_no_budget():
    refused("associated_without_budget", lambda: PartnerFactory(role=PartnerRole.ASSOCIATED, total=10))


def test_a_project_has_one_lead_partner():
    lead = PartnerFactory(role=PartnerRole.LEAD)
    refused("one_lead", lambda: PartnerFactory(project=lead.project, role=PartnerRole.LEAD))


def test_a_counted_action_is_an_event_or_a_coaching():
    project = ProjectFactory()
    refused("one_thing", lambda: CountedAction.objects.create(project=project))
    both = {"event": HistoryEventFactory(), "coaching": CoachingFactory()}
    refused("one_thing", lambda: CountedAction.objects.create(project=project, **both))


def test_a_project_counts_an_action_once():
    counted = CountedEventFactory()
    refused("event_once", lambda: CountedEventFactory(project=counted.project, event=counted.event))
    coaching = CountedAction.objects.create(project=counted.project, coaching=CoachingFactory())
    again = {"project": counted.project, "coaching": coaching.coaching}
    refused("coaching_once", lambda: CountedAction.objects.create(**again))


def test_a_stock_is_entered_once_a_day():
    stock = StockFactory()
    refused("once_a_day", lambda: StockFactory(told_in=stock.told_in))


def test_evidence_proves_one_thing():
    period = PeriodFactory()
    refused("one_thing", lambda: EvidenceFile.objects.create(name="x"))
    both = {"period": period, "deliverable": DeliverableFactory(period=period)}
    refused("one_thing", lambda: EvidenceFile.objects.create(name="x", **both))


@pytest.mark.parametrize("thing", ["coaching", "deliverable", "period"])
def test_a_file_proves_a_thing_once(thing):
    row = {"coaching": CoachingFactory, "deliverable": DeliverableFactory, "period": PeriodFactory}[thing]()
    values = {thing: row, "sha256": "a" * 64}
    EvidenceFile.objects.create(name="x", **values)
    refused(f"once_a_{thing}", lambda: EvidenceFile.objects.create(name="y", **values))
    EvidenceFile.objects.create(name="y", **values | {"sha256": "b" * 64})


def others_period(factory, **field):
    """Make a row of one project that names another project's half-year."""
    factory(project=ProjectFactory(), **field)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("factory", "field"),
    [
        (CountedEventFactory, "period"),
        (CountedCoachingFactory, "period"),
        (DeviationFactory, "period"),
        (DeliverableFactory, "period"),
        (StockFactory, "told_in"),
    ],
)
def test_a_half_year_is_of_the_project_itself(factory, field):
    period = PeriodFactory()
    refused("own_period", lambda: others_period(factory, **{field: period}))
    row = factory(project=period.project, **{field: period})
    row.full_clean()
    row.project = ProjectFactory()
    with pytest.raises(ValidationError, match="autre projet"):
        row.clean()


def test_an_action_counts_in_a_half_year_that_its_dates_touch():
    period = PeriodFactory(starts_on=date(2020, 7, 1), ends_on=date(2020, 12, 31))
    dates = {"earliest": date(2020, 6, 1), "latest": date(2020, 7, 1)}
    row = CountedEventFactory(project=period.project, period=period, event=HistoryEventFactory(space=None, **dates))
    row.full_clean()
    row.event.latest = date(2020, 6, 30)
    with pytest.raises(ValidationError, match="ne tombent pas dans ce semestre"):
        row.full_clean()
    row.counts = False
    row.full_clean()


@pytest.mark.parametrize("kind", ["evidence", "proof"])
def test_evidence_in_a_closed_report_cannot_be_deleted(kind):
    period = PeriodFactory()
    if kind == "evidence":
        told, other = (EvidenceFile.objects.create(name="x", period=period, sha256=sum * 64) for sum in "ab")
    else:
        event = HistoryEventFactory()
        told, other = (
            Proof.objects.create(event=event, kind=ProofKind.OTHER, name="x", sha256=sum * 64) for sum in "ab"
        )
    payload = {"report": {"deliverables": [{"evidence": [{"reference": f"{kind}:{told.pk}"}]}]}}
    version = built(period, payload=payload)
    with transaction.atomic():
        told.__class__.objects.filter(pk=told.pk).delete()
        transaction.set_rollback(True)
    version.state, version.closed_at = VersionState.CLOSED, timezone.now()
    version.save()
    refused("a closed report lists this evidence", told.delete)
    other.delete()


def test_a_half_year_has_one_draft():
    period = PeriodFactory()
    built(period)
    refused("one_open", lambda: ReportVersion.objects.create(period=period, number=2))


def test_a_version_number_stands_once():
    period = PeriodFactory()
    closed(period)
    refused("number_once", lambda: built(period))


def test_a_built_report_has_its_contents():
    refused("built_is_whole", lambda: built(PeriodFactory(), payload=None))


def test_a_closed_report_says_when():
    refused("closed_at", lambda: built(PeriodFactory(), state=VersionState.CLOSED))


def test_progress_ends_at_100():
    refused("progress", lambda: built(PeriodFactory(), progress=101))


@pytest.mark.parametrize(
    "change", [{"payload": {"report": 1}}, {"state": VersionState.BUILT}, {"number": 7}, {"reasons": [{"code": "x"}]}]
)
def test_a_closed_report_cannot_be_changed(change):
    version = closed(PeriodFactory())
    with pytest.raises(DatabaseError, match="a closed report stays as it is"), transaction.atomic():
        ReportVersion.objects.filter(pk=version.pk).update(**change)


def test_a_closed_report_cannot_be_deleted():
    version = closed(PeriodFactory())
    with pytest.raises(DatabaseError, match="a closed report stays as it is"), transaction.atomic():
        version.delete()


def test_a_person_who_closed_a_report_may_erase_their_account():
    person = UserFactory()
    version = closed(PeriodFactory(), closed_by=person)
    person.delete()
    version.refresh_from_db()
    assert version.closed_by is None
    with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
        ReportVersion.objects.filter(pk=version.pk).update(closed_by=UserFactory())
