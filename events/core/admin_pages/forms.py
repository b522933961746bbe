"""Forms for managers of an event."""

from datetime import UTC, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.forms.widgets import Script
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainTextMixin, UntouchedMixin
from spaces.timing.hours import NOON

from ...enums import Mode
from .. import rules
from .organisers import OrganisersWidget, with_its_country


class LocalTimeInput(forms.DateTimeInput):
    """The browser's own picker of a local day and time.

    With the name of another field in `follows` the time moves along with it, by `static/js/follows.js`."""

    def __init__(self, *, follows=""):
        super().__init__(
            format="%Y-%m-%dT%H:%M",
            attrs={"type": "datetime-local", **({"data-follows": follows} if follows else {})},
        )
        self.follows = follows

    @property
    def media(self):
        return forms.Media(js=[Script("js/follows.js", type="module")] if self.follows else [])


def local_time_field(*, follows="", **kwargs):
    """Return a field for a local day and time, which moves along with the field that it `follows`."""
    return forms.DateTimeField(widget=LocalTimeInput(follows=follows), validators=[within_reach], **kwargs)


def within_reach(moment):
    if not rules.is_within_reach(moment):
        raise ValidationError(_("Check the year."), code="far_away")


def day_within_reach(day):
    within_reach(datetime.combine(day, NOON, tzinfo=UTC))


class ChoicesField(forms.TypedMultipleChoiceField):
    """Several of a few choices, as a list for an array column."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, choices, **kwargs):
        super().__init__(choices=choices, required=False, empty_value=[], **kwargs)

    def clean(self, value):
        return list(super().clean(value))


class RoomsThenEquipment(ModelChoiceIterator):
    """The choices of resources in two groups, each in the order of the query set."""

    def __iter__(self):
        resources = list(self.queryset)
        for words, is_equipment in ((_("Rooms"), False), (_("Equipment"), True)):
            group = [self.choice(one) for one in resources if one.is_equipment is is_equipment]
            if group:
                yield words, group


def group_resources(field):
    """Show the choices of a field for resources in two groups: rooms, and equipment."""
    field.iterator = RoomsThenEquipment
    field.queryset = field.queryset.select_related("space").order_by("space__name", "order", "pk")


class EventForm(UntouchedMixin, PlainTextMixin, forms.ModelForm):
    class Meta:
        widgets = {
            "venues": forms.CheckboxSelectMultiple,
            "resources": forms.CheckboxSelectMultiple,
            "organisers": OrganisersWidget,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "organisers" in self.fields:
            self.fields["organisers"].label_from_instance = with_its_country
        if "resources" in self.fields:
            group_resources(self.fields["resources"])
        for name in ("earliest", "latest"):
            if name in self.fields:
                self.fields[name].required = False
                self.fields[name].validators.append(day_within_reach)

    def clean(self):
        """Require a time or a range of days; the model and the database check the rest."""
        data = super().clean()
        starts_at, ends_at = (data.get(name, getattr(self.instance, name)) for name in ("starts_at", "ends_at"))
        if bool(starts_at) != bool(ends_at) and not {"starts_at", "ends_at"} & self.errors.keys():
            self.add_error("ends_at" if starts_at else "starts_at", _("Enter both the beginning and the end."))
        hours = {"starts_at", "ends_at"}
        if starts_at and ends_at and hours & self.fields.keys() and not hours & self.errors.keys():
            refusal = rules.refusal_of_time(starts_at, ends_at)
            if refusal:
                self.add_error("ends_at", refusal.message)
        data["seats_held"] = data.get("seats_held") or 0
        data["companions_allowed"] = data.get("companions_allowed") or 0
        if data.get("mode") == Mode.ONLINE and data.get("capacity") is not None:
            self.add_error("capacity", _("An event online has no seats on site: enter the seats online."))
        earliest = data.get("earliest") if "earliest" in self.fields else self.instance.earliest
        if starts_at:
            data["earliest"] = data["latest"] = timezone.localdate(starts_at)
        elif earliest:
            data["latest"] = data.get("latest") or earliest
        elif not {"starts_at", "earliest"} & self.errors.keys():
            self.add_error("starts_at" if "starts_at" in self.fields else "earliest", _("Enter when the event begins."))
        return data


class ReasonForm(PlainTextMixin, forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_("Everybody registered reads it in the mail, and the report keeps it."),
    )


class NothingForm(forms.Form):
    """A form without fields, for a page that only asks to confirm."""
