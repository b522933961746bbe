from django import forms
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainForm

from ..enums import FileKind, Level
from .operations import LONGEST_REASON


class CloseForm(PlainForm):
    """Close the draft that the coordinator read: `built_at` says which one. Each finding that needs a reason has a
    field for it, whose place is beside the finding (`answered`)."""

    built_at = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args, findings, before=(), **kwargs):
        super().__init__(*args, **kwargs)
        kept = {reason["code"]: reason["reason"] for reason in before}
        self.findings = findings
        for finding in findings:
            if finding.check.level == Level.REASON:
                self.fields[field_of(finding.check.code)] = forms.CharField(
                    label=_("Why it is closed all the same"),
                    max_length=LONGEST_REASON,
                    initial=kept.get(finding.check.code, ""),
                    widget=forms.Textarea(attrs={"rows": 3}),
                    help_text=_("It is printed in the report."),
                    error_messages={"required": finding.refusal},
                )

    @property
    def answered(self):
        """Return each finding with the field for its reason, or None."""
        return [
            (finding, self[name] if (name := field_of(finding.check.code)) in self.fields else None)
            for finding in self.findings
        ]

    @property
    def reasons(self):
        """Return the reasons by the code of their check."""
        return {
            finding.check.code: self.cleaned_data[name]
            for finding in self.findings
            if (name := field_of(finding.check.code)) in self.fields
        }


def field_of(code):
    """Return the name of the field for the reason that a check asks for."""
    return f"reason_{code}"


class AskFileForm(PlainForm):
    """Ask for a file of a version: the report in one format, or a package, of the half-year or of one action."""

    kind = forms.ChoiceField(choices=FileKind.choices)
    part = forms.ChoiceField(label=_("Action"), required=False)

    def __init__(self, *args, parts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["part"].choices = [("", _("the whole half-year")), *parts]


class CompareForm(PlainForm):
    """Choose two versions of a project's reports."""

    one = forms.TypedChoiceField(label=_("This version"), coerce=int)
    other = forms.TypedChoiceField(label=_("Beside this one"), coerce=int)

    def __init__(self, *args, versions, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(version.pk, self._named(version)) for version in versions]
        self.fields["one"].choices = self.fields["other"].choices = choices

    @staticmethod
    def _named(version):
        words = _("%(period)s, version %(number)d")
        if version.is_closed:
            words = _("%(period)s, version %(number)d, closed")
        return words % {"period": version.period.label, "number": version.number}

    @property
    def chosen(self):
        return self.cleaned_data["one"], self.cleaned_data["other"]
