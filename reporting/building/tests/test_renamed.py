"""A space or an organisation that gets another name corrects nothing of closed reports."""

from datetime import date

import pytest

from events.attendance.operations import add_walk_in
from members.models import Organisation
from reporting.building.queries.content import Report
from reporting.building.queries.versions import report_of
from reporting.classifying.tests.actions import closed_action
from reporting.closing.queries.comparing import compared
from reporting.models import ReportVersion
from reporting.tests.builds import close, draft, report
from reporting.tests.factories import CountedCoachingFactory, PeriodFactory
from spaces.models import Space
from spaces.tests.factories import HomeSpaceFactory, SpaceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ferme():
    return SpaceFactory(name="Laferme")


@pytest.fixture
def begun(ferme):
    """Return a half-year with two people at home in one space, one in another, at a joint action."""
    period = PeriodFactory()
    action = closed_action(period.project)
    CountedCoachingFactory(project=period.project).coaching.organisers.set(action.event.organisers.all())
    for space in (ferme, ferme, SpaceFactory(name="Rimbaud", french=True)):
        person = HomeSpaceFactory(space=space, since=date(2019, 1, 1)).user
        add_walk_in(event=action.event, user=person, by=None)
    return period


@pytest.fixture
def period(begun):
    """Return the half-year once it was closed."""
    return closed(begun)


def closed(period, *, with_keys=True):
    """Close a half-year; without keys as reports were before they kept any."""
    version = draft(period)
    told = version.payload["report"]
    for part in () if with_keys else (*told["breakdowns"], *told["actions"], *told["coaching"]):
        part.pop("space_key", None)
        part.pop("organiser_keys", None)
    version.save()
    close(version=version, built_at=version.built_at, by=None, reason="Essai")
    return period


def corrected(period) -> set[str]:
    return {one.what for one in report(period.project, period.label).corrections}


def unlike_the_draft(period) -> set[str]:
    """Return what the page that puts two versions side by side says of the closed one and of a draft of today."""
    version, now = ReportVersion.objects.get(), draft(period)
    return {one.what for one in compared(version, report_of(version), report_of(now)).statements}


def homes(told: Report) -> dict[str, int | None]:
    return {row.value: row.bounds.lower for row in told.breakdowns if row.by == "home_space" and row.space_key}


def test_a_space_that_is_renamed_corrects_nothing(period):
    assert homes(report_of(ReportVersion.objects.get())) == {"Laferme": 2, "Rimbaud": 1}
    Space.objects.filter(name="Laferme").update(name="Zone numérique")
    assert corrected(period) == set()
    assert homes(report(period.project, period.label)) == {"Zone numérique": 2, "Rimbaud": 1}
    assert unlike_the_draft(period) == set()


def test_an_organisation_that_is_renamed_corrects_nothing(period):
    Organisation.objects.filter(name="BEP").update(name="Bureau économique")
    assert (corrected(period), unlike_the_draft(period)) == (set(), set())
    Organisation.objects.filter(country="FR").first().delete()
    assert "organisers" in corrected(period)


def test_a_number_that_changes_keeps_the_name_that_was_printed(period, ferme):
    Space.objects.filter(pk=ferme.pk).update(name="Zone numérique")
    person = HomeSpaceFactory(space=ferme, since=date(2019, 1, 1)).user
    add_walk_in(event=period.project.actions.get(event__isnull=False).event, user=person, by=None)
    (one,) = [one for one in report(period.project, period.label).corrections if one.what == "home_space"]
    told = [[(row.value, row.bounds.lower) for row in fact.breakdown] for fact in (one.said, one.known)]
    assert told == [[("Laferme", 2), ("Rimbaud", 1)], [("Laferme", 3), ("Rimbaud", 1)]]


def test_two_spaces_of_one_name_are_told_apart(period):
    Space.objects.filter(name="Laferme").update(name="Rimbaud")
    assert corrected(period) == set()
    told = [row.bounds.lower for row in report(period.project, period.label).breakdowns if row.value == "Rimbaud"]
    assert told == [2, 1]


def test_older_reports_are_compared_by_name_and_then_by_number(begun):
    closed(begun, with_keys=False)
    assert corrected(begun) == set()
    Space.objects.filter(name="Laferme").update(name="Zone numérique")
    assert corrected(begun) == set()
    Space.objects.filter(name="Rimbaud").update(name="Arthur")
    assert corrected(begun) == set()


def test_older_reports_told_spaces_of_one_name_as_one(begun):
    SpaceFactory(name="E420")
    Space.objects.update(name="Le lieu")
    version = draft(begun)
    told = version.payload["report"]["breakdowns"]
    both = [row for row in told if row["value"] == "Le lieu"]
    both[0]["bounds"] = {"lower": 3, "upper": 3}
    told.remove(both[1])
    del both[0]["space_key"]
    version.save()
    close(version=version, built_at=version.built_at, by=None, reason="Essai")
    assert corrected(begun) == set()
