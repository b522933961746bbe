"""Mail is put into the outbox by `enqueue`, in the transaction of what it tells about, and leaves by `send_due`.

How each mail leaves exactly once: a sender locks a due row, takes an advisory lock of PostgreSQL's on it, which lives
as long as the sender's own connection does, and commits the claim; it sends, and commits the end. A claimed row whose
advisory lock is free has lost its sender: nobody knows whether the mail server had accepted it. It becomes doubtful,
and only a person decides (`send_again`, `mark_sent`)."""

import os
import smtplib
import socket
import threading
from contextlib import contextmanager
from datetime import timedelta

import structlog
from celery import current_app
from django.core.mail import get_connection
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError as BrokerUnreachable

from hacktiv.common.errors import OperationError

from . import registry, rendering
from .models import Message, MessageState, OptOut

log = structlog.get_logger(__name__)

# After a refusal: a minute, doubling up to six hours. Greylisting passes at the second try.
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
MAX_ATTEMPTS = 12
# Names the outbox among users of PostgreSQL's advisory locks ("mail" in ASCII).
LOCK_CLASS = 0x6D61696C
ERROR_LENGTH = 2000
# A sent mail's row, with the address in it, is kept this long to answer « je n'ai rien reçu ».
KEPT_FOR = timedelta(days=90)


class OutboxError(OperationError):
    """A decision about a message was refused."""


# --- writing ---


def enqueue(
    *,
    key: str,
    template: str,
    to_email: str,
    language: str,
    context: dict | None = None,
    to_name: str = "",
    reply_to: str = "",
    about: str = "",
    due_at=None,
    expires_at=None,
    rendered: dict | None = None,
) -> Message | None:
    """Put a mail into the outbox; None where a mail of that key was put there before.

    `context` holds primary keys and plain values, for the builder of the kind `template`. `rendered` (`subject`,
    `text`, `html`) is for a mail written already. `about` names what the mail tells about. Without `due_at` it is due
    at once; after `expires_at` it is dropped. Raises LookupError for a kind that no app registered."""
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
    """Put these rows, not stored yet, into the outbox by one statement; return those whose key was new.

    Raises LookupError, and stores none of them, for a kind that no app registered."""
    for message in messages:
        registry.check_kind(message.template, is_written=message.rendered is not None)
    stored = _store(messages) if messages else []
    now = timezone.now()
    if any(message.due_at <= now for message in stored):
        _wake_after_commit()
    return stored


def _store(messages):
    """Insert the rows and leave out those whose key is taken: Django itself does not say which these are."""
    fields = [field for field in Message._meta.concrete_fields if not field.primary_key]
    values = [
        field.get_db_prep_save(field.pre_save(message, add=True), connection)
        for message in messages
        for field in fields
    ]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
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
    """Drop the mails still to be sent whose key starts so; the number of them."""
    pending = Message.objects.pending().filter(key__startswith=key_prefix)
    return pending.update(state=MessageState.DROPPED, rendered=None, context={})


def take_back(*, about: list[str], kinds: list[str]) -> int:
    """Take the mails of these kinds that have not left out of the outbox, so that they can be put in anew as things
    stand now, those dropped too; the number of them. What is leaving at this moment stays."""
    states = [MessageState.PENDING, MessageState.DROPPED]
    return Message.objects.filter(about__in=about, template__in=kinds, state__in=states).delete()[0]


def forget(*, email: str) -> int:
    """Erase every trace of an address, sent to it or on its behalf, gone or not; the number of messages erased."""
    OptOut.objects.filter(email=email.lower()).delete()
    return Message.objects.filter(Q(to_email__iexact=email) | Q(reply_to__iexact=email)).delete()[0]


def refuse_optional(*, email: str) -> None:
    """Send this address no more mails that it can do without."""
    OptOut.objects.get_or_create(email=email.lower())


def allow_optional(*, email: str) -> None:
    """Send this address such mails again."""
    OptOut.objects.filter(email=email.lower()).delete()


def refuses_optional(email: str) -> bool:
    return bool(who_refuse([email]))


def who_refuse(emails: list[str]) -> set[str]:
    """Those of the addresses, in lower case, that want no mail they can do without."""
    wanted = {email.lower() for email in emails}
    return set(OptOut.objects.filter(email__in=wanted).values_list("email", flat=True))


@transaction.atomic
def follow_address(*, old: str, new: str) -> None:
    """Let a choice go with its person to another address."""
    if OptOut.objects.filter(email=old.lower()).delete()[0]:
        refuse_optional(email=new)


@transaction.atomic
def purge(*, now=None) -> int:
    """Erase the messages that nobody needs any more, and what expired ones say; the number of messages erased."""
    now = now or timezone.now()
    failed_or_doubtful = Message.objects.filter(state__in=[MessageState.FAILED, MessageState.DOUBTFUL])
    failed_or_doubtful.filter(expires_at__lte=now).update(rendered=None, context={})
    settled = [MessageState.SENT, MessageState.DROPPED, MessageState.FAILED]
    return Message.objects.filter(state__in=settled, due_at__lt=now - KEPT_FOR).delete()[0]


def _wake_after_commit():
    """Have the sender woken once, however many mails the transaction puts in."""
    if not any(call[1] is _wake for call in connection.run_on_commit):
        # What is committed is done: whatever fails from here on is logged, and is no failure of the request.
        transaction.on_commit(_wake, robust=True)


def _wake():
    try:
        current_app.send_task("hacktiv.outbox.tasks.send_due", expires=60)
    except BrokerUnreachable as error:
        log.warning("outbox_wake_failed", error=str(error))


# --- staff's decisions ---


@transaction.atomic
def send_again(*, message: Message) -> None:
    """Send a doubtful or failed mail once more: staff accepts that a doubtful one may arrive twice.

    Raises OutboxError for any other message, and for one whose text was erased or whose time is over."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.state not in {MessageState.DOUBTFUL, MessageState.FAILED}:
        raise OutboxError("not_doubtful", _("Only a message in doubt, or one that could not be sent, is sent again."))
    if message.expires_at and message.expires_at <= timezone.now():
        raise OutboxError("expired", _("This message would come too late."))
    message.state = MessageState.PENDING
    message.claimed_by = ""
    message.attempts = 0
    message.due_at = timezone.now()
    message.save(update_fields=["state", "claimed_by", "attempts", "due_at"])
    _wake_after_commit()


@transaction.atomic
def mark_sent(*, message: Message) -> None:
    """Note that a doubtful mail did arrive. Raises OutboxError for any other message."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.state != MessageState.DOUBTFUL:
        raise OutboxError("not_doubtful", _("Only a message in doubt can be marked as sent."))
    _finish(message, MessageState.SENT, sent_at=message.claimed_at or timezone.now())


# --- sending ---


def send_due(*, now=None, limit: int = 200) -> int:
    """Send what is due, oldest first; the number of mails the mail server accepted.

    Any number of senders may run at once, and any may die at any moment. The run ends early where the mail server
    cannot be reached: the next one tries again."""
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
        if outcome is None:
            break
    return sent


def send_due_alone() -> int:
    """Send what is due unless another task does: of all workers one sends at a time; the number of mails accepted.

    A worker has many hands, and dies with all of them: so a death brings one mail into doubt and not one a hand."""
    total = 0
    # Asked again after the lock is given back: whoever was turned away meanwhile relied on this round.
    while Message.objects.due(timezone.now()).exists() or Message.objects.filter(state=MessageState.CLAIMED).exists():
        if not _query("SELECT pg_try_advisory_lock(%s)", LOCK_CLASS):
            break
        try:
            sent = send_due()
        finally:
            _query("SELECT pg_advisory_unlock(%s)", LOCK_CLASS)
        total += sent
        if not sent:
            break
    return total


def settle_dead_claims() -> int:
    """Turn the messages whose sender died into doubtful ones; the number of them."""
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


def _claim(*, now) -> Message | None:
    """Take the oldest due message for this sender, committed; drop on the way those whose time is over."""
    while True:
        with transaction.atomic():
            message = Message.objects.due(now).select_for_update(skip_locked=True).first()
            if message is None:
                return None
            if message.expires_at and message.expires_at <= now:
                _finish(message, MessageState.DROPPED)
                continue
            # Held by this connection beyond the commit: as long as the sender lives, and no longer.
            _query("SELECT pg_advisory_lock(%s, %s)", LOCK_CLASS, _lock_number(message.pk))
            message.state = MessageState.CLAIMED
            message.claimed_at = timezone.now()
            message.claimed_by = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
            message.attempts += 1
            message.save(update_fields=["state", "claimed_at", "claimed_by", "attempts"])
            return message


def _release(message):
    _query("SELECT pg_advisory_unlock(%s, %s)", LOCK_CLASS, _lock_number(message.pk))


def _deliver(message, *, now):
    """Send one claimed message and note what came of it: its new state, or None where no mail server answers."""
    if registry.is_optional(message.template) and refuses_optional(message.to_email):
        return _finish(message, MessageState.DROPPED)
    try:
        mail = rendering.render(message)
        if mail is not None:
            mail.message()  # refuses what no header may hold, such as a line end in a name
    except Exception as error:  # a broken template, builder or name must not keep the other mails
        log.exception("outbox_rendering_failed", message=message.pk, kind=message.template)
        return _postpone(message, error, now=now)
    if mail is None:
        return _finish(message, MessageState.DROPPED)
    try:
        server = _connect()
    except OSError as error:
        log.warning("outbox_server_unreachable", error=str(error))
        _postpone(message, error, now=now, gives_up=False)
        return None
    with _closing(server):
        try:
            server.send_messages([mail])
        except REFUSALS as error:
            log.warning("outbox_refused", message=message.pk, error=str(error))
            return _postpone(message, error, now=now)
        except ValueError as error:  # an address that no mail program writes: refused before anything of it left
            log.exception("outbox_refused", message=message.pk)
            return _postpone(message, error, now=now)
        except Exception as error:  # lost in the middle: it may have been accepted
            log.exception("outbox_doubtful", message=message.pk)
            return _doubt(message, error)
        return _finish(message, MessageState.SENT, sent_at=timezone.now())


# The mail server's own word that it did not take the mail.
REFUSALS = (
    smtplib.SMTPHeloError,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
)


def _connect():
    """A fresh connection for each mail, so that a server that hangs up between two mails brings none into doubt."""
    server = get_connection()
    server.open()
    return server


@contextmanager
def _closing(server):
    try:
        yield
    finally:
        try:
            server.close()
        except OSError as error:  # the mail's fate is known by now
            log.info("outbox_goodbye_failed", error=str(error))


def _finish(message, state, **fields):
    """Note the end of a message, and erase what it says: its secrets, and what people wrote."""
    message.state = state
    message.claimed_by = ""
    message.rendered = None
    message.context = {}
    message.error = ""
    message.sent_at = fields.get("sent_at")
    message.save(update_fields=["state", "claimed_by", "rendered", "context", "error", "sent_at"])
    return state


def _doubt(message, error):
    message.state = MessageState.DOUBTFUL
    message.error = _told(error)
    message.save(update_fields=["state", "error"])
    return message.state


def _postpone(message, error, *, now, gives_up=True):
    """Try again later, or give up after MAX_ATTEMPTS refusals."""
    if gives_up and message.attempts >= MAX_ATTEMPTS:
        message.state = MessageState.FAILED
    else:
        message.state = MessageState.PENDING
        message.due_at = now + min(FIRST_WAIT * 2 ** min(message.attempts - 1, 16), LONGEST_WAIT)
    message.claimed_by = ""
    message.error = _told(error)
    message.save(update_fields=["state", "due_at", "claimed_by", "error"])
    return message.state


def _told(error):
    return f"{type(error).__name__}: {error}"[:ERROR_LENGTH]


def _lock_number(pk):
    """A message's number among the advisory locks, whose second key has 31 bits."""
    return pk % 2**31


def _query(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]
