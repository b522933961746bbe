"""The half days of an event, and the proofs that it owes."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from ..core.rules import MIDDAY
from ..enums import Audience, Mode, ProofKind

#: What is longer is signed by half-days, before and after this hour.
LONGEST_HALF = timedelta(hours=4)


def half_days(event):
    """The halves that each day of an event is signed by: a list for each day of (start, end), one or two of them.

    A day longer than `LONGEST_HALF` has a half before `MIDDAY` and one after it. An event of several days is taken to
    keep the same hours on each, unless it goes through the nights. Empty where no time is known."""
    if event.starts_at is None:
        return []
    start, end = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    if start.date() == end.date() or end - start <= LONGEST_HALF:
        return [_halves(start, end)]
    opens, closes = (start.time(), end.time()) if start.time() < end.time() else (time.min, time.max)
    days = [start.date() + timedelta(days=number) for number in range((end.date() - start.date()).days + 1)]
    stretches = [
        (max(start, _at(each, opens)), min(end, _at(each, closes).replace(second=0, microsecond=0))) for each in days
    ]
    return [_halves(*stretch) for stretch in stretches if stretch[0] < stretch[1]]


def _halves(start, end):
    noon = _at(start.date(), MIDDAY)
    if end - start <= LONGEST_HALF or not start < noon < end:
        return [(start, end)]
    return [(start, noon), (noon, end)]


def _at(day, clock):
    return timezone.make_aware(datetime.combine(day, clock))


def proofs_owed_by(event):
    """The kinds of proof that an event owes by its nature, in the order of `ProofKind`."""
    owed = {ProofKind.AGENDA}
    if event.mode in {Mode.ONSITE, Mode.HYBRID}:
        owed.add(ProofKind.ATTENDANCE_SHEET)
    if event.mode in {Mode.ONLINE, Mode.HYBRID}:
        owed.add(ProofKind.ONLINE_LIST)
    if event.audience == Audience.PUBLIC:
        owed.add(ProofKind.ADVERTISING)
    return [kind.value for kind in ProofKind if kind in owed]
