"""Read what speaks against the days of an event: holidays, closures, rooms taken, other events, topics proposed."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import chain, takewhile
from typing import Any, NamedTuple, cast

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from members.enums import Country
from spaces.booking.queries.holds import refusals_to_hold
from spaces.models import Closure, Resource, Space
from spaces.timing import recurrence
from spaces.timing.hours import Stretch, at_local, instant, local_day
from spaces.timing.public_holidays import holiday_on

from ..core.rules import FURTHEST_AHEAD, holder
from ..enums import LIVE_REGISTRATIONS, ROTA_TYPE, ChangeKind, EventState, Mode, TopicState
from ..errors import EventError
from ..models import Change, Event, EventSeries, TopicProposal
from .rules import TIME_TO_SWITCH_BACK

DAY = timedelta(days=1)
#: Events made at once: a year of weeks. A longer series is extended later.
MOST_EVENTS = 53


class Occasion(NamedTuple):
    """An event, or one like it, at a time."""

    event: Event
    time: Stretch


class PlannedDay(NamedTuple):
    """A day on which an event may take place, or the `event` of a series does, with its time and what speaks against
    it, in words."""

    day: date
    time: Stretch
    clashes: list[Any]
    event: Event | None = None


def clashes_of(event: Event) -> list[Any]:
    """Return in words what speaks against the time of the event; [] for nothing, or for an event without a time."""
    return [] if event.starts_at is None else clashes_at(event, [_own_time(event)])[0]


def clashes_at(event: Event, times: Sequence[Stretch]) -> list[list[Any]]:
    """Return for each of the times what speaks against an event like this one then. The number of queries depends on
    the spaces and the rooms of the event, and not on the times."""
    return _clashes([Occasion(event, time) for time in times])


def days_of_repetition(event: Event, pattern: str, *, count: int, until: date | None = None) -> list[PlannedDay]:
    """Return the days on which the event recurs after its own, with what speaks against each.

    They go to the day `until`; without it, so far that with the event itself `count` days have nothing against them.
    There are MOST_EVENTS at most."""
    first_day = local_day(event.starts_at)
    return _planned(event, _days(pattern, first_day, until, after=first_day), count - 1, until)


def days_of_extension(series: EventSeries, last: Event, *, count: int, until: date | None = None) -> list[PlannedDay]:
    """Return the days by which a series grows, each like its event `last`: to the day `until`, else `count` days that
    have nothing against them. There are MOST_EVENTS at most."""
    days = _days(series.pattern, series.first_day, until, after=max(series.until, cast(date, last.series_day)))
    return _planned(last, days, count, until)


def planned_days(events: Iterable[Event]) -> list[PlannedDay]:
    """Return the days of these events with what speaks against each. The number of queries depends on how many of the
    events differ in their type, spaces or rooms."""
    occasions = [Occasion(event, _own_time(event)) for event in events]
    alike = defaultdict(list)
    for occasion in occasions:
        alike[_what_may_clash(occasion.event)].append(occasion)
    found: dict[Occasion, list[Any]] = {}
    for group in alike.values():
        found.update(zip(group, _clashes(group), strict=True))
    return [
        PlannedDay(one.event.series_day or one.event.earliest, one.time, found[one], one.event) for one in occasions
    ]


def following_in_series(event: Event, *states: EventState) -> QuerySet[Event]:
    """Return this event and the following ones of its series that have not begun and are in these states, each with
    the number of `people` who are registered or about to be."""
    ahead = Event.objects.filter(series=event.series_id, series_day__gte=event.series_day, state__in=states)
    live = Q(registrations__status__in=LIVE_REGISTRATIONS)
    people = Count("registrations__participant_number", filter=live, distinct=True)
    ahead = ahead.filter(starts_at__gt=timezone.now()).annotate(people=people)
    return (
        ahead.select_related("series", "space", "type")
        .prefetch_related("venues", "resources", "resources_wanted")
        .order_by("series_day")
    )


def days_carried(event: Event, parts: Collection[str]) -> list[PlannedDay]:
    """Return the following events of the series, each with the time that it gets where these parts (`fields.CARRIED`)
    of this event are carried over, and what speaks against that change."""
    rows = []
    for one in following_in_series(event, EventState.DRAFT, EventState.PUBLISHED).exclude(pk=event.pk):
        day = cast(date, one.series_day)
        now = Stretch(cast(datetime, one.starts_at), cast(datetime, one.ends_at))
        time = time_as_far_away(event, day) if "hours" in parts else now
        clashes = clashes_at(one, [time])[0] if time != now else []
        if "room" in parts:
            here = [Occasion(one, time)]
            clashes += [clash for resource in _resources_of(event) for clash in next(_taken(resource, here))]
        rows.append(PlannedDay(day, time, list(dict.fromkeys(clashes)), one))
    return rows


def is_elsewhere(event: Event, other: Event) -> bool:
    """Return whether the two events take place in different places, or by different links."""
    places = [(one.place, one.online_link, {venue.pk for venue in one.venues.all()}) for one in (event, other)]
    return places[0] != places[1]


def last_of_series(series: EventSeries) -> Event | None:
    """Return the event like which the series goes on: the last one that is not cancelled."""
    return series.events.exclude(state=EventState.CANCELLED).order_by("-series_day").first()


def switched_online(event: Event) -> Change | None:
    """Return the change by which the event went online last; None where it did not."""
    return event.changes.filter(kind=ChangeKind.ONLINE).order_by("-made_at", "-pk").first()


def refusal_to_unmark_held(event: Event) -> EventError | None:
    """Return why an event stays marked as held: an EventError, or None. What is noted of it stands for a held one."""
    if event.state != EventState.HELD or event.starts_at is None:
        return EventError("not_held", _("This event is not marked as held, or only its days are known."))
    if event.participations.exists() or event.declared_counts.exists() or event.proofs.exists():
        return EventError("counted", _("Presences, numbers or proofs are noted: the event was held."))
    return None


def just_switched_online(events: QuerySet[Event], now: datetime) -> QuerySet[Event]:
    """Return those of the events that went online so lately that they can be taken back on site."""
    lately = Change.objects.filter(
        kind=ChangeKind.ONLINE, made_at__gt=now - TIME_TO_SWITCH_BACK, before__isnull=False, event=OuterRef("pk")
    )
    going = events.filter(state=EventState.PUBLISHED, mode=Mode.ONLINE, starts_at__gt=now)
    return going.filter(Exists(lately)).order_by("starts_at", "pk")


def time_as_far_away(event: Event, day: date) -> Stretch:
    """Return the time of an event like this one on another day of its series: at the same local hour, and as many days
    away from it."""
    return _time_on(event, day + (local_day(event.starts_at) - cast(date, event.series_day)))


def times_in_pattern(event: Event, days: Iterable[date]) -> list[Stretch]:
    """Return the times of further events like this one on these days of its series, however far this one was moved.

    Their local hours are those of the latest event that stands on its own day; one query."""
    usual = (event.series and _unmoved_of_series(event.series)) or event
    return [_time_on(usual, day) for day in days]


def _unmoved_of_series(series: EventSeries) -> Event | None:
    going = series.events.exclude(state=EventState.CANCELLED)
    return going.filter(starts_at__date=F("series_day")).order_by("series_day").last()


def _time_on(event: Event, day: date) -> Stretch:
    start = at_local(day, timezone.localtime(event.starts_at).time())
    return Stretch(start, start + (instant(event.ends_at) - instant(event.starts_at)))


def _days(pattern: str, first_day: date, until: date | None, *, after: date) -> list[date]:
    days = recurrence.days(pattern, first_day, until or timezone.localdate() + FURTHEST_AHEAD)
    return [day for day in days if day > after][:MOST_EVENTS]


def _planned(event: Event, days: list[date], count: int, until: date | None) -> list[PlannedDay]:
    times = times_in_pattern(event, days)
    rows = [PlannedDay(*row) for row in zip(days, times, clashes_at(event, times), strict=True)]
    return rows if until else list(_until_so_many_are_free(rows, count))


def _until_so_many_are_free(rows: Iterable[PlannedDay], count: int) -> Iterator[PlannedDay]:
    for row in rows:
        if count <= 0:
            return
        yield row
        count -= not row.clashes


def _own_time(event: Event) -> Stretch:
    return Stretch(cast(datetime, event.starts_at), cast(datetime, event.ends_at))


def _what_may_clash(event: Event) -> Hashable:
    """Return a key that is the same for events of one type, in the same spaces, with the same rooms."""
    spaces, resources = _spaces_of(event), _resources_of(event)
    return event.type_id, event.space_id, event.is_onsite, frozenset(spaces), frozenset(resources)


def _clashes(occasions: Sequence[Occasion]) -> list[list[Any]]:
    """Return what speaks against each of the occasions, whose events differ in nothing of `_what_may_clash`."""
    if not occasions:
        return []
    event = occasions[0].event
    times = [occasion.time for occasion in occasions]
    spaces = _spaces_of(event)
    finders = [
        _holidays(spaces, times),
        _closures(spaces if event.is_onsite else [], times),
        *(_taken(resource, occasions) for resource in _resources_of(event)),
        _alike(occasions),
        _topics(event, times),
    ]
    return [list(chain.from_iterable(found)) for found in zip(*finders, strict=True)]


def _spaces_of(event: Event) -> list[Space]:
    """Return the space that runs the event and those in which it takes place, each once."""
    venues = event.venues.all() if event.pk else []
    return list({space.pk: space for space in [event.space, *venues] if space}.values())


def _resources_of(event: Event) -> list[Resource]:
    return [*event.resources.all(), *event.resources_wanted.all()] if event.pk else []


def _holidays(spaces: Iterable[Space], times: Iterable[Stretch]) -> Iterator[list[Any]]:
    countries = sorted({space.country for space in spaces})
    for time in times:
        yield [
            format_lazy(_("Public holiday ({country}): {name}"), country=Country(country).label, name=name)
            for country in countries
            for day in _days_of(time)
            if (name := holiday_on(country, day))
        ]


def _closures(spaces: Sequence[Space], times: Sequence[Stretch]) -> Iterator[list[Any]]:
    whole = Q(period__startswith__lt=max(time.end for time in times), period__endswith__gt=min(times).start)
    closures = list(Closure.objects.filter(whole, resource=None, space__in=spaces).select_related("space"))
    for time in times:
        yield [
            format_lazy(_("{space} is closed: {reason}"), space=closure.space.name, reason=closure.reason)
            for closure in closures
            if closure.period.lower < time.end and time.start < closure.period.upper
        ]


def _taken(resource: Resource, occasions: Sequence[Occasion]) -> Iterator[list[Any]]:
    times, owners = [time for _event, time in occasions], [holder(event) for event, _time in occasions]
    for refusal in refusals_to_hold(resource, times, besides=owners):
        # A closed space is said already.
        yield [refusal.message] if refusal and not _closes_a_space(refusal) else []


def _closes_a_space(refusal: Any) -> bool:
    return refusal.code == "closed" and refusal.in_the_way[0].resource_id is None


def _alike(occasions: Sequence[Occasion]) -> Iterator[list[Any]]:
    """Find the other events of the same type that the same space has on the same day, drafts too."""
    one = occasions[0].event
    days = {local_day(time.start) for _event, time in occasions}
    found = Event.objects.filter(type=one.type_id, space=one.space_id, earliest__in=days, starts_at__isnull=False)
    alike = list(found.exclude(state=EventState.CANCELLED).order_by("starts_at", "pk"))
    for event, time in occasions:
        yield [
            format_lazy(_("On this day there is already « {title} »"), title=other.title)
            for other in alike
            if other.earliest == local_day(time.start) and other.pk != event.pk
        ]


def _topics(event: Event, times: Sequence[Stretch]) -> Iterator[list[Any]]:
    """Find the topics that members propose for the day, and that nobody has decided yet."""
    topics = []
    if event.type.slug == ROTA_TYPE:
        days = {local_day(time.start) for time in times}
        waiting = TopicProposal.objects.filter(space=event.space_id, day__in=days, state=TopicState.PROPOSED)
        topics = list(waiting.select_related("user").order_by("proposed_at"))
    for time in times:
        yield [
            format_lazy(_("{person} proposes a topic for this day: « {title} »"), person=topic.user, title=topic.title)
            for topic in topics
            if topic.day == local_day(time.start)
        ]


def _days_of(time: Stretch) -> Iterable[date]:
    first = local_day(time.start)
    return takewhile(lambda day: at_local(day, datetime.min.time()) < time.end, _from(first))


def _from(day: date) -> Iterator[date]:
    while True:
        yield day
        day += DAY
