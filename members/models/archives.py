"""The file in which people take away what is held about them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.leases import Leased
from hacktiv.common.storage import private_storage

from ..enums import ARCHIVES_UNDERWAY, ArchiveState
from .accounts import User


class DataArchiveQuerySet(models.QuerySet):
    def abandoned(self, now):
        """Keep those that nobody makes: an order that was lost, or a worker that died."""
        return self.filter(state__in=ARCHIVES_UNDERWAY, lease_until__lt=now)


class DataArchive(Leased):
    """Everything held about a person in one file, made by a worker; a person has one at most, and asks for it anew.

    `file` is named before it is written, so that it belongs to a row whenever the worker dies.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="data_archive", verbose_name=_("person"))
    state = models.CharField(_("state"), max_length=8, choices=ArchiveState, default=ArchiveState.QUEUED)
    progress = models.PositiveSmallIntegerField(_("progress (%)"), default=0)
    file = models.FileField(_("file"), upload_to="archives/", storage=private_storage, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    asked_at = models.DateTimeField(_("asked for at"), default=timezone.now)
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)
    kept_until = models.DateTimeField(_("kept until"), null=True, blank=True)

    objects = DataArchiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("archive of a person’s data")
        verbose_name_plural = _("archives of people’s data")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ArchiveState.READY)
                | (~Q(file="") & Q(ready_at__isnull=False, kept_until__isnull=False)),
                name="members_dataarchive_ready_is_whole",
                violation_error_message=_("An archive that is ready has its file."),
            ),
            models.CheckConstraint(
                condition=Q(progress__lte=100),
                name="members_dataarchive_progress",
                violation_error_message=_("Progress ends at 100."),
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.get_state_display()}"

    @property
    def is_underway(self):
        return self.state in ARCHIVES_UNDERWAY

    @property
    def is_ready(self):
        """Return True while the file can be taken away."""
        return self.state == ArchiveState.READY and self.kept_until > timezone.now()
