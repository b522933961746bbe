from django import forms
from django.utils.translation import gettext_lazy as _

from hacktiv.common.documents import ACCEPT
from hacktiv.common.forms import PlainForm
from hacktiv.common.kept_files import KeptFileField, KeptFileInput
from hacktiv.common.languages import CODES, own_name, texts_of
from spaces.roles.forms import GiveRoleForm

from .enums import Indicator
from .operations.closing import LONGEST_REASON
from .queries.evidence import evidenced


class CloseForm(PlainForm):
    """Close the draft that the coordinator read: `built_at` says which one. Without all proofs it needs a reason."""

    built_at = forms.CharField(widget=forms.HiddenInput, max_length=40)
    reason = forms.CharField(
        label=_("Why it is closed without all proofs"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It is printed in the report."),
        error_messages={"required": _("Some of what counts lacks its proof. Write why you close anyway.")},
    )

    def __init__(self, *args, needs_reason, **kwargs):
        super().__init__(*args, **kwargs)
        if not needs_reason:
            del self.fields["reason"]


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
    indicator = forms.ChoiceField(
        label=_("Indicator"),
        required=False,
        choices=[("", _("none")), *Indicator.choices],
        help_text=_("The indicator of the programme that these events stand under. It can be changed later."),
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


class HighlightsForm(PlainForm):
    """Write the highlights of a half-year in each language."""

    def __init__(self, *args, **kwargs):
        self.base_fields = {**self.base_fields, **_highlights()}
        super().__init__(*args, **kwargs)

    @classmethod
    def of(cls, period):
        return cls(initial=texts_of(period, "highlights"))


def _highlights():
    return {
        code: forms.CharField(
            label=own_name(code),
            required=False,
            max_length=5000,
            widget=forms.Textarea(attrs={"rows": 8, "lang": code}),
        )
        for code in CODES
    }


class EvidenceForm(PlainForm):
    """Add a file that proves a coaching, a deliverable, or the half-year as a whole."""

    proves = forms.ChoiceField(label=_("What it proves"))
    name = forms.CharField(label=_("Name"), required=False, max_length=200, help_text=_("Empty: the name of the file."))
    file = KeptFileField(
        label=_("File"),
        help_text=_("PDF, JPEG, PNG or CSV, at most 20 MB."),
        widget=KeptFileInput(attrs={"accept": ACCEPT}),
    )

    def __init__(self, *args, period, **kwargs):
        super().__init__(*args, **kwargs)
        self.things = evidenced(period)
        self.fields["proves"].choices = [
            (key, self._named(field, thing)) for key, (field, thing) in self.things.items()
        ]

    @staticmethod
    def _named(field, thing):
        if field != "period":
            return str(thing)
        return _("The half-year as a whole: %(project)s, %(label)s") % {"project": thing.project, "label": thing.label}

    @property
    def thing(self):
        """Return the keyword argument of `add_evidence` for the row that the file proves."""
        field, row = self.things[self.cleaned_data["proves"]]
        return {field: row}


class RefuseForm(PlainForm):
    """Say why a piece of evidence is not accepted."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Who added the proof reads it beside the file, and so does the report."),
    )


class TakeBackCheckForm(PlainForm):
    """Say why evidence that was marked as checked is to be checked again."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Its history keeps it. Once a closed report lists the file as checked, it stays checked."),
    )


class OpenPartForm(GiveRoleForm):
    """Open the part of one of these partners to the account that has an address."""

    def __init__(self, *args, partners, find, **kwargs):
        self.partners = {str(partner.pk): partner for partner in partners}
        named: dict[str, list[tuple[str, str]]] = {}  # in groups: a project's title and a name would not fit in a line
        for pk, partner in self.partners.items():
            named.setdefault(str(partner.project), []).append((pk, str(partner)))
        unknown = _("No account has this address: the person signs up first.")
        super().__init__(*args, roles=named.items(), find=find, unknown=unknown, **kwargs)
        self.fields["role"].label = _("Partner")

    def wish(self):
        """Return what the operation asks for: the person, the partner and the days."""
        wish = super().wish()
        wish["partner"] = self.partners[wish.pop("role")]
        return wish
