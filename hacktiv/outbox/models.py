"""The mail that leaves, as rows written in the same transaction as what it tells about."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MessageState(models.TextChoices):
    PENDING = "pending", _("To be sent")
    CLAIMED = "claimed", _("Being sent")
    SENT = "sent", _("Sent")
    DOUBTFUL = "doubtful", _("Perhaps sent: the sender died")
    DROPPED = "dropped", _("No longer needed")
    FAILED = "failed", _("Refused by the mail server")


class Message(models.Model):
    """One mail to one recipient. `template` names a kind registered in `hacktiv.outbox.registry`; `context` holds primary
    keys and plain values only. A mail that a library has written already carries its text in `rendered`."""

    key = models.CharField(
        _("key"), max_length=200, unique=True, help_text=_("Names the one mail of its kind: nobody is told twice.")
    )
    to_email = models.EmailField(_("to"))
    to_name = models.CharField(_("name"), max_length=200, blank=True)
    reply_to = models.EmailField(_("reply to"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    template = models.CharField(_("kind"), max_length=80)
    context = models.JSONField(_("context"), default=dict, blank=True)
    rendered = models.JSONField(_("text"), null=True, blank=True)
    due_at = models.DateTimeField(_("due at"), default=timezone.now)
    expires_at = models.DateTimeField(_("useless after"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=MessageState, default=MessageState.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    claimed_by = models.CharField(_("claimed by"), max_length=120, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)
    message_id = models.UUIDField(_("message id"), default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-due_at", "-pk"]
        indexes = [models.Index(fields=["due_at", "id"], condition=Q(state="pending"), name="outbox_message_due")]

    def __str__(self):
        return f"{self.template} → {self.to_email}"
