"""Keep the answers to an event's survey, without names, and the outcomes that people tell, with their names."""

import uuid
from collections.abc import Iterable, Mapping
from random import SystemRandom
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from members.models import User

from ..core.operations import locked, refuse
from ..enums import OutcomeKind, SurveyKind
from ..errors import EventError
from ..models import Event, EventOutcome, EventType, Registration, SurveyAnswer, SurveyQuestion, SurveyTaken
from .queries import own_questions, questions_of
from .rules import is_erased, refusal_of_aftermath

_random = SystemRandom()


@transaction.atomic
def answer_survey(
    *, registration: Registration, questions: Iterable[SurveyQuestion], answers: Mapping[int, int | str | None]
) -> None:
    """Keep a person's answers, {number of a question: value or text}, and apart from them a mark that they answered.

    `questions` are those that the person saw. All rows of the event are written anew each time, in random order and in
    one transaction, so that neither their order nor PostgreSQL's own marks link an answer to a person.
    Raises EventError: `answered`, `changed`, `nothing`, and those of `refusal_of_aftermath`."""
    event = locked(registration.event)
    registration = _taking_part(registration)
    number = registration.participant_number
    if SurveyTaken.objects.filter(event=event, participant_number=number).exists():
        raise EventError("answered", _("You have answered already. Thank you!"))
    answers = {order: answer for order, answer in answers.items() if answer not in {None, ""}}
    if not answers:
        raise EventError("nothing", _("Answer at least one question."))
    asked = _fixed_questions(event)
    if [_contents(question) for question in asked] != [_contents(question) for question in questions]:
        raise EventError("changed", _("The questions have just been changed: please answer once more."))
    new = [_answer(question, answers[question.order]) for question in asked if question.order in answers]
    _write_anew(SurveyAnswer, SurveyAnswer.objects.filter(question__in=asked), new)
    taken = SurveyTaken(event=event, participant_number=number)
    _write_anew(SurveyTaken, SurveyTaken.objects.filter(event=event), [taken])


@transaction.atomic
def set_survey(*, event: Event, questions: Iterable[SurveyQuestion], by: User) -> None:
    """Give the event its own questions (unsaved rows); without any, those of its type hold.

    Raises EventError `answered` once somebody has answered."""
    event = locked(event)
    if SurveyTaken.objects.filter(event=event).exists():
        raise EventError("answered", _("Somebody has answered: the questions stay as they are."))
    SurveyQuestion.objects.filter(event=event).delete()
    for order, question in enumerate(questions, start=1):
        question.event, question.order = event, order
        question.save()


@transaction.atomic
def set_survey_of_type(*, event_type: EventType, questions: Iterable[SurveyQuestion]) -> None:
    """Set the questions (unsaved rows) of a type's events that have none of their own; without any, the usual hold."""
    event_type = EventType.objects.select_for_update().get(pk=event_type.pk)
    SurveyQuestion.objects.filter(type=event_type).delete()
    for order, question in enumerate(questions, start=1):
        question.type, question.order = event_type, order
        question.save()


@transaction.atomic
def tell_outcome(
    *, registration: Registration, kind: str, text: str = "", partner: User | None = None, may_be_told: bool = False
) -> EventOutcome:
    """Keep the outcome of an event that a person tells; a second call replaces the first.

    Raises EventError: `oneself`, `erased`, and those of `refusal_of_aftermath`."""
    locked(registration.event)
    registration = _taking_part(registration)
    if partner and partner == registration.user:
        raise EventError("oneself", _("Name the other person."))
    told: dict[str, Any] = {"kind": kind, "text": text.strip(), "partner": partner, "may_be_told": may_be_told}
    if kind == OutcomeKind.NOTHING:
        told |= {"partner": None, "may_be_told": False}
    return EventOutcome.objects.update_or_create(registration=registration, defaults=told)[0]


def forget_outcomes(*, registrations: Iterable[int]) -> None:
    """Erase words and names in the outcomes of these registrations (keys); the kind stays and still counts."""
    EventOutcome.objects.filter(registration__in=registrations).update(text="", partner=None, may_be_told=False)


def _taking_part(registration: Registration) -> Registration:
    """Return the fresh registration, locked so that the person is not erased meanwhile.

    Raises EventError: `erased`, and those of `refusal_of_aftermath`."""
    found = Registration.objects.select_related("event", "user").select_for_update(of=("self",), no_key=True)
    registration = found.get(pk=registration.pk)
    if is_erased(registration):
        raise EventError("erased", _("The data of this registration have been erased."))
    refuse(refusal_of_aftermath(registration))
    return registration


def _fixed_questions(event: Event) -> list[SurveyQuestion]:
    """Return the event's own questions; at the first answer, save copies of the type's as its own."""
    own = own_questions(event)
    if own:
        return own
    questions = questions_of(event)
    for question in questions:
        question.event = event
        question.save()
    return questions


def _contents(question: SurveyQuestion) -> tuple[int, str, str, str]:
    return question.order, question.kind, question.text, question.choices


def _answer(question: SurveyQuestion, answer: Any) -> SurveyAnswer:
    if question.kind == SurveyKind.TEXT:
        return SurveyAnswer(question=question, text=answer)
    return SurveyAnswer(question=question, value=answer)


def _write_anew(model: type[Model], rows: QuerySet[Any], new: list[Any]) -> None:
    """Write the rows and the new ones again, with new keys and in random order."""
    everything = [*rows, *new]
    rows.delete()
    _random.shuffle(everything)
    for row in everything:
        row.pk = uuid.uuid4()
    model._default_manager.bulk_create(everything)
