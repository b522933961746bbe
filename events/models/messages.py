"""Rules by which messages leave before an event and after it."""

from functools import cache

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..enums import MessageKind, MessageUnit
from .events import Event, EventType

#: The most that a rule may count, in its own unit: 90 minutes, hours or days.
LONGEST_LEAD = 90


#: The words for a number of each unit.
LEADS = {
    MessageUnit.MINUTES: lambda count: ngettext("%(count)d minute", "%(count)d minutes", count),
    MessageUnit.HOURS: lambda count: ngettext("%(count)d hour", "%(count)d hours", count),
    MessageUnit.DAYS: lambda count: ngettext("%(count)d day", "%(count)d days", count),
}


class MessageRule(models.Model):
    """A rule such as « a reminder, two hours before the start ».

    It is of one event, or of all events of a type that have no rules of their own (`own_messages`). Days are counted
    by the local clock."""

    event = models.ForeignKey(
        Event, on_delete=models.CASCADE, null=True, blank=True, related_name="message_rules", verbose_name=_("event")
    )
    type = models.ForeignKey(
        EventType, on_delete=models.CASCADE, null=True, blank=True, related_name="message_rules", verbose_name=_("type")
    )
    kind = models.CharField(_("message"), max_length=10, choices=MessageKind)
    amount = models.PositiveSmallIntegerField(
        _("how long"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST_LEAD)]
    )
    unit = models.CharField(_("unit"), max_length=7, choices=MessageUnit, default=MessageUnit.DAYS)
    words = models.CharField(
        _("a word of your own"), max_length=300, blank=True, help_text=_("Stands in the mail before all else.")
    )

    class Meta:
        verbose_name = _("message by rule")
        verbose_name_plural = _("messages by rule")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(event=None, type__isnull=False) | Q(event__isnull=False, type=None),
                name="events_rule_of_event_or_type",
                violation_error_message=_("A rule is an event's or a type's."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=1, amount__lte=LONGEST_LEAD),
                name="events_rule_within_reach",
                violation_error_message=_("Choose a number from 1 to 90."),
            ),
            models.UniqueConstraint(
                fields=["event", "kind", "amount", "unit"],
                name="events_rule_once_an_event",
                violation_error_message=_("This message is there already."),
            ),
            models.UniqueConstraint(
                fields=["type", "kind", "amount", "unit"],
                name="events_rule_once_a_type",
                violation_error_message=_("This message is there already."),
            ),
            models.UniqueConstraint(
                fields=["event", "kind"],
                condition=~Q(kind=MessageKind.REMINDER),
                name="events_rule_one_after_an_event",
                violation_error_message=_("People are thanked and asked once."),
            ),
            models.UniqueConstraint(
                fields=["type", "kind"],
                condition=~Q(kind=MessageKind.REMINDER),
                name="events_rule_one_after_a_type",
                violation_error_message=_("People are thanked and asked once."),
            ),
        ]

    def __str__(self):
        return self.in_words

    @property
    def is_before(self):
        """Return whether the message leaves before the start; the others leave after the end."""
        return self.kind == MessageKind.REMINDER

    @property
    def lead(self):
        """Return « 2-hours », which names the rule among those of its kind."""
        return f"{self.amount}-{self.unit}"

    @classmethod
    def by_lead(cls, kind, lead):
        """Return an unsaved rule of this kind and `lead`."""
        amount, unit = lead.split("-")
        return cls(kind=kind, amount=int(amount), unit=unit)

    @property
    def in_words(self):
        how_long = LEADS[self.unit](self.amount) % {"count": self.amount}
        if self.is_before:
            return _("%(kind)s, %(how_long)s before the start") % {
                "kind": self.get_kind_display(),
                "how_long": how_long,
            }
        return _("%(kind)s, %(how_long)s after the end") % {"kind": self.get_kind_display(), "how_long": how_long}


@cache
def usual_messages():
    """Return the rules of an event when neither it nor its type has rules of its own."""
    return (
        MessageRule(kind=MessageKind.REMINDER, amount=1, unit=MessageUnit.DAYS),
        MessageRule(kind=MessageKind.THANKS, amount=2, unit=MessageUnit.HOURS),
        MessageRule(kind=MessageKind.OUTCOME, amount=42, unit=MessageUnit.DAYS),
    )
