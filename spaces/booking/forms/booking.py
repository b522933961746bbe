"""Book some hours of a day, change or cancel a booking, and check in."""

from contextlib import suppress

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common import dates
from hacktiv.common.forms import PlainForm

from ...core.forms import check_clocks, time_field
from ...enums import BookingStatus
from ...models import Booking
from ...timing.hours import local_day
from ..rules import asks_anew
from .hours import HoursForm, TypedHours


class PeopleField(forms.IntegerField):
    """A number of people: one, where nothing is said."""

    def clean(self, value):
        return super().clean(1 if value in self.empty_values else value)


class PurposeField(forms.CharField):
    """A word for the team on why somebody comes, or what they borrow a thing for."""

    def __init__(self, **kwargs):
        usual = {"label": _("What for?"), "required": False, "max_length": 200}
        super().__init__(**{**usual, "help_text": _("Read by the managers only."), **kwargs})


class BeyondField(forms.CharField):
    """Why a manager books beyond what the person's membership includes in the month."""

    def __init__(self, **kwargs):
        usual = {"label": _("Why beyond what is included?"), "required": False, "max_length": 500}
        help_text = _("Only if it is. It becomes a note of the team on this person, who reads it in their data.")
        super().__init__(**{**usual, "help_text": help_text, **kwargs})


class BookingForm(HoursForm):
    """Some hours of a day for some people."""

    chosen = ("resource", "day", "start", "end", "people", "unit")

    people = PeopleField(label=_("For how many people?"), min_value=1, max_value=200, initial=1)
    purpose = PurposeField()
    field_order = chosen

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.plan:
            self._ask_for_people()

    def _ask_for_people(self):
        """Say what the number of people is for: a place for each, or a room prepared for all."""
        resource, field = self.plan.resource, self.fields["people"]
        field.help_text = _("The team prepares the room for so many.")
        most = resource.seats
        if resource.seats_one_each:
            field.help_text = _("A place is booked for each of you.")
            most = len(self.plan.free_units)
        if most:
            field.widget.attrs["max"] = most

    def units_wanted(self):
        """Return how many units the people take, of the resource that is chosen."""
        return self.cleaned_data["resource"].units_for(self.cleaned_data["people"])

    def people_shown(self):
        """Return the number of people in the form, which may not be checked yet; 1 for anything else."""
        with suppress(ValueError, TypeError):
            return max(1, int(self["people"].value()))
        return 1


class ChangeForm(BookingForm):
    """The new day and hours of a booking, how many come and what for; its resource stays."""

    any_unit = _("The same as now if it is free, else another")

    def __init__(self, *args, booking, **kwargs):
        self.booking = booking
        super().__init__(*args, **kwargs)
        self.fields["resource"].widget = forms.HiddenInput()

    def on(self, plan, sent=None, **values):
        return super().on(plan, sent, booking=self.booking, **values)

    def _offer_hours(self):
        """Offer the hours that the booking has too, which may be too near by now."""
        super()._offer_hours()
        if self.plan.day == local_day(self.booking.start):
            for name, moment in (("start", self.booking.start), ("end", self.booking.end)):
                widget = self.fields[name].widget
                own = f"{dates.local(moment):%H:%M}", dates.hour(moment)
                widget.choices = sorted(dict([own, *widget.choices]).items())

    @property
    def has_day(self):
        """Return True if the day can be shown for so many people, whatever else is wrong."""
        return not self.errors.keys() & {"resource", "day", "people"}

    @property
    def keeps_its_time(self):
        """Return True if the form shows the hours that the booking has."""
        return self.hours_shown() == (self.booking.start, self.booking.end)

    @property
    def waits(self):
        """Return True if the team decides on the booking once it is changed as the form shows."""
        if self.by_manager or self.booking.status == BookingStatus.REQUESTED:
            return self.booking.status == BookingStatus.REQUESTED
        unit = self.chosen_unit()
        is_moved = not self.keeps_its_time or bool(unit and unit not in self.booking.units)
        return asks_anew(self.booking, is_moved=is_moved, people=self.people_shown())


class ManagersChangeForm(TypedHours, ChangeForm):
    """The same for a manager, who types any hours, as where they book for somebody (`PhoneBookingForm`)."""

    start = time_field(pgettext_lazy("hour", "From"))
    end = time_field(pgettext_lazy("hour", "To"))
    beyond = BeyondField()

    def clean(self):
        cleaned = super().clean()
        for name in ("start", "end"):
            check_clocks(self, name, cleaned.get("day"))
        return cleaned


class CancelForm(PlainForm):
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=300, help_text=_("A word for the other side.")
    )


class CheckInForm(PlainForm):
    """The choice of one of the person's bookings of today, to check in."""

    booking = forms.ModelChoiceField(
        queryset=Booking.objects.none(), to_field_name="reference", widget=forms.HiddenInput
    )

    def __init__(self, *args, bookings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["booking"].queryset = bookings
