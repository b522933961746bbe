"""The real network is loaded, and its reports agree with a count by hand."""

import csv
import io
import json
from decimal import Decimal
from io import StringIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import DeclaredCount
from hacktiv.network.loader import load
from hacktiv.network.rows import network_rows
from reporting.models import CountedAction, Deliverable, Deviation, Stock
from spaces.models import Resource, Space

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def network(module_data, django_db_blocker):
    """Load the network once for the module; what a test writes ends with the test."""
    with django_db_blocker.unblock():
        load(network_rows())


def exported(project, period, *options, tmp_path):
    path = tmp_path / "report"
    call_command("export_report", project, period, *options, "--output", str(path))
    return path.read_bytes()


def as_json(project, period, tmp_path):
    return json.loads(exported(project, period, "--format", "json", tmp_path=tmp_path))


def figures(report):
    return {
        figure["code"]: {
            when: (figure[when]["lower"], figure[when]["upper"]) for when in ("previous", "current", "total")
        }
        for figure in report["figures"]
    }


def action(report, kind):
    (found,) = (action for action in report["actions"] if action["type"] == kind)
    return found


def test_the_first_half_year_of_hacktiv_ardenne(network, tmp_path):
    report = as_json("hacktiv-ardenne", "S1-2020", tmp_path)
    assert figures(report) == {
        "NET-ACTIONS": {"previous": (0, 0), "current": (4, 4), "total": (4, 4)},
        "NET-PARTICIPATIONS": {"previous": (0, 0), "current": (None, None), "total": (None, None)},
        "NET-PERSONS": {"previous": (0, 0), "current": (None, None), "total": (None, None)},
        "NET-COACHED": {"previous": (0, 0), "current": (0, 0), "total": (0, 0)},
        "NET-DELIVERABLES": {"previous": (0, 0), "current": (0, 0), "total": (0, 0)},
    }
    launch = action(report, "launch")
    assert (launch["date"], launch["from"], launch["to"]) == ("2020-03-04", "2020-03-04", "2020-03-04")
    assert (launch["declared"], launch["proven"], launch["persons"], launch["joint"]) == (None, None, None, None)
    meetings = [action for action in report["actions"] if action["type"] == "virtual-meeting"]
    assert [(meeting["date"], meeting["from"], meeting["to"]) for meeting in meetings] == [
        (None, "2020-01-01", "2020-06-30")
    ] * 3
    assert len(report["actions"]) == 4
    assert [(row["date"], row["title"]) for row in report["deviations"]] == [
        ("2020-03-31", "Visite retour des membres français")
    ]
    assert report["stocks"] == []
    assert report["deliverables"] == []


def test_the_second_half_year_of_hacktiv_ardenne(network, tmp_path):
    report = as_json("hacktiv-ardenne", "S2-2020", tmp_path)
    assert figures(report) == {
        "NET-ACTIONS": {"previous": (4, 4), "current": (2, None), "total": (6, None)},
        "NET-PARTICIPATIONS": {"previous": (None, None), "current": (28, None), "total": (28, None)},
        "NET-PERSONS": {"previous": (None, None), "current": (15, 28), "total": (15, None)},
        "NET-COACHED": {"previous": (0, 0), "current": (5, 5), "total": (5, 5)},
        "NET-DELIVERABLES": {"previous": (0, 0), "current": (1, 1), "total": (1, 1)},
    }
    assert report["project"] == "hacktiv-ardenne"
    assert (report["version"], report["status"]) == (1, "live")
    assert report["period"] == {
        "label": "S2-2020",
        "start": "2020-07-01",
        "end": "2020-12-31",
        "reported_on": "2021-03-24",
    }
    workshop = action(report, "video-workshop")
    assert {key: workshop[key] for key in ("date", "declared", "proven", "persons", "joint", "public", "mode")} == {
        "date": "2020-11-18",
        "declared": {"lower": 13, "upper": 13},
        "proven": None,
        "persons": {"lower": 13, "upper": 13},
        "joint": True,
        "public": None,
        "mode": "online",
    }
    assert workshop["organisers"] == ["Ardenne Métropole", "BEP", "FORSUD", "La Ferme Coworking"]
    assert workshop["countries"] == ["BE", "FR"]
    assert workshop["evidence"] == []
    talks = action(report, "lunch-talk")
    assert {key: talks[key] for key in ("date", "declared", "proven", "persons", "joint", "organisers")} == {
        "date": None,
        "declared": {"lower": 15, "upper": None},
        "proven": None,
        "persons": {"lower": 15, "upper": 15},
        "joint": None,
        "organisers": [],
    }
    assert [(row["code"], row["date"], row["value"]) for row in report["stocks"]] == [("NET-GROUP", "2021-03-24", 98)]
    assert [(row["title"], row["date"], row["delivered"]) for row in report["deliverables"]] == [
        ("Vidéo portrait d’une personne accompagnée", None, True),
        ("Modèles 3D des espaces", None, False),
    ]
    assert {"by": "coached_residence", "value": "BE", "lower": 5, "upper": 5} in report["breakdowns"]
    assert {"by": "residence", "value": "unknown", "lower": 28, "upper": None} in report["breakdowns"]
    assert report["unassigned"] == []


def test_origins_of_the_real_figures_are_declared(network, tmp_path):
    report = as_json("hacktiv-ardenne", "S2-2020", tmp_path)
    participations = next(figure for figure in report["figures"] if figure["code"] == "NET-PARTICIPATIONS")
    assert participations["current"] == {"lower": 28, "upper": None, "origin": {"lower": "declared", "upper": None}}
    assert participations["previous"] == {"lower": None, "upper": None, "origin": {"lower": None, "upper": None}}


def test_an_action_without_a_date_counts_in_no_half_year(network, tmp_path):
    report = as_json("hacktiv-ardenne", "S2-2021", tmp_path)
    assert report["actions"] == []
    assert [row["title"] for row in report["unassigned"]] == ["Visites de fablabs", "Co-walking", "Soirée de clôture"]
    # Not 0: they may have taken place in this half-year, or not.
    assert figures(report)["NET-ACTIONS"] == {"previous": (6, None), "current": (None, None), "total": (6, None)}
    last = figures(as_json("hacktiv-ardenne", "S2-2022", tmp_path))
    assert last["NET-ACTIONS"]["total"] == (9, None)


def test_partners_of_coffee(network, tmp_path):
    report = as_json("coffee", "S2", tmp_path)
    assert (report["period"]["start"], report["period"]["end"]) == ("2017-04-01", "2017-09-30")
    assert report["partners"][0] == {
        "name": "Co-nnexion (Mons)",
        "side": "WA",
        "role": "lead",
        "total": "402825.02",
        "erdf": "201412.51",
    }
    assert report["partners"][-1] == {
        "name": "Flanders DC",
        "side": "VL",
        "role": "associated",
        "total": None,
        "erdf": None,
    }
    assert sum(Decimal(row["total"]) for row in report["partners"] if row["total"]) == Decimal("1471233.86")
    assert figures(report)["NET-ACTIONS"]["current"] == (4, 4)
    assert figures(report)["NET-PARTICIPATIONS"]["current"] == (None, None)


def test_partners_without_known_budgets(network, tmp_path):
    partners = as_json("hacktiv-ardenne", "S2-2020", tmp_path)["partners"]
    assert [(row["side"], row["role"], row["total"], row["erdf"]) for row in partners] == [
        ("WA", "lead", None, None),
        ("WA", "partner", None, None),
        ("WA", "partner", None, None),
        ("FR", "partner", None, None),
        ("WA", "associated", None, None),
    ]


def test_the_csv_says_the_same(network, tmp_path):
    content = exported("hacktiv-ardenne", "S2-2020", "--format", "csv", tmp_path=tmp_path)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = {row[0]: row for row in csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";") if row}
    assert rows["NET-PARTICIPATIONS"][3:7] == ["non renseigné", "au moins 28", "au moins 28", "–"]
    assert rows["NET-PERSONS"][3:6] == ["non renseigné", "15 à 28", "au moins 15"]
    assert rows["NET-PARTICIPATIONS"][7:9] == ["déclaré", "déclaré"]
    assert rows["NET-PERSONS"][11:13] == ["15", "28"]
    assert rows["NET-GROUP"][2] == "98 au 24\N{NO-BREAK SPACE}mars 2021"
    assert rows["Coworking Wallonia (Agence du Numérique)"][3:] == ["OP associé"] * 3
    assert rows["BEP, Bureau économique de la Province de Namur"][3:] == ["non renseigné"] * 3


def test_the_csv_of_coffee_adds_up_in_french(network, tmp_path):
    text = exported("coffee", "S2", "--format", "csv", tmp_path=tmp_path).decode("utf-8-sig")
    assert "1 471 233,86 €" in text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_the_workbook_says_the_same(network, tmp_path):
    content = exported("hacktiv-ardenne", "S2-2020", "--format", "xlsx", tmp_path=tmp_path)
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = {row[0]: row for row in book["Chiffres"].iter_rows(values_only=True) if row[0]}
    assert rows["NET-ACTIONS"][3:6] == (4, "au moins 2", "au moins 6")
    assert rows["NET-PERSONS"][9:] == ("non renseigné", "non renseigné", 15, 28, 15, "non renseigné")
    book = openpyxl.load_workbook(
        io.BytesIO(exported("coffee", "S2", "--format", "xlsx", tmp_path=tmp_path)), data_only=True
    )
    rows = {row[0]: row for row in book["Partenaires et budget"].iter_rows(values_only=True) if row[0]}
    assert rows["Tous les partenaires"][3:5] == (1471233.86, 735616.93)
    assert rows["Flanders DC"][3:] == ("OP associé",) * 3


def test_the_file_is_written_to_standard_output_too(network, capfdbinary):
    call_command("export_report", "hacktiv-ardenne", "S2-2020", "--language", "nl")
    report = json.loads(capfdbinary.readouterr().out)
    assert report["title"] == "Hacktiv’Ardenne"
    assert report["deliverables"][1]["title"] == "3D-modellen van de locaties"


def test_the_file_is_written_to_a_stream_of_text(network):
    out = StringIO()
    call_command("export_report", "coffee", "S2", stdout=out)
    assert json.loads(out.getvalue())["period"]["label"] == "S2"


@pytest.mark.parametrize(
    ("project", "period", "message"),
    [("no-such", "S1", "There is no project no-such"), ("coffee", "S2-2020", "it has: S1, S2, S3")],
)
def test_an_unknown_report_is_refused_with_a_sentence(network, project, period, message):
    with pytest.raises(CommandError, match=message):
        call_command("export_report", project, period)


def test_a_file_that_cannot_be_written_is_refused_with_a_sentence(network, tmp_path):
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_report", "coffee", "S1", "--output", str(tmp_path / "no" / "such"))


# --- the loader -----------------------------------------------------------------------------------------------------


def test_the_five_spaces_and_what_is_known_of_their_rooms(network):
    assert list(Space.objects.values_list("slug", "country", "nuts", "operator__slug")) == [
        ("la-ferme", "BE", "BE32D", "la-ferme-coworking"),
        ("coworking-e420", "BE", "BE353", "bep"),
        ("rimbaud-tech", "FR", "FRF21", "ardenne-metropole"),
        ("val-de-vence", "FR", "FRF21", "ardenne-metropole"),
        ("maison-du-campus", "FR", "FRF21", "ardenne-metropole"),
    ]
    assert {(resource.slug, resource.units.count()) for resource in Resource.objects.all()} == {
        ("les-serres", 8),
        ("le-havre", 1),
        ("la-grange", 1),
        ("le-moulin", 1),
        ("espace-partage", 20),
    }
    assert not Space.objects.exclude(street="", phone="", website="", contact_email="").exists()
    for space in Space.objects.all():
        assert not space.opening_hours.exists()
        assert all(getattr(space, f"description_{language}") for language in ("fr", "nl", "en"))


def test_loading_twice_changes_nothing(network):
    outcome = load(network_rows())
    assert len(outcome.unchanged) == len(network_rows())
    assert outcome.counts().total() == len(network_rows())


def test_loading_again_asks_only_once_what_was_loaded(network):
    with CaptureQueriesContext(connection) as asked:
        load(network_rows())
    tables = ("reporting_", "spaces_", '"events_event"', "training_")
    asked = [query["sql"] for query in asked if any(table in query["sql"] for table in tables)]
    # The catalogues of features and of kinds of membership, and the record of what was loaded.
    tables = ("spaces_feature", "spaces_membershipkind", "reporting_loadedrow")
    assert [table for sql in asked for table in tables if table in sql] == list(tables)
    assert len(asked) == 3


def test_all_that_is_loaded_passes_its_own_checks(network):
    for model in (CountedAction, Deviation, Deliverable, Stock):
        for loaded in model.objects.all():
            loaded.full_clean()


def test_a_corrected_count_is_left_alone(network):
    count = DeclaredCount.objects.get(event__slug="atelier-decouverte-video-2020")
    count.replaced_at = count.entered_at
    count.save()
    DeclaredCount.objects.create(event=count.event, measure=count.measure, lower=14, upper=14, reason="Liste relue")
    assert load(network_rows()).added == []
    assert DeclaredCount.objects.get(event=count.event, replaced_at=None).lower == 14
