"""Shared travel to held events: people in shared cars, and the kilometres that passengers travelled in them.

They are the network's own figures, shown beside a project's like the crossings: no indicator counts them, and they are
added to nothing. A car counts once driver and passenger agreed, unless one of them took it back, even after the event.
Nobody checks it, so all of it is declared. It is a lower bound, because people also share cars without telling us.
"""

from __future__ import annotations

from collections.abc import Callable

from events.enums import Direction, EventState
from events.models import Ride
from hacktiv.common.bounds import ZERO, Bounds
from hacktiv.common.languages import texts_of

from ...core.figures import Value, count_of, value
from ...enums import Kind
from ...models import Period, Project
from .content import Figure, TravelPart
from .previously import Previously, differing
from .records import Window, windows

#: The counts of a car: beginning of the code, kind, how to count. ACROSS ends the codes of cars that cross the border.
COUNTED: tuple[tuple[str, Kind, Callable[[TravelPart], int]], ...] = (
    ("NET-TRAVELLERS", Kind.TRAVELLERS, lambda part: part.people),
    ("NET-KILOMETRES", Kind.KILOMETRES, lambda part: part.kilometres),
)
ACROSS = "-ACROSS"


class SharedTravel:
    """The shared cars of a project's half-years up to one of them, read in one query.

    `previously` has that one, and what was reported of those before it."""

    def __init__(self, project: Project, periods: list[Period], previously: Previously):
        self._previously, period = previously, previously.period
        self._periods = [other for other in periods if other.starts_on <= period.starts_on]
        rides = Ride.objects.shared().filter(
            event__state=EventState.HELD,
            event__is_example=project.is_example,
            event__earliest__range=(periods[0].starts_on, period.ends_on),
        )
        self._parts = [_part(ride) for ride in rides.select_related("event").order_by("event__earliest", "pk")]

    def parts(self, period: Period) -> tuple[TravelPart, ...]:
        """Return each shared car of a half-year, by day."""
        return tuple(part for part in self._parts if period.starts_on <= part.day <= period.ends_on)

    def figures(self, period: Period) -> tuple[Figure, ...]:
        """Return the people and the kilometres, in total and across the border."""
        figures = []
        for name, kind, count in COUNTED:
            for end in ("", ACROSS):
                code = f"{name}{end}"
                before, now, so_far = (
                    self._value(window, count, across=bool(end)) for window in windows(self._periods, period)
                )
                reported = before
                if period == self._previously.period:
                    gaps = [self._value(gap, count, across=bool(end)) for gap in self._previously.windows(code)]
                    reported = self._previously.summed(code, kind, [count_of(kind, gap) for gap in gaps])
                keys = tuple(part.key for part in self.parts(period) if part.crosses or not end)
                beside = differing(before, reported)
                figures.append(Figure(code, kind.value, reported, now, so_far, keys, beside))
        return tuple(figures)

    def _value(self, window: Window, count: Callable[[TravelPart], int], *, across: bool) -> Value:
        if window.is_empty:
            return value(ZERO)
        parts = [part for part in self._parts if window.start <= part.day <= window.end]
        return value(Bounds.at_least(sum(count(part) for part in parts if part.crosses or not across)))


def _part(ride: Ride) -> TravelPart:
    return TravelPart(
        key=f"ride:{ride.pk}",
        day=ride.event.earliest,
        event_slug=ride.event.slug,
        event=texts_of(ride.event, "title"),
        direction=Direction(ride.direction).value,
        from_side=ride.from_side,
        to_side=ride.to_side,
        people=ride.people,
        one_way=ride.kilometres,
        kilometres=ride.passenger_kilometres,
    )
