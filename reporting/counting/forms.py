from django import forms
from django.utils.translation import gettext_lazy as _

from events.enums import Measure
from hacktiv.common.forms import PlainForm

#: Longest reason why an event counts in two projects, in characters.
LONGEST_REASON = 1000


class CountForm(PlainForm):
    """Tick held events, to count them in a project or to leave them out. `preview` shows first what becomes of it."""

    COUNT, LEAVE_OUT, PREVIEW = "count", "leave_out", "preview"

    events = forms.TypedMultipleChoiceField(
        label=_("Events"),
        coerce=int,
        error_messages={
            "required": _("Tick at least one event."),
            "invalid_choice": _("Somebody has decided on one of these events meanwhile. Look at the list again."),
        },
    )
    twice_because = forms.CharField(
        label=_("Why they count in two projects"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is printed in the report."),
    )
    step = forms.ChoiceField(required=False, choices=[(step, step) for step in (COUNT, LEAVE_OUT, PREVIEW)])

    def __init__(self, *args, events, **kwargs):
        super().__init__(*args, **kwargs)
        self.listed = {event.pk: event for event in events}
        self.fields["events"].choices = [(pk, str(event)) for pk, event in self.listed.items()]

    @property
    def ticked(self):
        return [self.listed[pk] for pk in self.cleaned_data["events"]]


class TakeBackForm(PlainForm):
    """Tick decisions on events of a half-year, to take them back."""

    actions = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": _("Tick at least one event.")})

    def __init__(self, *args, actions, **kwargs):
        super().__init__(*args, **kwargs)
        self.listed = {action.pk: action for action in actions}
        self.fields["actions"].choices = [(pk, str(action)) for pk, action in self.listed.items()]

    @property
    def ticked(self):
        return [self.listed[pk] for pk in self.cleaned_data["actions"]]


class CorrectCountForm(PlainForm):
    """Declare a count of an event, or correct it. `shown` are the counts that the page showed, `meant` a count that
    cannot be true together with another one, once it was asked about; `back` is the page that led here."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)
    meant = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    back = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)
    measure = forms.ChoiceField(
        label=_("What is counted"),
        choices=Measure.choices,
        widget=forms.RadioSelect,
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
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Asked when it corrects an earlier count. It is kept and printed with both counts."),
    )

    @property
    def count(self):
        """Return the count that was entered, as the form says of it that it is meant."""
        upper = self.cleaned_data["upper"]
        return f"{self.cleaned_data['measure']} {self.cleaned_data['lower']}-{'' if upper is None else upper}"
