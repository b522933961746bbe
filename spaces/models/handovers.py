"""Notes on equipment that travels: brought to a space, handed over, returned."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..enums import HandoverKind
from .bookings import Booking
from .resources import Unit
from .spaces import Space


class Handover(models.Model):
    """Note that a piece changes hands at a space, and its condition. The row is written once and never changed."""

    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="handovers", verbose_name=pgettext_lazy("equipment", "unit")
    )
    kind = models.CharField(_("what happened"), max_length=10, choices=HandoverKind)
    booking = models.ForeignKey(
        Booking,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="handovers",
        verbose_name=_("booking"),
    )
    from_space = models.ForeignKey(
        Space, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from")
    )
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="+", verbose_name=_("space"))
    note = models.CharField(_("condition"), max_length=300, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("noted by"),
    )
    is_example = models.BooleanField(_("example"), default=False)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "kind"],
                name="spaces_handover_once",
                violation_error_message=_("This is noted already."),
            ),
            models.CheckConstraint(
                condition=Q(kind="brought", from_space__isnull=False, booking=None) & ~Q(from_space=models.F("space"))
                | Q(kind__in=["lent", "returned"], from_space=None, booking__isnull=False),
                name="spaces_handover_of_its_kind",
                violation_error_message=_("A journey leads from one space to another; a loan has its booking."),
            ),
        ]

    def __str__(self):
        return f"{self.unit}: {self.get_kind_display()}"
