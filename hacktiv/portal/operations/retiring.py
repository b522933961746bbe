"""Warn the people who have not used their account for long, and erase the accounts of those who do not come back.

An account is unused once it has seen no sign-in, booking, registration, membership or role for UNUSED_ACCOUNT_MONTHS.
Its person is written to WARNED_BEFORE that, and again WARNED_AGAIN_BEFORE; it is erased no sooner than that after these
mails have left, however late that was. A warning that waits, or could not be sent, holds all further steps: it stands
among the mails in trouble. Who signs in, or does anything else, keeps the account. Each person is tended in a
transaction of their own: a run that is killed goes on at the next one, and an error at one person stops no other.
"""

from datetime import date, datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from hacktiv.common.locks import lock_address
from hacktiv.outbox.models import Message, MessageState
from hacktiv.outbox.operations import enqueue
from members.core.queries import person_of
from members.models import UnusedAccount, User

from ..queries.unused import is_unused, unused_accounts
from .erasing import erase_person

log = structlog.get_logger(__name__)

WARNED_BEFORE = timedelta(days=60)
WARNED_AGAIN_BEFORE = timedelta(days=14)
#: Days of a month, at an average.
MONTH = timedelta(days=30.44)
ACCOUNT_UNUSED = "portal.account_unused"
#: Warnings that never leave; so does one whose row is gone.
TAKEN_BACK = {MessageState.DROPPED, MessageState.CANCELLED}


def tend_unused_accounts(*, now: datetime | None = None) -> dict[str, int]:
    """Warn, warn again and erase as their day comes, and forget the warnings of who has come back; return how many of
    each. Nothing happens where the network sets no time.

    An error at one account is logged, and raised once the others are done."""
    now = now or timezone.now()
    if not settings.UNUSED_ACCOUNT_MONTHS:
        return {}
    unused = [user.pk for user in unused_accounts(since=unused_since(now))]
    done = {
        "kept": UnusedAccount.objects.exclude(user__in=unused).delete()[0],
        "warned": 0,
        "warned again": 0,
        "erased": 0,
    }
    failures = []
    for pk in unused:
        try:
            step = _tend(pk, now)
        except Exception as error:
            log.exception("unused_account_failed", user=pk)
            failures.append(error)
        else:
            if step:
                done[step] += 1
    log.info("unused_accounts_tended", **{name.replace(" ", "_"): number for name, number in done.items()})
    if failures:
        raise failures[0]
    return done


def unused_since(now: datetime) -> datetime:
    """Return from when on somebody has not used their account who is warned now."""
    return now - settings.UNUSED_ACCOUNT_MONTHS * MONTH + WARNED_BEFORE


@transaction.atomic
def _tend(user_id: int, now: datetime) -> str:
    """Do what is due for one account, unless it is used by now; return what was done, or blank."""
    person = _locked(user_id)
    if person is None or not is_unused(person, since=unused_since(now)):
        return ""
    notice = UnusedAccount.objects.filter(user=person).first()
    mail = Message.objects.filter(key=_key(notice)).first() if notice else None
    if notice is None or mail is None or mail.state in TAKEN_BACK:
        return _warn(person, now)
    today = timezone.localdate(now)
    notice.erased_on = day_of_erasure(notice, told_on=timezone.localdate(mail.sent_at) if mail.sent_at else today)
    notice.save(update_fields=["erased_on"])
    if mail.sent_at is None:  # It waits, or could not be sent: nobody is erased unawares.
        return ""
    if notice.warned_again_at is None:
        return _warn_again(notice, now) if today >= notice.erased_on - WARNED_AGAIN_BEFORE else ""
    if today < notice.erased_on:
        return ""
    erase_person(user=person, tells=True)
    return "erased"


def _locked(user_id: int) -> User | None:
    """Lock the addresses of a person, then their account; return it, None where it was erased meanwhile."""
    found = User.objects.filter(pk=user_id).first()
    if found is None:
        return None
    for address in sorted(person_of(found).addresses | {found.email.lower()}):
        lock_address(address)
    return User.objects.select_for_update().filter(pk=user_id).first()


def _warn(person: User, now: datetime) -> str:
    """Warn a person for the first time, or anew where the warning before never left."""
    UnusedAccount.objects.filter(user=person).delete()
    erased_on = timezone.localdate(now) + WARNED_BEFORE
    _tell(UnusedAccount.objects.create(user=person, warned_at=now, erased_on=erased_on))
    return "warned"


def _warn_again(notice: UnusedAccount, now: datetime) -> str:
    notice.warned_again_at = now
    notice.erased_on = day_of_erasure(notice, told_on=timezone.localdate(now))
    notice.save()
    _tell(notice)
    return "warned again"


def day_of_erasure(notice: UnusedAccount, *, told_on: date) -> date:
    """Return the day before which nobody erases an account, if its person is told on that day."""
    before = WARNED_AGAIN_BEFORE if notice.warned_again_at else WARNED_BEFORE
    return max(notice.erased_on, told_on + before)


def _key(notice: UnusedAccount) -> str:
    """Return the key of the latest warning."""
    return f"{ACCOUNT_UNUSED}:{notice.pk}:{'second' if notice.warned_again_at else 'first'}"


def _tell(notice: UnusedAccount) -> None:
    enqueue(
        key=_key(notice),
        template=ACCOUNT_UNUSED,
        to_email=notice.user.email,
        to_name=str(notice.user),
        language=notice.user.language,
        context={"notice": notice.pk},
    )
