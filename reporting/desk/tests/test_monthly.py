"""A draft each month of each running half-year, and one mail with what has changed since the last."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from events.models import DeclaredCount
from events.tests.factories import HistoryEventFactory
from hacktiv.common.halfyears import calendar_half_year
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from members.enums import NetworkRoleKind
from members.tests.factories import NetworkRoleFactory
from reporting.building.queries.versions import changed_since
from reporting.core.operations import ensure_periods
from reporting.desk.operations import CHANGES, draft_monthly
from reporting.enums import VersionState
from reporting.models import MonthlyDraft, ReportVersion
from reporting.tests.builds import close, draft
from reporting.tests.factories import CountedEventFactory, ProjectFactory

pytestmark = pytest.mark.django_db


def morning(day):
    return timezone.make_aware(datetime.combine(day, time(4, 40)))


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def period(today):
    """Make a project that begins with the present half-year: one before it is drafted until a month is over."""
    present = calendar_half_year(today)
    project = ProjectFactory(starts_on=present.start, ends_on=date(today.year + 1, 12, 31))
    ensure_periods(project=project)
    return project.periods.get(label=present.label)


@pytest.fixture
def past(today):
    """Make the half-year before the present one, of another project."""
    project = ProjectFactory(starts_on=date(today.year - 1, 1, 1), ends_on=date(today.year + 1, 12, 31))
    ensure_periods(project=project)
    return project.periods.filter(ends_on__lt=today).order_by("ends_on").last()


@pytest.fixture
def coordinator():
    return NetworkRoleFactory(role=NetworkRoleKind.COORDINATOR, user__language="en").user


def counted(period, declared=(13, 13), **values):
    values = {"space": None, "earliest": period.starts_on, "latest": period.starts_on, **values}
    return CountedEventFactory(project=period.project, event=HistoryEventFactory(**values), declared=declared).event


def drafted(day):
    """Return the drafts of months after the task of one morning."""
    draft_monthly(morning(day))
    return MonthlyDraft.objects.select_related("period")


def mails():
    return Message.objects.filter(template=CHANGES)


def test_a_draft_is_asked_for_once_a_month(period, today):
    assert draft_monthly(morning(today)) == 1
    assert [row.month for row in MonthlyDraft.objects.all()] == [today.replace(day=1)]
    assert ReportVersion.objects.get().state == VersionState.QUEUED
    assert draft_monthly(morning(today)) == 0
    assert draft_monthly() == 0
    assert MonthlyDraft.objects.count() == 1


def test_the_first_draft_sends_no_mail(period, coordinator, today):
    counted(period)
    draft_monthly(morning(today))
    assert not mails().exists()


def test_a_month_later_the_coordinator_is_told_what_changed(period, coordinator, today, mailoutbox):
    event = counted(period, title_en="Workshop", title_fr="Atelier")
    draft(period)
    DeclaredCount.objects.filter(event=event).update(lower=15, upper=15)
    assert draft_monthly(morning(today)) == 1
    assert [mail.to_email for mail in mails()] == [coordinator.email]
    send_due()
    (sent,) = mailoutbox
    assert period.label in sent.subject
    assert "Workshop" in sent.body
    assert "13" in sent.body
    assert "15" in sent.body


def test_nothing_changed_and_no_mail_leaves(period, coordinator, today):
    counted(period)
    draft(period)
    assert draft_monthly(morning(today)) == 1
    assert not mails().exists()


def test_the_mail_compares_with_the_draft_before_and_not_with_the_new_one(period, coordinator, today, mailoutbox):
    """The new draft may be built before the mail leaves."""
    event = counted(period)
    draft(period)
    DeclaredCount.objects.filter(event=event).update(lower=15, upper=15)
    draft_monthly(morning(today))
    version = ReportVersion.objects.get()
    payload, moment = version.payload, timezone.now()
    ReportVersion.objects.filter(pk=version.pk).update(state=VersionState.BUILT, payload=payload, built_at=moment)
    send_due()
    assert "15" in mailoutbox[-1].body


def test_each_month_has_a_draft_and_a_mail_of_its_own(period, coordinator, today):
    event = counted(period)
    draft(period)
    DeclaredCount.objects.filter(event=event).update(lower=15, upper=15)
    draft_monthly(morning(today))
    last_month = today.replace(day=1) - timedelta(days=1)
    MonthlyDraft.objects.update(month=last_month.replace(day=1))
    draft(period)
    DeclaredCount.objects.filter(event=event).update(lower=16, upper=16)
    assert draft_monthly(morning(today)) == 1
    assert mails().count() == 2


def test_a_closed_half_year_gets_no_draft(past, coordinator):
    version = draft(past)
    close(version=version, built_at=version.built_at, by=coordinator, reason="Pas encore.")
    assert past not in {row.period for row in drafted(past.ends_on + timedelta(days=1))}


def test_a_mail_does_not_leave_once_the_half_year_is_closed(past, coordinator, mailoutbox):
    event = counted(past)
    draft(past)
    DeclaredCount.objects.filter(event=event).update(lower=15, upper=15)
    draft_monthly(morning(past.ends_on))
    assert mails().exists()
    version = draft(past)
    close(version=version, built_at=version.built_at, by=coordinator, reason="Pas encore.")
    send_due()
    assert mailoutbox == []


def test_a_half_year_that_ended_last_month_gets_a_last_draft(period):
    assert {row.period for row in drafted(period.ends_on + timedelta(days=20))} >= {period}


def test_a_half_year_that_ended_two_months_ago_or_has_not_begun_gets_none(period):
    assert period not in {row.period for row in drafted(period.ends_on + timedelta(days=65))}
    assert period not in {row.period for row in drafted(period.starts_on - timedelta(days=1))}


def test_a_draft_that_is_being_built_is_left_alone_until_the_next_night(period, today):
    draft_monthly(morning(today))
    MonthlyDraft.objects.all().delete()
    assert draft_monthly(morning(today)) == 0
    ReportVersion.objects.update(state=VersionState.FAILED, lease_until=None)
    assert draft_monthly(morning(today)) == 1


def test_a_draft_built_anew_meanwhile_is_left_for_the_next_night(period, today, monkeypatch):
    """Somebody has it built again between the comparison and the write: the next night compares with that one."""
    event = counted(period)
    draft(period)
    DeclaredCount.objects.filter(event=event).update(lower=15, upper=15)

    def compared_while_somebody_builds(version):
        since = changed_since(version)
        draft(period)
        return since

    monkeypatch.setattr("reporting.desk.operations.changed_since", compared_while_somebody_builds)
    assert draft_monthly(morning(today)) == 0
    assert not mails().exists()
    monkeypatch.undo()
    assert draft_monthly(morning(today)) == 1
    assert MonthlyDraft.objects.get().changes == 0


def test_a_half_year_that_cannot_be_compared_does_not_keep_the_others(period, today):
    other = ProjectFactory(starts_on=period.starts_on, ends_on=period.ends_on)
    ensure_periods(project=other)
    broken = draft(period)
    ReportVersion.objects.filter(pk=broken.pk).update(payload={"format": 5, "report": {}})
    assert draft_monthly(morning(today)) == 1
    assert MonthlyDraft.objects.get().period.project == other


def test_the_mail_is_in_the_language_of_the_coordinator(period, today, mailoutbox):
    for language in ("fr", "nl", "en"):
        NetworkRoleFactory(role=NetworkRoleKind.COORDINATOR, user__language=language)
    event = counted(period, title_en="Workshop", title_fr="Atelier", title_nl="Atelier NL")
    draft(period)
    DeclaredCount.objects.filter(event=event).update(lower=15, upper=15)
    draft_monthly(morning(today))
    send_due()
    written = " ".join(mail.body for mail in mailoutbox)
    assert [title for title in ("Workshop –", "Atelier –", "Atelier NL –") if title not in written] == []
