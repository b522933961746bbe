"""Book the same hours on several days, extend such a series, and cancel days of it."""

from contextlib import suppress
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from hacktiv.common import dates
from hacktiv.common.forms import PlainForm

from ...enums import Pattern
from ...models import Series
from ...timing import recurrence
from .booking import BookingForm, CancelForm
from .days import DayField


class SeriesForm(BookingForm):
    """A series: equal hours on several days. The operation decides which of the days can be booked.

    `plan` is the first day of the series on which the space opens: its hours are offered.
    """

    chosen = ("resource", "pattern", "day", "until", "start", "end", "people", "unit")

    day = DayField(label=_("From which day on?"))
    pattern = forms.ChoiceField(label=_("How often?"), choices=Pattern)
    until = DayField(label=_("Until which day?"))
    skip = forms.MultipleChoiceField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.recurs and "unit" in self.fields:
            self.fields["unit"].help_text = _("Kept on each day on which it is free; another one on the others.")
        shown = self["skip"].value() or []
        self.skipped = {day for day in map(_day_of, shown) if day}
        self.fields["skip"].choices = [(day, day) for day in shown]

    @property
    def recurs(self):
        """Return True if the form asks for more than one day."""
        return True

    def clean(self):
        cleaned = super().clean()
        if self.plan and cleaned.get("start") and cleaned.get("end") and cleaned["end"] <= cleaned["start"]:
            self.add_error("end", _("The end comes after the beginning."))
        if self.recurs and cleaned.get("day") and cleaned.get("until") and cleaned["until"] < cleaned["day"]:
            self.add_error("until", _("The last day does not come before the first."))
        return cleaned

    def days(self):
        """Return the days of the pattern, those that are left out too."""
        return recurrence.days(*(self.cleaned_data[name] for name in ("pattern", "day", "until")))

    def hours(self):
        """Return the local hours in the form, or None where there are none."""
        shown = self.hours_shown()
        return shown and tuple(dates.local(moment).time() for moment in shown)

    @property
    def in_words(self):
        return Series(pattern=self.cleaned_data["pattern"], first_day=self.cleaned_data["day"]).in_words

    def wish(self):
        """Return the fields of a `SeriesRequest`, without the person."""
        names = {"first_day": "day", "starts": "start", "ends": "end"}
        wish = {name: self.cleaned_data[field] for name, field in names.items()}
        wish |= {name: self.cleaned_data[name] for name in ("resource", "pattern", "until", "purpose")}
        wish |= {"people": self.cleaned_data["people"], "unit_count": self.plan.wanted}
        return {**wish, "unit": self.cleaned_data.get("unit"), "skipped": frozenset(self.skipped)}


def _day_of(text):
    with suppress(ValueError):
        return date.fromisoformat(text)


class ExtendForm(PlainForm):
    until = DayField(label=_("Until which day?"))


class CancelSeriesForm(CancelForm):
    """The first day to cancel, among the days that are still booked."""

    day = forms.TypedChoiceField(label=_("From which day on?"), coerce=date.fromisoformat)
    field_order = ("day", "reason")

    def __init__(self, *args, days, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].choices = [(f"{day:%Y-%m-%d}", dates.day(day)) for day in days]
