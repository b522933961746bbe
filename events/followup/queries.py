"""The questions of an event's survey, and its results for each question, never for one person."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import SystemRandom
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum

from hacktiv.common.datafiles import LEFT_OUT, Text, read
from hacktiv.common.languages import columns

from ..enums import SurveyKind
from ..models import Event, EventOutcome, EventType, Registration, SurveyAnswer, SurveyQuestion, SurveyTaken
from .rules import shows_results

#: The questions when neither the event nor its type has any.
USUAL_SURVEY = Path(__file__).parent / "data" / "usual-survey.toml"
_random = SystemRandom()


@dataclass(frozen=True, kw_only=True)
class UsualQuestion:
    """A question in the file of the usual survey, in all languages."""

    kind: SurveyKind
    text: Text
    choices: Text = LEFT_OUT


@dataclass(frozen=True, kw_only=True)
class UsualSurvey:
    """The form of the file."""

    question: tuple[UsualQuestion, ...]


def own_questions(event: Event) -> list[SurveyQuestion]:
    """Return the saved questions of the event itself."""
    return list(SurveyQuestion.objects.filter(event=event))


def questions_of(event: Event) -> list[SurveyQuestion]:
    """Return the event's own questions, else unsaved copies of those of its type."""
    return own_questions(event) or questions_of_type(event.type)


def questions_of_type(event_type: EventType) -> list[SurveyQuestion]:
    """Return unsaved copies of the type's questions, else of the usual ones."""
    return [_copy(question) for question in SurveyQuestion.objects.filter(type=event_type)] or usual_survey()


def usual_survey() -> list[SurveyQuestion]:
    """Return the network's usual questions, not saved. Raises DataFileError if their file is wrong."""
    return [
        SurveyQuestion(
            order=number,
            kind=question.kind,
            **question.text.columns("text"),
            **(question.choices.columns("choices") if question.choices is not LEFT_OUT else {}),
        )
        for number, question in enumerate(_usual_questions(), start=1)
    ]


@cache
def _usual_questions() -> tuple[UsualQuestion, ...]:
    return read(USUAL_SURVEY, UsualSurvey).question


def _copy(question: SurveyQuestion) -> SurveyQuestion:
    texts = {name: getattr(question, name) for name in columns("text", "choices")}
    return SurveyQuestion(order=question.order, kind=question.kind, **texts)


def asks_survey(registration: Registration) -> bool:
    """Return whether the person has not answered the survey yet."""
    return not SurveyTaken.objects.filter(
        event=registration.event_id, participant_number=registration.participant_number
    ).exists()


@dataclass
class Result:
    """The answers to one question: (answer, how often it was given) in `counts`, or `texts` in random order."""

    question: SurveyQuestion
    counts: list[tuple[str, int]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return sum(count for _words, count in self.counts) + len(self.texts)

    @property
    def average(self) -> float | None:
        """Return the average of a scale; None without answers and for other questions."""
        if self.question.kind != SurveyKind.SCALE or not self.answered:
            return None
        return sum(int(words) * count for words, count in self.counts) / self.answered


def results_of(event: Event) -> tuple[int, list[Result]]:
    """Return the number of people who answered, and a `Result` for each question.

    With fewer than `FEWEST_ANSWERS` people there are no results, and a question with fewer answers has an empty one,
    so that nobody can be recognised."""
    answered = SurveyTaken.objects.filter(event=event).count()
    if not shows_results(answered):
        return answered, []
    questions = own_questions(event)
    answers: dict[int, list[Any]] = {question.pk: [] for question in questions}
    for question, value, text in SurveyAnswer.objects.filter(question__in=questions).values_list(
        "question", "value", "text"
    ):
        answers[question].append(value if value is not None else text)
    return answered, [_result(question, answers[question.pk]) for question in questions]


def _result(question: SurveyQuestion, answers: list[Any]) -> Result:
    if not shows_results(len(answers)):
        return Result(question)
    if question.kind == SurveyKind.TEXT:
        return Result(question, texts=_random.sample(answers, len(answers)))
    return Result(question, counts=[(str(words), answers.count(value)) for value, words in question.options])


@dataclass(frozen=True)
class Satisfaction:
    """The answers to the first scale question of each survey, for the events of one type.

    `events` counts events, `answered` people; `average` is on the scale."""

    type: EventType
    events: int
    answered: int
    average: float


def satisfaction(events: QuerySet[Event, Any]) -> list[Satisfaction]:
    """Return a `Satisfaction` for each type among these events; two queries.

    Only events and questions with at least `FEWEST_ANSWERS` answers count. `events` selects primary keys."""
    taken = Counter(SurveyTaken.objects.filter(event__in=events).values_list("event", flat=True))
    first = SurveyQuestion.objects.filter(event=OuterRef("event"), kind=SurveyKind.SCALE).order_by("order")
    scales = (
        SurveyQuestion.objects.filter(event__in=[event for event, number in taken.items() if shows_results(number)])
        .filter(kind=SurveyKind.SCALE, pk=Subquery(first.values("pk")[:1]))
        .annotate(number=Count("answers"), total=Sum("answers__value"))
        .select_related("event__type")
    )
    rows: dict[EventType, list[tuple[int, int, int]]] = {}
    for scale in scales:
        if scale.event and shows_results(scale.number):
            rows.setdefault(scale.event.type, []).append((taken[scale.event.pk], scale.number, scale.total))
    return [
        Satisfaction(
            event_type,
            len(found),
            sum(answered for answered, _number, _total in found),
            sum(total for _answered, _number, total in found) / sum(number for _answered, number, _total in found),
        )
        for event_type, found in sorted(rows.items(), key=lambda row: (row[0].order, row[0].slug))
    ]


def outcomes_of(events: QuerySet[Event, Any]) -> list[tuple[str, int]]:
    """Return (kind, number) of the outcomes of these events, the most frequent first."""
    told = EventOutcome.objects.filter(registration__event__in=events)
    return list(told.order_by().values_list("kind").annotate(number=Count("pk")).order_by("-number", "kind"))
