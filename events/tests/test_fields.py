"""Each field of an event stands in one list of each question that is asked of it."""

from collections import Counter

import pytest

from events import fields
from events.models import Event, EventType, Question
from events.programme.operations.edits import Whereabouts
from events.registering.operations.answers import COPIED_OF_QUESTION, NOT_COPIED_OF_QUESTION

QUESTIONS = {
    "a copy": [fields.COPIED, fields.COPIED_RELATIONS, fields.OF_THE_COPY, fields.NOT_COPIED],
    "a series": [*fields.CARRIED.values(), fields.NOT_CARRIED],
    "telling people": [fields.TOLD_ON_CHANGE, fields.NOT_TOLD],
}


def names_of(model):
    """The plain names of a model's own fields, and of the relations to it within its app."""
    return {
        field.name
        for field in model._meta.get_fields()
        if not hasattr(field, "translated_field")
        and (not field.auto_created or field.name == "id" or field.related_model._meta.app_label == "events")
    }


def misfiled(names, lists):
    """Return names in none of the lists or in two, and names in a list that the model no longer has."""
    filed = Counter(name for each in lists for name in each)
    return {name for name in names | set(filed) if filed[name] != 1 or name not in names}


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_field_of_an_event_stands_in_one_list(question):
    assert misfiled(names_of(Event), QUESTIONS[question]) == set()


def test_a_field_in_no_list_or_in_two_is_found():
    lists = QUESTIONS["a copy"]
    assert misfiled(names_of(Event) | {"unfiled"}, lists) == {"unfiled"}
    assert misfiled(names_of(Event), [*lists, ("title",)]) == {"title"}
    assert misfiled(names_of(Event), [*lists, ("gone",)]) == {"gone"}


def test_a_template_has_every_field_that_type_and_event_share():
    own = {"id", "slug", "own_messages", "message_rules", "questions", "survey_questions"}
    assert (names_of(EventType) & names_of(Event)) - own == set(fields.FROM_TYPE)


def test_translated_fields_are_those_of_the_event():
    translated = {
        field.translated_field.name for field in Event._meta.get_fields() if hasattr(field, "translated_field")
    }
    assert translated == set(fields.TRANSLATED)


def test_each_field_of_a_question_is_copied_or_not():
    columns = {field.name for field in Question._meta.concrete_fields} - {"text", "purpose", "options"}
    assert misfiled(columns, [COPIED_OF_QUESTION, NOT_COPIED_OF_QUESTION]) == set()


def test_a_change_of_whereabouts_is_told():
    assert set(fields.TOLD_ON_CHANGE) - set(Whereabouts._fields) == {"starts_at", "ends_at", "mode", "state"}
    assert set(Whereabouts._fields) <= set(fields.TOLD_ON_CHANGE)
