"""The files of reports: those of a closed version, which never change, and those that a worker makes when asked."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.leases import Leased
from hacktiv.common.storage import private_storage

from ..enums import FILES_UNDERWAY, FileKind, FileState
from .versions import ReportVersion


class ReportFile(models.Model):
    """A closed report in one format and one language, byte for byte as it was when it was closed.

    A trigger refuses each change of the row; nothing writes to the file again.
    """

    version = models.ForeignKey(ReportVersion, on_delete=models.PROTECT, related_name="files", verbose_name=_("report"))
    format = models.CharField(_("format"), max_length=10)
    language = models.CharField(_("language"), max_length=10)
    file = models.FileField(_("file"), upload_to="reports/", storage=private_storage, max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
    stored_at = models.DateTimeField(_("stored at"), default=timezone.now)

    class Meta:
        verbose_name = _("file of a closed report")
        verbose_name_plural = _("files of closed reports")
        ordering = ["version", "format", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "format", "language"],
                name="reporting_reportfile_once",
                violation_error_message=_("The report has this file already."),
            ),
        ]

    def __str__(self):
        return f"{self.version}.{self.format} ({self.language})"


class PreparedFileQuerySet(models.QuerySet):
    def abandoned(self, now=None):
        """Keep the files that nobody makes: their worker died, or the order was lost."""
        return self.filter(state__in=FILES_UNDERWAY, lease_until__lt=now or timezone.now())


class PreparedFile(Leased):
    """A file that a worker makes of one version, as it was built at `built_at`: a report in one format, or a package
    for controllers. It is deleted once nobody is expected to take it any more.

    `part` is the key of the action that a package is about; blank: the half-year. `file` is named before it is
    written, so that it belongs to a row whenever the worker dies.
    """

    version = models.ForeignKey(
        ReportVersion, on_delete=models.CASCADE, related_name="prepared", verbose_name=_("report")
    )
    built_at = models.DateTimeField(_("built at"))
    kind = models.CharField(_("kind of file"), max_length=10, choices=FileKind)
    part = models.CharField(_("action"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=FileState, default=FileState.QUEUED)
    progress = models.PositiveSmallIntegerField(_("progress (%)"), default=0)
    file = models.FileField(_("file"), upload_to="prepared/", storage=private_storage, blank=True, max_length=200)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True)
    asked_at = models.DateTimeField(_("asked for at"), default=timezone.now)
    kept_until = models.DateTimeField(_("kept until"), null=True, blank=True)

    objects = PreparedFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file made on request")
        verbose_name_plural = _("files made on request")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "built_at", "kind", "part", "language"],
                name="reporting_preparedfile_once",
                violation_error_message=_("This file was asked for already."),
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(file="") & Q(kept_until__isnull=False)),
                name="reporting_preparedfile_ready_is_whole",
                violation_error_message=_("A file that is ready is there."),
            ),
            models.CheckConstraint(
                condition=Q(progress__lte=100),
                name="reporting_preparedfile_progress",
                violation_error_message=_("Progress ends at 100."),
            ),
        ]

    def __str__(self):
        return f"{self.version}: {self.get_kind_display()} ({self.language})"

    @property
    def is_underway(self):
        return self.state in FILES_UNDERWAY

    @property
    def is_ready(self):
        """Return whether the file can be taken away: its time is not over, and it is on the disk."""
        is_due = self.state == FileState.READY and self.kept_until > timezone.now()
        return is_due and self.file.storage.exists(self.file.name)
