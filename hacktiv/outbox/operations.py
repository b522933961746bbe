"""Put mails into the outbox with `enqueue`, in the transaction of the fact they tell about; send them with `send_due`.

Each mail leaves exactly once. A sender locks a due row, takes an advisory lock of PostgreSQL on it and commits the
claim. The advisory lock lives as long as the sender's own connection. The sender then sends the mail and commits the
result. A claimed row whose advisory lock is free has lost its sender, and nobody knows whether the mail server accepted
the mail. Such a row becomes doubtful, and only a person decides about it (`send_again`, `mark_sent`).
"""

import os
import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from celery import current_app
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError as BrokerUnreachable

from hacktiv.common.errors import OperationError

from . import registry, rendering
from .models import Hold, HoldReason, Message, MessageState, OptOut, Priority
from .queries import is_held

log = structlog.get_logger(__name__)

# Time until the next attempt after a refusal: it doubles from the first to the longest. Greylisting accepts the second.
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
MAX_ATTEMPTS = 12
# First key of the outbox's advisory locks in PostgreSQL ("mail" in ASCII).
LOCK_CLASS = 0x6D61696C
# Characters of an error that a message keeps.
ERROR_LENGTH = 2000
# The row of a sent mail, with the address, is kept so long, to answer « je n'ai rien reçu ».
KEPT_FOR = timedelta(days=90)
# A task that sends gives its worker back after so long, in seconds, and orders another: a mailing may last for hours,
# and must not keep the other tasks waiting.
LONGEST_TURN = 20


class OutboxError(OperationError):
    """A decision about a message was refused."""


# --- writing ---


def enqueue(
    *,
    key: str,
    template: str,
    to_email: str,
    language: str,
    context: dict[str, Any] | None = None,
    to_name: str = "",
    reply_to: str = "",
    about: str = "",
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    rendered: dict[str, str] | None = None,
) -> Message | None:
    """Put a mail into the outbox and return it; return None if a mail with this key was put there before.

    `context` holds primary keys and plain values, for the builder of the kind `template`. `rendered` (`subject`,
    `text`, `html`) is for a mail that is already written. `about` names the thing that the mail tells about. The mail
    is due at `due_at` (default: now) and is dropped after `expires_at`. Raises LookupError for an unregistered kind.
    """
    message = Message(
        key=key,
        template=template,
        to_email=to_email,
        to_name=to_name,
        reply_to=reply_to,
        about=about,
        language=language,
        context=context or {},
        rendered=rendered,
        due_at=due_at or timezone.now(),
        expires_at=expires_at,
    )
    return next(iter(enqueue_all([message])), None)


def enqueue_all(messages: list[Message]) -> list[Message]:
    """Put unsaved messages into the outbox with one statement; return those whose key was new.

    Raises LookupError for an unregistered kind; then none of them is stored.
    """
    for message in messages:
        registry.check_kind(message.template, is_written=message.rendered is not None)
    stored = _store(messages) if messages else []
    now = timezone.now()
    if any(message.due_at <= now for message in stored):
        _wake_after_commit()
    return stored


def _store(messages: list[Message]) -> list[Message]:
    """Insert the messages and return those whose key was new. Django itself does not tell which rows it left out."""
    fields = [field for field in Message._meta.concrete_fields if not field.primary_key]
    values = [
        field.get_db_prep_save(field.pre_save(message, add=True), connection)
        for message in messages
        for field in fields
    ]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {connection.ops.quote_name(Message._meta.db_table)} ({columns})"  # noqa: S608 - our own names
            f" VALUES {', '.join([row] * len(messages))} ON CONFLICT DO NOTHING RETURNING message_id, id",
            values,
        )
        primary_keys = dict(cursor.fetchall())
    stored = [message for message in messages if message.message_id in primary_keys]
    for message in stored:
        message.pk = primary_keys[message.message_id]
        message._state.adding, message._state.db = False, connection.alias
    return stored


def cancel(*, key_prefix: str) -> int:
    """Drop the unsent mails whose key starts with `key_prefix`; return their number."""
    pending = Message.objects.pending().filter(key__startswith=key_prefix)
    return pending.update(state=MessageState.DROPPED, rendered=None, context={})


def cancel_about(*, about: str) -> int:
    """Cancel all mails about this thing that no sender has taken yet, for good; return their number."""
    pending = Message.objects.pending().filter(about=about)
    return pending.update(state=MessageState.CANCELLED, rendered=None, context={})


def take_back(*, about: list[str], kinds: list[str]) -> int:
    """Remove unsent mails of these kinds about these things, dropped ones too; return their number.

    They can then be put in again with new content. A mail that is leaving at this moment stays.
    """
    states = [MessageState.PENDING, MessageState.DROPPED]
    return Message.objects.filter(about__in=about, template__in=kinds, state__in=states).delete()[0]


def refuse_optional(*, email: str) -> None:
    """Stop sending optional mails to this address."""
    OptOut.objects.get_or_create(email=email.lower())


def allow_optional(*, email: str) -> None:
    """Send optional mails to this address again."""
    OptOut.objects.filter(email=email.lower()).delete()


def refuses_optional(email: str) -> bool:
    """Return whether this address refuses optional mails."""
    return bool(who_refuse([email]))


def who_refuse(emails: list[str]) -> set[str]:
    """Return the addresses that refuse optional mails, in lower case."""
    wanted = {email.lower() for email in emails}
    return set(OptOut.objects.filter(email__in=wanted).values_list("email", flat=True))


@transaction.atomic
def follow_address(*, old: str, new: str) -> None:
    """Keep a person's refusal of optional mails when their address changes."""
    if OptOut.objects.filter(email=old.lower()).delete()[0]:
        refuse_optional(email=new)


@transaction.atomic
def purge(*, now: datetime | None = None) -> int:
    """Erase the settled messages older than KEPT_FOR; return their number. Also erase the text of expired mails in
    trouble, and those mails as a whole whose kind keeps no row.
    """
    now = now or timezone.now()
    Message.objects.filter(template__in=registry.unkept(), expires_at__lte=now).delete()
    failed_or_doubtful = Message.objects.filter(state__in=[MessageState.FAILED, MessageState.DOUBTFUL])
    failed_or_doubtful.filter(expires_at__lte=now).update(rendered=None, context={})
    settled = [MessageState.SENT, MessageState.DROPPED, MessageState.CANCELLED, MessageState.FAILED]
    return Message.objects.filter(state__in=settled, due_at__lt=now - KEPT_FOR).delete()[0]


def _wake_after_commit() -> None:
    """Wake the sender once after the commit, however many mails the transaction puts in."""
    if not any(call[1] is _wake for call in connection.run_on_commit):
        # The transaction is committed: a failure from here on is logged and does not fail the request.
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    try:
        current_app.send_task("hacktiv.outbox.tasks.send_due", expires=60)
    except BrokerUnreachable as error:
        log.warning("outbox_wake_failed", error=str(error))


# --- staff's decisions ---


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
    _wake_after_commit()


@transaction.atomic
def mark_sent(*, message: Message) -> None:
    """Note that a doubtful mail did arrive. Raises OutboxError: `not_doubtful` (any other state)."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.state != MessageState.DOUBTFUL:
        raise OutboxError("not_doubtful", _("Only a message in doubt can be marked as sent."))
    _finish(message, MessageState.SENT, sent_at=message.claimed_at or timezone.now())


@transaction.atomic
def cancel_waiting(*, message: Message) -> None:
    """Cancel a mail that waits, for good: its key is never used again. Raises OutboxError: `not_waiting`."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.state != MessageState.PENDING:
        raise OutboxError("not_waiting", _("Only a message that waits to be sent can be cancelled."))
    _finish(message, MessageState.CANCELLED)


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
    _wake_after_commit()
    return Message.objects.pending().count(), cancelled


# --- sending ---


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
            _wake()
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
                _finish(message, MessageState.DROPPED)
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
        return _finish(message, MessageState.DROPPED)
    try:
        mail = rendering.render(message)
    except Exception as error:  # a broken template or builder must not stop the other mails
        log.exception("outbox_rendering_failed", message=message.pk, kind=message.template)
        return _postpone(message, error, now=now)
    if mail is None:
        return _finish(message, MessageState.DROPPED)
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
        return _finish(message, MessageState.SENT, sent_at=timezone.now())


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


def _finish(message: Message, state: MessageState, *, sent_at: datetime | None = None) -> MessageState:
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
