"""The forms by which members borrow equipment, and managers lend it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainForm

from ..booking.admin_pages.forms import PhoneBookingForm
from ..booking.forms import DayField
from ..core.admin_pages import day_field, within_reach
from ..models import Space
from ..places.forms import HourInput
from ..timing.hours import at_local


class LendingForm(PhoneBookingForm):
    """The form by which a manager lends travelling equipment to a member or a guest, at a space, over some days."""

    day_of_the_end = "until"
    resource = unit = pattern = None
    place = forms.ModelChoiceField(label=_("Taken over at"), queryset=Space.objects.none(), empty_label=None)
    until = day_field(_("Last day"), validators=[within_reach])
    field_order = ["place", "day", "start", "until", "end"]

    def __init__(self, *args, spaces, people, admin_site, **kwargs):
        super().__init__(*args, resources=None, people=people, admin_site=admin_site, **kwargs)
        self.fields["place"].queryset = spaces

    def wish(self):
        data = self.cleaned_data
        names = ("place", "user", "guest_name", "guest_email", "guest_language", "purpose")
        return {
            "start": at_local(data["day"], data["start"]),
            "end": at_local(data["until"], data["end"]),
            **{name: data[name] for name in names},
        }


class LoanForm(PlainForm):
    """The form by which a member borrows travelling equipment: the period, and the space of the hand-over."""

    place = forms.ModelChoiceField(
        label=_("At which space do you take it over?"),
        queryset=Space.objects.none(),
        to_field_name="slug",
        empty_label=None,
        help_text=_("You bring it back there too."),
    )
    day = DayField(label=_("From which day on?"))
    start = forms.TimeField(label=_("At what time?"), input_formats=["%H:%M"], widget=HourInput)
    until = DayField(label=_("Until which day?"))
    end = forms.TimeField(label=_("By what time is it back?"), input_formats=["%H:%M"], widget=HourInput)
    purpose = forms.CharField(
        label=_("What for?"), required=False, max_length=200, help_text=_("Read by the managers only.")
    )

    def __init__(self, *args, spaces, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = spaces

    def wish(self):
        """Return the arguments of the operation."""
        data = self.cleaned_data
        start, end = at_local(data["day"], data["start"]), at_local(data["until"], data["end"])
        return {"place": data["place"], "start": start, "end": end}
