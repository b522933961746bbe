import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common.bounds import Bounds
from hacktiv.common.forms import PlainForm

from .operations import LONGEST_REASON, Choice

#: A proposal that was ticked: the key of the action, and the codes that were shown.
TICKED = re.compile(r"(?P<action>\d{1,18}):(?P<codes>[A-Z0-9,]{0,60})", re.ASCII)
#: More participations than any event has.
MOST_PARTICIPATIONS = 1_000_000
#: The choice that an action counts under no indicator.
NONE = "none"


class TickedField(forms.MultipleChoiceField):
    """Ticked proposals as the page showed them. Whether they still hold, the operation says under its locks."""

    def valid_value(self, value):
        return TICKED.fullmatch(value) is not None

    def clean(self, value):
        found = [TICKED.fullmatch(one) for one in super().clean(value)]
        return {int(one["action"]): one["codes"] for one in found}


class AcceptForm(PlainForm):
    """Tick proposals, to accept them."""

    actions = TickedField(label=_("Actions"), error_messages={"required": _("Tick at least one action.")})


class ClassifyForm(PlainForm):
    """Choose under which indicators an action counts, with a word."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=200)
    codes = forms.MultipleChoiceField(
        label=_("It counts under"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick an indicator, or that it counts under none.")},
    )
    at_least = forms.IntegerField(
        label=_("Participations in the closed part, at least"),
        required=False,
        min_value=0,
        max_value=MOST_PARTICIPATIONS,
    )
    at_most = forms.IntegerField(
        label=_("Participations in the closed part, at most"),
        required=False,
        min_value=0,
        max_value=MOST_PARTICIPATIONS,
        help_text=_("Only of an event with a closed and a public part, under both RCO81 and RCO115."),
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It is kept with the decision and printed in the report."),
        error_messages={"required": _("Write why: it is kept with the decision.")},
    )

    def __init__(self, *args, terms, **kwargs):
        super().__init__(*args, **kwargs)
        offered = [(one.code, one.title) for one in terms.offered]
        none = pgettext_lazy("choice of an indicator", "No indicator of the programme")
        self.fields["codes"].choices = [*offered, (NONE, none)]
        if not any(one.mixed_with for one in terms.offered):
            del self.fields["at_least"], self.fields["at_most"]

    def clean_codes(self):
        codes = self.cleaned_data["codes"]
        if NONE in codes and len(codes) > 1:
            raise ValidationError(_("Tick indicators, or that it counts under none."), code="none_and_others")
        return tuple(code for code in codes if code != NONE)

    def clean(self):
        super().clean()
        at_least, at_most = self.cleaned_data.get("at_least"), self.cleaned_data.get("at_most")
        if at_most is not None and at_most < (at_least or 0):
            self.add_error("at_most", ValidationError(_("At most is not less than at least."), code="crossed"))

    @property
    def choice(self):
        at_least, at_most = self.cleaned_data.get("at_least"), self.cleaned_data.get("at_most")
        part = None if at_least is None and at_most is None else Bounds(at_least, at_most)
        return Choice(self.cleaned_data["codes"], self.cleaned_data["reason"], part)
