from django import forms
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainForm

from .operations import Aim
from .queries import fingerprint_of

#: The largest number that a target or a milestone may be.
LARGEST = 999_999_999
#: Milestones that one indicator may have.
MOST_MILESTONES = 12
#: Empty rows for further milestones.
SPARE = 2


class AimForm(PlainForm):
    """Say what a project aims at with an indicator. `seen` tells which state of it the page showed, `half_year` the
    label of the one whose actions led here."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)
    half_year = forms.CharField(required=False, widget=forms.HiddenInput)
    baseline = forms.IntegerField(
        label=_("Baseline"),
        required=False,
        min_value=0,
        max_value=LARGEST,
        help_text=_("The state before the project. Empty: to be chosen."),
    )
    target = forms.IntegerField(
        label=_("Target"),
        required=False,
        min_value=0,
        max_value=LARGEST,
        help_text=_("What the project wants to reach by its end. Empty: to be chosen."),
    )

    def __init__(self, *args, one, row=None, **kwargs):
        told = list(row.milestones.all()) if row else []
        self.rows = range(min(MOST_MILESTONES, len(told) + SPARE))
        self.row = row
        initial = {"seen": fingerprint_of(row), "baseline": row and row.baseline, "target": row and row.target}
        for number, milestone in enumerate(told):
            initial |= {f"day_{number}": milestone.date, f"value_{number}": milestone.value}
        super().__init__(*args, initial=initial, **kwargs)
        if not one.is_result:
            del self.fields["baseline"]
        for number in self.rows:
            self.fields[f"day_{number}"] = forms.DateField(
                label=_("To be reached by"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )
            self.fields[f"value_{number}"] = forms.IntegerField(
                label=_("Value"), required=False, min_value=0, max_value=LARGEST
            )

    @property
    def aims(self):
        """Return the fields that stand above the milestones."""
        return [self[name] for name in ("baseline", "target") if name in self.fields]

    @property
    def milestones(self):
        """Return the pairs of fields of each milestone."""
        return [(self[f"day_{number}"], self[f"value_{number}"]) for number in self.rows]

    def clean(self):
        cleaned = super().clean()
        days = set()
        for number in self.rows:
            day, value = cleaned.get(f"day_{number}"), cleaned.get(f"value_{number}")
            if day and value is None and f"value_{number}" not in self.errors:
                self.add_error(f"value_{number}", _("Say the number that is to be reached by that day."))
            if value is not None and day is None and f"day_{number}" not in self.errors:
                self.add_error(f"day_{number}", _("Say the day by which it is to be reached."))
            if day in days:
                self.add_error(f"day_{number}", _("The indicator has a milestone on this day already."))
            days |= {day} - {None}
        return cleaned

    @property
    def aim(self):
        """Return what the form says, once it is valid."""
        told = [(self.cleaned_data[f"day_{number}"], self.cleaned_data[f"value_{number}"]) for number in self.rows]
        return Aim(
            self.cleaned_data.get("baseline"), self.cleaned_data["target"], {day: value for day, value in told if day}
        )
