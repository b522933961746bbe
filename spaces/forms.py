from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common import dates
from hacktiv.common.forms import PlainForm

from .hours import at_local
from .models import Resource

#: Beyond what any resource allows, and short of the end of the calendar.
FURTHEST = timedelta(days=730)


class ResourceChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, resource):
        return f"{resource.name} ({resource.get_kind_display().lower()})"


class DayForm(PlainForm):
    """Which resource, and which day: the address of a booking page."""

    resource = ResourceChoiceField(
        label=_("What would you like to book?"),
        queryset=Resource.objects.none(),
        to_field_name="slug",
        empty_label=None,
    )
    day = forms.DateField(
        label=_("Which day?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )

    def __init__(self, *args, resources, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resource"].queryset = resources
        self.fields["day"].widget.attrs["min"] = f"{timezone.localdate():%Y-%m-%d}"

    def clean_day(self):
        day, today = self.cleaned_data["day"], timezone.localdate()
        if day < today:
            raise forms.ValidationError(_("This day has passed. Choose a later one."), code="in_the_past")
        if day > today + FURTHEST:
            raise forms.ValidationError(_("Choose a day within the next two years."), code="too_far")
        return day

    def clean(self):
        """No further ahead than the resource allows, as the operation will say."""
        cleaned = super().clean()
        resource, day = cleaned.get("resource"), cleaned.get("day")
        if resource:
            last = timezone.localdate() + timedelta(days=resource.max_days_ahead)
            self.fields["day"].widget.attrs["max"] = f"{last:%Y-%m-%d}"
            if day and day > last:
                message = _("{resource} can be booked up to {days} days ahead.")
                message = message.format(resource=resource.name, days=resource.max_days_ahead)
                self.add_error("day", forms.ValidationError(message, code="too_far"))
        return cleaned


class BookingForm(DayForm):
    """A stretch of one day. Whether it may be had is the operation's to say."""

    start = forms.TimeField(label=pgettext_lazy("hour", "From"), input_formats=["%H:%M"], widget=forms.Select)
    end = forms.TimeField(label=pgettext_lazy("hour", "To"), input_formats=["%H:%M"], widget=forms.Select)
    purpose = forms.CharField(
        label=_("What for?"), required=False, max_length=200, help_text=_("Read by the space's managers only.")
    )

    def __init__(self, *args, plan=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resource"].widget = forms.HiddenInput()
        self.fields["day"].widget = forms.HiddenInput()
        if plan:
            self.fields["start"].widget.choices = [_choice(slot.start, slot) for slot in plan.slots_ahead]
            self.fields["end"].widget.choices = [_choice(slot.end, slot) for slot in plan.slots_ahead]

    def stretch(self):
        """The chosen beginning and end as instants."""
        day = self.cleaned_data["day"]
        return at_local(day, self.cleaned_data["start"]), at_local(day, self.cleaned_data["end"])


def _choice(moment, slot):
    label = dates.hour(moment)
    return f"{dates.local(moment):%H:%M}", label if slot.free else _("%(hour)s (taken)") % {"hour": label}


class ContactForm(PlainForm):
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The answer comes there. It is not shown to anybody else."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    text = forms.CharField(label=_("Your message"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    # Left empty by people, who do not see it; filled by robots, who do.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    @property
    def is_from_a_robot(self):
        return bool(self.cleaned_data.get("website"))


class CancelForm(PlainForm):
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=300, help_text=_("A word for the other side, if you like.")
    )
