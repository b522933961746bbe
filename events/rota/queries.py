"""Read which Fridays are free for a talk of a member."""

from datetime import time, timedelta

from spaces.models import Closure, Space
from spaces.timing.hours import NOON, at_local
from spaces.timing.periods import period
from spaces.timing.public_holidays import holiday_on

from ..enums import EventState, TopicState
from ..models import Event, TopicProposal

#: The type of event whose Fridays members take, how far ahead, and the hour at which the space must be open to it.
ROTA_TYPE = "lunch-talk"


ROTA_DAYS = 91


FRIDAY = 4


def free_fridays(today, *, spaces=None):
    """The Fridays of the next three months on which nothing is planned, by published space that holds lunch&talks.

    Taken are the days of a lunch&talk (a draft too), of an accepted topic, of a public holiday and of a closed space.
    A fixed number of queries."""
    talks = Event.objects.filter(type__slug=ROTA_TYPE).exclude(state=EventState.CANCELLED)
    holding = Space.objects.published().filter(pk__in=talks.values("space")).select_related("operator")
    if spaces is not None:
        holding = holding.filter(pk__in=[space.pk for space in spaces])
    ahead = [today + timedelta(days=days) for days in range(1, ROTA_DAYS + 1)]
    fridays = [day for day in ahead if day.weekday() == FRIDAY]
    taken = set(talks.filter(earliest__range=(ahead[0], ahead[-1])).values_list("space", "earliest"))
    accepted = TopicProposal.objects.filter(state=TopicState.ACCEPTED, day__range=(ahead[0], ahead[-1]))
    taken |= set(accepted.values_list("space", "day"))
    closures = list(Closure.objects.filter(resource=None, space__in=holding, period__overlap=_stretch(ahead)))
    found = {}
    for space in holding:
        closed = [closure.period for closure in closures if closure.space_id == space.pk]
        found[space] = [
            day
            for day in fridays
            if (space.pk, day) not in taken
            and not holiday_on(space.country, day)
            and not any(at_local(day, NOON) in stretch for stretch in closed)
        ]
    return found


def _stretch(days):
    return period(at_local(days[0], time.min), at_local(days[-1] + timedelta(days=1), time.min))
