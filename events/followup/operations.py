"""What people say once an event is over: of the event without their name, and with it what came of it."""

import uuid
from random import SystemRandom

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ..core.operations import locked, refuse
from ..enums import OutcomeKind, SurveyKind
from ..errors import EventError
from ..models import EventOutcome, EventType, Registration, SurveyAnswer, SurveyQuestion, SurveyTaken
from .queries import own_questions, questions_of
from .rules import is_erased, refusal_of_aftermath

_random = SystemRandom()


@transaction.atomic
def answer_survey(*, registration, questions, answers):
    """Keep a person's answers, {number of a question: value or text}, and, apart from them, that he has answered.

    `questions` are those that were answered. With each answer all rows of the event are written anew, in a random
    order and in this one transaction, so that neither their place nor PostgreSQL's own marks join two of them.
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
    if [_essence(question) for question in asked] != [_essence(question) for question in questions]:
        raise EventError("changed", _("The questions have just been changed: please answer once more."))
    new = [_answer(question, answers[question.order]) for question in asked if question.order in answers]
    _write_anew(SurveyAnswer, SurveyAnswer.objects.filter(question__in=asked), new)
    taken = SurveyTaken(event=event, participant_number=number)
    _write_anew(SurveyTaken, SurveyTaken.objects.filter(event=event), [taken])


@transaction.atomic
def set_survey(*, event, questions, by):
    """Give the event its own questions (unsaved rows), or with none those of its type. Raises EventError `answered`."""
    event = locked(event)
    if SurveyTaken.objects.filter(event=event).exists():
        raise EventError("answered", _("Somebody has answered: the questions stay as they are."))
    SurveyQuestion.objects.filter(event=event).delete()
    for order, question in enumerate(questions, start=1):
        question.event, question.order = event, order
        question.save()


@transaction.atomic
def set_survey_of_type(*, event_type, questions):
    """Give the events of a type that have no questions of their own these (unsaved rows), or with none the usual."""
    event_type = EventType.objects.select_for_update().get(pk=event_type.pk)
    SurveyQuestion.objects.filter(type=event_type).delete()
    for order, question in enumerate(questions, start=1):
        question.type, question.order = event_type, order
        question.save()


@transaction.atomic
def tell_outcome(*, registration, kind, text="", partner=None, may_be_told=False):
    """Keep what a person says came of an event; said again, it replaces what was said before.

    Raises EventError: `oneself`, `erased`, and those of `refusal_of_aftermath`."""
    locked(registration.event)
    registration = _taking_part(registration)
    if partner and partner == registration.user:
        raise EventError("oneself", _("Name the other person."))
    told = {"kind": kind, "text": text.strip(), "partner": partner, "may_be_told": may_be_told}
    if kind == OutcomeKind.NOTHING:
        told |= {"partner": None, "may_be_told": False}
    return EventOutcome.objects.update_or_create(registration=registration, defaults=told)[0]


def forget_outcomes(*, registrations):
    """Erase the words and names of what the people of these registrations told: the kind still counts."""
    EventOutcome.objects.filter(registration__in=registrations).update(text="", partner=None, may_be_told=False)


def _taking_part(registration):
    """The registration as it is now, its row locked: nobody is erased while he says something."""
    found = Registration.objects.select_related("event", "user").select_for_update(of=("self",), no_key=True)
    registration = found.get(pk=registration.pk)
    if is_erased(registration):
        raise EventError("erased", _("The data of this registration have been erased."))
    refuse(refusal_of_aftermath(registration))
    return registration


def _fixed_questions(event):
    """The event's own questions: from the first answer on those of its type are its own."""
    own = own_questions(event)
    if own:
        return own
    questions = questions_of(event)
    for question in questions:
        question.event = event
        question.save()
    return questions


def _essence(question):
    return question.order, question.kind, question.text, question.choices


def _answer(question, answer):
    if question.kind == SurveyKind.TEXT:
        return SurveyAnswer(question=question, text=answer)
    return SurveyAnswer(question=question, value=answer)


def _write_anew(model, rows, new):
    """Replace the rows by themselves and the new ones, under new keys and in a random order."""
    everything = [*rows, *new]
    rows.delete()
    _random.shuffle(everything)
    for row in everything:
        row.pk = uuid.uuid4()
    model.objects.bulk_create(everything)
