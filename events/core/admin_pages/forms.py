"""What managers fill in beside an event."""

from datetime import UTC, datetime, time

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainTextMixin
from members.enums import Residence

from ...enums import Measure, Mode, ProofKind, RegistrationStatus, Way
from .. import rules
from .organisers import OrganisersWidget, with_its_country


def local_time_field(**kwargs):
    """A day and a time by the clock on the wall, picked with the browser's own means."""
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(widget=widget, validators=[within_reach], **kwargs)


def within_reach(moment):
    if not rules.is_within_reach(moment):
        raise ValidationError(_("Check the year."), code="far_away")


def day_within_reach(day):
    within_reach(datetime.combine(day, time(12), tzinfo=UTC))


class ChoicesField(forms.TypedMultipleChoiceField):
    """Several of a few choices, for an array column."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, choices, **kwargs):
        super().__init__(choices=choices, required=False, empty_value=[], **kwargs)

    def clean(self, value):
        return list(super().clean(value))


class EventForm(PlainTextMixin, forms.ModelForm):
    class Meta:
        widgets = {"venues": forms.CheckboxSelectMultiple, "organisers": OrganisersWidget}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "organisers" in self.fields:
            self.fields["organisers"].label_from_instance = with_its_country
        for name in ("earliest", "latest"):
            if name in self.fields:
                self.fields[name].required = False
                self.fields[name].validators.append(day_within_reach)

    def clean(self):
        """A day, or a stretch of days; model and database hold the order of the rest."""
        data = super().clean()
        starts_at, ends_at = (data.get(name, getattr(self.instance, name)) for name in ("starts_at", "ends_at"))
        if bool(starts_at) != bool(ends_at) and not {"starts_at", "ends_at"} & self.errors.keys():
            self.add_error("ends_at" if starts_at else "starts_at", _("Enter both the beginning and the end."))
        if starts_at and ends_at and {"starts_at", "ends_at"} & self.fields.keys() and not self.errors:
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


class MoveForm(ReasonForm):
    starts_at = local_time_field(label=_("Begins"))
    ends_at = local_time_field(label=_("Ends"))
    field_order = ("starts_at", "ends_at", "reason")


class CapacityForm(PlainTextMixin, forms.Form):
    """The seats of the ways in which people take part in the event, and no others."""

    takes_event = True

    capacity = forms.IntegerField(
        label=_("Seats on site"), required=False, min_value=0, max_value=10_000, help_text=_("Empty: without limit.")
    )
    online_capacity = forms.IntegerField(
        label=_("Seats online"), required=False, min_value=0, max_value=10_000, help_text=_("Empty: without limit.")
    )
    seats_held = forms.IntegerField(
        label=_("Of the seats on site, kept for the other side"),
        required=False,
        min_value=0,
        max_value=10_000,
        help_text=_("For people from across the border; free for everybody three days before the event."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args, event, **kwargs):
        initial = {name: getattr(event, name) for name in ("capacity", "online_capacity", "seats_held")}
        super().__init__(*args, **{**kwargs, "initial": initial})
        unused = set()
        if Way.ONSITE not in event.ways:
            unused |= {"capacity", "seats_held"}
        if Way.ONLINE not in event.ways:
            unused.add("online_capacity")
        if not event.side:
            unused.add("seats_held")
        for name in unused:
            del self.fields[name]

    def clean_seats_held(self):
        return self.cleaned_data["seats_held"] or 0


class OnlineForm(ReasonForm):
    online_link = forms.URLField(
        label=_("Online link"), assume_scheme="https", help_text=_("Shown to registered people only.")
    )
    field_order = ("online_link", "reason")


class PromoteForm(PlainTextMixin, forms.Form):
    takes_event = True
    registration = forms.ModelChoiceField(label=_("Person"), queryset=None, empty_label=None)
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Kept with the event."))

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["registration"].queryset = event.registrations.in_line().select_related("user")
        self.fields["registration"].label_from_instance = lambda registration: str(registration.person_name)


class NamesakeBox(forms.CheckboxInput):
    """« Another person of the same name »: ticked, it sends how many of them the manager had been told of, so that
    the same form sent twice adds one."""

    def __init__(self, namesakes):
        super().__init__(check_test=lambda value: str(value) == str(namesakes))
        self.namesakes = namesakes

    def value_from_datadict(self, data, files, name):
        return data.get(name)

    def format_value(self, value):
        return str(self.namesakes)


class NamesakesMixin:
    """A form for somebody who may have no address: who has a namesake on the list is asked for."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["namesakes"] = forms.IntegerField(
            label=_("Another person of the same name"),
            required=False,
            min_value=0,
            max_value=1000,
            widget=forms.HiddenInput,
        )
        self.order_fields(["name", "namesakes"])
        if self.data.get("namesakes", "").isdecimal():
            self.ask_about(self.data["namesakes"])

    def ask_about(self, namesakes):
        self.fields["namesakes"].widget = NamesakeBox(namesakes)

    def clean_namesakes(self):
        return self.cleaned_data["namesakes"] or 0


class PersonForm(NamesakesMixin, PlainTextMixin, forms.Form):
    """Somebody on the phone: the member with this address, or else a guest."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Where the confirmation goes. A member is recognised by it."),
    )
    language = forms.ChoiceField(label=_("Language of the mails"), choices=settings.LANGUAGES)


class WalkInForm(NamesakesMixin, PlainTextMixin, forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    residence = forms.ChoiceField(
        label=_("Lives in"), required=False, choices=[("", _("Not said")), *Residence.choices]
    )


class CountForm(PlainTextMixin, forms.Form):
    measure = forms.ChoiceField(
        label=_("What is counted"),
        choices=Measure.choices,
        help_text=_("The same person at three meetings is three participations and one person."),
    )
    lower = forms.IntegerField(label=_("At least"), min_value=0, max_value=100_000)
    upper = forms.IntegerField(
        label=_("At most"),
        required=False,
        min_value=0,
        max_value=100_000,
        help_text=_("The same number if it is exact; empty if you only know that there were at least so many."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("Asked when it corrects an earlier count.")
    )


class ProofForm(PlainTextMixin, forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=ProofKind.choices)
    file = forms.FileField(label=_("File"), help_text=_("PDF, JPEG, PNG or CSV, at most 20 MB."))
    name = forms.CharField(label=_("Name"), max_length=200, required=False, help_text=_("Empty: the file's own."))


class PresentField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, registration):
        name = str(registration.person_name)
        if registration.status == RegistrationStatus.CONFIRMED:
            return name
        return f"{name} – {registration.get_status_display()}"


class AttendanceForm(forms.Form):
    present = PresentField(queryset=None, required=False, label=_("Present"))

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        hidden = [RegistrationStatus.UNCONFIRMED, RegistrationStatus.CANCELLED]
        listed = event.registrations.exclude(status__in=hidden).select_related("user")
        self.fields["present"].queryset = listed.order_by("status", "registered_at", "pk")
        self.fields["present"].initial = list(listed.filter(participation__isnull=False).values_list("pk", flat=True))


class CompleteForm(forms.Form):
    """What the list shall be, said by the page and sent back unseen."""

    complete = forms.BooleanField(required=False, widget=forms.HiddenInput)


class NothingForm(forms.Form):
    """A plain « yes »."""
