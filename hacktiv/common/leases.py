"""Give long work to one worker at a time: a lease, which a timer renews while the worker lives.

The work is a row of a `Leased` table. A worker takes the lease of the row, a fresh token valid for LEASE, and checks at
each write that it still holds it. A worker that dies renews nothing: its lease ends, and the next worker takes the row.
"""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection, models
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: A worker that does not renew its lease for so long is taken for dead.
LEASE = timedelta(seconds=30)
#: Seconds between two renewals.
RENEWED_EVERY = 10
#: Work that was ordered and is not taken within this time is taken up by the beat: the order was lost.
WOKEN_WITHIN = timedelta(seconds=10)
#: The columns of a row of which nobody holds the lease, and that nobody is to take up.
NO_LEASE: dict[str, Any] = {"lease_token": None, "lease_until": None}


class LeaseLost(Exception):
    """The work was taken over by another worker, or stopped."""


class Leased(models.Model):
    """Work of which one worker holds the lease: `lease_token` until `lease_until`.

    Without a token the row waits for a worker until `lease_until`, after which the beat takes it up. `attempts` counts
    how often the lease was taken."""

    lease_token = models.UUIDField(_("lease"), null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)

    class Meta:
        abstract = True

    def await_worker(self) -> None:
        """Let the row wait for a worker from now on; the caller saves it and sends the order."""
        self.lease_token, self.lease_until = None, timezone.now() + WOKEN_WITHIN


def left_to_the_next() -> dict[str, Any]:
    """Return the columns of a row that its worker leaves: the beat has it taken up in a moment, as after a death."""
    return {"lease_token": None, "lease_until": timezone.now() + WOKEN_WITHIN}


def take_lease(rows: QuerySet[Any], **columns: Any) -> uuid.UUID | None:
    """Take the lease of the row, if nobody who lives has it, and set these columns; return the token or None.

    `rows` keeps the row by its key and by the states in which there is work."""
    now, token = timezone.now(), uuid.uuid4()
    free = rows.filter(Q(lease_token=None) | Q(lease_until__lt=now))
    taken = free.update(lease_token=token, lease_until=now + LEASE, attempts=F("attempts") + 1, **columns)
    return token if taken else None


@contextmanager
def renewed_lease(rows: QuerySet[Any], token: uuid.UUID) -> Iterator[None]:
    """Renew the lease by a timer for as long as the work lasts, however long its steps are."""
    is_done = threading.Event()

    def renew() -> None:
        try:
            while not is_done.wait(RENEWED_EVERY):
                if not rows.filter(lease_token=token).update(lease_until=timezone.now() + LEASE):
                    return
        finally:
            connection.close()

    timer = threading.Thread(target=renew, daemon=True)
    timer.start()
    try:
        yield
    finally:
        is_done.set()
        timer.join()


def lock_leased(rows: QuerySet[Any], token: uuid.UUID) -> None:
    """Lock the row until the transaction ends. Raises LeaseLost unless it is still this worker's."""
    if not rows.filter(lease_token=token).select_for_update(no_key=True).exists():
        raise LeaseLost
