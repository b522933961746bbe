from django import forms
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainForm

from .operations import LONGEST_REASON


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
