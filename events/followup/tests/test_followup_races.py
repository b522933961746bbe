"""Answers that arrive at the same moment."""

import pytest

from events.followup.operations import answer_survey
from events.followup.queries import questions_of
from events.models import SurveyAnswer, SurveyTaken
from events.registering.tests.test_races import at_once
from events.tests.factories import PastEventFactory

from .test_followup import attended

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_tabs_and_other_people_answer_at_once():
    event = PastEventFactory()
    people = [attended(event) for _ in range(4)]
    questions = questions_of(event)

    def answering(person, value):
        return lambda: answer_survey(registration=person, questions=questions, answers={1: value})

    answers = [answering(person, value) for value, person in enumerate(people, start=1)]
    outcomes = at_once(*answers, answering(people[0], 1), answering(people[0], 1))
    assert sorted(outcomes, key=str) == [None, None, None, None, "answered", "answered"]
    assert SurveyTaken.objects.count() == 4
    assert sorted(SurveyAnswer.objects.values_list("value", flat=True)) == [1, 2, 3, 4]
    assert event.survey_questions.count() == 5
