"""The forms by which a manager books for somebody else, mostly on the phone."""

from contextlib import suppress

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common.autocompletes import AutocompleteSelect
from hacktiv.common.forms import NameField, PlainForm

from ...core.forms import check_clocks, day_field, time_field, within_reach
from ...enums import Pattern
from ...models import Booking, Series
from ...timing.hours import at_local
from .booking import BeyondField, PurposeField
from .days import ResourceOfSpacesField
from .hours import TypedHours
from .series import SeriesForm

User = get_user_model()
#: Chosen among the patterns for a booking of one day.
ONCE = "once"


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
        """Offer the members `people`, by the autocompletion of the admin."""
        super().__init__(*args, **kwargs)
        self.members, self.admin_site = people, admin_site
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

    def member_shown(self):
        """Return the member that is chosen in the form, or None."""
        with suppress(forms.ValidationError):
            return self.fields["user"].clean(self["user"].value())
        return None

    def asked_for(self, resource):
        """Return a series that is not stored, for the person whom the form names; None where it names nobody."""
        member = self.member_shown()
        guest = {name: str(self[name].value() or "").strip() for name in ("guest_name", "guest_email")}
        if not (member or guest["guest_name"] or guest["guest_email"]):
            return None
        guest["guest_email"] = guest["guest_email"].lower()
        language = self["guest_language"].value() or settings.LANGUAGE_CODE
        return Series(resource=resource, user=member, guest_language=language, **({} if member else guest))

    def wish(self):
        """Return the fields of a `BookingRequest`."""
        data = self.cleaned_data
        start, end = at_local(data["day"], data["start"]), at_local(data[self.last], data["end"])
        return {"start": start, "end": end, **self.for_whom()}


class PhoneBookingForm(PhoneForm, TypedHours, SeriesForm):
    """A booking, alone or in a series, that a manager enters for somebody of any hours.

    As in the forms of members, `plan` is the day of which the hours are offered; without it the form only says which
    day that is (`has_day`). The guest is typed, and is no part of the choice that the page sums up.
    """

    chosen = (*SeriesForm.chosen, "user")
    #: The fields on which the day of the grid depends.
    of_the_day = frozenset({"resource", "day", "people", "pattern", "until"})

    resource = ResourceOfSpacesField(label=_("What is booked?"))
    pattern = forms.ChoiceField(label=_("How often?"), choices=[(ONCE, _("Once")), *Pattern.choices], initial=ONCE)
    until = day_field(_("Until which day?"), required=False, validators=[within_reach])
    beyond = BeyondField()
    field_order = ("resource", "pattern", "day", "until", "start", "end", "people", "unit")

    def on(self, plan, sent=None, **values):
        return super().on(plan, sent, people=self.members, admin_site=self.admin_site, **values)

    def _show_units(self):
        """Keep the field where there is nothing to choose: a unit that is sent then is refused, not passed over."""
        field = self.fields["unit"]
        super()._show_units()
        if not self.units:
            self.fields["unit"] = field
            field.widget = forms.HiddenInput()

    @property
    def recurs(self):
        return self["pattern"].value() in Pattern.values

    @property
    def has_day(self):
        """Return True if the day can be shown, whatever else is missing."""
        return not self.errors.keys() & self.of_the_day

    def with_errors_of_the_day(self):
        """Return the form without its other errors: it is not filled in yet."""
        for name in self.errors.keys() - self.of_the_day:
            del self.errors[name]
        return self

    def clean(self):
        cleaned = super().clean()
        if self.recurs and "until" not in self.errors and not cleaned.get("until"):
            self.add_error("until", _("Say until when it recurs."))
        return cleaned

    def days(self):
        return super().days() if self.recurs else [self.cleaned_data["day"]]

    def wish(self):
        return {**super().wish(), **self._of_what()}

    def series_wish(self):
        """Return the fields of a `SeriesRequest`."""
        return {**SeriesForm.wish(self), **self.for_whom()}

    def _of_what(self):
        names = {name: self.cleaned_data[name] for name in ("resource", "unit", "people")}
        return {**names, "unit_count": self.plan.wanted}
