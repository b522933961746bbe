"""Send the due mails, each exactly once or into doubt."""

import os
import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import registry, rendering
from ..models import Message, MessageState, Priority
from ..queries import is_held
from .writing import refuses_optional, wake

log = structlog.get_logger(__name__)

# Time until the next attempt after a refusal: it doubles from the first to the longest. Greylisting accepts the second.
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
MAX_ATTEMPTS = 12
# First key of the outbox's advisory locks in PostgreSQL ("mail" in ASCII).
LOCK_CLASS = 0x6D61696C
# Characters of an error that a message keeps.
ERROR_LENGTH = 2000
# A task that sends gives its worker back after so long, in seconds, and orders another: a mailing may last for hours,
# and must not keep the other tasks waiting.
LONGEST_TURN = 20


def send_due(*, now: datetime | None = None, limit: int = 200, ends: float | None = None) -> int:
    """Send the due mails, in their order; return the number that the mail server accepted.

    Any number of senders may run at once, and any of them may die at any moment. The run stops early if the mail server
    cannot be reached; the next run tries again. It ends at `ends`, a time of `time.monotonic`.
    """
    settle_dead_claims()
    sent = 0
    for _turn in range(limit):
        message = _claim(now=now or timezone.now())
        if message is None:
            break
        try:
            outcome = _deliver(message, now=now or timezone.now())
        finally:
            _release(message)
        sent += outcome is MessageState.SENT
        if outcome is None or (ends is not None and time.monotonic() >= ends):
            break
    return sent


def send_due_alone() -> int:
    """Send the due mails unless another task is doing so; return the number of mails accepted.

    Only one worker sends at a time. A worker runs several tasks and dies with all of them, so its death leaves one mail
    in doubt instead of one for each task. After LONGEST_TURN the rest is left to another task, behind those that wait.
    """
    total = 0
    ends = time.monotonic() + LONGEST_TURN
    # Look again after releasing the lock: a task that was refused it meanwhile relies on this one.
    while Message.objects.due(timezone.now()).exists() or Message.objects.filter(state=MessageState.CLAIMED).exists():
        if not _query("SELECT pg_try_advisory_lock(%s)", LOCK_CLASS):
            break
        try:
            sent = send_due(ends=ends)
        finally:
            _query("SELECT pg_advisory_unlock(%s)", LOCK_CLASS)
        total += sent
        if not sent:
            break
        if time.monotonic() >= ends:
            wake()
            break
    return total


def settle_dead_claims() -> int:
    """Mark as doubtful the messages whose sender died; return their number."""
    settled = 0
    for pk in Message.objects.filter(state=MessageState.CLAIMED).values_list("pk", flat=True):
        with transaction.atomic():
            if not _query("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK_CLASS, _lock_number(pk)):
                continue
            settled += Message.objects.filter(pk=pk, state=MessageState.CLAIMED).update(
                state=MessageState.DOUBTFUL,
                error=_("The sender stopped while this message was leaving. Ask the recipient, or send it again."),
            )
    if settled:
        log.error("outbox_doubtful", count=settled)
    return settled


def _claim(*, now: datetime) -> Message | None:
    """Take the first of the due messages for this sender, and commit; None where none is due, or the mails are held.

    Expired messages met on the way are dropped."""
    while True:
        with transaction.atomic():
            if is_held():
                return None
            message = _first_due(now)
            if message is None:
                return None
            if message.expires_at and message.expires_at <= now:
                finish(message, MessageState.DROPPED)
                continue
            # This connection holds the lock beyond the commit, exactly as long as the sender lives.
            _query("SELECT pg_advisory_lock(%s, %s)", LOCK_CLASS, _lock_number(message.pk))
            message.state = MessageState.CLAIMED
            message.claimed_at = timezone.now()
            message.claimed_by = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
            message.attempts += 1
            message.save(update_fields=["state", "claimed_at", "claimed_by", "attempts"])
            return message


def _first_due(now: datetime) -> Message | None:
    """Lock and return the message that is to leave first. Each rank is asked for apart, so that the index is read from
    where it begins, whatever waits for a later day."""
    for priority in Priority:
        found = Message.objects.due(now).filter(priority=priority).select_for_update(skip_locked=True).first()
        if found:
            return found
    return None


def _release(message: Message) -> None:
    _query("SELECT pg_advisory_unlock(%s, %s)", LOCK_CLASS, _lock_number(message.pk))


def _deliver(message: Message, *, now: datetime) -> MessageState | None:
    """Send one claimed message and record the result. Return its new state, or None if no mail server answers."""
    if registry.is_optional(message.template) and refuses_optional(message.to_email):
        return finish(message, MessageState.DROPPED)
    try:
        mail = rendering.render(message)
    except Exception as error:  # a broken template or builder must not stop the other mails
        log.exception("outbox_rendering_failed", message=message.pk, kind=message.template)
        return _postpone(message, error, now=now)
    if mail is None:
        return finish(message, MessageState.DROPPED)
    try:
        mail.message()
    except ValueError as error:  # an address, a name or a subject that no header may hold
        log.exception("outbox_unwritable", message=message.pk)
        return _give_up(message, error)
    try:
        server = _connect()
    except OSError as error:
        log.warning("outbox_server_unreachable", error=str(error))
        _postpone(message, error, now=now, is_answered=False)
        return None
    with _closing(server):
        try:
            server.send_messages([mail])
        except REFUSALS as error:
            is_final = _is_final(error)
            log.warning("outbox_refused", message=message.pk, final=is_final, error=_told(error))
            return _give_up(message, error) if is_final else _postpone(message, error, now=now)
        except ValueError as error:  # an impossible address: refused before anything was sent
            log.exception("outbox_unwritable", message=message.pk)
            return _give_up(message, error)
        except Exception as error:  # lost while sending: the server may have accepted it
            log.exception("outbox_doubtful", message=message.pk)
            return _doubt(message, error)
        return finish(message, MessageState.SENT, sent_at=timezone.now())


# Answers by which the mail server says that it did not take the mail.
REFUSALS = (
    smtplib.SMTPHeloError,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
)
# RFC 4954: they ask the sender to authenticate, and say nothing of the mail.
AUTHENTICATION_REPLIES = {530, 534, 535, 538}


def _is_final(refusal: Exception) -> bool:
    """Return whether the mail server will never take this mail: a 5xx reply to its recipient or its text.

    A reply about the sender, about authentication, or about security and policy (RFC 3463: 5.7.x, such as a denied
    relay) concerns the settings or the server, and may be another tomorrow."""
    if isinstance(refusal, smtplib.SMTPNotSupportedError):  # an address that this server cannot write
        return True
    if not isinstance(refusal, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
        return False
    code, text = _reply(refusal)
    return 500 <= code < 600 and code not in AUTHENTICATION_REPLIES and not text.startswith("5.7.")


def _reply(refusal: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> tuple[int, str]:
    """Return the code and the words of the mail server; a mail has one recipient."""
    code: int
    text: bytes | str
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        [(code, text)] = refusal.recipients.values()
    else:
        code, text = refusal.smtp_code, refusal.smtp_error
    return code, text.decode(errors="replace") if isinstance(text, bytes) else text


def _connect() -> BaseEmailBackend:
    """Open a new connection for each mail: a server that hangs up between two mails then leaves no mail in doubt."""
    server = get_connection()
    server.open()
    return server


@contextmanager
def _closing(server: BaseEmailBackend) -> Iterator[None]:
    try:
        yield
    finally:
        try:
            server.close()
        except OSError as error:  # the mail's result is known by now
            log.info("outbox_goodbye_failed", error=str(error))


def finish(message: Message, state: MessageState, *, sent_at: datetime | None = None) -> MessageState:
    """Record the final state of a message and erase its text, which may hold secrets and what people wrote."""
    message.state = state
    message.claimed_by = ""
    message.rendered = None
    message.context = {}
    message.error = ""
    message.sent_at = sent_at
    message.save(update_fields=["state", "claimed_by", "rendered", "context", "error", "sent_at"])
    _forget_unkept(message)
    return state


def _forget_unkept(message: Message) -> None:
    """Delete the row of a mail that is settled, if its kind keeps none."""
    if message.template in registry.unkept():
        Message.objects.filter(pk=message.pk).delete()


def _doubt(message: Message, error: Exception) -> MessageState:
    message.state = MessageState.DOUBTFUL
    message.error = _told(error)
    message.save(update_fields=["state", "error"])
    return message.state


def _postpone(message: Message, error: Exception, *, now: datetime, is_answered: bool = True) -> MessageState:
    """Plan another attempt, or give up after MAX_ATTEMPTS refusals; never for want of an answer."""
    if is_answered and message.attempts >= MAX_ATTEMPTS:
        return _give_up(message, error)
    message.state = MessageState.PENDING
    waited_since = message.due_at if message.priority == Priority.FIRST else message.claimed_at
    message.unanswered_since = None if is_answered else message.unanswered_since or waited_since
    message.due_at = now + min(FIRST_WAIT * 2 ** min(message.attempts - 1, 16), LONGEST_WAIT)
    message.claimed_by = ""
    message.error = _told(error)
    message.save(update_fields=["state", "due_at", "unanswered_since", "claimed_by", "error"])
    return message.state


def _give_up(message: Message, error: Exception) -> MessageState:
    """End the attempts. The text stays, so that a person may send the mail again."""
    message.state = MessageState.FAILED
    message.claimed_by = ""
    message.error = _told(error)
    message.save(update_fields=["state", "claimed_by", "error"])
    _forget_unkept(message)
    return message.state


def _told(error: Exception) -> str:
    """Return the kind of an error and its words; of a refusal, those of the mail server."""
    said: object = error
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException):
        code, text = _reply(error)
        said = f"{code} {text}"
    return f"{type(error).__name__}: {said}"[:ERROR_LENGTH]


def _lock_number(pk: int) -> int:
    """Return the number of a message's advisory lock. PostgreSQL takes 31 bits as the second key."""
    return pk % 2**31


def _query(sql: str, *parameters: int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]
