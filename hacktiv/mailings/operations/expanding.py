"""Put the mails of a mailing in line: each person once, though the worker that does so may die at any moment.

The worker holds the lease of the mailing (`hacktiv/common/leases.py`). It writes the recipients in batches, each with
its mails in one transaction, in which it locks the mailing and finds its token still there. A worker that takes over
leaves out who has a row already. `resume_mailings`, asked for by the beat, takes up what a dead worker left, and notes
the end of mailings of which no mail waits any more.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from events.models import Registration
from hacktiv.common.leases import NO_LEASE, LeaseLost, lock_leased, renewed_lease, take_lease
from hacktiv.common.locks import lock_address
from hacktiv.outbox.models import Message, Priority
from hacktiv.outbox.operations import enqueue_all
from members.models import User

from ..enums import LeftOut, MailingState, RecipientState, Sort
from ..models import Mailing, MailingRecipient
from ..queries.audience import Addressee, addressees
from ..queries.progress import counted_mails, waits
from ..rendering import reply_to

log = structlog.get_logger(__name__)

# Rows of one transaction.
BATCH = 500
# Who was written to is remembered for so long after the mailing.
KEPT_FOR = timedelta(days=365)
# A mailing that failed so often is given up: the mails that are in line leave, the others are not written.
MOST_TAKEN = 5
# A batch in which a person was erased at the same moment is written anew, at most so many times.
MOST_ATTEMPTS = 5


def expand(*, mailing_id: int, after_batch: Callable[[int], object] = lambda number: None) -> bool:
    """Put the mails of a mailing in line. Return False if there is nothing to do, or it was stopped or taken over.

    It may run twice at once and may die at any moment. `after_batch` is called after each batch is committed."""
    token = take_lease(_leaving(mailing_id).filter(expanded_at=None))
    if token is None:
        return False
    try:
        with renewed_lease(_leaving(mailing_id), token):
            _put_in_line(mailing_id, token, after_batch)
    except LeaseLost:
        log.info("mailing_taken_over", mailing=mailing_id)
        return False
    except Exception:
        log.exception("mailing_failed", mailing=mailing_id)
        return False
    return True


def resume_mailings() -> int:
    """Take up the mailings that nobody works on, give up those that failed MOST_TAKEN times, and note the end of those
    that have left; return the first number."""
    now = timezone.now()
    Mailing.objects.abandoned(now).filter(attempts__gte=MOST_TAKEN).update(
        state=MailingState.STOPPED, stopped_at=now, gave_up=True, **NO_LEASE
    )
    waiting = list(Mailing.objects.abandoned(now).values_list("pk", flat=True))
    resumed = sum(expand(mailing_id=pk) for pk in waiting)
    for mailing in Mailing.objects.unsettled():
        if not waits(mailing):
            _settle(mailing)
    return resumed


def forget_old() -> int:
    """Delete who was written to by mailings that are older than KEPT_FOR, whose numbers stay; return how many rows."""
    old = MailingRecipient.objects.filter(mailing__started_at__lt=timezone.now() - KEPT_FOR)
    return old.delete()[0]


def _leaving(mailing_id: int) -> QuerySet[Mailing]:
    return Mailing.objects.filter(pk=mailing_id, state=MailingState.SENDING)


def _put_in_line(mailing_id: int, token: uuid.UUID, after_batch: Callable[[int], object]) -> None:
    for attempt in range(1, MOST_ATTEMPTS + 1):
        mailing = Mailing.objects.select_related("space").get(pk=mailing_id)
        people = addressees(mailing)
        told = set(mailing.recipients.values_list("email", flat=True))
        new = [one for one in people if one.email and one.email not in told]
        unreachable = sum(one.reason == LeftOut.NO_ADDRESS for one in people)
        total = mailing.queued + sum(not one.reason for one in new)
        _note(mailing, token, total=total, unreachable=unreachable)
        try:
            for start in range(0, len(new), BATCH):
                _write_batch(mailing, token, new[start : start + BATCH])
                after_batch(start // BATCH)
        except IntegrityError:
            if attempt == MOST_ATTEMPTS:
                raise
            continue  # somebody was erased meanwhile: read the audience anew
        _note(mailing, token, expanded_at=timezone.now(), **NO_LEASE)
        return


@transaction.atomic
def _note(mailing: Mailing, token: uuid.UUID, **columns: object) -> None:
    lock_leased(_leaving(mailing.pk), token)
    Mailing.objects.filter(pk=mailing.pk).update(**columns)


def _still_there(mailing: Mailing, people: Sequence[Addressee]) -> list[Addressee]:
    """Lock these people, and leave out who was erased since the audience was read: nothing of them comes back."""
    guests = sorted(one.email for one in people if one.user is None)
    for address in guests:
        lock_address(address)
    accounts = User.objects.filter(pk__in=[one.user for one in people if one.user]).order_by("pk")
    known = set(accounts.select_for_update(no_key=True).values_list("pk", flat=True))
    named = Registration.objects.filter(event=mailing.event_id).annotate(address=Lower("guest_email"))
    registered = set(named.filter(address__in=guests).values_list("address", flat=True))
    return [one for one in people if (one.user in known if one.user else one.email in registered)]


@transaction.atomic
def _write_batch(mailing: Mailing, token: uuid.UUID, people: Sequence[Addressee]) -> None:
    """Write some of the audience as recipients, with the mails of those who are written to."""
    people = _still_there(mailing, people)
    lock_leased(_leaving(mailing.pk), token)
    rows = MailingRecipient.objects.bulk_create(
        MailingRecipient(
            mailing=mailing,
            user_id=one.user,
            email=one.email,
            name=one.name[:200],
            language=one.language,
            state=RecipientState.LEFT_OUT if one.reason else RecipientState.QUEUED,
            reason=one.reason,
        )
        for one in people
    )
    queued = [row for row in rows if row.state == RecipientState.QUEUED]
    enqueue_all([_mail_to(row, mailing) for row in queued])
    known = Mailing.objects.get(pk=mailing.pk)  # which is locked
    reasons = Counter(known.left_out) + Counter(str(row.reason) for row in rows if row.reason)
    Mailing.objects.filter(pk=mailing.pk).update(
        queued=F("queued") + len(queued), skipped=F("skipped") + len(rows) - len(queued), left_out=dict(reasons)
    )


def _mail_to(recipient: MailingRecipient, mailing: Mailing) -> Message:
    kind = "news" if mailing.sort == Sort.NEWS else "service"
    return Message(
        key=recipient.key,
        template=f"mailings.{kind}",
        to_email=recipient.email,
        to_name=recipient.name,
        reply_to=reply_to(mailing),
        language=recipient.language,
        about=mailing.about,
        context={"mailing": mailing.pk, "recipient": recipient.pk},
        priority=Priority.MAILING,
        due_at=mailing.started_at or timezone.now(),
    )


@transaction.atomic
def _settle(mailing: Mailing) -> None:
    """Note the end of a mailing of which no mail waits, with its numbers, which outlive the mails."""
    mailing = Mailing.objects.select_for_update(no_key=True).get(pk=mailing.pk)
    if mailing.finished_at or waits(mailing):
        return
    if mailing.is_leaving and mailing.expanded_at:
        mailing.state = MailingState.SENT
    elif mailing.state != MailingState.STOPPED:
        return
    for name, number in counted_mails(mailing).items():
        setattr(mailing, name, number)
    if (
        mailing.sent == mailing.total and mailing.sent and not mailing.gave_up
    ):  # The stop came too late to keep anybody from it.
        mailing.state, mailing.stopped_at = MailingState.SENT, None
    mailing.finished_at = timezone.now()
    mailing.save()
