"""The waiting list for a unit that is taken."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .bookings import Booking
from .resources import Resource


class WaitQuerySet(models.QuerySet):
    def live(self, now=None):
        """Keep the waits that still count: nothing is booked for them, and their period is not over."""
        return self.filter(booking=None, period__endswith__gt=now or timezone.now())

    def in_line(self):
        """Sort the waits: first come, first served."""
        return self.order_by("created_at", "pk")


class Wait(models.Model):
    """A member waits for one unit of a resource, for [start, end); `people` come, as far as it is known. The row goes
    when they leave or the period ends."""

    reference = models.UUIDField(_("reference"), default=uuid.uuid4, unique=True, editable=False)
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="waits", verbose_name=_("resource"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="waits", verbose_name=_("member")
    )
    period = DateTimeRangeField(_("period"))
    people = models.PositiveSmallIntegerField(_("people"), null=True, blank=True)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("in line since"), default=timezone.now)
    told_at = models.DateTimeField(_("told of a free place at"), null=True, blank=True)
    booking = models.OneToOneField(
        Booking,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="wait",
        verbose_name=_("booking"),
        help_text=_("Made when a place came free."),
    )

    objects = WaitQuerySet.as_manager()

    class Meta:
        verbose_name = _("wait")
        verbose_name_plural = _("waiting list")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__startswith__isnull=False, period__endswith__isnull=False),
                name="spaces_wait_period_whole",
                violation_error_message=_("A wait ends after it begins."),
            ),
            models.UniqueConstraint(
                fields=["user", "resource", "period"],
                condition=Q(booking=None),
                name="spaces_wait_once",
                violation_error_message=_("This person waits for it already."),
            ),
        ]
        indexes = [GistIndex(fields=["period"], name="spaces_wait_period")]

    def __str__(self):
        return f"{self.resource} {timezone.localtime(self.period.lower):%Y-%m-%d %H:%M}"

    def get_absolute_url(self):
        return reverse("spaces:wait", args=[self.reference])

    @property
    def start(self):
        return self.period.lower

    @property
    def end(self):
        return self.period.upper
