from datetime import time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common import dates
from hacktiv.common.forms import PlainForm

from .enums import Country, ResourceKind
from .hours import at_local
from .models import Resource
from .search import Wanted

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
        return _within_reach(self.cleaned_data["day"])


class DayChoiceForm(PlainForm):
    """Which day a space's rooms are shown for."""

    day = forms.DateField(
        label=_("Which day?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].widget.attrs["min"] = f"{timezone.localdate():%Y-%m-%d}"

    def clean_day(self):
        return _within_reach(self.cleaned_data["day"])


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


class SearchForm(PlainForm):
    """What somebody looks for over all spaces: the address of a page of results, which can be handed on."""

    where = forms.CharField(
        label=_("Where?"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off", "placeholder": _("Town or space")}),
    )
    side = forms.ChoiceField(label=_("Side of the border"), required=False, choices=[("", _("Both"))])
    kind = forms.ChoiceField(label=_("What kind of place?"), required=False, choices=[("", _("Any"))])
    people = forms.IntegerField(label=_("For how many people?"), min_value=1, max_value=200)
    day = forms.DateField(
        label=_("Which day?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )
    start = forms.TimeField(label=pgettext_lazy("hour", "From"), input_formats=["%H:%M"], widget=forms.Select)
    end = forms.TimeField(label=pgettext_lazy("hour", "To"), input_formats=["%H:%M"], widget=forms.Select)

    def __init__(self, data):
        super().__init__({**search_defaults(), **data})
        self.fields["side"].choices = [*self.fields["side"].choices, *Country.choices]
        self.fields["kind"].choices = [*self.fields["kind"].choices, *ResourceKind.choices]
        self.fields["day"].widget.attrs["min"] = f"{timezone.localdate():%Y-%m-%d}"
        for name in ("start", "end"):
            self.fields[name].widget.choices = _half_hours(self.data[name])

    def clean_day(self):
        return _within_reach(self.cleaned_data["day"])

    def clean(self):
        wish = super().clean()
        if wish.get("start") and wish.get("end") and wish["end"] <= wish["start"]:
            self.add_error("end", forms.ValidationError(_("The end comes after the beginning."), code="not_in_order"))
        return wish

    def wanted(self):
        return Wanted(**self.cleaned_data)


def search_defaults():
    """The next morning of a working day, for one."""
    day = timezone.localdate() + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return {"day": f"{day:%Y-%m-%d}", "start": "09:00", "end": "12:00", "people": "1"}


def _half_hours(chosen):
    """From seven to ten in the evening, and what an address says beside."""
    hours = {f"{hour:02d}:{minute:02d}": time(hour, minute) for hour in range(7, 22) for minute in (0, 30)}
    hours["22:00"] = time(22)
    try:
        hour, minute = map(int, chosen.split(":"))
        hours.setdefault(f"{hour:02d}:{minute:02d}", time(hour, minute))
    except ValueError:
        pass
    return [(value, dates.hour(moment)) for value, moment in sorted(hours.items())]


def _within_reach(day):
    today = timezone.localdate()
    if day < today:
        raise forms.ValidationError(_("This day has passed. Choose a later one."), code="in_the_past")
    if day > today + FURTHEST:
        raise forms.ValidationError(_("Choose a day within the next two years."), code="too_far")
    return day


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
