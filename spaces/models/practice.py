"""Documents, offers and requests that the managers share among themselves."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.storage import private_storage

from ..enums import NoticeKind, Topic
from .spaces import Space


class Shared(models.Model):
    """Base of what a space shares with the others. Without a space, the coordination shares it."""

    space = models.ForeignKey(
        Space, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("space")
    )
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=4000)
    added_at = models.DateTimeField(_("added at"), default=timezone.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("added by"),
    )
    is_example = models.BooleanField(_("example"), default=False)

    class Meta:
        abstract = True
        ordering = ["-added_at", "-pk"]

    def __str__(self):
        return self.title


class Document(Shared):
    """A text on good practice, perhaps with a file. The file is checked by its content and kept private."""

    topic = models.CharField(_("topic"), max_length=20, choices=Topic)
    file = models.FileField(_("file"), upload_to="practice/%Y/%m/", storage=private_storage, blank=True)
    file_name = models.CharField(_("name of the file"), max_length=200, blank=True)

    class Meta(Shared.Meta):
        abstract = False
        verbose_name = _("shared document")
        verbose_name_plural = _("shared documents")
        constraints = [
            models.CheckConstraint(
                condition=Q(file="", file_name="") | (~Q(file="") & ~Q(file_name="")),
                name="spaces_document_file_with_its_name",
                violation_error_message=_("A file has its name."),
            )
        ]

    def get_absolute_url(self):
        return f"{reverse('spaces:practice')}#document-{self.pk}"


class NoticeQuerySet(models.QuerySet):
    def open(self, day):
        """Keep the notices that are still open on this day."""
        return self.filter(closed_at=None, valid_until__gte=day)


class Notice(Shared):
    """An offer or a request of help or material, open until a day or until somebody closes it."""

    kind = models.CharField(_("kind"), max_length=10, choices=NoticeKind)
    valid_until = models.DateField(_("valid until"), help_text=_("This day included."))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta(Shared.Meta):
        abstract = False
        verbose_name = _("offer or request")
        verbose_name_plural = _("offers and requests")

    def get_absolute_url(self):
        return reverse("spaces:notice", args=[self.pk])

    @property
    def is_open(self):
        return self.closed_at is None and self.valid_until >= timezone.localdate()
