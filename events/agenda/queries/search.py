"""Which events somebody looks for: by words in any language, by when, by where and how far away."""

from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, TextField, Value

from hacktiv.common.languages import columns
from hacktiv.common.text import searched_words
from spaces.models import Space, TravelTime
from spaces.timing.hours import day_bounds

from ...core.rules import FIRST_YEAR
from ...enums import Mode
from ...models import Event, EventType
from ...models.folding import SEARCHED_TEXT, folded

DAYS_OF_A_WEEK = 7
SATURDAY = 5
#: No event is announced for later (`rules.FURTHEST_AHEAD`).
FURTHEST_YEARS = 3


class Period(NamedTuple):
    """Local days, `end` not among them."""

    start: date
    end: date


def month_of(day):
    """The month that the day is in."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=32)).replace(day=1))


def period_of(word, today):
    """The days that « today », « week », « weekend », « 2026-12 » or « 2026-12-24 » stand for; None for anything else.

    A week is what is left of it, and a weekend the present or the next one."""
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


def between(events, period):
    """Those that take place, or may, on a day of the period."""
    start = day_bounds(period.start).start
    return events.filter(Q(latest__gte=period.start) | Q(ends_at__gt=start), earliest__lt=period.end)


def matching(events, words):
    """Those in which all the words stand, in any language, whatever their accents and case: in the event's own texts,
    in the name of its type, or in the name or town of where it takes place."""
    for word in searched_words(words):
        called = folded_word(word)
        # Each part is asked for by itself, so that the index of the texts serves.
        texts = Event.objects.alias(text=SEARCHED_TEXT).filter(text__contains=called)
        types = _named(EventType, columns("name"), called)
        places = _named(Space, ("name", "town"), called)
        events = events.filter(
            Q(pk__in=texts.order_by().values("pk"))
            | Q(type__in=types)
            | Q(space__in=places)
            | Q(pk__in=Event.venues.through.objects.filter(space__in=places).values("event"))
        )
    return events


def folded_word(word):
    """Return an expression: the word as it stands in the folded texts."""
    return folded(Value(word, output_field=TextField()))


def _named(model, names, called):
    """The rows of which one of these names holds the word: a subquery."""
    rows = model.objects.alias(**{f"folded_{name}": folded(name) for name in names}).order_by()
    found = Q()
    for name in names:
        found |= Q(**{f"folded_{name}__contains": called})
    return rows.filter(found).values("pk")


def reachable(events, town, minutes=0):
    """Those to which one goes: in the town, or at most so many minutes away by what the spaces' managers entered, from
    one end or from the other, by whatever means is the quickest."""
    there = Q(town=town)
    if minutes:
        near = TravelTime.objects.filter(minutes__lte=minutes)
        there |= Q(pk__in=near.filter(space__town=town).order_by().values("to_space"))
        there |= Q(pk__in=near.filter(to_space__town=town).order_by().values("space"))
    spaces = Space.objects.published().filter(there).order_by().values("pk")
    venues = Event.venues.through.objects.filter(event=OuterRef("pk"))
    at_its_owner = ~Exists(venues) & Q(space__in=spaces)
    return events.exclude(mode=Mode.ONLINE).filter(Exists(venues.filter(space__in=spaces)) | at_its_owner)


def spoken(events, language):
    return events.filter(languages__contains=[language])


def by_mode(events, mode):
    """On site or online: what is both is either."""
    return events.filter(mode__in=[mode, Mode.HYBRID])
