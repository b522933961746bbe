"""Carry out what staff decides about mails: send again, mark as sent, cancel, hold and release."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.errors import OperationError

from ..models import Hold, HoldReason, Message, MessageState
from .sending import finish
from .writing import wake_after_commit


class OutboxError(OperationError):
    """A decision about a message was refused."""


@transaction.atomic
def send_again(*, message: Message) -> None:
    """Send a doubtful or failed mail once more. Staff accepts that a doubtful one may arrive twice.

    Raises OutboxError: `not_doubtful` (any other state), `expired` (its time is over).
    """
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.state not in {MessageState.DOUBTFUL, MessageState.FAILED}:
        raise OutboxError("not_doubtful", _("Only a message in doubt, or one that could not be sent, is sent again."))
    if message.expires_at and message.expires_at <= timezone.now():
        raise OutboxError("expired", _("This message would come too late."))
    message.state = MessageState.PENDING
    message.claimed_by = ""
    message.attempts = 0
    message.due_at = timezone.now()
    message.unanswered_since = None
    message.save(update_fields=["state", "claimed_by", "attempts", "due_at", "unanswered_since"])
    wake_after_commit()


@transaction.atomic
def mark_sent(*, message: Message) -> None:
    """Note that a doubtful mail did arrive. Raises OutboxError: `not_doubtful` (any other state)."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.state != MessageState.DOUBTFUL:
        raise OutboxError("not_doubtful", _("Only a message in doubt can be marked as sent."))
    finish(message, MessageState.SENT, sent_at=message.claimed_at or timezone.now())


@transaction.atomic
def cancel_waiting(*, message: Message) -> None:
    """Cancel a mail that waits, for good: its key is never used again. Raises OutboxError: `not_waiting`."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.state != MessageState.PENDING:
        raise OutboxError("not_waiting", _("Only a message that waits to be sent can be cancelled."))
    finish(message, MessageState.CANCELLED)


@transaction.atomic
def hold(*, reason: HoldReason, backup: UUID | None = None, backup_made_at: datetime | None = None) -> Hold:
    """Let no mail leave until `release`; return the hold.

    A hold in force for the restore of the same backup stands; another one gives way to the new one, which begins now.
    """
    current = Hold.objects.select_for_update().filter(released_at=None).first()
    if current and backup and current.backup == backup:
        return current
    if current:
        current.released_at = timezone.now()
        current.save(update_fields=["released_at"])
    return Hold.objects.create(reason=reason, backup=backup, backup_made_at=backup_made_at)


@transaction.atomic
def release(*, drop_older: bool = False) -> tuple[int, int]:
    """Let the mails leave again; return how many leave and how many were cancelled.

    `drop_older` cancels those that were put in line and due before the hold began: they may have left already. Mails
    due later only wait for their time. Raises OutboxError: `not_held`.
    """
    current = Hold.objects.select_for_update().filter(released_at=None).first()
    if current is None:
        raise OutboxError("not_held", _("The mails are not held."))
    cancelled = 0
    if drop_older:
        older = Message.objects.perhaps_left_before(current.held_at)
        cancelled = older.update(state=MessageState.CANCELLED, rendered=None, context={})
    current.released_at = timezone.now()
    current.save(update_fields=["released_at"])
    wake_after_commit()
    return Message.objects.pending().count(), cancelled
