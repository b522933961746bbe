"""Outcomes of an event, told by its participants weeks later."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..enums import OutcomeKind
from .registrations import Registration


class EventOutcome(models.Model):
    """One person's account of the outcome of an event. Once the person is erased, the kind remains and still counts."""

    registration = models.OneToOneField(
        Registration, on_delete=models.CASCADE, related_name="outcome", verbose_name=_("registration")
    )
    kind = models.CharField(_("what came of it"), max_length=15, choices=OutcomeKind)
    text = models.CharField(_("in a sentence"), max_length=300, blank=True)
    partner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("with whom"),
    )
    may_be_told = models.BooleanField(_("may be told publicly"), default=False)
    told_on = models.DateField(_("told on"), default=timezone.localdate)

    class Meta:
        verbose_name = _("what came of an event")
        verbose_name_plural = _("what came of the events")
        ordering = ["-told_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=OutcomeKind.NOTHING) | Q(partner=None, may_be_told=False),
                name="events_eventoutcome_nothing_to_tell",
                violation_error_message=_("Nothing came of it yet: there is nothing to tell."),
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} – {self.registration.event}"
