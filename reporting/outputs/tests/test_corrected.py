"""Crossings and shared cars that were corrected after closing: each one comes back from every output."""

import csv
import io
import json
from datetime import date, timedelta
from uuid import uuid4

import openpyxl
import pypdf
import pytest
from django.urls import reverse
from django.utils import translation

from events.models import Ride
from events.tests.factories import HistoryEventFactory
from members.enums import Country
from members.tests.factories import UserFactory
from reporting.closing.queries.files import is_short
from reporting.core.operations import ensure_periods
from reporting.outputs.renderers.formats import FORMATS
from reporting.tests.builds import close, draft, report
from reporting.tests.factories import ProjectFactory
from spaces.models import Visit
from spaces.tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db

MANY = 700


@pytest.fixture
def project():
    project = ProjectFactory(slug="ardenne", starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
    ensure_periods(project=project)
    return project


@pytest.fixture
def later(project):
    """Return the half-year after one of which all crossings went once it was closed, and of which a car changed."""
    home, abroad = SpaceFactory(name="Laferme"), SpaceFactory(name="Rimbaud", french=True)
    Visit.objects.bulk_create(
        Visit(
            participant_number=uuid4(),
            day=date(2020, 2, 1) + timedelta(days=nth % 9),
            space=abroad,
            side=Country.FR,
            home_space=home,
            home_side=Country.BE,
        )
        for nth in range(MANY)
    )
    day = date(2020, 3, 3)
    event = HistoryEventFactory(space=None, earliest=day, latest=day, title_fr="Zebrure")
    Ride.objects.create(
        event=event, direction="both", seats=4, seats_taken=1, kilometres=50, from_side="BE", to_side="FR"
    )
    version = draft(project.periods.get(label="S1-2020"))
    close(version=version, built_at=version.built_at, by=None, reason="Essai")
    Visit.objects.all().delete()
    Ride.objects.update(kilometres=60)
    return project.periods.get(label="S2-2020")


def test_each_corrected_crossing_comes_back_from_every_output(client, project, later):
    client.force_login(UserFactory(coordinates=True))
    version = draft(later)
    with translation.override("fr"):
        built = report(project)
        files = {extension: FORMATS[extension].render(built) for extension in FORMATS}
        address = reverse("reporting:version", args=["ardenne", later.label, version.number])
        first, whole = client.get(address).text, client.get(f"{address}?print=1").text
    told = {one["what"]: one for one in json.loads(files["json"])["corrections"]}
    assert len(told["crossing_parts"]["before"]) == MANY
    assert told["crossing_parts"]["after"] == []

    rows = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=";"))
    assert sum("Laferme" in row for row in rows) == MANY
    assert sum("Zebrure" in row for row in rows) == 2
    assert max(len(cell) for row in rows for cell in row) < 1_000
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    in_sheets = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    assert sum("Laferme" in row for row in in_sheets) == MANY
    assert [row[-1] for row in in_sheets if "Zebrure" in row] == [100, 120]
    printed = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(files["pdf"])).pages)
    assert (printed.count("Laferme"), printed.count("Zebrure")) == (MANY, 2)
    assert (first.count("Laferme"), whole.count("Laferme")) == (50, MANY)


def test_a_report_with_many_corrected_crossings_is_no_short_one(project, later):
    built = report(project)
    assert not is_short(built, "pdf")
    assert is_short(built, "csv")
