"""Choosing the indicators of a project: what is refused, two at once, and what a closed report holds."""

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from reporting.core.operations import ensure_periods
from reporting.enums import ProgrammingYears
from reporting.errors import ReportingError
from reporting.indicators.operations import Aim, change_aim, choose_indicator, drop_indicator
from reporting.indicators.queries import fingerprint_of
from reporting.models import Classification, ProjectIndicator
from reporting.tests.builds import close, draft
from reporting.tests.factories import (
    CountedEventFactory,
    OutputFactory,
    PeriodFactory,
    ProjectFactory,
    ProjectIndicatorFactory,
)


@pytest.fixture
def project(db):
    return ProjectFactory(programming_period=ProgrammingYears.FROM_2021)


def refused(code, act):
    with pytest.raises(ReportingError) as refusal:
        act()
    assert refusal.value.code == code
    return str(refusal.value.message)


def aims(row):
    return row.baseline, row.target, [(milestone.date, milestone.value) for milestone in row.milestones.all()]


def test_a_chosen_indicator_has_the_aims_and_the_place_of_the_programme(project):
    choose_indicator(project=project, code="RCO87", by=None)
    row = choose_indicator(
        project=project, code="RCR81", by=None, aim=Aim(0, 20, {date(2021, 12, 31): 12, date(2020, 12, 31): 5})
    )
    choose_indicator(project=project, code="RCO81", by=None, aim=Aim(target=0))
    assert aims(row) == (0, 20, [(date(2020, 12, 31), 5), (date(2021, 12, 31), 12)])
    assert list(project.indicators.values_list("code", flat=True)) == ["RCO81", "RCR81", "RCO87"]


@pytest.mark.parametrize(
    ("years", "code"),
    [
        (ProgrammingYears.FROM_2021, "CO44"),
        (ProgrammingYears.FROM_2014, "RCO81"),
        (ProgrammingYears.FROM_2021, "RCO999"),
        (ProgrammingYears.FROM_2021, ""),
    ],
)
def test_an_indicator_of_another_period_is_refused(project, years, code):
    project.programming_period = years
    project.save()
    refused("other_period", lambda: choose_indicator(project=project, code=code, by=None))


def test_an_indicator_is_chosen_once(project):
    choose_indicator(project=project, code="RCO81", by=None)
    refused("chosen", lambda: choose_indicator(project=project, code="RCO81", by=None))


@pytest.mark.parametrize(
    ("code", "aim", "why"),
    [
        ("RCO81", Aim(baseline=0), "no_result"),
        ("RCO81", Aim(target=10, milestones={date(2021, 12, 31): 11}), "over_target"),
        ("RCO81", Aim(milestones={date(2019, 12, 31): 1}), "too_early"),
        ("RCO81", Aim(milestones={date(2020, 12, 31): 5, date(2021, 12, 31): 4}), "backwards"),
    ],
)
def test_aims_that_cannot_be_are_refused(project, code, aim, why):
    refused(why, lambda: choose_indicator(project=project, code=code, by=None, aim=aim))
    assert not project.indicators.exists()


def test_an_aim_is_changed_by_who_read_it_as_it_is(project):
    row = choose_indicator(
        project=project, code="RCO81", by=None, aim=Aim(target=40, milestones={date(2021, 12, 31): 20})
    )
    seen = fingerprint_of(row)
    changed = change_aim(project=project, code="RCO81", by=None, aim=Aim(target=60), seen=seen)
    assert aims(changed) == (None, 60, [])
    refused("moved", lambda: change_aim(project=project, code="RCO81", by=None, aim=Aim(target=80), seen=seen))
    assert project.indicators.get().target == 60


def test_an_indicator_that_is_removed_cannot_be_changed(project):
    row = choose_indicator(project=project, code="RCO81", by=None)
    drop_indicator(project=project, code="RCO81", by=None)
    refused("gone", lambda: change_aim(project=project, code="RCO81", by=None, aim=Aim(), seen=fingerprint_of(row)))
    drop_indicator(project=project, code="RCO81", by=None)


def test_an_indicator_under_which_something_counts_stays(project):
    choose_indicator(project=project, code="RCO81", by=None)
    choose_indicator(project=project, code="RCO116", by=None)
    Classification.objects.create(action=CountedEventFactory(project=project), indicator="RCO81", reason_fr="Conjointe")
    OutputFactory(period=PeriodFactory(project=project), code="RCO116")
    for code in ("RCO81", "RCO116"):
        refused("in_use", lambda code=code: drop_indicator(project=project, code=code, by=None))
    assert project.indicators.count() == 2


def test_an_indicator_that_a_closed_report_tells_stays(project):
    ensure_periods(project=project)
    choose_indicator(project=project, code="RCO87", by=None)
    version = draft(project.periods.get(label="S2-2020"))
    close(version=version, built_at=version.built_at, by=None, reason="Essai")
    assert "S2-2020" in refused("told", lambda: drop_indicator(project=project, code="RCO87", by=None))


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_choose_one_indicator_at_once_one_does():
    project = ProjectFactory(programming_period=ProgrammingYears.FROM_2021)
    barrier, outcomes = threading.Barrier(8), []

    def choose(number):
        barrier.wait()
        try:
            choose_indicator(project=project, code="RCO81", by=None, aim=Aim(target=number))
            outcomes.append("chosen")
        except ReportingError as refusal:
            outcomes.append(refusal.code + " already")
        finally:
            connection.close()

    threads = [threading.Thread(target=choose, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["chosen"] + ["chosen already"] * 7
    assert project.indicators.count() == 1


# --- what the database itself refuses ---


def refused_by_database(name, make):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_keeps_a_baseline_to_results(project):
    refused_by_database("baseline_of_results", lambda: ProjectIndicatorFactory(project=project, baseline=1))


def test_the_database_keeps_codes_to_their_programming_period(project):
    refused_by_database("of_its_period", lambda: ProjectIndicatorFactory(project=project, code="CO44"))


def test_the_database_keeps_an_indicator_to_the_period_of_its_project(project):
    refused_by_database(
        "of_programming_period",
        lambda: ProjectIndicatorFactory(project=project, programming_period=ProgrammingYears.FROM_2014, code="CO44"),
    )


def test_a_project_with_indicators_keeps_its_programming_period(project):
    ProjectIndicatorFactory(project=project)

    def change():
        project.programming_period = ProgrammingYears.FROM_2014
        project.save()

    refused_by_database("of_programming_period", change)
    ProjectIndicator.objects.all().delete()
    change()


def test_an_output_counts_in_a_half_year_of_its_own_project(project):
    refused_by_database("output_own_period", lambda: OutputFactory(period=PeriodFactory(), project=project))
