"""The people of partners are reminded of the date: each once, however many workers do it."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from hacktiv.outbox.models import Message
from hacktiv.outbox.rendering import render
from members.tests.factories import UserFactory
from reporting.enums import VersionState
from reporting.models import PartnerPerson, Period
from reporting.parts.operations import REMINDER, mark_done, remind_partners, set_partners_until
from reporting.parts.rules import reminder_due
from reporting.tests.builds import draft
from reporting.tests.factories import PartnerFactory, PartnerPersonFactory, PeriodFactory, ProjectFactory

UNTIL = date(2021, 2, 15)


@pytest.mark.parametrize(
    ("left", "due"),
    [(15, ""), (14, "14"), (8, "14"), (7, "7"), (2, "7"), (1, "1"), (0, "1"), (-1, "late"), (-30, "late"), (-31, "")],
)
def test_a_reminder_is_due_on_days_before_and_after(left, due):
    assert reminder_due(UNTIL, UNTIL - timedelta(days=left)) == due


@pytest.fixture
def period():
    return PeriodFactory(project=ProjectFactory(), partners_until=UNTIL)


@pytest.fixture
def role(period):
    return PartnerPersonFactory(partner__project=period.project, user__language="nl")


@pytest.mark.django_db
def test_each_night_reminds_of_what_is_due_and_no_more(period, role):
    counts = [remind_partners(today=UNTIL + timedelta(days=day)) for day in range(-20, 40)]
    reminded = [UNTIL + timedelta(days=day) for day, number in zip(range(-20, 40), counts, strict=True) if number]
    days = [UNTIL - timedelta(days=14), UNTIL - timedelta(days=7), UNTIL - timedelta(days=1), UNTIL + timedelta(days=1)]
    assert reminded == days
    assert {mail.language for mail in Message.objects.all()} == {"nl"}


@pytest.mark.django_db
def test_a_later_date_is_reminded_of_anew(period, role):
    assert remind_partners(today=UNTIL) == 1
    later = UNTIL + timedelta(days=10)
    set_partners_until(period=period, until=later, meant=later.isoformat(), by=UserFactory(coordinates=True))
    assert remind_partners(today=UNTIL + timedelta(days=9)) == 1
    first, second = Message.objects.order_by("pk")
    assert (render(first), render(second) is None) == (None, False)


@pytest.mark.django_db
def test_who_has_told_or_reads_no_more_is_not_reminded(period, role):
    PartnerPersonFactory(partner__project=period.project, until=timezone.localdate())
    PartnerFactory(project=period.project)
    mark_done(partner=role.partner, period=period, by=role.user)
    assert remind_partners(today=UNTIL) == 0


@pytest.mark.django_db
def test_a_closed_half_year_is_not_reminded_of(period, role):
    version = draft(period)
    version.state, version.closed_at = VersionState.CLOSED, timezone.now()
    version.save()
    assert remind_partners(today=UNTIL) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("late", [False, True])
def test_the_reminder_says_until_when_and_is_dropped_once_told(period, role, late):
    today = timezone.localdate()
    period.partners_until = today + timedelta(days=-2 if late else 5)
    period.save()
    assert remind_partners() == 1
    mail = Message.objects.get(template=REMINDER)
    written = render(mail)
    assert role.partner.name in written.body
    assert period.label in written.subject
    PartnerPerson.objects.update(until=today)
    assert render(mail) is None
    PartnerPerson.objects.update(until=None)
    mark_done(partner=role.partner, period=period, by=role.user)
    assert render(mail) is None


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_remind_once():
    period = PeriodFactory(project=ProjectFactory(), partners_until=UNTIL)
    people = [PartnerPersonFactory(partner__project=period.project) for _ in range(3)]
    begin, numbers = Barrier(8), []

    def work():
        try:
            begin.wait(20)
            numbers.append(remind_partners(today=UNTIL))
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert (sum(numbers), len(numbers)) == (3, 8)
    assert sorted(Message.objects.values_list("to_email", flat=True)) == sorted(role.user.email for role in people)
    assert Period.objects.get().partners_until == UNTIL
