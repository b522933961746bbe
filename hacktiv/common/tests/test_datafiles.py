"""A data file that is wrong is refused with a sentence that names file, table and key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import pytest

from hacktiv.common.bounds import Bounds
from hacktiv.common.datafiles import LEFT_OUT, DataFileError, OneOf, Slug, Text, read, refuse_doubles


class Colour(StrEnum):
    MOSS = "moss"
    EMBER = "ember"


@dataclass(frozen=True, kw_only=True)
class Room:
    slug: str
    seats: int = 1
    is_quiet: bool = False


@dataclass(frozen=True, kw_only=True)
class House:
    slug: Slug
    opened: date
    opens: time = time(9)
    price: Decimal | None = LEFT_OUT
    colour: Colour = Colour.MOSS
    people: Bounds = LEFT_OUT
    near: tuple[Annotated[str, OneOf("house")], ...] = ()
    name: Text = LEFT_OUT
    room: tuple[Room, ...] = ()

    def __post_init__(self):
        refuse_doubles(self.room, "slug")
        if self.opened.year < 2000:
            raise ValueError(f"opened: {self.opened} is too long ago")


@dataclass(frozen=True, kw_only=True)
class HouseFile:
    house: tuple[House, ...]


HEAD = 'languages = ["fr", "nl"]\n[[house]]\nslug = "mill"\nopened = 2020-03-04\n'


@pytest.fixture
def read_text(tmp_path):
    """Read a text as the file houses.toml."""

    def as_file(text):
        path = tmp_path / "houses.toml"
        path.write_text(text, encoding="utf-8")
        return read(path, HouseFile, {"house": ["mill", "barn"]}).house

    return as_file


def test_every_kind_of_value_is_read(read_text):
    (house,) = read_text(
        HEAD
        + 'opens = "12:15"\nprice = 12.50\ncolour = "ember"\npeople = { at_least = 15, at_most = 28 }\n'
        + 'near = ["barn"]\n'
        + 'name.fr = "Le moulin"\nname.nl = "De molen"\n[[house.room]]\nslug = "attic"\nseats = 3\nis_quiet = true\n'
    )
    assert house == House(
        slug="mill",
        opened=date(2020, 3, 4),
        opens=time(12, 15),
        price=Decimal("12.50"),
        colour=Colour.EMBER,
        people=Bounds(15, 28),
        near=("barn",),
        name=Text(fr="Le moulin", nl="De molen"),
        room=(Room(slug="attic", seats=3, is_quiet=True),),
    )
    assert house.name.columns("name") == {"name_fr": "Le moulin", "name_nl": "De molen"}


def test_a_key_left_out_is_no_value_and_none_is_one(read_text):
    (house,) = read_text(HEAD)
    assert (house.price, house.people, house.name) == (LEFT_OUT, LEFT_OUT, LEFT_OUT)
    (house,) = read_text(HEAD + 'price = "none"\npeople = 13\n')
    assert (house.price, house.people) == (None, Bounds(13, 13))


def test_a_text_given_once_reads_the_same_in_each_language(read_text):
    (house,) = read_text(HEAD + 'name = "Les Serres"\n')
    assert house.name == {"fr": "Les Serres", "nl": "Les Serres"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('opend = "x"', "[[house]] no. 1 (mill): unknown key “opend”; is it “opened”?"),
        ('zzz = "x"', "[[house]] no. 1 (mill): unknown key “zzz”; there are: colour, name, near"),
        ('name.fr = "Le moulin"', "[[house]] no. 1 (mill): name: the text in the language “nl” is missing"),
        ('name.de = "Mühle"', "[[house]] no. 1 (mill): name: unknown language “de”; the file names fr, nl"),
        ("name.fr = 3\nname.nl = 4", "[[house]] no. 1 (mill): name.fr: must be a text"),
        ("name = 3", "[[house]] no. 1 (mill): name: must be a text in each language"),
        ("opened = 2020-02-30", "[[house]]: opened: "),
        ("opened = 2020-03-04", "[[house]]: opened: "),
        ('opens = "25:00"', "[[house]] no. 1 (mill): opens: must be a time of day"),
        ('price = "much"', "[[house]] no. 1 (mill): price: must be a number"),
        ('colour = "pink"', "[[house]] no. 1 (mill): colour: “pink” is none of moss, ember"),
        ("people = { about = 3 }", "[[house]] no. 1 (mill): people: unknown key “about”; there are: at_least, at_most"),
        ("people = { at_least = 9, at_most = 3 }", "[[house]] no. 1 (mill): people: no count lies between 9 and 3"),
        ("people = -1", "[[house]] no. 1 (mill): people: no count lies between -1 and -1"),
        ('near = ["barn", "mil"]', "[[house]] no. 1 (mill): near no. 2: there is no house “mil”; is it “mill”?"),
        ('near = "barn"', "[[house]] no. 1 (mill): near: must be a list"),
        ("room = 3", "[[house]] no. 1 (mill): room: must be tables under [[room]]"),
        ("[[house.room]]", "[[house]] no. 1 (mill), [[room]] no. 1: the key “slug” is missing"),
        (
            '[[house.room]]\nslug = "a"\nseats = "3"',
            "[[house]] no. 1 (mill), [[room]] no. 1 (a): seats: must be a whole",
        ),
        ('[[house.room]]\nslug = "a"\nseats = true', "[[room]] no. 1 (a): seats: must be a whole number"),
        ('[[house.room]]\nslug = "a"\nis_quiet = 1', "[[room]] no. 1 (a): is_quiet: must be true or false"),
        ('[[house.room]]\nslug = "a"\n[[house.room]]\nslug = "a"', "(mill): two tables have the slug “a”"),
        ('[[house]]\nslug = "barn"\nopened = "2020-03-04"', "[[house]] no. 2 (barn): opened: must be a date"),
        ('[[house]]\nslug = "barn"\nopened = 1820-03-04', "[[house]] no. 2 (barn): opened: 1820-03-04 is too long ago"),
        ('[[house]]\nslug = "barn', "[[house]]: slug: "),
        ('[[house]]\nslug = "the barn/x"', "[[house]] no. 2 (the barn/x): slug: “the barn/x” must be letters"),
        ('[[house]]\nslug = ""', "[[house]] no. 2: slug: “” must be letters"),
        ('[[house]]\nslug = "café"', "[[house]] no. 2 (café): slug: “café” must be letters"),
        ('name = "Le\\u0000moulin"', "[[house]] no. 1 (mill): name: the character \\u0000 cannot stand in a text"),
        ("price = nan", "[[house]] no. 1 (mill): price: must be a number"),
        ("price = inf", "[[house]] no. 1 (mill): price: must be a number"),
        ('[[house]]\nslug = "barn"\nopened = 9999-12-31', "[[house]] no. 2 (barn): opened: 9999-12-31 must lie in the"),
        ('[[house.room]]\nslug = "a"\nseats = 99999999999', "[[room]] no. 1 (a): seats: 99999999999 is too large"),
    ],
)
def test_a_mistake_is_told_with_file_table_and_key(read_text, line, said):
    with pytest.raises(DataFileError, match=re.escape(said)) as refusal:
        read_text(HEAD + line + "\n")
    assert "houses.toml: " in str(refusal.value)


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path):
    path = tmp_path / "houses.toml"
    path.write_bytes((HEAD + 'name.fr = "Le blé"\n').encode("cp1252"))
    with pytest.raises(DataFileError, match=r"houses.toml: \[\[house\]\]: name.fr: line 5 is not in UTF-8"):
        read(path, HouseFile)


def test_the_mark_of_some_editors_at_the_head_of_a_file_is_accepted(tmp_path):
    path = tmp_path / "houses.toml"
    path.write_bytes(HEAD.replace("\n", "\r\n").encode("utf-8-sig"))
    assert [house.slug for house in read(path, HouseFile).house] == ["mill"]


def test_a_language_that_the_platform_does_not_speak_is_refused(read_text):
    with pytest.raises(DataFileError, match=r"houses.toml: languages: the platform does not speak “de”"):
        read_text(HEAD.replace('"nl"', '"de"'))


def test_a_text_in_a_file_that_names_no_language_is_refused(read_text):
    with pytest.raises(DataFileError, match="the head of the file must name the languages of its texts"):
        read_text(HEAD.replace('languages = ["fr", "nl"]\n', "") + 'name = "Les Serres"\n')


def test_a_language_may_be_added_to_a_file_before_the_others(read_text, settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("de", "Deutsch")]
    assert read_text(HEAD + 'name = "Mill"\n')[0].name == {"fr": "Mill", "nl": "Mill"}
    assert read_text(HEAD.replace('"nl"', '"de"') + 'name = "Mill"\n')[0].name == {"fr": "Mill", "de": "Mill"}
