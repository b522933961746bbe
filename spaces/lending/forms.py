"""The forms by which members borrow equipment, and managers lend it."""

from contextlib import suppress
from datetime import date, datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common import dates
from hacktiv.common.forms import PlainForm

from ..booking.forms import FURTHEST, DayField, PhoneForm, PurposeField, SummedUp, seen_before, wished_in
from ..core.forms import day_field, within_reach
from ..models import Space
from ..places.rules import opening_of
from ..timing.hours import at_local

#: The fields that an offer fills, in the order of its value.
PICKED = ("day", "start", "until", "end")
#: Between two hours that the form offers.
HALF_HOUR = timedelta(minutes=30)


class LoanForm(SummedUp, PlainForm):
    """The form by which a member borrows travelling equipment: the period, and the space of the hand-over.

    The hours are those at which that space is open on the two days.
    """

    chosen = ("place", "day", "start", "until", "end")

    place = forms.ModelChoiceField(
        label=_("At which space do you take it over?"),
        queryset=Space.objects.none(),
        to_field_name="slug",
        empty_label=None,
        help_text=_("You bring it back there too."),
    )
    day = DayField(label=_("From which day on?"))
    start = forms.TimeField(label=_("At what time?"), input_formats=["%H:%M"], widget=forms.Select)
    until = DayField(label=_("Until which day?"))
    end = forms.TimeField(label=_("By what time is it back?"), input_formats=["%H:%M"], widget=forms.Select)
    purpose = PurposeField()

    def __init__(self, *args, spaces, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = spaces
        for name, moments in zip(("start", "end"), hours_at(self.place_shown, *self._days_shown()), strict=True):
            shown = self[name].value() or ""
            choices = {f"{dates.local(moment):%H:%M}": dates.hour(moment) for moment in moments}
            if not choices:
                choices = {"": _("closed")}
            with suppress(forms.ValidationError):
                hour = self.fields[name].clean(shown)
                choices.setdefault(shown, dates.hour(hour))
            self.fields[name].widget.choices = sorted(choices.items())

    @cached_property
    def place_shown(self):
        """The space in the form, or None."""
        return next((space for space in self.fields["place"].queryset if space.slug == self["place"].value()), None)

    def _days_shown(self):
        return [_day_of(self[name].value()) for name in ("day", "until")]

    def stretch_shown(self):
        """Return the space and the two moments in the form, or None where they are not whole or not in order."""
        place = self.place_shown
        days = self._days_shown()
        hours = [self[name].value() for name in ("start", "end")]
        try:
            start, end = (
                at_local(day, self.fields["start"].clean(hour)) for day, hour in zip(days, hours, strict=True)
            )
        except (forms.ValidationError, TypeError):
            return None
        return (place, start, end) if place and start < end else None

    @property
    def fault(self):
        """Return in words why the days and hours in the form are no time of a loan, or None."""
        if self.stretch_shown():
            return None
        first, last = self._days_shown()
        if not (first and last):
            return _("Choose the first and the last day.")
        if last < first:
            return _("The last day does not come before the first.")
        if not all(self[name].value() for name in ("place", "start", "end")):
            return _("Choose the hours.")
        return _("The end comes after the beginning.")

    def clean(self):
        """Refuse an end before the beginning, on the field that says it: the day, or the hour of one day."""
        cleaned = super().clean()
        first, last, start, end = (cleaned.get(name) for name in ("day", "until", "start", "end"))
        if first and last and last < first:
            self.add_error("until", _("The last day does not come before the first."))
        elif first and first == last and start and end and end <= start:
            self.add_error("end", _("The end comes after the beginning."))
        return cleaned

    def given_up(self):
        """Return the hours that the person wished, as moments, where the form shows others in their place."""
        start, _space, end = self.wished.partition(" ")
        shown = [self[name].value() for name in ("start", "end")]
        if [start, end] == shown or not self.stretch_shown():
            return None
        with suppress(forms.ValidationError):
            return [self.fields["start"].clean(hour) for hour in (start, end)]
        return None

    def wish(self):
        """Return the arguments of the operation."""
        data = self.cleaned_data
        start, end = at_local(data["day"], data["start"]), at_local(data["until"], data["end"])
        return {"place": data["place"], "start": start, "end": end}


class LendingForm(LoanForm, PhoneForm):
    """The form by which a manager lends travelling equipment to a member or a guest, perhaps from an earlier day on."""

    last = "until"
    chosen = (*LoanForm.chosen, "user")

    place = forms.ModelChoiceField(
        label=_("Taken over and brought back at"), queryset=Space.objects.none(), to_field_name="slug", empty_label=None
    )
    day = day_field(_("Day"), validators=[within_reach])
    start = forms.TimeField(label=pgettext_lazy("hour", "From"), input_formats=["%H:%M"], widget=forms.Select)
    end = forms.TimeField(label=pgettext_lazy("hour", "To"), input_formats=["%H:%M"], widget=forms.Select)
    until = day_field(_("Last day"), validators=[within_reach])
    purpose = PurposeField(help_text="")
    field_order = ("place", "day", "until", "start", "end")

    def wish(self):
        return {**super().wish(), **self.for_whom()}


def _day_of(shown):
    """Return the day, or None for anything else, and beyond what any form takes."""
    with suppress(ValueError):
        day = date.fromisoformat(str(shown))
        return day if abs(day - timezone.localdate()) <= FURTHEST else None


def hours_at(place, first, last):
    """Return the moments at which a loan may begin on the first day, and end on the last: each half hour when the space
    is open."""
    starts, ends = [], []
    for day, moments in ((first, starts), (last, ends)):
        for open_ in opening_of(place, place.opening_hours.all(), day) if place and day else []:
            number = (open_.end - open_.start) // HALF_HOUR
            moments += [open_.start + HALF_HOUR * (one + (moments is ends)) for one in range(number)]
    return starts, ends


def settled_loan(sent, spaces):
    """Return what was sent as the page shows it next: the last day follows the first, and hours at which the space is
    closed give way to the nearest ones to those that the person wished, else to the first and the last of the day.

    A last day that the person put before the first stays, to be seen and changed. An offer that was pressed (`pick`,
    « 2026-11-30 09:30 2026-12-02 12:00 ») becomes the days and the hours."""
    sent, before = sent.copy(), seen_before(sent)
    picked = sent.get("pick", "").split()
    if len(picked) == len(PICKED):
        for name, value in zip(PICKED, picked, strict=True):
            sent[name] = value
    wished = sent["wished"] = wished_in(sent, before)
    sent.pop("seen", None)
    day, until = _day_of(sent.get("day")), _day_of(sent.get("until"))
    was = [_day_of(before.get(name)) for name in ("day", "until")]
    is_written = sent.get("until") and sent["until"] != before.get("until", "")
    if day and (sent.get("look") == "day" or (not is_written and (until is None or until < day))):
        until = day + (was[1] - was[0] if all(was) else timedelta(0))
        sent["until"] = f"{until:%Y-%m-%d}"
    place = next((space for space in spaces if space.slug == sent.get("place")), None)
    starts, ends = hours_at(place, day, until)
    start, _space, end = wished.partition(" ")
    for name, wish, moments, usual in (("start", start, starts, 0), ("end", end, ends, -1)):
        hours = [f"{dates.local(moment):%H:%M}" for moment in moments]
        if hours and (wish or sent.get(name)) not in hours:
            sent[name] = _nearest_hour(hours, wish) or hours[usual]
        elif hours:
            sent[name] = wish or sent[name]
    return sent


def _nearest_hour(hours, wished):
    """Return the hour (« 09:30 ») that is nearest to the one wished; None where that is no hour."""
    try:
        moment = datetime.strptime(wished, "%H:%M")  # noqa: DTZ007
    except ValueError:
        return None
    return min(hours, key=lambda hour: abs(datetime.strptime(hour, "%H:%M") - moment))  # noqa: DTZ007
