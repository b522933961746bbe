"""Book some hours of a day, cancel a booking, and check in."""

from contextlib import suppress

from django import forms
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainForm

from ...models import Booking
from .hours import HoursForm


class PeopleField(forms.IntegerField):
    """A number of people: one, where nothing is said."""

    def clean(self, value):
        return super().clean(1 if value in self.empty_values else value)


class PurposeField(forms.CharField):
    """A word for the team on why somebody comes, or what they borrow a thing for."""

    def __init__(self, **kwargs):
        usual = {"label": _("What for?"), "required": False, "max_length": 200}
        super().__init__(**{**usual, "help_text": _("Read by the managers only."), **kwargs})


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
