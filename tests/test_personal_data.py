"""Every column in which words can stand has a line in the table of personal data, and every line has its columns."""

from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from hacktiv.common.personal_data import Fate, documented, stored_columns, table, translated_name
from hacktiv.erasures.models import Erasable

PAGE = Path(__file__).resolve().parent.parent / "docs" / "privacy.md"
WORDS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.FileField,
    models.BinaryField,
    models.GenericIPAddressField,
    ArrayField,
)


def columns_of_words():
    """Return (model, column) of every column that can hold words, in our own tables and those of the libraries."""
    return {
        (model._meta.label, translated_name(field))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if isinstance(field, WORDS) and not field.choices
    }


def lines_by_column():
    return {(line.model, column): line for line in table() for column in line.columns}


def test_every_column_of_words_has_a_line():
    """Give a new column a line in `personal_data.py` of its app."""
    assert columns_of_words() - set(lines_by_column()) == set()


@pytest.mark.parametrize("line", list(table()), ids=lambda line: f"{line.model}-{line.columns[0]}-{line.fate.name}")
def test_every_line_names_columns_that_exist_and_says_enough(line):
    model = apps.get_model(line.model)
    for column in line.columns:
        for name in stored_columns(model, column):
            assert model._meta.get_field(name).concrete
    is_found = line.fate in {Fate.DELETED, Fate.EMPTIED}
    assert bool(line.found) or not is_found
    assert not (line.found and line.fate in {Fate.BY_HAND, Fate.NOTHING})
    assert line.exported or line.why, "What is not exported, kept or not searched needs a reason."


#: The foreign key by which a table's rows are reached from one that bears a key, or why its rows need none.
REACHED_BY = {
    "events.Answer": "registration",
    "events.EventOutcome": "registration",
    "events.Ride": "registration",
    "events.RideSeat": "registration",
    "events.RideWish": "registration",
    "spaces.Handover": "booking",
    "account.EmailAddress": "user",  # one that was never confirmed was written to: that mail bears a key
}
NEEDS_NO_KEY = {
    "sessions.Session": "over after two weeks, whatever is restored",
    "site.SentForm": "deleted after a day, whatever is restored",
    "admin.LogEntry": "speaks of rows that bear keys",
}


@pytest.mark.parametrize(
    "model", sorted({line.model for line in table() if line.found and "address" in line.found.words})
)
def test_what_is_found_by_an_address_is_erased_again_after_a_restore(model):
    """Make a new model that bears an address `Erasable`: its rows may be all that is known of somebody."""
    rows = apps.get_model(model)
    if model in REACHED_BY:
        rows = rows._meta.get_field(REACHED_BY[model]).related_model
    if model not in NEEDS_NO_KEY:
        assert issubclass(rows, Erasable)
        assert rows._meta.get_field(rows.address_column).concrete
        own = [line for line in table() if line.model == rows._meta.label and line.found and line.exported]
        assert own, "The rows of which the export tells are the ones whose keys are noted."


def test_a_column_has_one_line_for_each_way_of_finding_its_rows():
    found = Counter((line.model, column, line.found) for line in table() for column in line.columns)
    assert [one for one, count in found.items() if count > 1] == []


def test_the_page_for_those_who_run_the_platform_shows_the_table():
    """Run `python docs/tools/personal_data_table.py`."""
    assert f"\n{documented()}\n" in PAGE.read_text()
