"""Reckon the half days of an event and the proofs that it owes, and say what is wrong with a ticket."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.bounds import Bounds
from hacktiv.common.dates import day, day_span, hours, moment_in_words
from members.models import User

from ..core.rules import MIDDAY
from ..enums import LISTED_REGISTRATIONS, Audience, EventState, Measure, Mode, ProofKind, Way
from ..errors import EventError
from ..models import DeclaredCount, Event, Proof, Registration

#: A longer day is signed twice, once for each half.
LONGEST_HALF = timedelta(hours=4)
#: A list may be so far from the hours of its event: a tool may write the time of another zone.
LIST_MARGIN = timedelta(hours=3)
BOTH_TIMES = _("On the list: %(list)s. The event: %(event)s.")


def half_days(event: Event) -> list[list[tuple[datetime, datetime]]]:
    """Return for each day of an event the (start, end) of its halves, one or two. Empty where no time is known.

    A day longer than `LONGEST_HALF` has a half before `MIDDAY` and one after it. An event of several days is taken to
    have the same hours on each day, unless it goes on through the nights."""
    if event.starts_at is None:
        return []
    start, end = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    if start.date() == end.date() or end - start <= LONGEST_HALF:
        return [_halves(start, end)]
    opens, closes = (start.time(), end.time()) if start.time() < end.time() else (time.min, time.max)
    days = [start.date() + timedelta(days=number) for number in range((end.date() - start.date()).days + 1)]
    hours = [
        (max(start, _at(each, opens)), min(end, _at(each, closes).replace(second=0, microsecond=0))) for each in days
    ]
    return [_halves(opening, closing) for opening, closing in hours if opening < closing]


def _halves(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    noon = _at(start.date(), MIDDAY)
    if end - start <= LONGEST_HALF or not start < noon < end:
        return [(start, end)]
    return [(start, noon), (noon, end)]


def _at(each: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(each, clock))


def proofs_owed_by(event: Event) -> list[str]:
    """Return the kinds of proof that the mode and the audience of an event ask for, in the order of `ProofKind`."""
    owed = {ProofKind.AGENDA}
    if event.mode in {Mode.ONSITE, Mode.HYBRID}:
        owed.add(ProofKind.ATTENDANCE_SHEET)
    if event.mode in {Mode.ONLINE, Mode.HYBRID}:
        owed.add(ProofKind.ONLINE_LIST)
    if event.audience == Audience.PUBLIC:
        owed.add(ProofKind.ADVERTISING)
    return [kind.value for kind in ProofKind if kind in owed]


def refusal_of_ticket(event: Event, registration: Registration | None) -> EventError | None:
    """Return why a ticket lets nobody in at this event: an EventError, or None. `registration` is the one that it names
    (None: it is forged or damaged)."""
    if registration is None:
        return EventError("no_ticket", _("This is no ticket of ours."))
    if registration.event_id != event.pk:
        return EventError("other_event", _("This ticket is for another event."))
    if registration.status not in LISTED_REGISTRATIONS:
        words = _("This ticket is no longer valid: the registration of %(name)s is cancelled.")
        return EventError("not_registered", words % {"name": registration.person_name})
    return None


def warning_of_day(event: Event, now: datetime | None = None) -> str:
    """Return what to know before checking people in: the event is cancelled, or on another day; else blank."""
    if event.state == EventState.CANCELLED:
        return str(_("This event is cancelled."))
    if event.starts_at and not event.earliest <= timezone.localdate(now) <= event.latest:
        words = _("This event is not today: it begins on %(moment)s.")
        return words % {"moment": moment_in_words(event.starts_at)}
    return ""


def refusal_to_check(proof: Proof, by: User, now: datetime | None = None) -> EventError | None:
    """Return why this person cannot check the proof: an EventError, or None. Another than who added it does so, and
    after the event."""
    if proof.event.ends_at and proof.event.ends_at > (now or timezone.now()):
        return EventError("too_early", _("A proof is checked once the event is over."))
    if proof.added_by_id is not None and proof.added_by_id == by.pk:
        return EventError(
            "own_proof", _("You added this proof: somebody else checks it, another manager or the coordinator.")
        )
    return None


def refusal_to_take_back(proof: Proof) -> EventError | None:
    """Return why a proof stays: an EventError, or None. Who checked it relies on it, until that check is taken back."""
    if proof.checked_at is not None:
        return EventError("checked", _("Somebody has checked this proof: it stays until that check is taken back."))
    return None


def doubts_of_list(event: Event, spans: Iterable[tuple[datetime, datetime]], now: datetime | None = None) -> list[str]:
    """Return what speaks against an online list being of this event, in words: the way, the day, the hours.

    `spans` has the first and the last moment on the list, one for each order in which its dates can be read; none where
    it tells no day."""
    now = now or timezone.now()
    doubts: list[Any] = []
    if Way.ONLINE not in event.ways:
        doubts.append(_("This event takes place on site only, and everybody on this list is noted as online."))
    if event.starts_at and now < event.starts_at:
        words = _("The event has not begun: it begins on %(moment)s.")
        doubts.append(words % {"moment": moment_in_words(event.starts_at)})
    spans = list(spans)
    if spans and (doubt := min((_doubt_of_time(event, *span, now) for span in spans), key=bool)):
        doubts.append(doubt)
    return [str(doubt) for doubt in doubts]


def _doubt_of_time(event: Event, start: datetime, end: datetime, now: datetime) -> str:
    """Return why a list with these first and last moments is hardly of this event; blank: it may be."""
    starts_at, ends_at = event.starts_at, event.ends_at
    first, last = event.earliest, event.latest
    if starts_at and ends_at:
        first, last = timezone.localdate(starts_at), timezone.localdate(ends_at)
    day_of_start, day_of_end = timezone.localdate(start), timezone.localdate(end)
    if not (first <= day_of_start <= last and day_of_end <= last + timedelta(days=1)):
        if day_of_start == day_of_end and first == last:
            words = _("This list is of %(list)s, the event of %(event)s.")
            return words % {"list": day(start), "event": day(first)}
        return BOTH_TIMES % {"list": day_span(start, end), "event": day_span(first, last)}
    if end > now:
        words = _("This list goes on until %(end)s, which is still to come.")
        return words % {"end": moment_in_words(end)}
    if starts_at and ends_at and not (start - LIST_MARGIN < ends_at and starts_at < end + LIST_MARGIN):
        return BOTH_TIMES % {"list": hours(start, end), "event": hours(starts_at, ends_at)}
    return ""


@dataclass(frozen=True)
class Contradiction:
    """Two numbers of one event that cannot both be true: a declared count of this measure, and what stands `beside` it:
    the other measure, or one of the two lists."""

    measure: str
    declared: Bounds
    beside: str
    number: Bounds

    #: What may stand beside a declared count besides the other measure.
    COMPLETE_LIST: ClassVar[str] = "complete_list"
    LIST: ClassVar[str] = "list"

    def __str__(self) -> str:
        words = _("%(measure)s: %(declared)s. %(beside)s: %(number)s. Both cannot be true.")
        lists = {self.COMPLETE_LIST: _("On the complete list"), self.LIST: _("On the list")}
        beside = lists.get(self.beside) or Measure(self.beside).label
        measure = Measure(self.measure).label
        return str(words % {"measure": measure, "declared": self.declared, "beside": beside, "number": self.number})


def count_beside_the_list(event: Event, named: int, counts: Iterable[DeclaredCount]) -> DeclaredCount | None:
    """Return the declared count that a list of so many names contradicts: it says more, or fewer. None: they agree.

    Over several meetings a list names persons, who may have come to one of them or to all."""
    return next((count for count in counts if _bounds(count).both(_listed(event, named, count.measure)) is None), None)


def contradictions(event: Event, named: int, counts: Iterable[DeclaredCount]) -> list[Contradiction]:
    """Return what of the declared counts of an event and of its list of so many names cannot be true together.

    A list that is not complete says that there were at least so many."""
    counts = sorted(counts, key=lambda count: count.measure)
    found = []
    for count in counts:
        listed = _listed(event, named, count.measure)
        if not event.list_is_complete:
            listed = Bounds.at_least(named)
        if _bounds(count).both(listed) is None:
            beside = Contradiction.COMPLETE_LIST if event.list_is_complete else Contradiction.LIST
            found.append(Contradiction(count.measure, _bounds(count), beside, Bounds.exactly(named)))
    declared = {count.measure: _bounds(count) for count in counts}
    came, persons = declared.get(Measure.PARTICIPATIONS), declared.get(Measure.PERSONS)
    if came and persons and came.both(_participations_of(event, persons)) is None:
        found.append(Contradiction(Measure.PERSONS.value, persons, Measure.PARTICIPATIONS.value, came))
    return found


def _bounds(count: DeclaredCount) -> Bounds:
    return Bounds(count.lower, count.upper)


def _listed(event: Event, named: int, measure: str) -> Bounds:
    """Return what a complete list of so many names says of a measure."""
    persons = Bounds.exactly(named)
    return persons if measure == Measure.PERSONS else _participations_of(event, persons)


def _participations_of(event: Event, persons: Bounds) -> Bounds:
    """Return how many participations so many persons can make: each at one meeting at least, and at all at most."""
    if persons.upper is None or event.meetings_upper is None:
        return Bounds(persons.floor, 0 if persons.upper == 0 else None)
    return Bounds(persons.floor, persons.upper * event.meetings_upper)
