"""Name the public holidays of the spaces' countries. The package `holidays` gives the days; we translate the names.

The package has no Dutch names for France and silently answers in English, so the names are translated here. This
module asks no database.
"""

from functools import lru_cache

import holidays
from django.utils.functional import lazy
from django.utils.translation import pgettext_lazy

#: By English name of the package. For one day it may join two names, with "; ".
NAMES = {
    "New Year's Day": pgettext_lazy("public holiday", "New Year’s Day"),
    "Easter Sunday": pgettext_lazy("public holiday", "Easter Sunday"),
    "Easter Monday": pgettext_lazy("public holiday", "Easter Monday"),
    "Labor Day": pgettext_lazy("public holiday", "Labour Day"),
    "Victory Day": pgettext_lazy("public holiday", "Victory in Europe Day"),
    "Ascension Day": pgettext_lazy("public holiday", "Ascension Day"),
    "Pentecost": pgettext_lazy("public holiday", "Whit Sunday"),
    "Pentecost Monday": pgettext_lazy("public holiday", "Whit Monday"),
    "National Day": pgettext_lazy("public holiday", "National Day"),
    "Assumption Day": pgettext_lazy("public holiday", "Assumption Day"),
    "All Saints' Day": pgettext_lazy("public holiday", "All Saints’ Day"),
    "Armistice Day": pgettext_lazy("public holiday", "Armistice Day"),
    "Christmas Day": pgettext_lazy("public holiday", "Christmas Day"),
}


@lru_cache(maxsize=64)
def _of_year(country, year):
    found = holidays.country_holidays(country, years=year, language="en_US")
    return {day: name.split("; ") for day, name in found.items()}


def _joined(*names):
    return ", ".join(str(NAMES.get(name, name)) for name in names)


_joined_lazy = lazy(_joined, str)


def holiday_on(country, day):
    """Return the name of the public holiday, lazily translated; None on any other day or without a country."""
    names = country and _of_year(country, day.year).get(day)
    return _joined_lazy(*names) if names else None
