"""What those who came to the latest examples said afterwards."""

from random import Random

from events.enums import OutcomeKind, SurveyKind
from events.followup.operations import answer_survey, tell_outcome
from events.followup.queries import questions_of
from events.followup.rules import has_taken_part

LATEST = 6
WISHES = [
    "Un peu plus de temps pour parler entre nous (exemple).",
    "Le même sujet une fois en néerlandais (exemple).",
    "Prévoir le covoiturage depuis Charleville (exemple).",
]
OUTCOMES = [
    (OutcomeKind.COLLABORATION, "Nous préparons une offre à deux (exemple)."),
    (OutcomeKind.ORDER, "Une première commande de photos (exemple)."),
    (OutcomeKind.NOTHING, ""),
    (OutcomeKind.PROJECT, "Un atelier commun au printemps (exemple)."),
]


def load_afterwards(events):
    """The surveys of the latest new events that are over, and what came of them."""
    past = [event for event in events if event.participations.exists()]
    for event in sorted(past, key=lambda event: event.starts_at)[-LATEST:]:
        chance = Random(f"{event.slug} afterwards")  # noqa: S311 - what an example says is no secret
        people = event.registrations.filter(participation__isnull=False).select_related("user", "event")
        present = [registration for registration in people.order_by("pk") if has_taken_part(registration)]
        for number, registration in enumerate(present):
            if number % 4 != 3:
                questions = questions_of(event)
                answers = {question.order: _answer(question, chance) for question in questions}
                answer_survey(registration=registration, questions=questions, answers=answers)
        for registration in present[:: len(OUTCOMES)]:
            kind, text = chance.choice(OUTCOMES)
            tell_outcome(registration=registration, kind=kind, text=text, may_be_told=kind == OutcomeKind.COLLABORATION)


def _answer(question, chance):
    if question.kind == SurveyKind.TEXT:
        return chance.choice([*WISHES, "", ""])
    values = [value for value, _words in question.options]
    return chance.choice([*values, *values[-2:], values[-1]] if question.kind == SurveyKind.SCALE else values)
