"""A mistake in a file of the demo is told with file, table and key, and nothing is loaded."""

import re

import pytest
from django.core.management import CommandError, call_command

from hacktiv.common.datafiles import DataFileError
from hacktiv.demo import files
from members.models import User
from tests.datafiles import corrections, readers


@pytest.fixture
def correct(tmp_path, monkeypatch):
    yield from corrections(files, tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        (
            "people.toml",
            'home = "la-ferme"',
            'home = "la-fermes"',
            "[[person]] no. 1: home: there is no space “la-fermes”",
        ),
        ("people.toml", '"illustration"', '"illustrations"', "offers no. 2: there is no skill “illustrations”; is it"),
        ("people.toml", 'language = "fr"', 'language = "de"', "[invitation]: language: there is no language “de”"),
        ("people.toml", '"Renaud"', '"Lunete"', "people.toml: two tables have the first_name “Lunete”"),
        ("programme.toml", "phase = 0", "phase = 2", "[[series]] no. 1 (midi): phase: 2 is not from 0 to 1"),
        ("programme.toml", '"12-25"', '"25-12"', "holidays: “25-12” is not a month and a day, such as 12-25"),
        (
            "programme.toml",
            'weekday = "friday"',
            'weekday = "vendredi"',
            "weekday: “vendredi” is none of monday, tuesday",
        ),
        (
            "programme.toml",
            'room = "la-grange"',
            'room = "grange"',
            "room: there is no room “grange”; is it “la-grange”?",
        ),
        ("spaces.toml", 'closes = "18:00"', 'closes = "08:00"', "[[hours]] no. 1: closes: 08:00 is not after 08:30"),
        ("spaces.toml", 'picture = "house"', 'picture = "hose"', "there is no picture “hose”; is it “house”?"),
        ("spaces.toml", 'scene = "panorama-meeting"', 'scene = "house"', "scene: there is no scene “house”"),
        (
            "bookings.toml",
            'person = "Renaud"',
            'person = "Renard"',
            "[[stay]] no. 3: person: there is no person “Renard”",
        ),
        ("bookings.toml", 'end = "17:00"', 'end = "07:00"', "[[stay]] no. 1: end: 07:00 is not after 09:00"),
        ("stories.toml", 'series = "midi"', 'series = "minuit"', "[talks]: series: there is no series “minuit”"),
        ("rooms.toml", '"screen"', '"scren"', "[room]: features no. 3: there is no feature “scren”; is it “screen”?"),
        (
            "project.toml",
            'side = "WA"',
            'side = "BE"',
            "[[partner]] no. 1 (Partenaire wallon (exemple)): side: “BE” is none",
        ),
        ("people.toml", 'headline = "', f'headline = "{"x" * 300}', "headline: Ensure this value has at most"),
        (
            "rooms.toml",
            "seats = ",
            "seats = 40000 # ",
            "[room]: seats: Ensure this value is less than or equal to 32767.",
        ),
        ("rooms.toml", '"salle-exemple"', '"salle exemple"', "[room]: slug: “salle exemple” must be letters without"),
        ("project.toml", "total_budget = ", "total_budget = nan # ", "[project]: total_budget: must be a number"),
        ("words.toml", 'mark.nl = "(voorbeeld)"\n', "", "words.toml: mark: the text in the language “nl” is missing"),
    ],
)
def test_a_mistake_is_told_with_file_table_and_key(correct, name, before, after, said):
    correct(name, before, after)
    with pytest.raises(DataFileError, match=re.escape(said)):
        for reader in readers(files):
            reader()


@pytest.mark.long
@pytest.mark.django_db
def test_command_tells_the_mistake_and_loads_nothing(correct):
    call_command("load_network", verbosity=0)
    correct("bookings.toml", "days = 12", 'days = "12"')
    with pytest.raises(CommandError, match=r"bookings.toml: \[pass_for_all\]: days: must be a whole number"):
        call_command("load_demo")
    assert not User.objects.exists()
