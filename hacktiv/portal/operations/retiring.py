"""Warn the people who have not used their account for long, and erase the accounts of those who do not come back.

An account is unused once it has seen no sign-in, booking, registration, membership or role for UNUSED_ACCOUNT_MONTHS.
Its person is written to WARNED_BEFORE that, and again WARNED_AGAIN_BEFORE; it is erased no sooner than that after these
mails, however late the nights' work was done. Who signs in, or does anything else, keeps the account. Each person is
tended in a transaction of their own, so that a run which is killed goes on at the next one.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from hacktiv.common.locks import lock_address
from hacktiv.outbox.operations import enqueue
from members.models import UnusedAccount, User

from ..queries.unused import unused_accounts
from .erasing import erase_person

log = structlog.get_logger(__name__)

WARNED_BEFORE = timedelta(days=60)
WARNED_AGAIN_BEFORE = timedelta(days=14)
#: Days of a month, at an average.
MONTH = timedelta(days=30.44)
ACCOUNT_UNUSED = "portal.account_unused"


def tend_unused_accounts(*, now: datetime | None = None) -> dict[str, int]:
    """Warn, warn again and erase as their day comes, and forget the warnings of who has come back; return how many of
    each. Nothing happens where the network sets no time."""
    now = now or timezone.now()
    if not settings.UNUSED_ACCOUNT_MONTHS:
        return {}
    since = unused_since(now)
    came_back = UnusedAccount.objects.exclude(user__in=unused_accounts(since=since).order_by().values("pk"))
    done = {"kept": came_back.delete()[0], "warned": 0, "warned again": 0, "erased": 0}
    for pk in list(unused_accounts(since=since).order_by("pk").values_list("pk", flat=True)):
        if step := _tend(pk, now):
            done[step] += 1
    log.info("unused_accounts_tended", **{name.replace(" ", "_"): number for name, number in done.items()})
    return done


def unused_since(now: datetime) -> datetime:
    """Return from when on somebody has not used their account who is warned now."""
    return now - settings.UNUSED_ACCOUNT_MONTHS * MONTH + WARNED_BEFORE


@transaction.atomic
def _tend(user_id: int, now: datetime) -> str:
    """Do what is due for one account, unless it is used by now; return what was done, or blank."""
    found = User.objects.filter(pk=user_id).first()
    if found is None:
        return ""
    lock_address(found.email)
    unused = unused_accounts(since=unused_since(now)).filter(pk=user_id)
    if not (User.objects.select_for_update().filter(pk=user_id).exists() and (person := unused.first())):
        return ""
    today = timezone.localdate(now)
    notice = UnusedAccount.objects.filter(user=person).first()
    if notice is None:
        notice = UnusedAccount.objects.create(user=person, warned_at=now, erased_on=today + WARNED_BEFORE)
        _tell(notice, "first")
        return "warned"
    if notice.warned_again_at is None:
        if today < notice.erased_on - WARNED_AGAIN_BEFORE:
            return ""
        notice.warned_again_at = now
        notice.erased_on = max(notice.erased_on, today + WARNED_AGAIN_BEFORE)
        notice.save()
        _tell(notice, "second")
        return "warned again"
    if today < notice.erased_on:
        return ""
    erase_person(user=person, tells=True)
    return "erased"


def _tell(notice: UnusedAccount, which: str) -> None:
    enqueue(
        key=f"{ACCOUNT_UNUSED}:{notice.pk}:{which}",
        template=ACCOUNT_UNUSED,
        to_email=notice.user.email,
        to_name=str(notice.user),
        language=notice.user.language,
        context={"notice": notice.pk},
    )
