"""Read the Fridays that are free for a member's talk."""

from collections.abc import Iterable
from datetime import date, time, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from spaces.models import Closure, Space
from spaces.timing.hours import NOON, at_local
from spaces.timing.periods import period
from spaces.timing.public_holidays import holiday_on

from ..enums import ROTA_TYPE, EventState, TopicState
from ..models import Event, TopicProposal

#: In days: members propose topics so far ahead.
ROTA_DAYS = 91
#: Day of the week, Monday is 0.
FRIDAY = 4


def free_fridays(today: date, *, spaces: Iterable[Space] | None = None) -> dict[Space, list[date]]:
    """Return the free Fridays of the next `ROTA_DAYS` days, by published space that holds lunch&talks.

    Days of a lunch&talk (a draft too), of an accepted topic, of a public holiday and of a closed space are not free.
    `spaces` limits the spaces. Takes a fixed number of queries."""
    talks = Event.objects.filter(type__slug=ROTA_TYPE).exclude(state=EventState.CANCELLED)
    holding = Space.objects.published().filter(pk__in=talks.values("space")).select_related("operator")
    if spaces is not None:
        holding = holding.filter(pk__in=[space.pk for space in spaces])
    ahead = [today + timedelta(days=days) for days in range(1, ROTA_DAYS + 1)]
    fridays = [day for day in ahead if day.weekday() == FRIDAY]
    taken = set(talks.filter(earliest__range=(ahead[0], ahead[-1])).values_list("space", "earliest"))
    accepted = TopicProposal.objects.filter(state=TopicState.ACCEPTED, day__range=(ahead[0], ahead[-1]))
    taken |= set(accepted.values_list("space", "day"))
    closures = list(Closure.objects.filter(resource=None, space__in=holding, period__overlap=_whole_days(ahead)))
    found = {}
    for space in holding:
        closed = [closure.period for closure in closures if closure.space_id == space.pk]
        found[space] = [
            day
            for day in fridays
            if (space.pk, day) not in taken
            and not holiday_on(space.country, day)
            and not any(at_local(day, NOON) in closure for closure in closed)
        ]
    return found


def _whole_days(days: list[date]) -> DateTimeTZRange:
    """Return the period from the beginning of the first day to the end of the last."""
    return period(at_local(days[0], time.min), at_local(days[-1] + timedelta(days=1), time.min))
