from django import forms
from django.utils.translation import gettext_lazy as _

from hacktiv.common.documents import ACCEPT
from hacktiv.common.forms import PlainForm
from hacktiv.common.kept_files import KeptFileField, KeptFileInput

from .queries import evidenced


class EvidenceForm(PlainForm):
    """Add a file that proves a coaching, a deliverable, an output, a publication, or the half-year as a whole."""

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
