"""Remind those who decide of requests, and members of the end of their membership."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from members.core.queries import administrators

from ...models import Membership
from .common import mail_to, tell_team

#: So long a request waits before its team is reminded, and again so long before the network's administrators are told.
ANSWERED_WITHIN = timedelta(days=3)

#: Reminders of a request: of its team first, then of those who administer the network.
REMINDED, PASSED_ON = 1, 2


def remind_of_requests(now: datetime | None = None) -> int:
    """Remind the team of each request that nobody has answered for three days; three days later tell the network's
    administrators. Return the number of requests."""
    now = now or timezone.now()
    waiting = Membership.objects.requested().filter(asked_at__lte=now - ANSWERED_WITHIN, reminders__lt=PASSED_ON)
    return sum(_remind(pk, now) for pk in list(waiting.values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: int, now: datetime) -> bool:
    found = Membership.objects.select_for_update(of=["self"]).requested().filter(pk=pk).select_related("space")
    membership = found.first()
    if membership is None or membership.asked_at + ANSWERED_WITHIN * (membership.reminders + 1) > now:
        return False
    membership.reminders += 1
    membership.save(update_fields=["reminders"])
    if membership.reminders == REMINDED:
        tell_team(membership, "spaces.membership_to_decide", membership.reminders)
        return True
    for person in administrators():
        key = f"spaces.membership_unanswered:{membership.pk}:{person.pk}"
        mail_to(person, key, membership=membership.pk)
    return True


def remind_of_ends(today: date | None = None) -> int:
    """Ask each member whose membership ends within a month whether they wish to renew, once for each end. Return their
    number."""
    today = today or timezone.localdate()
    soon = Membership.objects.ending_soon(today).values_list("pk", flat=True)
    return sum(_ask_to_renew(pk, today) for pk in list(soon))


@transaction.atomic
def _ask_to_renew(pk: int, today: date) -> bool:
    found = Membership.objects.select_for_update(of=["self"]).filter(pk=pk).select_related("user")
    membership = found.first()
    if membership is None or not membership.ends_soon(today) or membership.renewal_told_for == membership.until:
        return False
    if membership.renewal_wished_at:
        return False
    membership.renewal_told_for = membership.until
    membership.save(update_fields=["renewal_told_for"])
    until = f"{membership.until:%Y-%m-%d}"
    key = f"spaces.membership_ends:{membership.pk}:{until}"
    mail_to(membership.user, key, membership=membership.pk, until=until)
    return True
