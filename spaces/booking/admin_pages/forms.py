"""Forms of the admin pages about bookings, closures, rooms and exports."""

from datetime import datetime, time, timedelta

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common.autocompletes import AutocompleteSelect
from hacktiv.common.forms import NameField, PlainForm

from ...core.admin_pages import check_clocks, day_field, on_record, time_field, within_reach
from ...enums import Pattern
from ...models import Booking, Resource, Space, Unit
from ...timing.hours import at_local
from ..forms import BookingForm, check_unit, unit_label
from ..queries import units_of_several

User = get_user_model()

#: Between the first and the last day of an export: a leap year.
LONGEST_EXPORT = timedelta(days=366)


class UnitField(forms.ModelChoiceField):
    def label_from_instance(self, unit):
        return f"{unit.resource.name} – {unit_label(unit)}"


class PhoneBookingForm(PlainForm):
    """A booking that a manager enters for a member or for a guest on the phone."""

    day_of_the_end = "day"
    resource = forms.ModelChoiceField(label=_("Resource"), queryset=Resource.objects.none())
    day = day_field(_("Day"), validators=[within_reach])
    start = time_field(pgettext_lazy("hour", "From"))
    end = time_field(pgettext_lazy("hour", "To"))
    unit = UnitField(
        label=_("Which place?"), required=False, queryset=Unit.objects.none(), empty_label=BookingForm.any_unit
    )
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
    people = forms.IntegerField(label=_("For how many people?"), required=False, min_value=1, max_value=200)
    purpose = forms.CharField(label=_("What for?"), required=False, max_length=200)
    pattern = forms.ChoiceField(label=_("How often?"), required=False, choices=[("", _("Once")), *Pattern.choices])
    until = day_field(
        _("Until which day?"),
        required=False,
        validators=[within_reach],
        help_text=_("For what recurs. Days that cannot be had are kept on a list, to be tried again."),
    )
    field_order = (
        "resource",
        "day",
        "start",
        "end",
        "people",
        "unit",
        "pattern",
        "until",
        "user",
        "guest_name",
        "guest_email",
        "guest_language",
        "purpose",
    )

    def __init__(self, *args, resources, people, admin_site, **kwargs):
        super().__init__(*args, **kwargs)
        if "resource" in self.fields:
            self.fields["resource"].queryset = resources
            self.fields["unit"].queryset = units_of_several(resources)
        self.fields["user"].queryset = people
        self.fields["user"].widget = AutocompleteSelect(Booking._meta.get_field("user"), admin_site)
        self.fields["user"].widget.choices = self.fields["user"].choices

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("user") and not cleaned.get("guest_name"):
            self.add_error("guest_name", _("Say who the booking is for: a member, or a guest's name."))
        check_unit(self, cleaned.get("unit"))
        check_clocks(self, "start", cleaned.get("day"))
        check_clocks(self, "end", cleaned.get(self.day_of_the_end))
        if cleaned.get("pattern") and "until" not in self.errors and not cleaned.get("until"):
            self.add_error("until", _("Say until when it recurs."))
        return cleaned

    def _for_whom(self):
        names = ("resource", "user", "guest_name", "guest_email", "guest_language", "people", "purpose")
        wish = {name: self.cleaned_data[name] for name in names}
        unit_count = wish["people"] or 1 if wish["resource"].seats_one_each else 1
        return {**wish, "unit_count": unit_count}

    def wish(self):
        """Return the fields of a `BookingRequest`."""
        data = self.cleaned_data
        hours = {name: at_local(data["day"], data[name]) for name in ("start", "end")}
        return {**hours, "unit": data["unit"], **self._for_whom()}

    def series_wish(self):
        """Return the fields of a `SeriesRequest`."""
        data = self.cleaned_data
        names = {"pattern": "pattern", "first_day": "day", "until": "until", "starts": "start", "ends": "end"}
        names["unit"] = "unit"
        return {**{name: data[field] for name, field in names.items()}, **self._for_whom()}


class CloseForm(PlainForm):
    """A time, from some hours to several days, in which a space or a room cannot be booked."""

    space = forms.ModelChoiceField(label=_("Space"), queryset=Space.objects.none())
    resource = forms.ModelChoiceField(
        label=_("Room"), required=False, queryset=Resource.objects.none(), empty_label=_("The whole space")
    )
    first_day = day_field(_("First day"), validators=[within_reach])
    last_day = day_field(_("Last day"), required=False, validators=[within_reach], help_text=_("Empty: one day."))
    start = time_field(pgettext_lazy("hour", "From"), required=False, help_text=_("Empty: from the morning on."))
    end = time_field(pgettext_lazy("hour", "To"), required=False, help_text=_("Empty: to the end of the day."))
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Shown to everybody, and mailed."))
    cancel_bookings = forms.BooleanField(
        label=_("Cancel the bookings in the way and tell the people why"), required=False
    )

    def __init__(self, *args, spaces, resources, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = spaces
        self.fields["resource"].queryset = resources
        if len(spaces) == 1:
            self.fields["space"].initial = spaces[0]

    def clean(self):
        cleaned = super().clean()
        space, resource = cleaned.get("space"), cleaned.get("resource")
        if space and resource and resource.space_id != space.pk:
            self.add_error("resource", _("This room is in another space."))
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day comes after the first."))
        check_clocks(self, "start", first)
        check_clocks(self, "end", last or first)
        return cleaned

    def stretch(self):
        """Return the time from the first day's hour (or midnight) to the last day's hour (or the midnight after it)."""
        data = self.cleaned_data
        last = data["last_day"] or data["first_day"]
        start = at_local(data["first_day"], data["start"] or datetime.min.time())
        end = at_local(last, data["end"]) if data["end"] else at_local(last + timedelta(days=1), time(0))
        return start, end


class ChangeClosureForm(CloseForm):
    """The time and the reason of a closure; once it has begun, its beginning is only shown."""

    def __init__(self, *args, closure, **kwargs):
        start, end = (timezone.localtime(bound) for bound in (closure.period.lower, closure.period.upper))
        ends_at_midnight = end.time() == time(0)
        last = end.date() - timedelta(days=1) if ends_at_midnight else end.date()
        known = {
            "first_day": start.date(),
            "start": start.time() if start.time() != time(0) else None,
            "last_day": last if last != start.date() else None,
            "end": None if ends_at_midnight else end.time(),
            "reason": closure.reason,
        }
        super().__init__(*args, initial=known, spaces=Space.objects.none(), resources=Resource.objects.none(), **kwargs)
        del self.fields["space"], self.fields["resource"]
        if closure.period.lower <= timezone.now():
            for name in ("first_day", "start"):
                self.fields[name].disabled = True


class TimelineForm(PlainForm):
    day = day_field(_("Day"), validators=[within_reach])


class ExportForm(PlainForm):
    """The days of the bookings to export, however long ago, and the kind of file."""

    first_day = day_field(_("First day"), validators=[on_record])
    last_day = day_field(_("Last day"), validators=[on_record])
    format = forms.ChoiceField(label=_("Kind of file"), choices=[("xlsx", _("Spreadsheet (XLSX)")), ("csv", "CSV")])

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day comes after the first."))
        elif first and last and last - first > LONGEST_EXPORT:
            self.add_error("last_day", _("Take away at most a year at once."))
        return cleaned
