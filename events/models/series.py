"""Series of events: a pattern of local days, with one event for each day."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hacktiv.common import dates
from spaces.enums import Pattern
from spaces.timing import recurrence


class EventSeries(models.Model):
    """The days on which an event recurs. Hours, room and all else belong to each event."""

    pattern = models.CharField(_("how often"), max_length=12, choices=Pattern)
    first_day = models.DateField(_("first day"))
    until = models.DateField(_("last day"))
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )

    class Meta:
        verbose_name = _("series of events")
        verbose_name_plural = _("series of events")
        ordering = ["-first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("first_day")),
                name="events_series_days_in_order",
                violation_error_message=_("The last day does not come before the first."),
            ),
        ]

    def __str__(self):
        return self.in_words

    @property
    def in_words(self):
        """Return « Chaque semaine, le vendredi »: the pattern, with the weekday unless the pattern names the days."""
        if self.pattern == Pattern.WORKDAYS:
            return self.get_pattern_display()
        weekday = dates.name_of_weekday(self.first_day)
        return gettext("%(pattern)s, on %(weekday)s") % {"pattern": self.get_pattern_display(), "weekday": weekday}

    @property
    def rule(self):
        """Return the recurrence rule as RFC 5545 writes it."""
        return f"{recurrence.rule(self.pattern, self.first_day)};UNTIL={self.until:%Y%m%d}"

    def days(self):
        """Return every day of the series, cancelled or not."""
        return recurrence.days(self.pattern, self.first_day, self.until)
