"""Build the fields that the forms of managers share."""

from datetime import date, datetime, timedelta

from django import forms
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainForm


def day_field(label, **kwargs):
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        **kwargs,
    )


def time_field(label, **kwargs):
    return forms.TimeField(
        label=label,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(attrs={"type": "time", "step": "900"}, format="%H:%M"),
        **kwargs,
    )


def within_reach(day):
    """Check that a day to plan lies within a year back and three years ahead: any other is a typing error."""
    return _check_year(day, timezone.localdate() - timedelta(days=366))


def on_record(day):
    """Check that a day to look up is of this century, and three years ahead at most: any other is a typing error."""
    return _check_year(day, date(2000, 1, 1))


def _check_year(day, first):
    if not first <= day <= timezone.localdate() + timedelta(days=1096):
        raise forms.ValidationError(_("Check the year."), code="far_away")
    return day


def check_clocks(form, name, day):
    """Add an error to the field where local clocks do not show its hour, or show it twice, on that day."""
    hour = form.cleaned_data.get(name)
    if day is None or hour is None:
        return
    try:
        from_current_timezone(datetime.combine(day, hour))
    except forms.ValidationError:
        message = _("The clocks change on that day: this hour does not exist, or comes twice. Choose another.")
        form.add_error(name, forms.ValidationError(message, code="clocks_change"))


class ReasonForm(PlainForm):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The person reads it in the mail."))


class UnderstoodForm(PlainForm):
    """A tick, before what cannot be undone."""

    understood = forms.BooleanField(label=_("I understand that nothing of it can be brought back."))
