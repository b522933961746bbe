"""Some hours of a day, chosen on its grid, and what the page sums up of them."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from hacktiv.common import dates

from ...places.rules import duration
from ...timing.hours import Stretch, at_local
from ..queries import free_slots
from ..queries.grid import next_choice, stretch_of, wished_in, wished_on
from .days import DayForm


class SummedUp:
    """Base of a form whose page sums its choice up: the form sends along what was summed up, as `seen`.

    What is sent must be what was seen: without a script, the summary may show an earlier choice.
    """

    #: The fields on which the summary depends.
    chosen = ()

    def choice(self):
        """Return what the page sums up, as the query of its address."""
        return urlencode({name: self[name].value() or "" for name in self.chosen if name in self.fields})

    @property
    def wished(self):
        """Return the hours that the person chose themselves (« 09:00 17:00 »), which the page sends along: another day
        may have others, and the next one these. "" where the page chose the hours."""
        sent = self.data if self.is_bound else self.initial
        return wished_in(sent, seen_before(sent))

    def is_as_seen(self):
        """Return True unless the form says that the page summed up another choice."""
        return self.data.get("seen", self.choice()) == self.choice()

    def refused(self, error):
        """Return the form with the refusal of the operation."""
        self.add_error(None, error.message)
        return self


@dataclass(frozen=True)
class GivenUp:
    """The hours that the person wished, those that the day has instead, and the one stretch in which the space is open
    then (`opening`), where that is why."""

    wished: Stretch
    shown: Stretch
    opening: Stretch | None

    @property
    def is_shorter(self):
        return self.shown.end - self.shown.start < self.wished.end - self.wished.start

    @property
    def lengths(self):
        """Return in words how long a booking of the wished hours lasts, and one of those shown."""
        return [duration((end - start) // timedelta(minutes=1)) for start, end in (self.wished, self.shown)]


class HoursForm(SummedUp, DayForm):
    """Some hours of one day. The operation decides if they can be booked.

    The day of the resource (`plan`) draws a grid of hours; a button of it sends `pick`, and `picking` says if
    that is the first hour or the last.
    """

    #: The booking that changes, if any.
    booking = None
    any_unit = _("Any of them")
    chosen = ("resource", "day", "start", "end", "unit")

    start = forms.TimeField(label=pgettext_lazy("hour", "From"), input_formats=["%H:%M"], widget=forms.Select)
    end = forms.TimeField(label=pgettext_lazy("hour", "To"), input_formats=["%H:%M"], widget=forms.Select)
    unit = forms.ChoiceField(label=_("Which place?"), required=False)

    def __init__(self, *args, plan=None, **kwargs):
        """Ask for hours of the day `plan`; without it, keep what was sent until there is a day to choose from."""
        super().__init__(*args, **kwargs)
        self.plan, self.units = plan, []
        if plan is None:
            self._keep_what_was_sent()
            return
        self._show_units()
        self._offer_hours()

    def on(self, plan, sent=None, **values):
        """Return the form anew, for the day `plan` of the same choice."""
        offered = self.fields["resource"].offered
        return type(self)(sent, resources=self.resources, offered=offered, plan=plan, **values)

    def refused(self, error):
        """Return the form anew, with the refusal of the operation, for the day as it is now."""
        plan = self.plan
        now = {"besides": self.booking, "wanted": plan.wanted, "by_manager": plan.by_manager}
        form = self.on(free_slots(plan.resource, plan.day, **now), self.data)
        form.add_error("unit" if error.code == "unit_taken" and form.units else None, error.message)
        return form

    def _keep_what_was_sent(self):
        for name in ("start", "end", "unit"):
            self.fields[name] = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def _offer_hours(self):
        plan = self.plan
        starts = [_choice(slot.start, slot.free, plan.wanted) for slot in plan.starts_ahead]
        self.fields["start"].widget.choices = starts
        self.fields["end"].widget.choices = [_choice(end, free, plan.wanted) for end, free in plan.ends_ahead]
        self._keep_the_hours_shown()

    def _keep_the_hours_shown(self):
        """Keep an hour that is not offered, or no longer, in its field, for the person to see and change."""
        for name in ("start", "end"):
            shown, widget = self[name].value() or "", self.fields[name].widget
            if shown in dict(widget.choices):
                continue
            with suppress(forms.ValidationError):
                hour = self.fields[name].clean(shown)
                widget.choices = sorted([*widget.choices, (shown, dates.hour(at_local(self.plan.day, hour)))])

    def _show_units(self):
        """Offer the units of the plan, each as it is at the hours in the form."""
        hours = self.hours_shown() or (None, None)
        self.units = self.plan.choices(*hours)
        if not self.units:
            del self.fields["unit"]
            return
        labels = [(str(unit.pk), _or_taken(unit_label(unit), is_free)) for unit, is_free in self.units]
        self.fields["unit"].choices = [("", self.any_unit), *labels]

    def hours_shown(self):
        """Return the stretch of the hours in the form, or None where there is none."""
        return stretch_of(self.plan.day, self["start"].value(), self["end"].value())

    @property
    def fault(self):
        """Return in words why the two hours in the form are none, or None."""
        written = [self[name].value() for name in ("start", "end")]
        if not self.plan or not all(written) or self.hours_shown():
            return None
        try:
            for name, hour in zip(("start", "end"), written, strict=True):
                self.fields[name].clean(hour)
        except forms.ValidationError as error:
            return error.messages[0]
        return _("The end comes after the beginning.")

    def given_up(self):
        """Return the hours that the person wished where the form shows others in their place (`GivenUp`), else None."""
        wished, shown = wished_on(self.plan.day, self.wished), self.hours_shown()
        if not (wished and shown) or wished == shown:
            return None
        opening = self.plan.stretches if not self.plan.is_open(*wished) else []
        return GivenUp(wished, shown, opening[0] if len(opening) == 1 else None)

    def grid(self):
        """Return the slots that may still be booked: each with True if enough is free, and if it is chosen."""
        shown = self.hours_shown()
        return [
            (slot, slot.free >= self.plan.wanted, bool(shown and slot.start < shown.end and shown.start < slot.end))
            for slot in self.plan.slots_ahead
        ]

    @property
    def picks_last(self):
        """Return True if the next click on the grid is the last hour of the booking."""
        return self["start"].value() and (self.data or self.initial).get("picking") == "last"

    def chosen_unit(self):
        """Return the unit that is chosen in the form, or None for any."""
        chosen = str(self["unit"].value() or "") if self.units else ""
        return next((choice.unit for choice in self.units if str(choice.unit.pk) == chosen), None)

    def placed_units(self):
        """Return the units that stand on the plan, each with True if it is the chosen one."""
        chosen = self.chosen_unit()
        return [(choice, choice.unit == chosen) for choice in self.units if choice.unit.is_placed]

    def clean_unit(self):
        return self.chosen_unit()

    def stretch(self):
        """Return the chosen beginning and end as instants."""
        day = self.cleaned_data["day"]
        return at_local(day, self.cleaned_data["start"]), at_local(day, self.cleaned_data["end"])


class TypedHours:
    """Base of a form in which a manager types the hours, which no list offers them."""

    by_manager = True

    def _keep_what_was_sent(self):
        self.fields["unit"].widget = forms.HiddenInput()

    def _offer_hours(self):
        """Leave the hours to be typed."""

    def _ask_for_people(self):
        """Say nothing beside the field: the summary says what so many people take, and warns of more than seats."""


def _choice(moment, free, wanted):
    """Return an hour of a list, with a word where fewer than the `wanted` places are free then, or none."""
    label = _or_taken(dates.hour(moment), free)
    if 0 < free < wanted:
        label = ngettext("%(hour)s (%(free)s free)", "%(hour)s (%(free)s free)", free) % {"hour": label, "free": free}
    return f"{dates.local(moment):%H:%M}", label


def _or_taken(label, is_free):
    return label if is_free else _("%(what)s (taken)") % {"what": label}


def unit_label(unit):
    """Return the number and the name, « 3 · Près de la fenêtre », or « Place 3 » for a unit without a name."""
    return f"{unit.number} · {unit.name}" if unit.name else unit.label


def is_a_look(sent):
    """Return True if the form asks to be drawn again for what is chosen in it, not to be carried out."""
    return "look" in sent or "pick" in sent


def seen_before(sent):
    """Return the choice that the page had summed up when this was sent, by field."""
    return dict(parse_qsl(sent.get("seen", ""), keep_blank_values=True))


def with_day_of_offer(sent):
    """Return what was sent with the day of the offer that was pressed, if any: `pick` is « 2026-11-30 09:30 12:00 », or
    a day alone."""
    day, _space, hours = sent.get("pick", "").partition(" ")
    if "-" not in day:
        return sent
    sent = sent.copy()
    sent["day"], sent["pick"] = day, hours
    return sent


def settled(sent, plan):
    """Return what was sent as the page shows it next: with the hours of `next_choice`, and without a unit that the plan
    does not offer. What the person has to mend stays as they wrote it."""
    sent, choice = sent.copy(), next_choice(plan, sent, seen_before(sent))
    if sent.get("unit") not in {str(choice.unit.pk) for choice in plan.choices()}:
        sent["unit"] = ""
    sent["picking"] = "last" if choice.is_last else "first"
    if not choice.is_faulty:
        sent["start"], sent["end"] = _as_sent(choice.hours)
    sent["wished"] = " ".join(_as_sent(choice.wished)).strip()
    sent.pop("seen", None)
    return sent


def _as_sent(hours):
    return [f"{dates.local(moment):%H:%M}" for moment in hours] if hours else ["", ""]
