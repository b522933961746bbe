"""Which questions an event asks, and what people said after it together: of each question, never of one person."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import SystemRandom

from django.db.models import Count, OuterRef, Subquery, Sum

from hacktiv.common.datafiles import LEFT_OUT, Text, read
from hacktiv.common.languages import columns

from ..enums import SurveyKind
from ..models import EventOutcome, EventType, SurveyAnswer, SurveyQuestion, SurveyTaken
from .rules import shows_results

#: The questions asked where neither the event nor its type has questions.
USUAL_SURVEY = Path(__file__).parent / "data" / "usual-survey.toml"
_random = SystemRandom()


@dataclass(frozen=True, kw_only=True)
class UsualQuestion:
    kind: SurveyKind
    text: Text
    choices: Text = LEFT_OUT


@dataclass(frozen=True, kw_only=True)
class UsualSurvey:
    question: tuple[UsualQuestion, ...]


def own_questions(event):
    return list(SurveyQuestion.objects.filter(event=event))


def questions_of(event):
    """The event's own questions, else those of its type, which are not the event's yet."""
    return own_questions(event) or questions_of_type(event.type)


def questions_of_type(event_type):
    """The type's questions, else the usual ones, none of them saved."""
    return [_copy(question) for question in SurveyQuestion.objects.filter(type=event_type)] or usual_survey()


def usual_survey():
    """Return the network's questions, not saved. Raises DataFileError where their file is wrong."""
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
def _usual_questions():
    return read(USUAL_SURVEY, UsualSurvey).question


def _copy(question):
    texts = {name: getattr(question, name) for name in columns("text", "choices")}
    return SurveyQuestion(order=question.order, kind=question.kind, **texts)


def asks_survey(registration):
    """Whether the person has not answered yet."""
    return not SurveyTaken.objects.filter(
        event=registration.event_id, participant_number=registration.participant_number
    ).exists()


@dataclass
class Result:
    """What was answered to one question: how often each answer was given, or the texts in no order."""

    question: SurveyQuestion
    counts: list = field(default_factory=list)
    texts: list = field(default_factory=list)

    @property
    def answered(self):
        return sum(count for _words, count in self.counts) + len(self.texts)

    @property
    def average(self):
        """Of a scale; None of other questions, and without answers."""
        if self.question.kind != SurveyKind.SCALE or not self.answered:
            return None
        return sum(int(words) * count for words, count in self.counts) / self.answered


def results_of(event):
    """(how many people answered, a Result for each question); without results where few answers would betray somebody.

    A question that fewer answered than that has none either."""
    answered = SurveyTaken.objects.filter(event=event).count()
    if not shows_results(answered):
        return answered, []
    questions = own_questions(event)
    answers = {question.pk: [] for question in questions}
    for question, value, text in SurveyAnswer.objects.filter(question__in=questions).values_list(
        "question", "value", "text"
    ):
        answers[question].append(value if value is not None else text)
    return answered, [_result(question, answers[question.pk]) for question in questions]


def _result(question, answers):
    if not shows_results(len(answers)):
        return Result(question)
    if question.kind == SurveyKind.TEXT:
        return Result(question, texts=_random.sample(answers, len(answers)))
    return Result(question, counts=[(str(words), answers.count(value)) for value, words in question.options])


@dataclass(frozen=True)
class Satisfaction:
    """What the surveys of the events of one type say in a half-year: of the first question that asks for a scale."""

    type: EventType
    events: int
    answered: int
    average: float


def satisfaction(events):
    """A `Satisfaction` for each type among these events: of those alone that enough people answered. Two queries.

    It says how content people were, not how many took part."""
    taken = Counter(SurveyTaken.objects.filter(event__in=events).values_list("event", flat=True))
    first = SurveyQuestion.objects.filter(event=OuterRef("event"), kind=SurveyKind.SCALE).order_by("order")
    scales = (
        SurveyQuestion.objects.filter(event__in=[event for event, number in taken.items() if shows_results(number)])
        .filter(kind=SurveyKind.SCALE, pk=Subquery(first.values("pk")[:1]))
        .annotate(number=Count("answers"), total=Sum("answers__value"))
        .select_related("event__type")
    )
    rows = {}
    for scale in scales:
        if shows_results(scale.number):
            rows.setdefault(scale.event.type, []).append((taken[scale.event_id], scale.number, scale.total))
    return [
        Satisfaction(
            event_type,
            len(found),
            sum(answered for answered, _number, _total in found),
            sum(total for _answered, _number, total in found) / sum(number for _answered, number, _total in found),
        )
        for event_type, found in sorted(rows.items(), key=lambda row: (row[0].order, row[0].slug))
    ]


def outcomes_of(events):
    """(kind, how many told it) of what came of these events, the most frequent first."""
    told = EventOutcome.objects.filter(registration__event__in=events)
    return list(told.order_by().values_list("kind").annotate(number=Count("pk")).order_by("-number", "kind"))
