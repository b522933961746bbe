"""Write the questions of an event and the answers of people.

Answers are erased when their time is over, with the registration and with the person. No count of them remains."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.languages import columns
from members.models import User

from ...core import rules
from ...core.operations import locked
from ...enums import MOST_QUESTIONS_OF_EVENT, EventState
from ...errors import EventError
from ...models import Answer, Event, EventType, Question, Registration

#: Columns of a question that say what it means. They stay as they are once somebody has answered.
MEANING = ("kind", *columns("text", "purpose", "options"))
#: Every column of a question stands in one of these two, for the copies of questions.
COPIED_OF_QUESTION = (*MEANING, "is_required", "erased_after", "order")
NOT_COPIED_OF_QUESTION = ("id", "event", "type")


@dataclass(frozen=True)
class Given:
    """One answer: the keys of the options chosen, and a text."""

    chosen: list[str] = field(default_factory=list)
    text: str = ""


@dataclass(frozen=True)
class Answers:
    """All answers of a form, by the question's primary key. `consents`: the person agrees to those on health."""

    given: dict[int, Given] = field(default_factory=dict)
    consents: bool = False


def given_in(registration: Registration) -> dict[int, Given]:
    """Return the answers that are stored of a registration, by the question's primary key."""
    return {answer.question_id: Given(list(answer.chosen), answer.text) for answer in registration.answers.all()}


def write_answers(registration: Registration, answers: Answers | None, *, insists: bool = True) -> None:
    """Replace a registration's answers. The caller holds the event's lock.

    Raises EventError: `answer_missing` where a required answer is missing and the caller `insists`,
    `question_changed`, `consent`."""
    answers = answers or Answers()
    questions = list(registration.event.questions.all())
    if answers.given.keys() - {question.pk for question in questions}:
        raise EventError("question_changed", _("The questions have just changed. Look at them again."))
    if not questions:
        return
    before = {answer.question_id: answer for answer in registration.answers.all()}
    for question in questions:
        given = answers.given.get(question.pk)
        if given is None:
            if question.is_required and insists:
                raise EventError("answer_missing", _("This event asks something before you register."))
            continue
        _refuse(question, given, answers.consents)
        answer = before.pop(question.pk, None) or Answer(registration=registration, question=question)
        answer.chosen, answer.text, answer.answered_at = list(given.chosen), given.text, timezone.now()
        answer.consented_at = timezone.now() if question.is_sensitive else None
        answer.save()
    Answer.objects.filter(pk__in=[answer.pk for answer in before.values()]).delete()


def _refuse(question: Question, given: Given, consents: bool) -> None:
    """Raise EventError `question_changed` or `consent` where the answer does not fit the question."""
    if not set(given.chosen) <= {key for key, _words in question.choices} or (given.text and not question.takes_text):
        raise EventError("question_changed", _("The questions have just changed. Look at them again."))
    if question.is_sensitive and not consents:
        raise EventError("consent", _("Answers on health are kept with your consent only."))


@transaction.atomic
def change_answers(*, registration: Registration, answers: Answers) -> None:
    """Replace the answers until the event begins. Raises EventError: `past`, and those of `write_answers`."""
    event = locked(registration.event)
    registration.refresh_from_db()
    registration.event = event
    if not rules.can_answer(registration):
        raise EventError("past", _("Answers are taken until the event begins, of who is registered."))
    write_answers(registration, answers)


@transaction.atomic
def erase_answers(*, registration: Registration) -> None:
    """Erase all answers of a registration, at any time."""
    locked(registration.event)
    registration.answers.all().delete()


def erase_answers_due(*, now: datetime | None = None) -> int:
    """Erase the answers whose time is over and those of cancelled events. Return how many.

    Safe to run at any time, any number of times. The day is counted from the event's present end."""
    days = ExpressionWrapper(F("question__erased_after") * Value(timedelta(days=1)), output_field=DurationField())
    is_over = Q(registration__event__ends_at__lte=(now or timezone.now()) - days)
    answers = Answer.objects.filter(is_over | Q(registration__event__state=EventState.CANCELLED))
    return answers.delete()[0]


@transaction.atomic
def save_question(*, event: Event, question: Question, by: User) -> Question:
    """Add a question to an event, or change one. Once answered, a question keeps its meaning, and its answers are
    not kept for longer.

    Raises EventError: `closed`, `too_many`, `answered`."""
    event = locked(event)
    if event.state == EventState.CANCELLED or event.is_past:
        raise EventError("closed", _("The event is over: nothing is asked any more."))
    question.event = event
    before = event.questions.filter(pk=question.pk).first()
    if before is None:
        if event.questions.count() >= MOST_QUESTIONS_OF_EVENT:
            raise EventError("too_many", _("Ten questions are the most: people register in a minute."))
        question.order = (event.questions.order_by("-order").values_list("order", flat=True).first() or 0) + 1
    elif before.answers.exists() and (
        question.erased_after > before.erased_after
        or any((getattr(question, name) or "") != (getattr(before, name) or "") for name in MEANING)
    ):
        raise EventError(
            "answered",
            _(
                "People have answered: what is asked, what for and for how long at most stays as it is."
                " Remove the question and ask another."
            ),
        )
    question.save()
    return question


@transaction.atomic
def remove_question(*, question: Question, by: User) -> None:
    """Delete a question of an event and its answers."""
    locked(cast(Event, question.event))
    question.delete()


def copy_questions(source: EventType | Event, event: Event) -> None:
    """Copy the questions of a type or of another event to an event."""
    Question.objects.bulk_create(
        Question(event=event, **{name: getattr(question, name) for name in COPIED_OF_QUESTION})
        for question in source.questions.all()
    )


@transaction.atomic
def carry_questions(*, source: Event, event: Event) -> None:
    """Replace an event's questions by those of another event. Raises EventError `answered`."""
    event = locked(event)
    if Answer.objects.filter(question__event=event).exists():
        raise EventError("answered", _("People have answered its questions already: they stay as they are."))
    event.questions.all().delete()
    copy_questions(source, event)
