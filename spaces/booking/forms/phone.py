"""The forms by which a manager books for somebody else, mostly on the phone."""

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common.autocompletes import AutocompleteSelect
from hacktiv.common.forms import NameField, PlainForm

from ...core.forms import check_clocks, day_field, time_field, within_reach
from ...enums import Pattern
from ...models import Booking, Resource, Unit
from ...timing.hours import at_local
from ..queries import units_of_several
from .booking import PurposeField
from .hours import HoursForm, unit_label

User = get_user_model()


class UnitField(forms.ModelChoiceField):
    def label_from_instance(self, unit):
        return f"{unit.resource.name} – {unit_label(unit)}"


class PhoneForm(PlainForm):
    """Base of a form by which a manager takes something for a member, or for a guest on the phone."""

    #: The field with the day of the end.
    last = "day"

    day = day_field(_("Day"), validators=[within_reach])
    start = time_field(pgettext_lazy("hour", "From"))
    end = time_field(pgettext_lazy("hour", "To"))
    user = forms.ModelChoiceField(
        label=_("Member"),
        required=False,
        queryset=User.objects.none(),
        help_text=_("Somebody of your spaces. For anybody else, write the name and the address below."),
    )
    guest_name = NameField(label=_("Guest's name"), required=False, max_length=120)
    guest_email = forms.EmailField(
        label=_("Guest's address"),
        required=False,
        help_text=_("The confirmation goes there, with a link to see or cancel it. Empty: tell them yourself."),
    )
    guest_language = forms.ChoiceField(
        label=_("Guest's language"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE
    )
    purpose = PurposeField(help_text="")

    def __init__(self, *args, people, admin_site, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people
        self.fields["user"].widget = AutocompleteSelect(Booking._meta.get_field("user"), admin_site)
        self.fields["user"].widget.choices = self.fields["user"].choices

    def clean(self):
        cleaned = super().clean()
        if (
            not cleaned.get("user")
            and not cleaned.get("guest_name")
            and not {"user", "guest_name"} & self.errors.keys()
        ):
            self.add_error("guest_name", _("Say who the booking is for: a member, or a guest's name."))
        check_clocks(self, "start", cleaned.get("day"))
        check_clocks(self, "end", cleaned.get(self.last))
        return cleaned

    def for_whom(self):
        """Return the fields of a request that say for whom it is, and what for."""
        names = ("user", "guest_name", "guest_email", "guest_language", "purpose")
        return {name: self.cleaned_data[name] for name in names}

    def wish(self):
        """Return the fields of a `BookingRequest`."""
        data = self.cleaned_data
        start, end = at_local(data["day"], data["start"]), at_local(data[self.last], data["end"])
        return {"start": start, "end": end, **self.for_whom()}


class PhoneBookingForm(PhoneForm):
    """A booking, alone or in a series, that a manager enters for somebody."""

    resource = forms.ModelChoiceField(label=_("Resource"), queryset=Resource.objects.none())
    people = forms.IntegerField(label=_("For how many people?"), required=False, min_value=1, max_value=200)
    unit = UnitField(
        label=_("Which place?"), required=False, queryset=Unit.objects.none(), empty_label=HoursForm.any_unit
    )
    pattern = forms.ChoiceField(label=_("How often?"), required=False, choices=[("", _("Once")), *Pattern.choices])
    until = day_field(
        _("Until which day?"),
        required=False,
        validators=[within_reach],
        help_text=_("For what recurs. Days that cannot be had are kept on a list, to be tried again."),
    )
    field_order = ("resource", "day", "start", "end", "people", "unit", "pattern", "until")

    def __init__(self, *args, resources, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resource"].queryset = resources
        self.fields["unit"].queryset = units_of_several(resources)

    def clean(self):
        cleaned = super().clean()
        resource, unit = cleaned.get("resource"), cleaned.get("unit")
        if unit and resource and unit.resource != resource:
            text = _("This place belongs to %(resource)s.") % {"resource": unit.resource.name}
            self.add_error("unit", forms.ValidationError(text, code="elsewhere"))
        if cleaned.get("pattern") and "until" not in self.errors and not cleaned.get("until"):
            self.add_error("until", _("Say until when it recurs."))
        return cleaned

    def wish(self):
        return {**super().wish(), **self._of_what()}

    def series_wish(self):
        """Return the fields of a `SeriesRequest`."""
        data = self.cleaned_data
        names = {"pattern": "pattern", "first_day": "day", "until": "until", "starts": "start", "ends": "end"}
        days = {name: data[field] for name, field in names.items()}
        return {**days, **self.for_whom(), **self._of_what()}

    def _of_what(self):
        wish = {name: self.cleaned_data[name] for name in ("resource", "unit", "people")}
        return {**wish, "unit_count": wish["resource"].units_for(wish["people"] or 1)}
