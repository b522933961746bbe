"""Nothing is written of another project's partner, of days to come, or of what cannot be; examples stay examples."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from events.models import Event
from events.tests.factories import EventTypeFactory
from hacktiv.outbox.models import Message
from members.models import User
from members.tests.factories import UserFactory
from reporting.enums import ContributionState, VersionState
from reporting.errors import ReportingError
from reporting.models import Contribution, ProposedAction, Spending
from reporting.parts import operations
from reporting.parts.operations import Missing
from reporting.parts.rules import proposal_seen
from reporting.tests.builds import draft
from reporting.tests.factories import PartnerFactory, PartnerPersonFactory, PeriodFactory, ProjectFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def period():
    """Make a half-year that runs: from 30 days ago to 30 days on."""
    today = timezone.localdate()
    days = {"starts_on": today - timedelta(days=30), "ends_on": today + timedelta(days=30)}
    return PeriodFactory(project=ProjectFactory(**days), **days)


@pytest.fixture
def ferme(period):
    return PartnerFactory(project=period.project)


@pytest.fixture
def aline(ferme):
    return PartnerPersonFactory(partner=ferme).user


@pytest.fixture
def office():
    return UserFactory(coordinates=True)


def refused(code, operation, **wish):
    with pytest.raises(ReportingError) as refusal:
        operation(**wish)
    assert refusal.value.code == code


@pytest.mark.parametrize("days", [0, 1], ids=["today", "tomorrow"])
def test_an_action_to_come_is_not_proposed(period, ferme, aline, days):
    day = timezone.localdate() + timedelta(days=days)
    wish = {"partner": ferme, "period": period, "missing": Missing("Visite", day, day), "language": "fr", "by": aline}
    if days:
        refused("days", operations.propose_action, **wish)
    else:
        operations.propose_action(**wish)
    assert ProposedAction.objects.count() == (0 if days else 1)


@pytest.mark.parametrize("is_example", [True, False])
def test_the_event_of_a_proposal_is_an_example_in_an_example_alone(period, ferme, aline, office, is_example):
    period.project.is_example = is_example
    period.project.save()
    day = timezone.localdate()
    proposal = operations.propose_action(
        partner=ferme, period=period, missing=Missing("Visite", day, day), language="fr", by=aline
    )
    wish = {"proposal": proposal, "seen": proposal_seen(proposal), "by": office}
    operations.accept_proposal(type=EventTypeFactory(), mode="onsite", counts=True, **wish)
    assert Event.objects.get().is_example is is_example


@pytest.mark.parametrize("name", ["claimed", "approved", "erdf"])
@pytest.mark.parametrize("who", ["aline", "office"])
def test_no_amount_is_below_nothing(request, period, ferme, name, who):
    by = request.getfixturevalue(who)
    wish = {"partner": ferme, "period": period, "seen": "–|–|–", "by": by}
    refused("negative", operations.write_spending, amounts={name: Decimal("-0.01")}, **wish)
    assert not Spending.objects.exists()


def test_the_partners_date_does_not_lie_before_the_half_year(period, office):
    before = period.starts_on - timedelta(days=1)
    refused("before", operations.set_partners_until, period=period, until=before, by=office)
    period.refresh_from_db()
    assert period.partners_until is None
    operations.set_partners_until(period=period, until=period.starts_on, by=office, meant=f"{period.starts_on}")
    period.refresh_from_db()
    assert period.partners_until == period.starts_on


def test_a_partner_has_no_part_in_another_project(period, aline, ferme, office):
    other = PeriodFactory(project=ProjectFactory(), label="S2-2020", starts_on=date(2020, 7, 1))
    wish = {"partner": ferme, "period": other}
    refused("not_yours", operations.mark_done, **wish, by=aline)
    refused("not_yours", operations.ask_again, **wish, by=office)
    refused("not_yours", operations.write_spending, **wish, amounts={"claimed": Decimal(1)}, seen="–|–|–", by=office)
    assert not Contribution.objects.exists()


def test_whose_account_is_shut_tells_nothing_and_gets_no_mail(period, ferme, aline, office):
    wish = {"partner": ferme, "period": period}
    operations.mark_done(**wish, by=aline)
    User.objects.filter(pk=aline.pk).update(is_active=False)
    aline.refresh_from_db()
    for operation in (operations.take_done_back, operations.mark_done):
        refused("not_yours", operation, **wish, by=aline)
    operations.give_back(**wish, word="Il manque la dépense.", by=office)
    refused("nobody", operations.ask_again, **wish, by=office)
    assert not Message.objects.exists()


def test_a_word_to_the_partner_has_its_length(period, ferme, aline, office):
    wish = {"partner": ferme, "period": period}
    operations.mark_done(**wish, by=aline)
    refused("too_long", operations.give_back, **wish, word="x" * 2001, by=office)
    assert Contribution.objects.get().state == ContributionState.DONE
    assert operations.give_back(**wish, word="x" * 2000, by=office).state == ContributionState.GIVEN_BACK


@pytest.mark.parametrize(("is_closed", "number"), [(True, 0), (False, 1)])
def test_a_day_that_is_over_mails_nobody_of_a_closed_half_year(period, aline, office, is_closed, number):
    if is_closed:
        version = draft(period)
        version.state, version.closed_at = VersionState.CLOSED, timezone.now()
        version.save()
    with pytest.raises(ReportingError) as refusal:
        operations.set_partners_until(period=period, until=timezone.localdate() - timedelta(days=1), by=office)
    assert f" {number} " in f" {refusal.value.message} "
