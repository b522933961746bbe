"""Recurring bookings: a pattern of local days and hours, and the result of each day."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common import dates
from hacktiv.erasures.models import Erasable

from ..enums import Pattern, Refusal
from ..timing import recurrence
from .bookings import Booking
from .guests import ForSomebody
from .resources import Resource, Unit


class Series(ForSomebody, Erasable):
    """Book the same hours of a resource again and again, for a member or, entered by a manager, for a guest. Erasing
    the member's account deletes the series; its bookings stay, like all bookings."""

    reference = models.UUIDField(_("reference"), default=uuid.uuid4, unique=True, editable=False)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="series", verbose_name=_("resource"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="booking_series",
        verbose_name=_("member"),
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chosen place"),
        help_text=_("Taken on each day on which it is free; another one on the others."),
    )
    pattern = models.CharField(_("how often"), max_length=12, choices=Pattern)
    first_day = models.DateField(_("first day"))
    until = models.DateField(_("last day"))
    starts = models.TimeField(pgettext_lazy("hour", "from"))
    ends = models.TimeField(pgettext_lazy("hour", "to"))
    people = models.PositiveSmallIntegerField(_("people"), null=True, blank=True)
    unit_count = models.PositiveSmallIntegerField(_("places"), default=1)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("made at"), default=timezone.now)
    sequence = models.PositiveSmallIntegerField(_("changes"), default=0, editable=False)
    is_example = models.BooleanField(_("example"), default=False)

    class Meta:
        verbose_name = _("recurring booking")
        verbose_name_plural = _("recurring bookings")
        ordering = ["-first_day", "starts", "pk"]
        indexes = [models.Index(fields=["guest_email"], name="spaces_series_guest", condition=~Q(guest_email=""))]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("first_day")),
                name="spaces_series_days_in_order",
                violation_error_message=_("The last day does not come before the first."),
            ),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="spaces_series_hours_in_order",
                violation_error_message=_("The end comes after the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, guest_name="") | Q(user__isnull=True, guest_name__gt=""),
                name="spaces_series_for_one_person",
                violation_error_message=_("A recurring booking is for a member or for a guest."),
            ),
        ]

    def __str__(self):
        return f"{self.resource} {self.get_pattern_display()}"

    def get_absolute_url(self):
        return reverse("spaces:series", args=[self.reference])

    @property
    def in_words(self):
        """Return « Chaque semaine, le jeudi »: the pattern, and the weekday where the pattern does not say it."""
        if self.pattern not in (Pattern.WEEKLY, Pattern.FORTNIGHTLY):
            return self.get_pattern_display()
        weekday = dates.name_of_weekday(self.first_day)
        return gettext("%(pattern)s, on %(weekday)s") % {"pattern": self.get_pattern_display(), "weekday": weekday}

    @property
    def in_words_within(self):
        """Return `in_words` as it stands within a sentence: « chaque semaine, le jeudi »."""
        return self.in_words[:1].lower() + self.in_words[1:]

    @property
    def rule(self):
        """Return the recurrence rule in the notation of RFC 5545, with its end."""
        return f"{recurrence.rule(self.pattern, self.first_day)};UNTIL={self.until:%Y%m%d}"


#: Refusals of a day that no later try changes.
FOR_GOOD = {Refusal.PUBLIC_HOLIDAY, Refusal.IN_THE_PAST, Refusal.NO_PLACE, Refusal.NOT_IN_ORDER}


#: Refusals of these hours alone: others of the same day may be free.
AT_THESE_HOURS = {Refusal.TAKEN, Refusal.CLOSED}


class Occurrence(models.Model):
    """A day of a series: its booking, or the code of the rule that refused it."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="occurrences", verbose_name=_("series"))
    day = models.DateField(_("day"))
    booking = models.OneToOneField(
        Booking, on_delete=models.CASCADE, null=True, blank=True, related_name="occurrence", verbose_name=_("booking")
    )
    refusal = models.CharField(_("refused by"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("day of a recurring booking")
        verbose_name_plural = _("days of a recurring booking")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "day"],
                name="spaces_occurrence_once_a_day",
                violation_error_message=_("The series has this day already."),
            ),
            models.CheckConstraint(
                condition=Q(booking__isnull=True, refusal__gt="") | Q(booking__isnull=False, refusal=""),
                name="spaces_occurrence_booked_or_refused",
                violation_error_message=_("A day of a series is booked or refused."),
            ),
        ]

    def __str__(self):
        return f"{self.series} {self.day}"

    @property
    def is_live(self):
        """Return True if the booking of the day holds its unit. Select the bookings along with the occurrences."""
        return bool(self.booking and self.booking.is_live)

    @property
    def can_be_retried(self):
        """Tell whether a refused day may be had later: a holiday stays one, and neither hours nor days come back."""
        return not self.booking and self.refusal not in FOR_GOOD

    @property
    def may_be_free_otherwise(self):
        return not self.booking and self.refusal in AT_THESE_HOURS

    @property
    def refusal_in_words(self):
        """Say in a few words why the day is refused."""
        return refusal_in_words(self.refusal, self.series.resource)


def refusal_in_words(code, resource):
    """Say in a few words why a day is refused by the rule with this code, which binds the resource."""
    most = resource.max_open_bookings
    if code == Refusal.TOO_MANY_OPEN and most:
        words = ngettext("You may have %(count)s booking ahead", "You may have %(count)s bookings ahead", most)
        return words % {"count": most}
    return Refusal(code).label if code in Refusal.values else gettext("Could not be had")
