from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.leases import Leased

from ..enums import OPEN_VERSIONS, UNDERWAY, VersionState
from .projects import Period


class ReportVersionQuerySet(models.QuerySet):
    def open(self):
        """Keep the versions that are still worked on: at most one for each half-year."""
        return self.filter(state__in=OPEN_VERSIONS)

    def closed(self):
        """Keep the versions that were closed."""
        return self.filter(state=VersionState.CLOSED)

    def readable(self):
        """Keep the versions that hold a report, newest first."""
        return self.exclude(payload=None).order_by("-number")

    def left_closing(self, now=None):
        """Keep the closings that nobody works on."""
        return self.filter(state=VersionState.CLOSING, lease_until__lt=now or timezone.now())

    def abandoned(self, now=None):
        """Keep the builds that nobody works on: their worker died, or the order to build was lost."""
        return self.filter(state__in=UNDERWAY, lease_until__lt=now or timezone.now())


class ReportVersion(Leased):
    """One numbered report of a half-year: a worker builds it while it is a draft, another closes it with its files;
    then it never changes.

    Each write of the build checks the token of the lease. If two workers think that the work is theirs, only the one
    that took the lease last can write. A trigger protects closed rows from changes.
    """

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="versions", verbose_name=_("half-year"))
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.QUEUED)
    progress = models.PositiveSmallIntegerField(_("progress (%)"), default=0, validators=[MaxValueValidator(100)])
    payload = models.JSONField(_("report"), null=True, blank=True, encoder=DjangoJSONEncoder)
    error = models.CharField(_("error"), max_length=300, blank=True)
    queued_at = models.DateTimeField(_("asked for at"), default=timezone.now)
    built_at = models.DateTimeField(_("built at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    reported_on = models.DateField(
        _("reported on"), null=True, blank=True, help_text=_("The reporting date that a closed report tells.")
    )
    reasons = models.JSONField(
        _("why it was closed in spite of what was amiss"),
        default=list,
        blank=True,
        db_default=Value([], models.JSONField()),
    )

    objects = ReportVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["period", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "number"],
                name="reporting_reportversion_number_once",
                violation_error_message=_("The half-year has a report of this number already."),
            ),
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(state__in=OPEN_VERSIONS),
                name="reporting_reportversion_one_open",
                violation_error_message=_("The half-year has a draft already."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("built", "closed")) | Q(payload__isnull=False, built_at__isnull=False),
                name="reporting_reportversion_built_is_whole",
                violation_error_message=_("A built report has its contents."),
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False),
                name="reporting_reportversion_closed_at",
                violation_error_message=_("A closed report says when it was closed."),
            ),
            models.CheckConstraint(
                condition=Q(progress__lte=100),
                name="reporting_reportversion_progress",
                violation_error_message=_("Progress ends at 100."),
            ),
        ]

    def __str__(self):
        return f"{self.period} v{self.number}"

    @property
    def stored(self) -> dict[str, Any]:
        """Return the payload of a version that holds a report. Raises ValueError for one that was never built."""
        if self.payload is None:
            raise ValueError(f"{self} holds no report.")
        return self.payload

    @property
    def is_closed(self):
        return self.state == VersionState.CLOSED

    @property
    def is_closing(self):
        return self.state == VersionState.CLOSING

    @property
    def is_underway(self):
        """Return whether a worker builds it or closes it, or is about to."""
        return self.state in UNDERWAY or self.is_closing
