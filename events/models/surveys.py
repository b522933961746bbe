"""The survey after an event. Two tables with no link between them: the people who answered, and the answers."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..enums import MOST_QUESTIONS_OF_SURVEY, SurveyKind
from .events import Event, EventType

#: The ends of a scale, both included.
LOWEST, HIGHEST = 1, 5


class SurveyQuestion(models.Model):
    """A question of one event, or of all events of a type that have no questions of their own."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, null=True, blank=True, related_name="survey_questions", verbose_name=_("event")
    )
    type = models.ForeignKey(
        EventType,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="survey_questions",
        verbose_name=_("type"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    kind = models.CharField(_("kind"), max_length=10, choices=SurveyKind, default=SurveyKind.SCALE)
    text = models.CharField(_("question"), max_length=160)
    choices = models.TextField(
        _("answers to choose from"), max_length=500, blank=True, help_text=_("Of a choice: one on each line.")
    )

    class Meta:
        verbose_name = _("question of a survey")
        verbose_name_plural = _("questions of surveys")
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(event=None, type__isnull=False) | Q(event__isnull=False, type=None),
                name="events_surveyquestion_of_event_or_type",
                violation_error_message=_("A question is an event's or a type's."),
            ),
            models.CheckConstraint(
                condition=Q(order__range=(1, MOST_QUESTIONS_OF_SURVEY)),
                name="events_surveyquestion_five_at_most",
                violation_error_message=_("A survey has five questions at most, numbered from 1 to 5."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=SurveyKind.CHOICE) | Q(choices__gt=""),
                name="events_surveyquestion_has_choices",
                violation_error_message=_("A choice has answers to choose from."),
            ),
            models.UniqueConstraint(
                fields=["event", "order"],
                name="events_surveyquestion_once_of_event",
                violation_error_message=_("Two questions have the same number."),
            ),
            models.UniqueConstraint(
                fields=["type", "order"],
                name="events_surveyquestion_once_of_type",
                violation_error_message=_("Two questions have the same number."),
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def options(self):
        """Return (value, words) of each answer to choose from; an empty list for a free text."""
        if self.kind == SurveyKind.TEXT:
            return []
        if self.kind == SurveyKind.SCALE:
            return [(value, str(value)) for value in range(LOWEST, HIGHEST + 1)]
        if self.kind == SurveyKind.YES_NO:
            return [(1, _("Yes")), (0, _("No"))]
        return list(enumerate(line.strip() for line in self.choices.splitlines() if line.strip()))


class SurveyTaken(models.Model):
    """A mark that a person has answered an event's survey, once. It holds neither the answers nor a time."""

    id = models.UUIDField(_("random key"), primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="surveys_taken", verbose_name=_("event"))
    participant_number = models.UUIDField(_("participant number"))

    class Meta:
        verbose_name = _("answered survey")
        verbose_name_plural = _("answered surveys")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "participant_number"],
                name="events_surveytaken_once",
                violation_error_message=_("You have answered already. Thank you!"),
            )
        ]

    def __str__(self):
        return str(self.id)


class SurveyAnswer(models.Model):
    """An answer to one question: a value, or words. No person, no time, no link to the same person's other answers."""

    id = models.UUIDField(_("random key"), primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(
        SurveyQuestion, on_delete=models.CASCADE, related_name="answers", verbose_name=_("question")
    )
    value = models.PositiveSmallIntegerField(_("value"), null=True, blank=True)
    text = models.TextField(_("in one's own words"), blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(value=None, text__gt="") | Q(value__isnull=False, text=""),
                name="events_surveyanswer_value_or_text",
                violation_error_message=_("An answer is a value or a text."),
            )
        ]

    def __str__(self):
        return self.text or str(self.value)
