"""The questions of an event's survey, and its results for each question, never for one person."""

from collections import Counter
from dataclasses import dataclass, field
from random import SystemRandom
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum

from ..enums import SurveyKind
from ..models import Event, EventOutcome, EventType, Registration, SurveyAnswer, SurveyQuestion, SurveyTaken
from .rules import shows_results

#: The questions when neither the event nor its type has any: kind; question and choices in fr, nl, en.
USUAL_SURVEY = [
    (
        SurveyKind.SCALE,
        (
            "Êtes-vous satisfait·e de cet événement ?",
            "Bent u tevreden over dit evenement?",
            "Are you satisfied with this event?",
        ),
        ("", "", ""),
    ),
    (
        SurveyKind.CHOICE,
        (
            "Qu’est-ce qui vous a le plus apporté ?",
            "Wat heeft u het meest opgeleverd?",
            "What did you gain most from?",
        ),
        (
            "Le sujet\nLes personnes rencontrées\nLe lieu\nAutre chose",
            "Het onderwerp\nDe mensen die ik ontmoette\nDe plek\nIets anders",
            "The topic\nThe people I met\nThe place\nSomething else",
        ),
    ),
    (
        SurveyKind.YES_NO,
        (
            "Avez-vous rencontré quelqu’un de l’autre côté de la frontière ?",
            "Hebt u iemand van over de grens leren kennen?",
            "Did you meet somebody from across the border?",
        ),
        ("", "", ""),
    ),
    (
        SurveyKind.YES_NO,
        (
            "Reviendrez-vous à un événement de ce genre ?",
            "Komt u nog eens naar zo’n evenement?",
            "Will you come to such an event again?",
        ),
        ("", "", ""),
    ),
    (
        SurveyKind.TEXT,
        ("Que pouvons-nous améliorer ?", "Wat kan er beter?", "What should we do better?"),
        ("", "", ""),
    ),
]
#: The order of the texts in `USUAL_SURVEY`.
LANGUAGES = ("fr", "nl", "en")
_random = SystemRandom()


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
    """Return the network's usual questions, not saved."""
    return [
        SurveyQuestion(
            order=number,
            kind=kind,
            **{f"text_{code}": words for code, words in zip(LANGUAGES, texts, strict=True)},
            **{f"choices_{code}": words for code, words in zip(LANGUAGES, choices, strict=True)},
        )
        for number, (kind, texts, choices) in enumerate(USUAL_SURVEY, start=1)
    ]


def _copy(question: SurveyQuestion) -> SurveyQuestion:
    texts = [f"{name}_{code}" for name in ("text", "choices") for code in LANGUAGES]
    return SurveyQuestion(order=question.order, kind=question.kind, **{name: getattr(question, name) for name in texts})


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
