"""Keep the numbers of mailings where people are erased."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F

from hacktiv.outbox.models import Message, MessageState

from ..models import Mailing
from ..queries.progress import IN_TROUBLE


@transaction.atomic
def count_before_erasing(*, mails: Collection[int]) -> None:
    """Count what became of mails (primary keys) that are about to be erased, for mailings that have not ended: the
    caller erases them in the same transaction. One that a sender has taken counts as
    failed: nobody knows whether it left."""
    named = Message.objects.filter(pk__in=mails, about__startswith=Mailing.ABOUT)
    keys = {int(about.removeprefix(Mailing.ABOUT)) for about in named.order_by().values_list("about", flat=True)}
    # The mailing before its mails, as whoever stops it does.
    open_ones = Mailing.objects.filter(pk__in=keys, finished_at=None).order_by("pk").select_for_update(no_key=True)
    for mailing in open_ones:
        own = named.filter(about=mailing.about).order_by("pk").select_for_update()
        states = list(own.values_list("state", flat=True))
        in_doubt = sum(state in (*IN_TROUBLE, MessageState.CLAIMED) for state in states)
        Mailing.objects.filter(pk=mailing.pk).update(
            sent=F("sent") + states.count(MessageState.SENT), failed=F("failed") + in_doubt
        )
