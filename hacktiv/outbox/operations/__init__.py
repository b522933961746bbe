"""Put mails into the outbox with `enqueue`, in the transaction of the fact they tell about; send them with `send_due`.

Each mail leaves exactly once. A sender locks a due row, takes an advisory lock of PostgreSQL on it and commits the
claim. The advisory lock lives as long as the sender's own connection. The sender then sends the mail and commits the
result. A claimed row whose advisory lock is free has lost its sender, and nobody knows whether the mail server accepted
the mail. Such a row becomes doubtful, and only a person decides about it (`send_again`, `mark_sent`).
"""

from .deciding import OutboxError, cancel_waiting, hold, mark_sent, release, send_again
from .sending import FIRST_WAIT, LONGEST_WAIT, MAX_ATTEMPTS, send_due, send_due_alone, settle_dead_claims
from .writing import (
    KEPT_FOR,
    allow_optional,
    cancel,
    cancel_about,
    enqueue,
    enqueue_all,
    follow_address,
    purge,
    refuse_optional,
    refuses_optional,
    take_back,
    who_refuse,
)

__all__ = [
    "FIRST_WAIT",
    "KEPT_FOR",
    "LONGEST_WAIT",
    "MAX_ATTEMPTS",
    "OutboxError",
    "allow_optional",
    "cancel",
    "cancel_about",
    "cancel_waiting",
    "enqueue",
    "enqueue_all",
    "follow_address",
    "hold",
    "mark_sent",
    "purge",
    "refuse_optional",
    "refuses_optional",
    "release",
    "send_again",
    "send_due",
    "send_due_alone",
    "settle_dead_claims",
    "take_back",
    "who_refuse",
]
