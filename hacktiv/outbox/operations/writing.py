"""Put mails into the outbox, take them back, and note who refuses optional ones."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.utils import timezone

from hacktiv.common.orders import order

from .. import registry
from ..models import Message, MessageState, OptOut

log = structlog.get_logger(__name__)

# The row of a sent mail, with the address, is kept so long, to answer « je n'ai rien reçu ».
KEPT_FOR = timedelta(days=90)


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
        wake_after_commit()
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


def wake_after_commit() -> None:
    """Wake the sender once after the commit, however many mails the transaction puts in."""
    if not any(call[1] is wake for call in connection.run_on_commit):
        # The transaction is committed: a failure from here on is logged and does not fail the request.
        transaction.on_commit(wake, robust=True)


def wake() -> None:
    """Order a task that sends; if the broker is down, the beat does so later."""
    order("hacktiv.outbox.tasks.send_due", expires=60)
