"""Write days, hours and periods as people do in each language: its catalogue says how.

Aware moments are shown in the site's own time zone (Europe/Brussels). Every function answers in the active language.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

NBSP = "\N{NO-BREAK SPACE}"


def next_minute(moment):
    """Return the beginning of the minute after this moment."""
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


def local(moment):
    """Return the same moment in local time. Dates, and times without a zone, are returned as they are."""
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        return timezone.localtime(moment)
    return moment


def hour(moment, *, with_unit=True):
    """Write an hour: « 12 h », « 13 h 30 » – "12.00 uur" – "12:00"."""
    moment = local(moment)
    return _hour(moment.hour, moment.minute, with_unit, get_language())


@lru_cache(maxsize=1024)
def _hour(hour, minute, with_unit, language):  # the language is a part of what is written
    if with_unit and minute:
        written = pgettext("time", "%(hour)02d:%(minute)02d")
    elif with_unit:
        written = pgettext("time, full hour", "%(hour)02d:%(minute)02d")
    elif minute:
        written = pgettext("time without its unit", "%(hour)02d:%(minute)02d")
    else:
        written = pgettext("time without its unit, full hour", "%(hour)02d:%(minute)02d")
    return written % {"hour": hour, "minute": minute}


def day(moment, *, weekday=True, year=None):
    """Write a day: « vendredi 27 novembre ». The year is added if it is not the present one, or as `year` says."""
    moment = local(moment)
    if year is None:
        year = moment.year != timezone.localdate().year
    return _day(date(moment.year, moment.month, moment.day), weekday, year, get_language())


@lru_cache(maxsize=2048)
def _day(moment, weekday, year, language):  # the language is a part of what is written
    number = pgettext("first day of a month", "1") if moment.day == 1 else str(moment.day)
    parts = [name_of_weekday(moment)] if weekday else []
    parts.append(f"{number}{NBSP}{_written(date_format(moment, 'F'))}")
    if year:
        parts.append(str(moment.year))
    return " ".join(parts)


def month(day):
    """Write a month: « décembre », with its year if that is not the present one."""
    written = _written(date_format(day, "F"))
    return written if day.year == timezone.localdate().year else f"{written}{NBSP}{day.year}"


def moment_in_words(moment):
    """Write a moment: « vendredi 27 novembre, 12 h »."""
    return _("%(day)s, %(hours)s") % {"day": day(moment), "hours": hour(moment)}


def name_of_weekday(day):
    """Write a day of the week: « jeudi » – "donderdag" – "Thursday"."""
    return _written(date_format(day, "l"))


def _written(name):
    """Return the name of a day or a month as the language writes it within a sentence."""
    # A word for translators to choose, never shown: "small letter" or "capital letter".
    begins_with = pgettext("how the names of days and months begin", "capital letter")
    return name if begins_with == "capital letter" else name.lower()


def short_weekday(moment):
    """Write a day of the next two weeks: « jeu. 3 » – "do 3" – "Thu 3"."""
    moment = local(moment)
    name = pgettext("short weekday", "%(name)s") % {"name": _written(date_format(moment, "D").rstrip("."))}
    return f"{name}{NBSP}{moment.day}"


def hours(start, end):
    """Write two hours of one day: « 12 h – 13 h 30 » – "12.00 – 13.30 uur" – "12:00–13:30"."""
    return pgettext("from hour to hour", "%(start)s–%(end)s") % {
        "start": hour(start, with_unit=False),
        "end": hour(end),
    }


def span(start, end):
    """Write a period in one line. A period within one day names the day once; whole days have no hours."""
    start, end = local(start), local(end)
    if start.time() == end.time() == time(0) and start < end:
        return _whole_days(start.date(), end.date() - timedelta(days=1))
    if start.date() == end.date():
        return _("%(day)s, %(hours)s") % {"day": day(start), "hours": hours(start, end)}
    return _("%(start_day)s, %(start_hour)s, to %(end_day)s, %(end_hour)s") % {
        "start_day": day(start),
        "start_hour": hour(start),
        "end_day": day(end),
        "end_hour": hour(end),
    }


def _whole_days(first, last):
    if first == last:
        return _("%(day)s, all day") % {"day": day(first)}
    return _("%(first)s to %(last)s, all day") % {"first": day(first), "last": day(last)}


def day_span(first, last):
    """Write two days as a period: « du 4 mars au 6 avril ». Two equal days are written as one."""
    first, last = local(first), local(last)
    if (first.year, first.month, first.day) == (last.year, last.month, last.day):
        return day(first)
    return _("%(first)s to %(last)s") % {"first": day(first, weekday=False), "last": day(last, weekday=False)}
