"""Every column by which a row refers to a person says what merging two accounts does with it."""

import pytest
from django.apps import apps
from django.db import models

from events.models import Participation, Registration
from hacktiv.common.personal_data import Merging, all_ties, documented_ties, table
from members.models import User
from spaces.models import Membership, Visit
from tests.test_personal_data import PAGE

#: Rows of which two accounts may both have one, so that what hangs on them may have to change hands.
MAY_BE_DOUBLE = {User, Registration, Participation, Visit, Membership}


def columns_that_refer_to_people():
    """Return (model, column) of all links to accounts and to what may be double, of addresses and of numbers."""
    return {
        (model._meta.label, field.name)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if field.related_model in MAY_BE_DOUBLE
        or isinstance(field, models.EmailField)
        or field.name == "participant_number"
    }


def tied_columns():
    return [(tie.model, column) for tie in all_ties() for column in tie.columns]


def test_every_column_that_refers_to_a_person_has_a_tie():
    """Give a new column a tie in `personal_data.py` of its app, and let `hacktiv.merging` do what it says."""
    assert columns_that_refer_to_people() - set(tied_columns()) == set()


def test_no_column_has_two_ties():
    assert len(tied_columns()) == len(set(tied_columns()))


def test_every_table_with_rows_of_a_person_has_a_tie():
    """Ask of a merging to treat all that export and erasure find, but what is found by words alone."""
    by_words = {"site.SentForm", "sessions.Session"}
    of_person = {line.model for line in table() if line.found and line.model not in by_words}
    assert of_person - {tie.model for tie in all_ties()} == set()


@pytest.mark.parametrize("tie", list(all_ties()), ids=lambda tie: f"{tie.model}-{tie.columns[0]}")
def test_every_tie_names_columns_that_exist_and_says_why_it_is_not_told(tie):
    assert [field.name for field in tie.fields] == list(tie.columns)
    assert tie.exported or tie.why
    if tie.merging is not Merging.MOVED:
        assert tie.why


def test_the_page_for_those_who_run_the_platform_shows_the_ties():
    """Run `python docs/tools/personal_data_table.py`."""
    assert f"\n{documented_ties()}\n" in PAGE.read_text()
