"""Write days, hours and periods as people do in French, Dutch and English.

Aware moments are shown in the site's own time zone (Europe/Brussels). Every function answers in the active language.
"""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
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
    language = get_language()
    if language == "fr":
        return f"{moment.hour}{NBSP}h{NBSP}{moment.minute:02d}" if moment.minute else f"{moment.hour}{NBSP}h"
    if language == "nl":
        written = f"{moment.hour}.{moment.minute:02d}"
        return f"{written}{NBSP}uur" if with_unit else written
    return f"{moment.hour:02d}:{moment.minute:02d}"


def day(moment, *, weekday=True, year=None):
    """Write a day: « vendredi 27 novembre ». The year is added if it is not the present one, or as `year` says."""
    moment = local(moment)
    if year is None:
        year = moment.year != timezone.localdate().year
    number = f"{moment.day}er" if moment.day == 1 and get_language() == "fr" else str(moment.day)
    parts = [name_of_weekday(moment)] if weekday else []
    month = date_format(moment, "F")
    parts.append(f"{number}{NBSP}{month if get_language() == 'en' else month.lower()}")
    if year:
        parts.append(str(moment.year))
    return " ".join(parts)


def moment_in_words(moment):
    """Write a moment: « vendredi 27 novembre, 12 h »."""
    return _("%(day)s, %(hours)s") % {"day": day(moment), "hours": hour(moment)}


def name_of_weekday(day):
    """Write a day of the week: « jeudi » – "donderdag" – "Thursday"."""
    name = date_format(day, "l")
    return name if get_language() == "en" else name.lower()


def short_weekday(moment):
    """Write a day of the next two weeks: « jeu. 3 » – "do 3" – "Thu 3"."""
    moment = local(moment)
    name = date_format(moment, "D").rstrip(".")
    name = {"fr": f"{name.lower()}.", "nl": name.lower()}.get(get_language(), name)
    return f"{name}{NBSP}{moment.day}"


def hours(start, end):
    """Write two hours of one day: « 12 h – 13 h 30 » – "12.00 – 13.30 uur" – "12:00–13:30"."""
    if get_language() == "en":
        return f"{hour(start)}–{hour(end)}"
    return f"{hour(start, with_unit=False)}{NBSP}–{NBSP}{hour(end)}"


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
