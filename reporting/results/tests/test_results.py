"""The public page tells what closed reports told, of projects whose coordinator said so, and gives nobody away."""

import csv
import io
import json
import re
from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from events.tests.factories import HistoryEventFactory, ParticipationFactory
from hacktiv.common import freshness
from members.tests.factories import UserFactory
from reporting.core.operations import ensure_periods
from reporting.enums import ProgrammingYears
from reporting.models import Project
from reporting.results.files import COLUMNS
from reporting.results.queries import public_results
from reporting.results.rules import OF_THINGS
from reporting.tests.builds import close, draft
from reporting.tests.factories import (
    ClassificationFactory,
    CoachingFactory,
    CountedCoachingFactory,
    CountedEventFactory,
    ProjectFactory,
    ProjectIndicatorFactory,
)

pytestmark = pytest.mark.django_db

READ = re.compile(r'(?:FROM|JOIN) "(\w+)"')
FIRST, SECOND = date(2020, 3, 4), date(2020, 11, 18)


@pytest.fixture
def project():
    project = ProjectFactory(publishes_results=True)
    ensure_periods(project=project)
    return project


def closed(project, label):
    version = draft(project.periods.get(label=label))
    return close(version=version, built_at=version.built_at, by=UserFactory(), reason="Pas encore.")


def held(project, day, **people):
    """Count a meeting with a complete list of so many people of each residence."""
    event = HistoryEventFactory(space=None, earliest=day, latest=day, list_is_complete=True)
    for residence, number in people.items():
        for _person in range(number):
            ParticipationFactory(event=event, residence=residence)
    return CountedEventFactory(project=project, event=event).event


def rows(client, extension="csv", **query):
    content = client.get(reverse("results_file", args=[extension])).content
    if extension == "json":
        return json.loads(content)["rows"]
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def number(row):
    return row["at_least"], row["at_most"], row["masked"]


def of(found, table, code):
    return next(row for row in found if (row["table"], row["code"]) == (table, code))


def test_results_are_kept_back_until_the_coordinator_makes_them_public(client, project):
    held(project, SECOND, BE=7, FR=6)
    closed(project, "S2-2020")
    project.publishes_results = False
    project.save()
    assert public_results() == []
    assert project.title not in client.get(reverse("results")).content.decode()
    assert rows(client) == []


def test_a_draft_is_never_public(client, project):
    held(project, SECOND, BE=7, FR=6)
    draft(project.periods.get(label="S2-2020"))
    assert public_results() == []


def test_closed_reports_are_told_by_half_year(client, project):
    held(project, FIRST, BE=5, FR=6)
    held(project, SECOND, BE=7, FR=6)
    closed(project, "S1-2020")
    closed(project, "S2-2020")
    found = rows(client)
    told = {row["half_year"]: number(row) for row in found if row["code"] == "NET-PARTICIPATIONS"}
    assert told == {"S1-2020": ("11", "11", "no"), "S2-2020": ("13", "13", "no")}
    here = [row for row in found if row["half_year"] == "S2-2020"]
    assert number(of(here, "residence", "BE")) == ("7", "7", "no")
    assert public_results()[0].sums["NET-PARTICIPATIONS"].lower == 24


def test_what_the_records_say_later_is_not_told_before_it_is_reported(client, project):
    event = held(project, SECOND, BE=7, FR=6)
    closed(project, "S2-2020")
    ParticipationFactory(event=event, residence="BE")
    assert number(of(rows(client), "figures", "NET-PARTICIPATIONS")) == ("13", "13", "no")
    closed(project, "S2-2020")
    row = of(rows(client), "figures", "NET-PARTICIPATIONS")
    assert (number(row), row["version"]) == (("14", "14", "no"), "2")


def test_small_groups_are_masked_in_page_and_files_alike(client, project):
    held(project, SECOND, BE=40, FR=8, other=3)
    CountedCoachingFactory(project=project, coaching=CoachingFactory(persons_lower=2, persons_upper=2))
    closed(project, "S2-2020")
    found = rows(client)
    assert number(of(found, "figures", "NET-COACHED")) == ("", "", "yes")
    assert [number(of(found, "residence", code)) for code in ("BE", "FR", "other")] == [
        ("40", "40", "no"),
        ("", "", "yes"),
        ("", "", "yes"),
    ]
    as_texts = [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in rows(client, "json")
    ]
    assert as_texts == found
    page = client.get(reverse("results")).content.decode()
    assert page.count("masked") >= 3 or page.count("masqué") >= 3


def test_a_breakdown_with_too_few_people_is_withheld_with_its_names(client, project):
    held(project, SECOND, BE=40, FR=3)
    closed(project, "S2-2020")
    found = [row for row in rows(client) if row["table"] == "residence"]
    assert [(row["code"], *number(row)) for row in found] == [("*", "", "", "yes")]


def test_few_participations_are_masked_with_every_breakdown(client, project):
    held(project, SECOND, BE=3)
    closed(project, "S2-2020")
    found = rows(client)
    assert number(of(found, "figures", "NET-PARTICIPATIONS")) == ("", "", "yes")
    assert {row["code"] for row in found if row["table"] not in ("figures",)} == {"*"}


def test_an_event_of_two_projects_is_told_of_by_the_one_that_began_first(client, project):
    """Counted by hand: 13 participations of which another project counts 11 would tell of the 2 of the first alone."""
    shared = held(project, SECOND, BE=6, FR=5)
    held(project, SECOND, BE=2)
    later = ProjectFactory(publishes_results=True, starts_on=date(2020, 7, 1))
    ensure_periods(project=later)
    CountedEventFactory(project=later, event=shared)
    for one in (project, later):
        label = next(period.label for period in one.periods.all() if period.starts_on <= SECOND <= period.ends_on)
        closed(one, label)
    told = {row["project"]: number(row) for row in rows(client) if row["code"] == "NET-PARTICIPATIONS"}
    assert told == {project.slug: ("13", "13", "no"), later.slug: ("", "", "yes")}
    people = [row for row in rows(client) if row["project"] == later.slug and row["code"] not in OF_THINGS]
    assert all(row["masked"] == "yes" or (row["at_least"], row["at_most"]) in {("", ""), ("0", "0")} for row in people)


def test_few_persons_between_two_figures_are_masked_in_the_file(client, project):
    """Counted by hand: 10 people at a first meeting, 2 of them at a second: 12 participations by 10 persons."""
    first = held(project, SECOND, BE=5, FR=5)
    second = held(project, SECOND)
    for one in first.participations.all()[:2]:
        ParticipationFactory(event=second, residence=one.residence, participant_number=one.participant_number)
    closed(project, "S2-2020")
    found = rows(client)
    assert {number(of(found, "figures", code)) for code in ("NET-PARTICIPATIONS", "NET-PERSONS")} == {("", "", "yes")}


def test_indicators_are_told_by_half_year_with_their_target(client, project):
    ProjectIndicatorFactory(project=project, code="RCO81", target=120)
    event = held(project, SECOND, BE=7, FR=6)
    ClassificationFactory(action=project.actions.get(event=event), indicator="RCO81")
    closed(project, "S2-2020")
    assert number(of(rows(client), "indicators", "RCO81")) == ("13", "13", "no")
    page = client.get(reverse("results")).content.decode()
    assert "RCO81" in page
    assert ">120<" in page


def test_an_indicator_of_few_persons_is_masked_beside_many_others(client):
    project = ProjectFactory(publishes_results=True, programming_period=ProgrammingYears.FROM_2014)
    ensure_periods(project=project)
    ProjectIndicatorFactory(project=project, code="CO44")
    held(project, FIRST, BE=20, FR=20)
    ClassificationFactory(action=project.actions.get(event=held(project, FIRST, BE=3)), indicator="CO44")
    closed(project, "S1-2020")
    found = rows(client)
    assert number(of(found, "figures", "NET-PARTICIPATIONS")) == ("43", "43", "no")
    assert number(of(found, "indicators", "CO44")) == ("", "", "yes")


def test_examples_are_marked(client, project):
    project.is_example = True
    project.save()
    closed(project, "S2-2020")
    with translation.override("en"):
        assert "Example" in client.get(reverse("results")).content.decode()
        assert {row["example"] for row in rows(client)} == {"yes"}


def test_three_half_years_are_read_by_as_many_queries_as_one(project, django_assert_num_queries):
    closed(project, "S1-2020")
    with django_assert_num_queries(2):
        public_results()
    for label in ("S2-2020", "S1-2021"):
        closed(project, label)
    with django_assert_num_queries(2):
        assert len(public_results()[0].half_years) == 3


def test_columns_and_licence_are_told(client, project, settings):
    settings.OPEN_DATA_LICENCE = "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/"
    closed(project, "S2-2020")
    whole = json.loads(client.get(reverse("results_file", args=["json"])).content)
    assert [column["name"] for column in whole["columns"]] == list(COLUMNS) == list(whole["rows"][0])
    assert whole["licence"] == whole["rows"][0]["licence"] == settings.OPEN_DATA_LICENCE
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in client.get(reverse("results")).content.decode()


def test_there_is_no_other_format(client):
    assert client.get(reverse("results_file", args=["xlsx"])).status_code == 404


def test_a_title_that_is_a_formula_is_harmless_in_the_file(client, project):
    project.title_fr = '=HYPERLINK("x")'
    project.save()
    closed(project, "S2-2020")
    with translation.override("fr"):
        assert rows(client)[0]["title"] == '\'=HYPERLINK("x")'


def test_the_kept_page_is_thrown_away_as_soon_as_results_are_no_longer_public(
    client, project, settings, django_capture_on_commit_callbacks
):
    settings.SHARED_PAGES_SECONDS = 60
    cache.clear()
    closed(project, "S2-2020")
    page = reverse("results")
    assert project.slug in client.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        Project.objects.filter(pk=project.pk).update(title_en="Another name", title_fr="Un autre nom")
    assert project.slug in client.get(page).content.decode()
    with CaptureQueriesContext(connection) as captured:
        client.get(page)
    assert len(captured) == 0
    with django_capture_on_commit_callbacks(execute=True):
        Project.objects.filter(pk=project.pk).update(publishes_results=False)
    assert project.slug not in client.get(page).content.decode()
    cache.clear()


def test_every_table_that_the_page_and_its_files_read_throws_them_away(client, project):
    closed(project, "S2-2020")
    declared = {table for table, subjects in freshness._subjects.items() if "results" in subjects}
    for address in (reverse("results"), reverse("results_file", args=["csv"]), reverse("results_file", args=["json"])):
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        read = {table for query in captured.captured_queries for table in READ.findall(query["sql"])}
        assert "reporting_reportversion" in read
        assert read - declared == set()
