"""The decisions under which indicators an action counts, and those that were decided otherwise since."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.bounds import Bounds

from .actions import CountedAction

#: 0 for a decision that an action counts under no indicator, else 1.
COUNTS_UNDER_ONE = Case(When(indicator="", then=Value(0)), default=Value(1), output_field=models.IntegerField())


class DecidedClassification(models.Model):
    """Base of a decision that an action counts under an indicator, or with a blank code under none.

    `lower` to `upper` (None: open) participations count under it, where only a part of the action does: the closed part
    of a mixed event. The reason is that of the proposal which was accepted, in each language, or with `is_override` the
    coordinator's own words. `joint` is what was decided with it of the event by the countries of its organisers; None
    where that was decided apart, or not at all.
    """

    indicator = models.CharField(
        _("indicator"), max_length=10, blank=True, help_text=_("Empty: it counts under no indicator.")
    )
    lower = models.PositiveIntegerField(_("participations in the closed part, at least"), null=True, blank=True)
    upper = models.PositiveIntegerField(_("participations in the closed part, at most"), null=True, blank=True)
    reason = models.TextField(_("reason"))
    is_override = models.BooleanField(_("chosen with a word"), default=False)
    joint = models.BooleanField(
        _("joint by its organisers"),
        null=True,
        editable=False,
        help_text=_("Whether it was decided with this that the event is joint, or is not, as its organisers say."),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.indicator or '–'}: {self.reason}"

    @property
    def is_of_a_part(self) -> bool:
        """Return whether only a part of the action counts under the indicator."""
        return self.lower is not None or self.upper is not None

    @property
    def closed_part(self) -> Bounds | None:
        """Return the participations that count where only a part of the action does, else None."""
        return Bounds(self.lower, self.upper) if self.is_of_a_part else None


class Classification(DecidedClassification):
    """An indicator under which an action counts, as decided today. An action without a row waits for a decision."""

    action = models.ForeignKey(
        CountedAction, on_delete=models.CASCADE, related_name="classifications", verbose_name=_("counted action")
    )

    class Meta:
        verbose_name = _("classification")
        verbose_name_plural = _("classifications")
        ordering = ["action", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "indicator"],
                name="reporting_classification_once",
                violation_error_message=_("The action counts under this indicator already."),
            ),
            ExclusionConstraint(
                name="reporting_classification_none_excludes_others",
                expressions=[("action", RangeOperators.EQUAL), (COUNTS_UNDER_ONE, RangeOperators.NOT_EQUAL)],
                violation_error_message=_("The action counts under no indicator, or under some."),
            ),
            models.CheckConstraint(
                condition=Q(upper=None) | Q(lower=None) | Q(upper__gte=F("lower")),
                name="reporting_classification_part_in_order",
                violation_error_message=_("At most is not less than at least."),
            ),
            models.CheckConstraint(
                condition=~Q(indicator="") | Q(lower=None, upper=None),
                name="reporting_classification_part_of_an_indicator",
                violation_error_message=_("A part counts under an indicator only."),
            ),
        ]


class EarlierClassification(DecidedClassification):
    """A decision that was valid until `ended_at`, when another took its place or it was taken back."""

    action = models.ForeignKey(
        CountedAction,
        on_delete=models.CASCADE,
        related_name="earlier_classifications",
        verbose_name=_("counted action"),
    )
    ended_at = models.DateTimeField(_("until"), default=timezone.now)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided otherwise by"),
    )

    class Meta:
        verbose_name = _("earlier classification")
        verbose_name_plural = _("earlier classifications")
        ordering = ["action", "-ended_at", "pk"]

    @property
    def days(self):
        """Return the local days from which and until which it was valid."""
        return timezone.localdate(self.decided_at), timezone.localdate(self.ended_at)
