"""The published schema of the export: what we write keeps to it, and what does not is found."""

import json
from copy import deepcopy
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.tests.factories import HistoryEventFactory
from reporting.building.queries.build import build_report
from reporting.core.operations import ensure_periods
from reporting.enums import ProgrammingYears
from reporting.indicators.catalogue import of_period
from reporting.indicators.operations import Aim, choose_indicator
from reporting.outputs.renderers.as_json import as_data, render
from reporting.tests.factories import (
    ClassificationFactory,
    CountedCoachingFactory,
    CountedEventFactory,
    DeliverableFactory,
    DeviationFactory,
    OutputFactory,
    PartnerFactory,
    ProjectFactory,
    StockFactory,
)

from .json_schema import SCHEMA, problems

pytestmark = pytest.mark.django_db
DEFINITIONS = SCHEMA["$defs"]


@pytest.fixture
def project():
    project = ProjectFactory(programming_period=ProgrammingYears.FROM_2021)
    ensure_periods(project=project)
    return project


def everything(project, bounds=(13, 13)):
    """Tell a bit of everything in the half-year S2-2020."""
    period = project.periods.get(label="S2-2020")
    for one in of_period(project.programming_period).indicators:
        choose_indicator(
            project=project, code=one.code, by=None, aim=Aim(target=40, milestones={date(2021, 12, 31): 20})
        )
    action = CountedEventFactory(project=project, declared=bounds)
    ClassificationFactory(action=action, indicator="RCO81")
    CountedEventFactory(project=project, event=HistoryEventFactory(earliest=date(2020, 6, 1), latest=date(2020, 8, 1)))
    CountedCoachingFactory(project=project)
    for factory in (DeliverableFactory, DeviationFactory, OutputFactory):
        factory(period=period)
    StockFactory(told_in=period)
    PartnerFactory(project=project, total=100, erdf=50)
    return period


def test_what_we_write_keeps_to_the_schema(project):
    data = json.loads(render(build_report(project, everything(project))))
    assert list(problems(data)) == []
    assert data["indicators"] and data["outputs"] and data["milestones"] and data["unassigned"]


def test_the_real_network_and_the_empty_report_keep_to_the_schema(tmp_path, project):
    call_command("load_network")
    for slug, label in (("hacktiv-ardenne", "S1-2020"), ("hacktiv-ardenne", "S2-2020"), ("coffee", "S2")):
        file = tmp_path / "report.json"
        call_command("export_report", slug, label, format="json", output=str(file))
        assert list(problems(json.loads(file.read_text()))) == []
    assert list(problems(as_data(build_report(project, project.periods.first())))) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda data: data.pop("indicators"), "report lacks indicators"),
        (lambda data: data.update(more=1), "report has more, which no schema describes"),
        (lambda data: data["figures"][0].update(kind="people"), "report.figures[0].kind is 'people'"),
        (lambda data: data["figures"][0]["total"].update(lower=-1), "report.figures[0].total.lower is -1"),
        (lambda data: data["figures"][0]["total"].update(lower=True), "report.figures[0].total.lower is True"),
        (lambda data: data["period"].update(start="1 July"), "report.period.start is '1 July'"),
        (lambda data: data["indicators"][0].update(target="40"), "report.indicators[0].target is '40'"),
        (lambda data: data["partners"][0].update(total="100"), "report.partners[0].total is '100'"),
    ],
)
def test_what_does_not_keep_to_the_schema_is_found(project, change, problem):
    data = deepcopy(as_data(build_report(project, everything(project))))
    change(data)
    assert [found for found in problems(data) if found.startswith(problem)]


def test_indicators_have_exactly_the_keys_that_are_promised():
    assert DEFINITIONS["indicator"]["required"] == [
        *("code", "name", "unit", "kind", "baseline", "target", "previous", "current", "total", "actions")
    ]
    assert DEFINITIONS["spending"]["required"] == ["partner", "previous", "current", "total"]
    assert DEFINITIONS["spent"]["required"] == ["claimed", "approved", "erdf"]
    assert DEFINITIONS["named_action"]["required"] == ["slug", "title"]


counts = st.tuples(st.integers(0, 50), st.one_of(st.none(), st.integers(0, 50))).filter(
    lambda pair: pair[1] is None or pair[0] <= pair[1]
)


codes = st.sampled_from(["RCO81", "RCO85", "RCO115", "", None])
MOST = 10 if settings.default.max_examples > 25 else 3


@given(st.lists(st.tuples(counts, st.integers(0, 900), codes), max_size=5))
@settings(max_examples=MOST, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_reports_keep_to_the_schema(db, actions):
    project = ProjectFactory(programming_period=ProgrammingYears.FROM_2021)
    ensure_periods(project=project)
    for code in ("RCO81", "RCO115"):
        choose_indicator(project=project, code=code, by=None)
    for bounds, day, code in actions:
        on = date(2020, 1, 1) + timedelta(days=day)
        row = CountedEventFactory(
            project=project, event=HistoryEventFactory(space=None, earliest=on, latest=on), declared=bounds
        )
        if code is not None:
            ClassificationFactory(action=row, indicator=code)
    for period in project.periods.all():
        assert list(problems(as_data(build_report(project, period)))) == []
