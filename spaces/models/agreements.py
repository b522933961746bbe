"""Agreements: so many places at a space for the people of an organisation."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.days import HELD_DAYS, DaysMixin, holds_on
from members.models import Organisation

from .memberships import MembershipKind
from .spaces import Space

#: For each agreement.
MOST_PLACES = 500


class AgreementQuerySet(models.QuerySet):
    def with_days(self):
        """Leave out those that never began: ended before their first day, they have no day."""
        return self.exclude(until=F("since"))

    def held(self, on=None):
        """Keep those of that day (default: today)."""
        return self.filter(holds_on(on or timezone.localdate()))

    def not_over(self, on=None):
        """Keep those that have a day from that one on (default: today)."""
        return self.with_days().exclude(until__lte=on or timezone.localdate())


class Agreement(DaysMixin, models.Model):
    """An organisation has so many places at a space, of one kind of membership, from one day to another.

    Its contacts invite its people to them. One holds at a time for an organisation and a space."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("organisation")
    )
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("space"))
    kind = models.ForeignKey(
        MembershipKind, on_delete=models.PROTECT, related_name="agreements", verbose_name=_("kind of membership")
    )
    places = models.PositiveSmallIntegerField(
        _("number of places"), validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)]
    )
    since = models.DateField(_("first day"))
    until = models.DateField(_("ends on"), null=True, blank=True, help_text=_("The first day after it."))
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    is_example = models.BooleanField(_("example"), default=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["organisation__name", "since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="spaces_agreement_in_order",
                violation_error_message=_("It ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(places__gt=0),
                name="spaces_agreement_has_places",
                violation_error_message=_("An agreement has one place at least."),
            ),
            ExclusionConstraint(
                name="spaces_agreement_one_at_a_time",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("space", RangeOperators.EQUAL),
                    (HELD_DAYS, RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The organisation has an agreement with the space on these days already."),
            ),
        ]

    def __str__(self):
        return f"{self.organisation} – {self.space}"

    @property
    def is_to_come(self):
        """Return True until its first day."""
        return self.since > timezone.localdate()
