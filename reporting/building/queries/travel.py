"""Shared travel to held events: people in shared cars, and the kilometres that passengers travelled in them.

They are the network's own figures, shown beside a project's like the crossings: no indicator counts them, and they are
added to nothing. A car counts once driver and passenger agreed, unless one of them took it back, even after the event.
Nobody checks it, so all of it is declared. It is a lower bound, because people also share cars without telling us.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from events.enums import Direction, EventState
from events.models import Ride
from hacktiv.common.bounds import ZERO, Bounds
from hacktiv.common.languages import CODES, columns

from ...core.figures import Value, count_of, value
from ...enums import Kind
from ...models import Period, Project
from .annexes import CHUNK, Annex, Digest
from .codec import annex, chunks_of
from .content import Figure, TravelPart
from .previously import Previously, differing
from .records import Window, windows

#: The counts of cars: beginning of the code, kind, and where in a day's sums it stands. ACROSS ends the codes of cars
#: that cross the border.
COUNTED = (("NET-TRAVELLERS", Kind.TRAVELLERS, 0), ("NET-KILOMETRES", Kind.KILOMETRES, 1))
ACROSS = "-ACROSS"
#: What is read of a car, in the order in which `_part` takes it.
READ = ("pk", "event__earliest", "event__slug", *columns("event__title"))
READ += ("direction", "from_side", "to_side", "seats_taken", "kilometres")


class _Cars:
    """The cars of one half-year, as they are read one by one."""

    def __init__(self, period: Period, *, are_listed: bool) -> None:
        self.period, self._are_listed = period, are_listed
        self._length, self._parts = 0, list[TravelPart]()
        self._digest, self._identities = Digest(), Digest()
        self._chunks: list[str] = []

    def note(self, part: TravelPart) -> None:
        if not self.period.starts_on <= part.day <= self.period.ends_on:
            return
        self._length += 1
        self._digest.add(part)
        self._identities.add_values(part.identity)
        if self._are_listed:
            self._parts.append(part)
            if len(self._parts) == CHUNK:
                self._flush()

    def annex(self, read: Callable[[], Iterable[TravelPart]]) -> Sequence[TravelPart]:
        """Return the list; one whose rows were not kept is read by `read`."""
        if not self._are_listed:
            return Annex(self._length, self._digest.ended(), read, identities=self._identities.ended())
        self._flush()
        return annex(TravelPart, self._chunks, self._length, self._digest.ended(), self._identities.ended())

    def _flush(self) -> None:
        self._chunks += chunks_of(self._parts)
        self._parts = []


class SharedTravel:
    """The shared cars of a project's half-years up to one of them, read in one query.

    `previously` has that one, and what was reported of those before it. Of the half-years in `closed` the number and
    the digest of the cars are reckoned; which these are is only asked for when somebody reads them."""

    def __init__(
        self, project: Project, periods: list[Period], previously: Previously, closed: Collection[int] = frozenset()
    ):
        self._previously, period = previously, previously.period
        self._periods = [other for other in periods if other.starts_on <= period.starts_on]
        self._rides = (
            Ride.objects.shared()
            .filter(event__state=EventState.HELD, event__is_example=project.is_example)
            .order_by("event__earliest", "pk")
            .values_list(*READ)
        )
        #: The sums of each day, of all cars and of those across the border.
        self._days: dict[tuple[date, bool], list[int]] = {}
        self._cars = {
            other.pk: _Cars(other, are_listed=other == period)
            for other in self._periods
            if other == period or other.pk in closed
        }
        self._read(periods[0].starts_on, period.ends_on)

    def parts(self, period: Period) -> Sequence[TravelPart]:
        """Return each shared car of a half-year, by day."""
        return self._cars[period.pk].annex(lambda: map(_part, self._between(period.starts_on, period.ends_on)))

    def figures(self, period: Period) -> tuple[Figure, ...]:
        """Return the people and the kilometres, in total and across the border."""
        figures = []
        for name, kind, nth in COUNTED:
            for end in ("", ACROSS):
                code = f"{name}{end}"
                before, now, so_far = (
                    self._value(window, nth, across=bool(end)) for window in windows(self._periods, period)
                )
                reported = before
                if period == self._previously.period:
                    gaps = [self._value(gap, nth, across=bool(end)) for gap in self._previously.windows(code)]
                    reported = self._previously.summed(code, kind, [count_of(kind, gap) for gap in gaps])
                beside = differing(before, reported)
                figures.append(Figure(code, kind.value, reported, now, so_far, previous_now=beside))
        return tuple(figures)

    def _between(self, start: date, end: date) -> Iterator[tuple[Any, ...]]:
        return self._rides.filter(event__earliest__range=(start, end)).iterator(chunk_size=2 * CHUNK)

    def _read(self, start: date, end: date) -> None:
        for row in self._between(start, end):
            part = _part(row)
            for across in {False, part.crosses}:
                sums = self._days.setdefault((part.day, across), [0, 0])
                sums[0] += part.people
                sums[1] += part.kilometres
            for cars in self._cars.values():
                cars.note(part)

    def _value(self, window: Window, nth: int, *, across: bool) -> Value:
        if window.is_empty:
            return value(ZERO)
        days = self._days.items()
        counted = (sums[nth] for (day, is_across), sums in days if is_across == across and window.holds(day))
        return value(Bounds.at_least(sum(counted)))


def _part(row: tuple[Any, ...]) -> TravelPart:
    pk, day, slug, *titles, direction, from_side, to_side, passengers, kilometres = row
    there_and_back = 2 if direction == Direction.BOTH else 1
    return TravelPart(
        key=f"ride:{pk}",
        day=day,
        event_slug=slug,
        event={code: text for code, text in zip(CODES, titles, strict=True) if text},
        direction=direction,
        from_side=from_side,
        to_side=to_side,
        people=1 + passengers,
        one_way=kilometres,
        kilometres=passengers * kilometres * there_and_back,
    )
