"""Training: programmes, sessions that accompany an event, and coaching with its declared count of persons."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models import Event
from members.enums import Residence
from members.models import Organisation
from spaces.models import Space


class ProgrammeQuerySet(models.QuerySet):
    def published(self):
        return self.filter(is_published=True)


class Programme(models.Model):
    """A course of several sessions."""

    slug = models.SlugField(_("slug"), unique=True)
    title = models.CharField(_("title"), max_length=160)
    description = models.TextField(_("description"), blank=True)
    organisers = models.ManyToManyField(
        Organisation, blank=True, related_name="programmes", verbose_name=_("organising organisations")
    )
    is_published = models.BooleanField(_("published"), default=True)
    is_example = models.BooleanField(_("example"), default=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("training", "programme")
        verbose_name_plural = _("programmes")
        ordering = ["title"]

    def __str__(self):
        return self.title


class Session(models.Model):
    """A training session, attached to an event. The event has the date, the room and the registrations."""

    event = models.OneToOneField(
        Event, on_delete=models.CASCADE, related_name="training_session", verbose_name=_("event")
    )
    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        related_name="sessions",
        verbose_name=pgettext_lazy("training", "programme"),
    )
    hours = models.DecimalField(
        _("hours of training"), max_digits=5, decimal_places=2, validators=[MinValueValidator(0)]
    )

    class Meta:
        verbose_name = _("training session")
        verbose_name_plural = _("training sessions")
        ordering = ["event__earliest", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hours__gt=0),
                name="training_session_has_hours",
                violation_error_message=_("A session lasts longer than nothing."),
            )
        ]

    def __str__(self):
        return str(self.event)


class Coaching(models.Model):
    """Individual coaching over several days, with the declared count of coached persons.

    The count lies between `persons_lower` and `persons_upper` (None: no upper bound is known). `residence` is set if
    all the persons are known to live on one side.
    """

    slug = models.SlugField(_("slug"), unique=True)
    title = models.CharField(_("title"), max_length=160)
    space = models.ForeignKey(
        Space, on_delete=models.PROTECT, null=True, blank=True, related_name="coachings", verbose_name=_("space")
    )
    organisers = models.ManyToManyField(
        Organisation, blank=True, related_name="coachings", verbose_name=_("organising organisations")
    )
    earliest = models.DateField(pgettext_lazy("date", "from"))
    latest = models.DateField(pgettext_lazy("date", "to"))
    persons_lower = models.PositiveIntegerField(_("persons, at least"))
    persons_upper = models.PositiveIntegerField(_("persons, at most"), null=True, blank=True)
    residence = models.CharField(_("residence of all of them"), max_length=5, choices=Residence, blank=True)
    note = models.TextField(_("note"), blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    is_example = models.BooleanField(_("example"), default=False)

    class Meta:
        verbose_name = _("coaching")
        verbose_name_plural = _("coachings")
        ordering = ["earliest", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latest__gte=F("earliest")),
                name="training_coaching_days_in_order",
                violation_error_message=_("The last possible day is not before the first."),
            ),
            models.CheckConstraint(
                condition=Q(persons_upper=None) | Q(persons_upper__gte=F("persons_lower")),
                name="training_coaching_persons_in_order",
                violation_error_message=_("At most is not less than at least."),
            ),
        ]

    def __str__(self):
        return self.title


class CoachingCount(models.Model):
    """An earlier count of coached persons, with the person who corrected it, the date and the reason."""

    coaching = models.ForeignKey(
        Coaching, on_delete=models.CASCADE, related_name="earlier_counts", verbose_name=_("coaching")
    )
    lower = models.PositiveIntegerField(_("at least"))
    upper = models.PositiveIntegerField(_("at most"), null=True, blank=True)
    entered_at = models.DateTimeField(_("entered at"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    replaced_at = models.DateTimeField(_("replaced at"))
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("replaced by"),
    )
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("earlier count")
        verbose_name_plural = _("earlier counts")
        ordering = ["-replaced_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="training_coachingcount_has_reason",
                violation_error_message=_("A correction has a reason."),
            ),
            models.CheckConstraint(
                condition=Q(replaced_at__gte=F("entered_at")),
                name="training_coachingcount_replaced_after",
                violation_error_message=_("A count is replaced after it was entered."),
            ),
        ]

    def __str__(self):
        return f"{self.coaching}: {self.lower}–{'' if self.upper is None else self.upper}"
