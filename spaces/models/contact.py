"""Messages that people write to a space by the form of its page."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.erasures.models import Erasable

from .spaces import Space

#: A message is kept for so long, then deleted at night.
KEPT_FOR = timedelta(days=365)
#: In characters.
LONGEST_MESSAGE = 4000


def kept_until():
    """Return the day after which a message of today is deleted."""
    return timezone.localdate() + KEPT_FOR


class ContactMessage(Erasable):
    """A message to a space, and the answer of its team, if it was given here.

    It is settled once `answered_at` says when: with an `answer`, or by the mail programs of the team."""

    address_column = "email"
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="contact_messages", verbose_name=_("space"))
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    text = models.TextField(_("message"), max_length=LONGEST_MESSAGE)
    fingerprint = models.CharField(
        _("fingerprint"), max_length=64, unique=True, editable=False, help_text=_("The same message counts once a day.")
    )
    written_at = models.DateTimeField(_("written at"), default=timezone.now)
    answer = models.TextField(_("answer"), max_length=LONGEST_MESSAGE, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    kept_until = models.DateField(pgettext_lazy("message", "kept until"), default=kept_until)

    class Meta:
        verbose_name = _("message to a space")
        verbose_name_plural = _("messages to spaces")
        ordering = ["-written_at", "-pk"]
        indexes = [models.Index(fields=["kept_until"], name="spaces_contactmessage_kept")]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="") | Q(answered_at__isnull=False),
                name="spaces_contactmessage_answered",
                violation_error_message=_("An answer has a moment."),
            )
        ]

    def __str__(self):
        return f"{self.name} – {self.space}"

    @property
    def is_answered(self):
        return self.answered_at is not None
