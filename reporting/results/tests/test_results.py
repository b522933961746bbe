"""The public page tells what closed reports told, of projects whose coordinator said so, and gives nobody away."""

import csv
import io
import json
import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from events.models import Event
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
from spaces.tests.factories import SpaceFactory, VisitFactory

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
    ParticipationFactory.create_batch(5, event=event, residence="BE")
    assert number(of(rows(client), "figures", "NET-PARTICIPATIONS")) == ("13", "13", "no")
    closed(project, "S2-2020")
    row = of(rows(client), "figures", "NET-PARTICIPATIONS")
    assert (number(row), row["version"]) == (("18", "18", "no"), "2")


def test_a_correction_that_concerns_few_people_is_not_told(client, project):
    """Counted by hand: who kept the file with 13 and 7 from Belgium would know of one with 14 and 8 who was added."""
    event = held(project, SECOND, BE=7, FR=6)
    closed(project, "S2-2020")
    before = rows(client)
    ParticipationFactory(event=event, residence="BE")
    closed(project, "S2-2020")
    assert rows(client) == before
    assert {row["version"] for row in before} == {"1"}
    with translation.override("en"):
        page = client.get(reverse("results")).content.decode()
    assert "Version 2 corrects it by fewer than 5 people" in page


def test_corrections_of_few_people_are_told_once_they_are_together_five(client, project):
    event = held(project, SECOND, BE=7, FR=6)
    closed(project, "S2-2020")
    for _version in range(2):
        ParticipationFactory.create_batch(3, event=event, residence="BE")
        closed(project, "S2-2020")
    row = of(rows(client), "figures", "NET-PARTICIPATIONS")
    assert (number(row), row["version"]) == (("19", "19", "no"), "3")
    assert public_results()[0].half_years[0].kept_back is None


def test_a_large_correction_is_told_and_what_of_it_concerns_few_is_held_back(client, project):
    """Counted by hand: 20 more from Belgium are told, and 2 more men among them are not."""
    event = held(project, SECOND, BE=10)
    ParticipationFactory.create_batch(10, event=event, residence="BE", gender="man")
    closed(project, "S2-2020")
    assert number(of(rows(client), "gender", "man")) == ("10", "10", "no")
    ParticipationFactory.create_batch(18, event=event, residence="BE")
    ParticipationFactory.create_batch(2, event=event, residence="BE", gender="man")
    closed(project, "S2-2020")
    found = rows(client)
    assert number(of(found, "figures", "NET-PARTICIPATIONS")) == ("40", "40", "no")
    assert number(of(found, "residence", "BE")) == ("40", "40", "no")
    assert [row["code"] for row in found if row["table"] == "gender"] == ["*"]


def test_two_far_corrections_do_not_lead_back_near_an_older_file(client, project):
    """Counted by hand: 13, then 30, then 14. The third file and the first would differ by one."""
    event = held(project, SECOND, BE=13)
    closed(project, "S2-2020")
    more = ParticipationFactory.create_batch(17, event=event, residence="BE")
    closed(project, "S2-2020")
    for participation in more[:16]:
        participation.delete()
    closed(project, "S2-2020")
    found = rows(client)
    assert number(of(found, "figures", "NET-PARTICIPATIONS")) == ("", "", "yes")
    assert {row["version"] for row in found} == {"3"}


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


def test_an_event_of_two_projects_is_told_once_in_half_years_that_do_not_meet(client, project):
    """An event over the turn of two half-years counts in the first for one project, and in the second for another."""
    turn = {"earliest": date(2020, 6, 20), "latest": date(2020, 7, 10)}
    shared = held(project, date(2020, 6, 20), BE=6, FR=5)
    Event.objects.filter(pk=shared.pk).update(**turn)
    held(project, FIRST, BE=2)
    later = ProjectFactory(publishes_results=True, starts_on=date(2020, 7, 1))
    ensure_periods(project=later)
    project.actions.filter(event=shared).update(period=project.periods.get(label="S1-2020"))
    CountedEventFactory(project=later, event=shared, period=later.periods.get(label="S2-2020"))
    closed(project, "S1-2020")
    closed(later, "S2-2020")
    told = {row["project"]: number(row) for row in rows(client) if row["code"] == "NET-PARTICIPATIONS"}
    assert told == {project.slug: ("13", "13", "no"), later.slug: ("", "", "yes")}


def test_the_project_that_told_an_event_first_tells_it_on(client, project):
    """Keep what was handed out of one project from becoming a difference once an older one is closed."""
    later = ProjectFactory(publishes_results=True, starts_on=date(2020, 7, 1))
    ensure_periods(project=later)
    shared = held(later, SECOND, BE=6, FR=5)
    CountedEventFactory(project=project, event=shared)
    held(project, SECOND, BE=2)
    closed(later, "S2-2020")
    closed(project, "S2-2020")
    told = {row["project"]: number(row) for row in rows(client) if row["code"] == "NET-PARTICIPATIONS"}
    assert told == {project.slug: ("", "", "yes"), later.slug: ("11", "11", "no")}


def test_crossings_are_told_by_one_project_of_two(client, project):
    """Counted by hand: 12 crossings from January on and 10 from February on would tell of the 2 in January."""
    later = ProjectFactory(publishes_results=True, starts_on=date(2020, 2, 1))
    ensure_periods(project=later)
    space, home = SpaceFactory(), SpaceFactory(french=True)
    for number_of, day in ((2, date(2020, 1, 10)), (10, FIRST)):
        VisitFactory.create_batch(number_of, day=day, space=space, home_space=home)
    for one in (project, later):
        closed(one, "S1-2020")
    found = rows(client)
    told = {
        row["project"]: number(row) for row in found if row["table"] == "figures" and row["code"] == "NET-CROSSINGS"
    }
    assert told == {project.slug: ("12", "", "no"), later.slug: ("", "", "yes")}
    ways = {row["code"] for row in found if row["project"] == later.slug and row["table"].startswith("NET-")}
    assert ways == {"*"}


def test_few_coached_people_do_not_follow_from_an_indicator_that_counts_them(client, project):
    """Counted by hand: 22 participations of events, and at least 25 under an indicator: 3 of them were coached."""
    ProjectIndicatorFactory(project=project, code="RCO85")
    event = held(project, SECOND, BE=12, FR=10)
    coaching = CountedCoachingFactory(project=project, coaching=CoachingFactory(persons_lower=3, persons_upper=3))
    for action in (project.actions.get(event=event), coaching):
        ClassificationFactory(action=action, indicator="RCO85")
    closed(project, "S2-2020")
    found = rows(client)
    assert number(of(found, "figures", "NET-PARTICIPATIONS")) == ("22", "22", "no")
    assert number(of(found, "figures", "NET-COACHED")) == ("", "", "yes")
    assert number(of(found, "indicators", "RCO85")) == ("", "", "yes")


def test_many_coached_people_are_told_with_the_indicator_that_counts_them(client, project):
    ProjectIndicatorFactory(project=project, code="RCO85")
    event = held(project, SECOND, BE=12, FR=10)
    coaching = CountedCoachingFactory(project=project, coaching=CoachingFactory(persons_lower=8, persons_upper=8))
    for action in (project.actions.get(event=event), coaching):
        ClassificationFactory(action=action, indicator="RCO85")
    closed(project, "S2-2020")
    found = rows(client)
    assert number(of(found, "figures", "NET-COACHED")) == ("8", "8", "no")
    assert number(of(found, "indicators", "RCO85")) == ("30", "", "no")


def test_half_years_without_a_report_are_named(client, project):
    today = timezone.localdate()
    project.ends_on = today + timedelta(days=400)
    project.save()
    ensure_periods(project=project)
    closed(project, "S2-2020")
    begun = project.periods.filter(starts_on__lte=today).exclude(label="S2-2020")
    labels = list(begun.order_by("starts_on").values_list("label", flat=True))
    assert "S1-2020" in labels
    assert project.periods.filter(starts_on__gt=today).exists()
    with translation.override("en"):
        page = client.get(reverse("results")).content.decode()
    named = page[page.index("No report yet:") :]
    named = named[: named.index("</ul>")]
    assert re.findall(r"S[12]-\d{4}", named) == labels
    told = json.loads(client.get(reverse("results_file", args=["json"])).content)["without_report"]
    assert [one["half_year"] for one in told] == labels


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
