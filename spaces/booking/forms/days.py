"""A day, and the resource of which that day is shown."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainForm

#: From today, for each form with a day: further than any resource can be booked ahead.
FURTHEST = timedelta(days=730)


class ResourceChoiceField(forms.ChoiceField):
    """One of the resources that `accept` names, chosen by its `key`: its slug, which one space has once."""

    key = "slug"
    default_error_messages = forms.ModelChoiceField.default_error_messages
    resources, offered = {}, ()

    def accept(self, resources, offered):
        """Accept all of `resources`, and show `offered` to choose from."""
        self.resources, self.offered = {self.key_of(resource): resource for resource in resources}, offered
        self.choices = [
            (self.key_of(resource), f"{resource.name} ({resource.get_kind_display().lower()})") for resource in offered
        ]

    def key_of(self, resource):
        return str(getattr(resource, self.key))

    def valid_value(self, value):
        return value in self.resources

    def clean(self, value):
        return self.resources.get(super().clean(value))


class ResourceOfSpacesField(ResourceChoiceField):
    """One of the resources of several spaces, chosen by its primary key; the list has a group for each space."""

    key = "pk"

    def accept(self, resources, offered):
        super().accept(resources, offered)
        labels, groups = dict(self.choices), {}
        for resource in offered:
            key = self.key_of(resource)
            groups.setdefault(resource.space.name, []).append((key, labels[key]))
        if len(groups) > 1:
            self.choices = list(groups.items())


class DayField(forms.DateField):
    """A day from today on, within `FURTHEST`."""

    def __init__(self, **kwargs):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)

    def get_bound_field(self, form, field_name):
        """Set the earliest day when the form is shown: when the program starts, today is another day."""
        if not self.widget.is_hidden:
            self.widget.attrs["min"] = f"{timezone.localdate():%Y-%m-%d}"
        return super().get_bound_field(form, field_name)

    def clean(self, value):
        day, today = super().clean(value), timezone.localdate()
        if day and day < today:
            raise forms.ValidationError(_("This day has passed. Choose a later one."), code="in_the_past")
        if day and day > today + FURTHEST:
            raise forms.ValidationError(_("Choose a day within the next two years."), code="too_far")
        return day


class DayForm(PlainForm):
    """A resource and a day: the address of a booking page."""

    #: True where a manager books, whom no limit of days binds.
    by_manager = False

    resource = ResourceChoiceField(label=_("What would you like to book?"))
    day = DayField(label=_("Which day?"))

    def __init__(self, *args, resources, offered=None, **kwargs):
        """Accept all of `resources`, and show `offered` to choose from: those that the person may book."""
        super().__init__(*args, **kwargs)
        self.resources = resources
        self.fields["resource"].accept(resources, resources if offered is None else offered)

    def clean(self):
        """Refuse a day that is too far ahead for the resource, as the operation would."""
        cleaned = super().clean()
        resource, day = cleaned.get("resource"), cleaned.get("day")
        if resource and not self.by_manager:
            last = timezone.localdate() + timedelta(days=resource.max_days_ahead)
            self.fields["day"].widget.attrs["max"] = f"{last:%Y-%m-%d}"
            if day and day > last:
                message = _("{resource} can be booked up to {days} days ahead.")
                message = message.format(resource=resource.name, days=resource.max_days_ahead)
                self.add_error("day", forms.ValidationError(message, code="too_far"))
        return cleaned


class DayChoiceForm(PlainForm):
    """The day for which the rooms of a space are shown."""

    day = DayField(label=_("Which day?"))
