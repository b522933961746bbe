"""Shared travel in the half-year's report, counted by hand."""

import csv
import io
import json
from datetime import date

import openpyxl
import pypdf
import pytest
from django.urls import reverse
from django.utils import translation

from events.enums import EventState
from events.models import Ride
from events.tests.factories import HistoryEventFactory
from members.tests.factories import NetworkRoleFactory, UserFactory
from reporting.building.queries.codec import from_payload, to_payload
from reporting.building.queries.versions import report_of
from reporting.core.operations import ensure_periods
from reporting.outputs.renderers import correction_labels
from reporting.outputs.renderers.formats import FORMATS
from reporting.templatetags.reports import cars_behind
from reporting.tests.builds import close, draft, report
from reporting.tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db

NBSP = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " ", "\n": " "})


@pytest.fixture
def project():
    project = ProjectFactory(slug="ardenne", title_fr="Ardenne")
    ensure_periods(project=project)
    return project


def car(day, *, passengers=1, km=50, way="both", sides=("BE", "FR"), **fields):
    event = HistoryEventFactory(earliest=day, latest=day, **{"title_fr": "Co-walking", **fields})
    return Ride.objects.create(
        event=event,
        direction=way,
        seats=4,
        seats_taken=passengers,
        kilometres=km,
        from_side=sides[0],
        to_side=sides[1],
    )


def values(built):
    return {
        figure.code.removeprefix("NET-"): tuple(
            (value.lower, value.upper) for value in (figure.previous, figure.current, figure.total)
        )
        for figure in built.travel
    }


def least(*counts):
    return tuple((count or None, None) for count in counts)


def test_people_and_kilometres_are_counted_in_all_and_across_the_border(project):
    car(date(2020, 3, 2), passengers=1, km=40, way="there")
    car(date(2020, 9, 1), passengers=3, km=50)
    car(date(2020, 9, 2), passengers=1, km=20, way="back", sides=("FR", "FR"))
    car(date(2020, 9, 3), passengers=0)
    car(date(2020, 9, 4), state=EventState.CANCELLED)
    car(date(2020, 9, 4), is_example=True)
    car(date(2021, 1, 1))
    built = report(project)
    assert values(built) == {
        "TRAVELLERS": least(2, 6, 8),
        "TRAVELLERS-ACROSS": least(2, 4, 6),
        "KILOMETRES": least(40, 320, 360),
        "KILOMETRES-ACROSS": least(40, 300, 340),
    }
    assert {figure.current.lower_origin for figure in built.travel} == {"declared"}
    assert [(part.day, part.people, part.kilometres, part.crosses) for part in built.travel_parts] == [
        (date(2020, 9, 1), 4, 300, True),
        (date(2020, 9, 2), 2, 20, False),
    ]
    assert [cars_behind(figure, built) for figure in built.travel] == [2, 1, 2, 1]
    assert values(report(project, "S1-2020"))["KILOMETRES"] == ((0, 0), (40, None), (40, None))


def corrected(version):
    with translation.override("fr"):
        return [
            tuple(
                cell.translate(NBSP)
                for cell in (
                    correction_labels.corrected(part),
                    correction_labels.said(part),
                    correction_labels.known(part),
                )
            )
            for part in report_of(version).corrections
        ]


def test_a_closed_report_keeps_its_travel_and_the_next_corrects_it(project):
    period = project.periods.get(label="S2-2020")
    gone = car(date(2020, 9, 1))
    version = draft(period)
    version = close(version=version, built_at=version.built_at, by=None, reason="Essai")
    gone.delete()
    assert values(report_of(version))["KILOMETRES"][1] == (100, None)
    assert corrected(draft(period)) == [
        ("personnes en covoiturage", "au moins 2 (déclaré)", "non renseigné"),
        ("kilomètres partagés", "au moins 100 (déclaré)", "non renseigné"),
        ("covoiturages", "01/09/2020, BE → FR, 2 personnes, 100 km", "–"),
    ]


def test_what_changed_across_the_border_is_told_beside_the_sum(project):
    period = project.periods.get(label="S2-2020")
    car(date(2020, 9, 1), km=10, sides=("BE", "BE"))
    version = draft(period)
    close(version=version, built_at=version.built_at, by=None, reason="Essai")
    car(date(2020, 9, 2), passengers=2, km=40, way="there")
    assert corrected(draft(period))[:4] == [
        ("personnes en covoiturage", "au moins 2", "au moins 5"),
        ("kilomètres partagés", "au moins 20", "au moins 100"),
        ("personnes en covoiturage au-delà de la frontière", "non renseigné", "au moins 3 (déclaré)"),
        ("kilomètres partagés au-delà de la frontière", "non renseigné", "au moins 80 (déclaré)"),
    ]


def test_a_report_closed_without_travel_is_not_corrected_by_it(project):
    period = project.periods.get(label="S2-2020")
    car(date(2020, 9, 1))
    version = draft(period)
    del version.payload["report"]["travel"], version.payload["report"]["travel_parts"]
    version.payload["format"] = 3
    version.save()
    version = close(version=version, built_at=version.built_at, by=None, reason="Essai")
    assert report_of(version).travel == ()
    assert all(chosen.render(report_of(version)) for chosen in FORMATS.values())
    assert corrected(draft(period)) == []


def rendered(built, extension):
    with translation.override("fr"):
        return FORMATS[extension].render(built)


def test_every_file_says_the_same(project):
    car(date(2020, 9, 1), passengers=2)
    built = report(project)
    assert from_payload(to_payload(built)) == built

    data = json.loads(rendered(built, "json"))
    assert [
        (figure["code"], figure["current"]["lower"])
        for figure in data["supplementary_figures"]
        if not figure["code"].startswith("NET-CROSS")
    ] == [
        ("NET-TRAVELLERS", 3),
        ("NET-TRAVELLERS-ACROSS", 3),
        ("NET-KILOMETRES", 200),
        ("NET-KILOMETRES-ACROSS", 200),
    ]
    assert data["shared_travel"] == [
        {
            "date": "2020-09-01",
            "event": "Co-walking",
            "way": "both",
            "from_side": "BE",
            "to_side": "FR",
            "people": 3,
            "one_way_kilometres": 50,
            "kilometres_shared": 200,
        }
    ]

    rows = list(csv.reader(io.StringIO(rendered(built, "csv").decode("utf-8-sig")), delimiter=";"))
    assert ["01/09/2020", "Co-walking", "Aller-retour", "BE", "FR", "3", "50", "200"] in rows

    book = openpyxl.load_workbook(io.BytesIO(rendered(built, "xlsx")))
    (row,) = book["Annexe D – covoiturages"].iter_rows(min_row=5, max_row=5, values_only=True)
    assert row[1:] == ("Co-walking", "Aller-retour", "BE", "FR", 3, 50, 200)

    pages = pypdf.PdfReader(io.BytesIO(rendered(built, "pdf"))).pages
    text = " ".join(" ".join(page.extract_text().translate(NBSP).split()) for page in pages)
    for words in ("Covoiturage (complément)", "au moins 200", "Annexe D : covoiturages"):
        assert words in text, words


def test_the_page_opens_each_figure_onto_its_cars(client, project):
    ride = car(date(2020, 9, 1))
    person = UserFactory()
    NetworkRoleFactory(user=person)
    client.force_login(person)
    page = client.get(reverse("reporting:report", args=["ardenne", "S2-2020"])).text.translate(NBSP)
    assert page.count('href="#shared-cars"') == 4
    assert page.count('id="shared-cars"') == 1
    assert page.count(f'href="{ride.event.get_absolute_url()}"') == 1
