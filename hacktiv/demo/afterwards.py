"""Load what people say after the latest examples that they came to."""

from random import Random

from events.enums import OutcomeKind, SurveyKind
from events.followup.operations import answer_survey, tell_outcome
from events.followup.queries import questions_of
from events.followup.rules import has_taken_part

from . import files

#: How many of the new past events are told about.
LATEST = 6


def load_afterwards(events):
    """Answer the surveys of the latest new events that are over, and tell what came of them."""
    past = [event for event in events if event.participations.exists()]
    outcomes = files.stories().afterwards.outcome
    for event in sorted(past, key=lambda event: event.starts_at)[-LATEST:]:
        chance = Random(f"{event.slug} afterwards")  # noqa: S311 - what an example says is no secret
        people = event.registrations.filter(participation__isnull=False).select_related("user", "event")
        present = [registration for registration in people.order_by("pk") if has_taken_part(registration)]
        for number, registration in enumerate(present):
            # One in four does not answer.
            if number % 4 != 3:
                questions = questions_of(event)
                answers = {question.order: _answer(question, chance) for question in questions}
                answer_survey(registration=registration, questions=questions, answers=answers)
        for registration in present[:: len(outcomes)]:
            outcome = chance.choice(outcomes)
            tell_outcome(
                registration=registration,
                kind=outcome.kind,
                text=outcome.text,
                may_be_told=outcome.kind == OutcomeKind.COLLABORATION,
            )


def _answer(question, chance):
    """Return an answer: often no words, and of a scale mostly its upper end."""
    if question.kind == SurveyKind.TEXT:
        return chance.choice([*files.stories().afterwards.wishes, "", ""])
    values = [value for value, _words in question.options]
    return chance.choice([*values, *values[-2:], values[-1]] if question.kind == SurveyKind.SCALE else values)
