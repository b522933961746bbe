"""Questions to people who register: their purpose, when the answers are erased, and the answers."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hacktiv.common.languages import MAIN, column, columns, name_within_sentence

from ..enums import LONGEST_ANSWER_TO_EVENT, SENSITIVE_QUESTIONS, AccessNeed, Diet, QuestionKind, YesNo
from .events import Event, EventType
from .registrations import Registration

#: In days after the event, for each question: the longest time that answers are kept.
MOST_DAYS = 90
#: For each question.
MOST_OPTIONS = 20
#: In characters, for each option.
LONGEST_OPTION = 80
#: The kinds whose options the organiser writes.
OPEN_CHOICES = {QuestionKind.ONE, QuestionKind.SEVERAL}
#: The options of the other kinds.
FIXED_CHOICES = {QuestionKind.YES_NO: YesNo, QuestionKind.DIET: Diet, QuestionKind.ACCESS: AccessNeed}
#: Title and purpose of questions on health, when the organiser gives none.
USUAL_TITLES = {QuestionKind.DIET: _("Diet and allergies"), QuestionKind.ACCESS: _("What you need to take part")}
USUAL_PURPOSES = {QuestionKind.DIET: _("To order the meal"), QuestionKind.ACCESS: _("To welcome you well")}


class Question(models.Model):
    """A question of an event, or of a type's template. Diet and access needs are data on health: never required.

    An answer to a choice keeps the line number of the option, so the lines must not change after the first answer."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, null=True, blank=True, related_name="questions", verbose_name=_("event")
    )
    type = models.ForeignKey(
        EventType,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("event type"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=QuestionKind)
    text = models.CharField(
        _("question"), max_length=160, blank=True, help_text=_("Diet and access needs have words of their own.")
    )
    purpose = models.CharField(
        _("what for"), max_length=160, blank=True, help_text=_("Said beside the question: “To order the meal”.")
    )
    options = models.TextField(
        _("options"), max_length=1700, blank=True, help_text=_("Of a choice: one a line, in each language as many.")
    )
    is_required = models.BooleanField(_("an answer is required"), default=False)
    erased_after = models.PositiveSmallIntegerField(
        _("answers are erased so many days after the event"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(event=None, type__isnull=False) | Q(event__isnull=False, type=None),
                name="events_question_of_event_or_type",
                violation_error_message=_("A question is an event's or a type's."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=sorted(SENSITIVE_QUESTIONS), is_required=True),
                name="events_question_on_health_is_optional",
                violation_error_message=_("Nobody has to say anything about diet or access needs."),
            ),
            models.CheckConstraint(
                condition=Q(erased_after__gte=1, erased_after__lte=MOST_DAYS),
                name="events_question_answers_are_erased",
                violation_error_message=_("Answers are erased 1 to 90 days after the event."),
            ),
        ]

    def __str__(self):
        return str(self.title)

    def clean(self):
        if self.kind not in USUAL_TITLES:
            names = [column(name) for name in ("text", "purpose")]
            lacking = [name for name in names if not (getattr(self, name) or "").strip()]
            if lacking:
                words = _("Enter this in %(language)s.") % {"language": name_within_sentence(MAIN)}
                raise ValidationError(dict.fromkeys(lacking, words))
        self._clean_options()

    def _clean_options(self):
        main = lines(getattr(self, column("options"))) if self.kind in OPEN_CHOICES else []
        for name in columns("options"):
            own = lines(getattr(self, name)) if main else []
            setattr(self, name, "\n".join(own))
            if own and len(own) != len(main):
                words = _("Give as many options as in %(language)s, in the same order.")
                raise ValidationError({name: words % {"language": name_within_sentence(MAIN)}})
            if len(set(own)) != len(own) or any(len(option) > LONGEST_OPTION for option in own):
                raise ValidationError({name: _("Give different options, of 80 letters at most.")})
        if self.kind in OPEN_CHOICES and not 1 < len(main) <= MOST_OPTIONS:
            raise ValidationError({column("options"): _("Give 2 to 20 options, one a line.")})

    @property
    def title(self):
        return self.text or USUAL_TITLES.get(self.kind, "")

    @property
    def why(self):
        """Return « Pour commander le repas. Effacé 7 jours après l'événement. »"""
        purpose = str(self.purpose or USUAL_PURPOSES.get(self.kind, "")).strip().rstrip(".")
        return ngettext(
            "%(purpose)s. Erased %(days)d day after the event.",
            "%(purpose)s. Erased %(days)d days after the event.",
            self.erased_after,
        ) % {"purpose": purpose, "days": self.erased_after}

    @property
    def is_sensitive(self):
        return self.kind in SENSITIVE_QUESTIONS

    @property
    def choices(self):
        """Return (key, words) of each option."""
        if self.kind in OPEN_CHOICES:
            return [(str(number), words) for number, words in enumerate(lines(self.options))]
        return FIXED_CHOICES[self.kind].choices if self.kind in FIXED_CHOICES else []

    @property
    def takes_several(self):
        return self.kind in {QuestionKind.SEVERAL, QuestionKind.DIET, QuestionKind.ACCESS}

    @property
    def takes_text(self):
        return self.kind in {QuestionKind.TEXT, QuestionKind.DIET, QuestionKind.ACCESS}


class Answer(models.Model):
    """A person's answer to one question. An answer on health is kept with their consent, given at `consented_at`."""

    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="answers", verbose_name=_("registration")
    )
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers", verbose_name=_("question"))
    chosen = ArrayField(models.CharField(max_length=12), default=list, blank=True, verbose_name=_("chosen"))
    text = models.CharField(_("answer"), max_length=LONGEST_ANSWER_TO_EVENT, blank=True)
    answered_at = models.DateTimeField(_("answered at"), default=timezone.now)
    consented_at = models.DateTimeField(_("agreed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["question__order", "question_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "question"],
                name="events_answer_once",
                violation_error_message=_("This question is answered already."),
            ),
            models.CheckConstraint(
                condition=~Q(chosen=[], text=""),
                name="events_answer_says_something",
                violation_error_message=_("An empty answer is none."),
            ),
        ]

    def __str__(self):
        return self.in_words

    @property
    def in_words(self):
        words = dict(self.question.choices)
        return ", ".join([*(str(words.get(key, key)) for key in self.chosen), *([self.text] if self.text else [])])


def lines(text):
    """Return the lines that are not empty, without spaces around them."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
