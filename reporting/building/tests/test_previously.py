"""Test that what was previously reported is what closed reports told, counted by hand."""

import csv
import io
import json
from datetime import date
from uuid import UUID

import openpyxl
import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone, translation

from events.enums import Measure
from events.models import DeclaredCount, Ride
from events.tests.factories import HistoryEventFactory, ParticipationFactory
from members.tests.factories import UserFactory
from reporting.building.queries.build import build_report
from reporting.building.queries.codec import from_payload, to_payload
from reporting.core.operations import ensure_periods
from reporting.outputs.renderers.formats import FORMATS
from reporting.tests.builds import close, draft, report
from reporting.tests.factories import CountedCoachingFactory, CountedEventFactory, DeliverableFactory, ProjectFactory
from spaces.tests.factories import SpaceFactory, VisitFactory

pytestmark = pytest.mark.django_db

SPACES = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\n": " "})
SPRING, AUTUMN, LATER = date(2020, 3, 4), date(2020, 11, 18), date(2021, 3, 4)


@pytest.fixture
def project():
    project = ProjectFactory(slug="ardenne")
    ensure_periods(project=project)
    return project


def closed(project, label):
    version = draft(project.periods.get(label=label))
    return close(version=version, built_at=version.built_at, by=UserFactory(), reason="Essai")


def counted(project, day, *numbers, declared=None):
    event = HistoryEventFactory(space=None, earliest=day, latest=day, list_is_complete=bool(numbers))
    for number in numbers:
        ParticipationFactory(event=event, participant_number=UUID(int=number))
    return CountedEventFactory(project=project, event=event, declared=declared).event


def correct(event, count):
    DeclaredCount.objects.filter(event=event).update(replaced_at=timezone.now())
    DeclaredCount.objects.create(event=event, measure=Measure.PARTICIPATIONS, lower=count, upper=count, reason="Relu")


def line(built, code):
    """Return what was reported before, what the records say of it where that differs, this half-year, and the total."""
    found = next(one for one in (*built.figures, *built.crossings, *built.travel) if one.code == code)
    values = (found.previous, found.previous_now, found.current, found.total)
    return tuple(value and (value.lower, value.upper) for value in values)


def test_a_count_corrected_after_closing_stands_beside_what_was_reported(project):
    spring = counted(project, SPRING, declared=(13, 13))
    counted(project, AUTUMN, declared=(5, 5))
    closed(project, "S1-2020")
    assert line(report(project), "NET-PARTICIPATIONS") == ((13, 13), None, (5, 5), (18, 18))
    correct(spring, 12)
    assert line(report(project), "NET-PARTICIPATIONS") == ((13, 13), (12, 12), (5, 5), (17, 17))
    assert line(report(project), "NET-ACTIONS") == ((1, 1), None, (1, 1), (2, 2))
    assert report(project).unreported == ()
    closed(project, "S1-2020")
    assert line(report(project), "NET-PARTICIPATIONS") == ((12, 12), None, (5, 5), (17, 17))


def test_persons_reported_before_are_those_that_the_last_closed_report_told(project):
    spring = counted(project, SPRING, 1, 2)
    counted(project, AUTUMN, 1, 3)
    closed(project, "S1-2020")
    assert line(report(project), "NET-PERSONS") == ((2, 2), None, (2, 2), (3, 3))
    closed(project, "S2-2020")
    counted(project, LATER, 3, 4)
    assert line(report(project, "S1-2021"), "NET-PERSONS") == ((3, 3), None, (2, 2), (4, 4))
    spring.participations.get(participant_number=UUID(int=2)).delete()
    assert line(report(project, "S1-2021"), "NET-PERSONS") == ((3, 3), (2, 2), (2, 2), (3, 3))


def test_a_half_year_that_was_never_reported_is_told_by_its_records_and_said_to_be(project):
    spring = counted(project, SPRING, 1, 2)
    counted(project, AUTUMN, 1, 3)
    counted(project, AUTUMN, declared=(4, 6))
    assert report(project, "S1-2021").unreported == ("S1-2020", "S2-2020")
    assert line(report(project, "S1-2021"), "NET-PARTICIPATIONS")[:2] == ((8, 10), None)
    assert line(report(project, "S1-2021"), "NET-PERSONS")[:2] == ((4, 9), None)
    closed(project, "S1-2020")
    later = report(project, "S1-2021")
    assert later.unreported == ("S2-2020",)
    assert line(later, "NET-PARTICIPATIONS") == ((8, 10), None, (0, 0), (8, 10))
    # The two who were reported may be among the four to eight of autumn.
    assert line(later, "NET-PERSONS") == ((4, 10), (4, 9), (0, 0), (4, 9))
    spring.participations.get(participant_number=UUID(int=2)).delete()
    assert line(report(project, "S1-2021"), "NET-PARTICIPATIONS") == ((8, 10), (7, 9), (0, 0), (7, 9))


def test_a_gap_between_reported_half_years_is_filled_from_the_records(project):
    counted(project, SPRING, declared=(10, 10))
    counted(project, AUTUMN, declared=(5, 5))
    counted(project, LATER, declared=(3, 3))
    CountedCoachingFactory(project=project)
    DeliverableFactory(period=project.periods.get(label="S2-2020"))
    closed(project, "S1-2020")
    closed(project, "S1-2021")
    last = report(project, "S2-2021")
    assert last.unreported == ("S2-2020",)
    assert line(last, "NET-PARTICIPATIONS") == ((18, 18), None, (0, 0), (18, 18))
    assert line(last, "NET-ACTIONS") == ((3, 3), None, (0, 0), (3, 3))
    assert line(last, "NET-COACHED") == ((5, 5), None, (0, 0), (5, 5))
    assert line(last, "NET-DELIVERABLES") == ((1, 1), None, (0, 0), (1, 1))


def test_what_was_delivered_and_coached_later_in_a_closed_half_year_stands_beside_it(project):
    closed(project, "S1-2020")
    DeliverableFactory(period=project.periods.get(label="S1-2020"))
    row = CountedCoachingFactory(project=project, period=project.periods.get(label="S1-2020"))
    row.coaching.earliest = date(2020, 6, 1)
    row.coaching.save()
    assert line(report(project), "NET-DELIVERABLES") == ((0, 0), (1, 1), (0, 0), (1, 1))
    assert line(report(project), "NET-COACHED") == ((0, 0), (5, 5), (0, 0), (5, 5))


def test_crossings_and_shared_travel_too_are_previously_reported(project):
    there = {"home_space": SpaceFactory(), "space": SpaceFactory(french=True)}
    VisitFactory(**there, day=SPRING, participant_number=UUID(int=1))
    VisitFactory(**there, day=AUTUMN, participant_number=UUID(int=1))
    event = HistoryEventFactory(earliest=SPRING, latest=SPRING)
    car = Ride.objects.create(
        event=event, direction="both", seats=4, seats_taken=1, kilometres=50, from_side="BE", to_side="FR"
    )
    closed(project, "S1-2020")
    VisitFactory(**there, day=SPRING, participant_number=UUID(int=2))
    car.delete()
    assert line(report(project), "NET-CROSSINGS-BE-FR") == ((1, None), (2, None), (1, None), (3, None))
    assert line(report(project), "NET-CROSSERS") == ((1, None), (2, None), (1, None), (2, None))
    assert line(report(project), "NET-TRAVELLERS") == ((2, None), (None, None), (None, None), (None, None))
    # Nobody knows whether those of autumn were reported in spring.
    assert line(report(project, "S1-2021"), "NET-CROSSERS") == ((1, None), (2, None), (None, None), (2, None))


def test_proven_figures_that_were_reported_stay_proven(project):
    there = {"home_space": SpaceFactory(), "space": SpaceFactory(french=True)}
    VisitFactory(**there, day=SPRING, participant_number=UUID(int=1))
    closed(project, "S1-2020")
    found = {figure.code: figure.previous.lower_origin for figure in report(project).crossings}
    now = {figure.code: figure.current.lower_origin for figure in report(project, "S1-2020").crossings}
    assert found == now


def test_the_five_outputs_say_the_same_of_what_was_reported(client, project):
    spring = counted(project, SPRING, declared=(13, 13))
    counted(project, AUTUMN, declared=(5, 5))
    closed(project, "S1-2020")
    correct(spring, 12)
    built = report(project, "S1-2021")
    assert from_payload(to_payload(built)) == built
    with translation.override("en"):
        files = {name: form.render(built) for name, form in FORMATS.items()}

    data = json.loads(files["json"])
    figure = next(one for one in data["figures"] if one["code"] == "NET-PARTICIPATIONS")
    beside = {"lower": 17, "upper": 17, "origin": {"lower": "declared", "upper": "declared"}}
    assert (figure["previous"]["lower"], figure["previous_now"], figure["total"]["lower"]) == (18, beside, 17)
    assert data["unreported"] == ["S2-2020"]
    assert {one["code"] for one in data["figures"] if one["previous_now"]} == {"NET-PARTICIPATIONS", "NET-PERSONS"}

    name = "Participations: the half-years before, by today’s records"
    said = "S2-2020: no report was closed here, so “previously reported” has what today’s records say of it."
    rows = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=";"))
    (row,) = (row for row in rows if row[1:2] == [name])
    assert row[3:] == ["17", "–", "–", "declared", "–", "–", "17", "17", "–", "–", "–", "–"]
    assert ["Half-years without a closed report", said] in rows

    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    (row,) = (row for row in book["Figures"].iter_rows(values_only=True) if row[1] == name)
    assert row[3:6] == (17, "–", "–")
    assert ("Half-years without a closed report", said) in list(book["Identification"].iter_rows(values_only=True))

    pages = pypdf.PdfReader(io.BytesIO(files["pdf"])).pages
    text = " ".join(" ".join(page.extract_text().translate(SPACES).split()) for page in pages)
    assert name in text and said in text

    client.force_login(UserFactory(coordinates=True, language="en"))
    page = client.get(reverse("reporting:report", args=["ardenne", "S1-2021"]), headers={"accept-language": "en"})
    assert [one.previous_now and one.previous_now.lower for one in page.context["report"].figures] == [
        None,
        17,
        12,
        None,
        None,
    ]
    assert page.text.count("S2-2020") >= 1


@pytest.mark.parametrize("closings", [1, 3])
def test_what_was_reported_costs_the_same_however_much(project, closings, django_assert_num_queries):
    for label in ("S1-2020", "S2-2020", "S1-2021")[:closings]:
        closed(project, label)
    with django_assert_num_queries(29):
        build_report(project, project.periods.get(label="S2-2021"))
