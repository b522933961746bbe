"""Read the moments and the lengths on a video tool's list, whichever way it writes them."""

import re
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

#: In seconds, by the first letter of the unit (`u` is the Dutch hour).
UNITS = {"h": 3600, "u": 3600, "m": 60, "s": 1}
PIECE = re.compile(r"(\d+(?:[.,]\d+)?)\s*([hums])[a-z]*\.?", re.IGNORECASE)
#: A number at the end without a unit, as in « 1h05 »: it counts the next smaller one.
LAST_PIECE = re.compile(r"([hum])[a-z]*\.?\s*(\d{1,2})$", re.IGNORECASE)
CLOCK = re.compile(r"(\d+):(\d\d)(?::(\d\d))?")
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/\d")
#: Forms of date and time, in the order in which they are tried. Forms without a day come last: they belong to lists of
#: one evening, maybe past midnight.
MOMENTS = (
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%y %I:%M:%S %p",
    "%d/%m/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%y %H:%M:%S",
    "%d-%m-%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d-%m-%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%H:%M:%S",
    "%H:%M",
    "%I:%M:%S %p",
    "%I:%M %p",
)
#: The same forms, for a list with a date that can only have the month first, or the day first.
MOMENTS_MONTH_FIRST = tuple(sorted(MOMENTS, key=lambda form: not form.startswith("%m/")))
MOMENTS_DAY_FIRST = tuple(sorted(MOMENTS, key=lambda form: form.startswith("%m/")))
#: The day that `strptime` returns for a time without a day.
NO_DAY = date(1900, 1, 1)
#: A list of another year has a date that was misread.
FIRST_YEAR, LAST_YEAR = 2000, 2100
#: A column of lengths like « 01:05 » that are no longer than this as hours and minutes has hours and minutes, else
#: minutes and seconds.
LONGEST_MEETING = timedelta(hours=12)


def orders_of(texts):
    """Return the forms in which this list's dates can be read, the likely ones first: day and month have the same order
    in every row."""
    pairs = [pair for pair in map(SLASHED.match, texts) if pair]
    first, second = (max((int(pair[part]) for pair in pairs), default=0) for part in (1, 2))
    months = 12
    if first > months >= second:
        return [MOMENTS_DAY_FIRST]
    if second > months >= first:
        return [MOMENTS_MONTH_FIRST]
    return [MOMENTS, MOMENTS_MONTH_FIRST, MOMENTS_DAY_FIRST]


def spans_of(texts, orders):
    """Return the first and the last moment with a day in each order of day and month. One without a zone is local."""
    spans = []
    for forms in orders:
        moments = [moment for text in texts if (moment := _with_day(text, forms))]
        if moments and (span := (min(moments), max(moments))) not in spans:
            spans.append(span)
    return spans


def _with_day(text, forms):
    moment = _zoned(text) or moment_of(text, forms)
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment if moment.tzinfo else timezone.make_aware(moment)


def length_of(text, *, has_hours=True):
    """Read a length: « 1h 5m 22s », « 1 u 5 min », « 1h05 », « 01:05:22 », « 01:05 » (`has_hours`: hours and minutes,
    else minutes and seconds), or a number of minutes. None: it is none."""
    if clock := CLOCK.fullmatch(text):
        numbers = [int(part) for part in clock.groups() if part]
        hours, minutes, seconds = numbers if len(numbers) > 2 else [*numbers, 0] if has_hours else [0, *numbers]
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if pieces := PIECE.findall(text):
        last = LAST_PIECE.search(text)
        rest = int(last[2]) * UNITS[last[1].lower()] / 60 if last else 0
        return timedelta(
            seconds=sum(float(number.replace(",", ".")) * UNITS[unit.lower()] for number, unit in pieces) + rest
        )
    number = text.replace(",", ".")
    return timedelta(minutes=float(number)) if re.fullmatch(r"\d{1,5}(\.\d{1,3})?", number) else None


def _zoned(text):
    """Read a moment with its zone, in UTC. None: it has none."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def moment_of(text, forms):
    """Read a moment without its zone, by the first of these forms that fits. None: it is none."""
    if not text:
        return None
    if moment := _zoned(text):
        return moment.replace(tzinfo=None)
    text = " ".join(re.sub(r",|\u202f| à | om ", " ", text).split())
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        pass
    for form in forms:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 Only differences are computed.
        except ValueError:
            continue
    return None


def have_hours(texts):
    """Return True if lengths of two numbers among these, like « 01:05 », are hours and minutes."""
    clocks = [clock for clock in map(CLOCK.fullmatch, texts) if clock and clock[3] is None]
    return max((int(clock[1]) for clock in clocks), default=0) < LONGEST_MEETING / timedelta(hours=1)
