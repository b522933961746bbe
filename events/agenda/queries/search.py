"""Search for events: by words in any language, by period, by place and distance."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, Func, Model, OuterRef, Q, QuerySet, TextField, Value

from hacktiv.common.languages import columns
from hacktiv.common.text import searched_words
from spaces.models import Space, TravelTime
from spaces.timing.hours import day_bounds

from ...core.rules import FIRST_YEAR
from ...enums import Mode
from ...models import Event, EventType
from ...models.folding import SearchedText, folded

DAYS_OF_A_WEEK = 7
#: The number of the day, from Monday = 0.
SATURDAY = 5
#: In years from now: `rules.FURTHEST_AHEAD` allows no later event.
FURTHEST_YEARS = 3
#: The table that joins events and their venues.
VENUES: Any = Event.venues.through


class Period(NamedTuple):
    """Local days from `start` on, without `end`."""

    start: date
    end: date


def month_of(day: date) -> Period:
    """Return the month of the day."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=32)).replace(day=1))


def period_of(word: str, today: date) -> Period | None:
    """Return the period for « today », « week », « weekend », « 2026-12 » or « 2026-12-24 »; None for another word.

    « week » is the rest of this week, « weekend » the present or the next one."""
    monday = today - timedelta(days=today.weekday())
    named = {
        "today": Period(today, today + timedelta(days=1)),
        "week": Period(today, monday + timedelta(days=DAYS_OF_A_WEEK)),
        "weekend": Period(max(today, monday + timedelta(days=SATURDAY)), monday + timedelta(days=DAYS_OF_A_WEEK)),
    }
    if word in named:
        return named[word]
    is_month = len(word) == len("2026-12")
    try:
        day = date.fromisoformat(f"{word}-01" if is_month else word)
    except ValueError:
        return None
    if not FIRST_YEAR <= day.year <= today.year + FURTHEST_YEARS or not day.isoformat().startswith(word):
        return None
    return month_of(day) if is_month else Period(day, day + timedelta(days=1))


def between(events: QuerySet[Event], period: Period) -> QuerySet[Event]:
    """Return the events that take place, or may take place, on a day of the period."""
    start = day_bounds(period.start).start
    return events.filter(Q(latest__gte=period.start) | Q(ends_at__gt=start), earliest__lt=period.end)


def matching(events: QuerySet[Event], words: str) -> QuerySet[Event]:
    """Return the events that contain all the words, in any language; accents and case do not count.

    A word may stand in the event's texts, in the name of its type, or in the name or town of its space or venues."""
    for word in searched_words(words):
        called = folded_word(word)
        # The parts are separate subqueries, so that the index of the texts is used.
        texts = Event.objects.alias(text=SearchedText()).filter(text__contains=called)
        types = _named(EventType, columns("name"), called)
        places = _named(Space, ("name", "town"), called)
        events = events.filter(
            Q(pk__in=texts.order_by().values("pk"))
            | Q(type__in=types)
            | Q(space__in=places)
            | Q(pk__in=VENUES.objects.filter(space__in=places).values("event"))
        )
    return events


def folded_word(word: str) -> Func:
    """Return an expression of the word in lower case without accents."""
    return folded(Value(word, output_field=TextField()))


def _named(model: type[Model], names: tuple[str, ...], called: Func) -> QuerySet[Any, Any]:
    """Return a subquery of the rows with the word in one of these fields."""
    together = Func(Value(" "), *names, function="concat_ws", output_field=TextField())
    rows = model._default_manager.alias(together=folded(together)).order_by()
    return rows.filter(together__contains=called).values("pk")


def reachable(events: QuerySet[Event], town: str, minutes: int = 0) -> QuerySet[Event]:
    """Return the events on site in the town, or at most so many `minutes` away.

    The travel times are those that managers of spaces entered, in either direction, by the quickest means."""
    there = Q(town=town)
    if minutes:
        near = TravelTime.objects.filter(minutes__lte=minutes)
        there |= Q(pk__in=near.filter(space__town=town).order_by().values("to_space"))
        there |= Q(pk__in=near.filter(to_space__town=town).order_by().values("space"))
    spaces = Space.objects.published().filter(there).order_by().values("pk")
    venues = VENUES.objects.filter(event=OuterRef("pk"))
    at_its_owner = ~Exists(venues) & Q(space__in=spaces)
    return events.exclude(mode=Mode.ONLINE).filter(Exists(venues.filter(space__in=spaces)) | at_its_owner)


def spoken(events: QuerySet[Event], language: str) -> QuerySet[Event]:
    """Return the events at which this language is spoken."""
    return events.filter(languages__contains=[language])


def by_mode(events: QuerySet[Event], mode: str) -> QuerySet[Event]:
    """Return the events on site or online; hybrid events are in both."""
    return events.filter(mode__in=[mode, Mode.HYBRID])
