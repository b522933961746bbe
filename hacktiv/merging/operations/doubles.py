"""Make one of the rows that both accounts have in tables without rules of their own. Both accounts are locked."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from events.enums import SpeakerState, TopicState
from events.models import EventOutcome, Speaker, TopicProposal
from hacktiv.outbox.models import Message, MessageState
from members.models import User
from spaces.models import Wait

from ..models import TwoPeople

#: The app of mailings knows nothing of mergings, nor this one of it.
RECIPIENTS = "mailings.MailingRecipient"


def join_doubles(*, kept: User, gone: User) -> dict[str, list[int]]:
    """Give places in line, talks, proposals and rows of mailings to the account that stays, each once. Return the keys
    of what it had already, by table."""
    dropped = {
        "spaces.Wait": _join(
            Wait.objects.filter(booking=None),
            lambda row: (row.resource_id, row.period),
            lambda row: (row.created_at, row.pk),
            kept,
            gone,
        ),
        "events.Speaker": _join(
            Speaker.objects.all(),
            lambda row: row.event_id,
            lambda row: (row.state != SpeakerState.AGREED, row.user_id != kept.pk),
            kept,
            gone,
        ),
        "events.TopicProposal": _join(
            TopicProposal.objects.filter(state=TopicState.PROPOSED),
            lambda row: (row.space_id, row.day),
            lambda row: row.user_id != kept.pk,
            kept,
            gone,
        ),
        RECIPIENTS: _join_recipients(kept, gone),
    }
    for model in (Wait, TopicProposal):
        model._default_manager.filter(user=gone).update(user=kept)
    _forget_oneself(kept, gone)
    _join_two_people(kept, gone)
    return dropped


def _join_recipients(kept: User, gone: User) -> list[int]:
    """Keep of two rows of one mailing that of the mail that has left, else that of the account that stays. The mail of
    the other row is dropped as its turn comes."""
    rows = apps.get_model(RECIPIENTS)._default_manager.all()
    both = [row.key for row in rows.filter(user__in=[kept, gone])]
    sent = set(Message.objects.filter(key__in=both, state=MessageState.SENT).values_list("key", flat=True))
    return _join(
        rows, lambda row: row.mailing_id, lambda row: (row.key not in sent, row.user_id != kept.pk), kept, gone
    )


def _join(
    rows: QuerySet[Any], key: Callable[[Any], Any], rank: Callable[[Any], Any], kept: User, gone: User
) -> list[int]:
    """Give the rows of the account that goes to the other; of two with the same key the one of the lower rank stays."""
    dropped = []
    own = {key(row): row for row in rows.filter(user=kept)}
    for row in rows.filter(user=gone).order_by("pk"):
        twin: Model | None = own.get(key(row))
        if twin:
            row, other = sorted([row, twin], key=rank)
            dropped.append(other.pk)
            other.delete()
        row.user = kept
        row.save()
    return dropped


def _forget_oneself(kept: User, gone: User) -> None:
    """Take the person out of their own outcomes, where they named the other account as their partner."""
    both = [kept, gone]
    EventOutcome.objects.filter(registration__user__in=both, partner__in=both).update(partner=None)


def _join_two_people(kept: User, gone: User) -> None:
    """Keep who is another person than the account that goes, as of the one that stays."""
    for row in TwoPeople.objects.filter(Q(first=gone) | Q(second=gone)):
        other = row.second_id if row.first_id == gone.pk else row.first_id
        if other != kept.pk:
            first, second = sorted([kept.pk, other])
            told = {"decided_by": row.decided_by, "decided_at": row.decided_at}
            TwoPeople.objects.get_or_create(first_id=first, second_id=second, defaults=told)
        row.delete()
