"""A mistake in a file of the network is told with file, table and key, and nothing is loaded."""

import re

import pytest
from django.core.management import CommandError, call_command

from hacktiv.common.datafiles import DataFileError
from hacktiv.network import files
from hacktiv.network.rows import network_rows
from members.models import Organisation
from tests.datafiles import corrections, readers


@pytest.fixture
def correct(tmp_path, monkeypatch):
    yield from corrections(files, tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        (
            "spaces.toml",
            'operator = "bep"',
            'operator = "bop"',
            "spaces.toml: [[space]] no. 2 (coworking-e420): operator: there is no organisation “bop”; is it “bep”?",
        ),
        (
            "spaces.toml",
            'kind = "office"',
            'kind = "ofice"',
            "spaces.toml: [[space]] no. 1 (la-ferme), [[room]] no. 2 (le-havre): kind: “ofice” is none of workplace,",
        ),
        (
            "hacktiv-ardenne.toml",
            '"rimbaud-tech"]',
            '"rimbaud"]',
            "[[event]] no. 1 (lancement-hacktiv-ardenne): venues no. 2: there is no space “rimbaud”",
        ),
        (
            "hacktiv-ardenne.toml",
            'type = "launch"',
            'type = "lunch"',
            "(lancement-hacktiv-ardenne): type: there is no type of event “lunch”; is it “launch”?",
        ),
        (
            "hacktiv-ardenne.toml",
            "reported_on = 2021-03-24",
            "reported_on = 2021-03-32",
            "hacktiv-ardenne.toml: [[half_year]]: reported_on: ",
        ),
        (
            "hacktiv-ardenne.toml",
            'half_year = "S2-2020"',
            'half_year = "S3-2020"',
            "[[event]] no. 6: half_year: the project has no half-year “S3-2020”; it has: S1-2020, S2-2020, S1-2021,",
        ),
        (
            "hacktiv-ardenne.toml",
            "latest = 2020-06-30",
            "latest = 2019-06-30",
            "(reunion-virtuelle-2020-1): latest: 2019-06-30 lies before earliest, 2020-01-01",
        ),
        (
            "coffee.toml",
            'sources = ["D"]',
            'sources = ["Z"]',
            "coffee.toml: [project]: sources no. 1: there is no source “Z”; there are: A, B, C, D",
        ),
        ("coffee.toml", "order = 2", "order = 1", "coffee.toml: two tables have the order “1”"),
        ("skills.toml", 'slug = "sewing"', 'slug = "teaching"', "skills.toml: two tables have the slug “teaching”"),
        (
            "organisations.toml",
            'description.nl = "Het team',
            'description.de = "Das Team',
            "organisations.toml: [[organisation]] no. 2 (la-ferme-coworking): description: unknown language “de”",
        ),
        ("event-types.toml", "minutes = 60", 'minutes = "60"', "[[type]] no. 1 (lunch-talk): minutes: must be a whole"),
        ("room-features.toml", 'icon = "quiet"\n', "", "[[feature]] no. 2 (quiet): the key “icon” is missing"),
        ("spaces.toml", 'slug = "la-ferme"', 'slug = "la ferme/x"', "(la ferme/x): slug: “la ferme/x” must be letters"),
        ("spaces.toml", 'slug = "la-ferme"', f'slug = "{"x" * 51}"', "slug: Ensure this value has at most 50"),
        (
            "spaces.toml",
            'name = "La Ferme"',
            f'name = "{"x" * 300}"',
            "spaces.toml: [[space]] no. 1 (la-ferme): name: Ensure this value has at most 80 characters (it has 300).",
        ),
        ("spaces.toml", 'name = "La Ferme"', 'name = ""', "(la-ferme): name: This field cannot be blank."),
        (
            "spaces.toml",
            "latitude = ",
            "latitude = 500.1 # ",
            "(la-ferme): latitude: Ensure this value is less than or",
        ),
        (
            "spaces.toml",
            "latitude = ",
            "latitude = 4.123456 # ",
            "latitude: Ensure that there are no more than 5 decimal",
        ),
        ("spaces.toml", "seats = ", "seats = 40000 # ", "seats: Ensure this value is less than or equal to 32767."),
        ("spaces.toml", "units = ", "units = 40000 # ", "units: Ensure this value is less than or equal to 32767."),
        ("spaces.toml", 'icon = "desk"', 'icon = "dsk"', "icon: there is no drawing “dsk”; is it “desk”?"),
        (
            "hacktiv-ardenne.toml",
            "meetings = ",
            "meetings = 40000 # ",
            "meetings: Ensure this value is less than or equal to 32767.",
        ),
        (
            "hacktiv-ardenne.toml",
            "title.fr = ",
            f'title.fr = "{"x" * 300}" # ',
            "[[event]] no. 1 (lancement-hacktiv-ardenne): title.fr: Ensure this value has at most 160",
        ),
        ("hacktiv-ardenne.toml", "ends_on = ", "ends_on = 9999-12-31 # ", "[project]: ends_on: 9999-12-31 must lie in"),
        (
            "event-types.toml",
            'colour = "ember"',
            'colour = "x;}"',
            "colour: there is no colour “x;}”; there are: ember,",
        ),
        ("event-types.toml", '"lunch-talk"', '"lunch-tall"', "slug: there is no drawing “lunch-tall”; is it “lunch-"),
        (
            "event-types.toml",
            "minutes = 60",
            "minutes = -5",
            "minutes: Ensure this value is greater than or equal to 0.",
        ),
        (
            "skills.toml",
            'name.fr = "',
            f'name.fr = "{"x" * 81}',
            "name.fr: Ensure this value has at most 80 characters",
        ),
    ],
)
def test_a_mistake_is_told_with_file_table_and_key(correct, name, before, after, said):
    correct(name, before, after)
    with pytest.raises(DataFileError, match=re.escape(said)):
        for reader in readers(files):
            reader()


@pytest.mark.django_db
def test_command_tells_the_mistake_and_loads_nothing(correct):
    correct("coffee.toml", 'role = "lead"', 'role = "leader"')
    with pytest.raises(
        CommandError, match=r"coffee.toml: \[\[partner\]\] no. 1 \(Co-nnexion \(Mons\)\): role: “leader”"
    ):
        call_command("load_network")
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_a_row_that_the_database_refuses_is_named_and_nothing_is_loaded(correct):
    correct("coffee.toml", "erdf = ", "erdf = 99999999 # ")
    with pytest.raises(CommandError, match=r"partner/coffee/.*: the database refuses it: .*erdf_within_total"):
        call_command("load_network")
    assert not Organisation.objects.exists()


def test_a_correction_reaches_the_row(correct):
    def town():
        return next(row for row in network_rows() if row.key == "organisation/bep").values["town"]

    assert town() == "Namur"
    correct("organisations.toml", 'town = "Namur"', 'town = "Dinant"')
    assert town() == "Dinant"


def test_french_gets_its_unbreakable_spaces():
    project = next(row for row in network_rows() if row.key == "project/hacktiv-ardenne")
    assert project.values["summary_fr"].endswith("hacktiver nos territoires\N{NO-BREAK SPACE}!")
    assert project.values["funding_nl"] == "Volgens de aanvraag: 50 % EFRO, 40 % Wallonië, 10 % de partners."


def test_a_key_that_is_left_out_is_not_loaded():
    partners = {row.key: row.values for row in network_rows() if row.key.startswith("partner/")}
    assert "total" not in partners["partner/hacktiv-ardenne/bep"]
    assert partners["partner/coffee/9"]["total"] is None
