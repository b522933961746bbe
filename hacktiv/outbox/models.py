"""Outgoing mails, as rows written in the same transaction as the fact they tell about."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Min, Q
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.erasures.models import Erasable


class MessageState(models.TextChoices):
    PENDING = "pending", _("To be sent")
    CLAIMED = "claimed", _("Being sent")
    SENT = "sent", _("Sent")
    DOUBTFUL = "doubtful", _("Perhaps sent")
    DROPPED = "dropped", _("No longer needed")
    CANCELLED = "cancelled", pgettext_lazy("mail", "Cancelled")
    FAILED = "failed", _("Could not be sent")


class Priority(models.IntegerChoices):
    """The order in which due mails leave: one of the second rank only where none of the first is due."""

    FIRST = 0, pgettext_lazy("rank of a mail", "First")
    MAILING = 1, pgettext_lazy("rank of a mail", "Behind the others")


class MessageQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(state=MessageState.PENDING)

    def perhaps_left_before(self, moment):
        """Keep the unsent mails that were put in line, and due, before this moment."""
        return self.pending().filter(created_at__lt=moment, due_at__lt=moment)

    def doubtful(self):
        """Keep the mails whose sender, or whose mail server, was lost at a moment when the mail may have left."""
        return self.filter(state=MessageState.DOUBTFUL)

    def due(self, now):
        """Keep the mails that may leave now, those of the first rank before the others, each rank's oldest first."""
        return self.pending().filter(due_at__lte=now).order_by("priority", "due_at", "pk")

    def waiting_since(self, now):
        """Return since when the oldest mail waits for a sender or for a mail server that answers; None if none waits.

        A mail that the server refused for now does not count: it waits for its own reason. Nor does one of a mailing
        that waits for its turn behind the others."""
        is_late = Q(priority=Priority.FIRST) & (Q(due_at__lte=now) | Q(unanswered_since__isnull=False))
        is_unanswered = Q(priority=Priority.MAILING, unanswered_since__isnull=False, due_at__gt=now)
        waiting = self.pending().filter(is_late | is_unanswered)
        return waiting.aggregate(since=Min(Coalesce("unanswered_since", "due_at")))["since"]


class Message(Erasable):
    """One mail to one recipient.

    `template` names a kind registered in `hacktiv.outbox.registry`. `context` holds primary keys and plain values only.
    A mail that is written already has its text in `rendered`, with its calendar files; it may hold secret links.
    `context` and `rendered` are erased as soon as the mail is sent or no longer of use.
    """

    address_column = "to_email"
    key = models.CharField(
        _("key"), max_length=200, unique=True, help_text=_("Names the one mail of its kind: nobody is told twice.")
    )
    to_email = models.EmailField(_("recipient"))
    to_name = models.CharField(_("name"), max_length=200, blank=True)
    reply_to = models.EmailField(_("reply to"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    template = models.CharField(_("kind of message"), max_length=80)
    about = models.CharField(
        _("about"), max_length=60, blank=True, help_text=_("Names what it tells about, for who runs that.")
    )
    context = models.JSONField(_("context"), default=dict, blank=True)
    rendered = models.JSONField(_("text"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(
        _("rank"), choices=Priority, default=Priority.FIRST, db_default=Priority.FIRST
    )
    due_at = models.DateTimeField(_("due at"), default=timezone.now)
    expires_at = models.DateTimeField(_("useless after"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=MessageState, default=MessageState.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    unanswered_since = models.DateTimeField(
        _("unanswered since"),
        null=True,
        blank=True,
        help_text=_("When it was due, if no mail server has answered since."),
    )
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    claimed_by = models.CharField(_("claimed by"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)
    message_id = models.UUIDField(_("message id"), default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-due_at", "-pk"]
        indexes = [
            models.Index(fields=["priority", "due_at", "id"], condition=Q(state="pending"), name="outbox_message_due"),
            models.Index(fields=["about"], condition=~Q(about=""), name="outbox_message_about"),
            models.Index(
                fields=["state"], condition=Q(state__in=["claimed", "doubtful"]), name="outbox_message_unsettled"
            ),
            models.Index(fields=["due_at"], condition=Q(state="failed"), name="outbox_message_failed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["claimed", "doubtful"]) | Q(claimed_by=""),
                name="outbox_message_claim_has_sender",
                violation_error_message=_("Only a message that is being sent has a sender."),
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="outbox_message_sent_has_date",
                violation_error_message=_("A sent message tells when it was sent, and only a sent one does."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "dropped", "cancelled"]) | Q(rendered=None),
                name="outbox_message_secrets_erased",
                violation_error_message=_("The text of a message is erased once it is of no more use."),
            ),
        ]

    def __str__(self):
        return f"{self.template} → {self.to_email}"


class OptOut(Erasable):
    """An address that refuses the mails it can do without (`registry.is_optional`)."""

    address_column = "email"
    email = models.EmailField(_("e-mail address"), unique=True)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("refusal of optional mails")
        verbose_name_plural = _("refusals of optional mails")
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="outbox_optout_lower_case",
                violation_error_message=_("An address is kept in lower case."),
            )
        ]

    def __str__(self):
        return self.email


class HoldReason(models.TextChoices):
    RESTORED = "restored", _("The platform was restored from a backup")


class Hold(models.Model):
    """A time during which no mail leaves; mails are put in line as ever. At most one hold is in force."""

    held_at = models.DateTimeField(_("held since"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=10, choices=HoldReason)
    backup = models.UUIDField(_("backup"), null=True, blank=True, help_text=_("The one that was restored."))
    backup_made_at = models.DateTimeField(_("backup made at"), null=True, blank=True)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)

    class Meta:
        verbose_name = _("hold of the mails")
        verbose_name_plural = _("holds of the mails")
        ordering = ["-held_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["released_at"],
                condition=Q(released_at=None),
                nulls_distinct=False,
                name="outbox_hold_one_in_force",
                violation_error_message=_("The mails are held already."),
            )
        ]

    def __str__(self):
        return f"{self.get_reason_display()}, {self.held_at:%Y-%m-%d %H:%M}"
