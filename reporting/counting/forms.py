from django import forms
from django.utils.translation import gettext_lazy as _

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
