"""Read how far a mailing is, and what was written to a person."""

from collections import Counter
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from hacktiv.outbox.models import Message, MessageState
from members.models import User

from ..enums import LeftOut, RecipientState
from ..models import Mailing, MailingRecipient

#: The states of mails that have not left yet.
WAITING = (MessageState.PENDING, MessageState.CLAIMED)
#: The states of mails that could not leave, or are in doubt.
IN_TROUBLE = (MessageState.FAILED, MessageState.DOUBTFUL)
#: The states of mails that were not wanted any more when their turn came, or were stopped.
NOT_SENT = (MessageState.DROPPED, MessageState.CANCELLED)


class Progress(NamedTuple):
    """The numbers of a mailing, which sum up to the people to write to: those `to_come` are not in line yet.

    Among those `not_sent` are people whom a stop kept from the line, or who were erased before their mail left."""

    to_come: int
    waiting: int
    sent: int
    in_trouble: int
    not_sent: int
    left_out: list[tuple[LeftOut, int]]

    @property
    def written_to(self) -> int:
        return self.to_come + self.waiting + self.sent + self.in_trouble + self.not_sent

    @property
    def done(self) -> int:
        return self.sent + self.in_trouble + self.not_sent

    @property
    def percent(self) -> int:
        return 100 * self.done // self.written_to if self.written_to else 100


def progress_of(mailing: Mailing) -> Progress:
    """Return how far the mailing is, by one query; once it has ended, what was counted then, by none."""
    states: Counter[str] = Counter()
    if mailing.finished_at is None:
        states.update(dict(_mails(mailing).order_by().values_list("state").annotate(number=Count("pk"))))
    reasons = Counter(mailing.left_out)
    reasons[LeftOut.NO_ADDRESS] += mailing.unreachable
    waiting, sent = _sum(states, WAITING), states[MessageState.SENT] + mailing.sent
    in_trouble, not_sent = _sum(states, IN_TROUBLE) + mailing.failed, _sum(states, NOT_SENT)
    others = max(mailing.total - waiting - sent - in_trouble - not_sent, 0)
    is_put_in_line = mailing.is_leaving and not mailing.expanded_at
    to_come = min(max(mailing.total - mailing.queued, 0), others) if is_put_in_line else 0
    return Progress(
        to_come=to_come,
        waiting=waiting,
        sent=sent,
        in_trouble=in_trouble,
        not_sent=not_sent + others - to_come,
        left_out=[(reason, reasons[reason]) for reason in LeftOut if reasons[reason]],
    )


def _sum(states: Counter[str], wanted: Collection[str]) -> int:
    return sum(states[state] for state in wanted)


def _mails(mailing: Mailing) -> QuerySet[Message]:
    return Message.objects.filter(about=mailing.about)


def waits(mailing: Mailing) -> bool:
    """Return whether a mail of the mailing has not left yet."""
    return _mails(mailing).filter(state__in=WAITING).exists()


def counted_mails(mailing: Mailing) -> dict[str, int]:
    """Return how many mails were sent, and how many could not be, as the columns of the mailing name them.

    With them are counted those of people who were erased since."""
    found = _mails(mailing).aggregate(
        sent=Count("pk", filter=Q(state=MessageState.SENT)),
        failed=Count("pk", filter=Q(state__in=IN_TROUBLE)),
    )
    return {"sent": mailing.sent + found["sent"], "failed": mailing.failed + found["failed"]}


#: What a list of recipients may show, and the states of their mails.
SHOWN = {
    "waiting": WAITING,
    "sent": (MessageState.SENT,),
    "trouble": IN_TROUBLE,
    "not_sent": NOT_SENT,
}


def recipients_in(mailing: Mailing, shown: str) -> QuerySet[MailingRecipient]:
    """Return the recipients by address: those left out, those whose mail is in one of the states shown, or all."""
    found = mailing.recipients.order_by("email")
    if shown == "left_out":
        return found.filter(state=RecipientState.LEFT_OUT)
    if shown in SHOWN:
        mails = _mails(mailing).filter(state__in=SHOWN[shown]).values("key")
        key: Any = Concat(Value(f"mailings.mailing:{mailing.pk}:"), Cast("pk", TextField()), output_field=TextField())
        return found.filter(state=RecipientState.QUEUED).annotate(mail_key=key).filter(mail_key__in=mails)
    return found


def with_mails(recipients: Collection[MailingRecipient]) -> None:
    """Set on each recipient their `mail`, or None once it is forgotten; one query."""
    mails = {mail.key: mail for mail in Message.objects.filter(key__in=[one.key for one in recipients])}
    for one in recipients:
        one.mail = mails.get(one.key)  # type: ignore[attr-defined]


def mailings_to(user: User, spaces: Collection[int] | None) -> QuerySet[MailingRecipient]:
    """Return what mailings of these spaces (primary keys) wrote to a person, the newest first, with each mailing; with
    None what those of all spaces and of the network did."""
    found = MailingRecipient.objects.filter(user=user, state=RecipientState.QUEUED)
    if spaces is not None:
        found = found.filter(mailing__space__in=list(spaces))
    found = found.select_related("mailing__space", "mailing__event").prefetch_related("mailing__texts")
    return found.order_by(F("mailing__started_at").desc(nulls_last=True), "-pk")
