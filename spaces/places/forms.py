"""The widget for an hour, and the form that sends a message to a space."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import NameField, PlainForm


class HourInput(forms.TimeInput):
    """An hour of the day, to the minute."""

    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


class ContactForm(PlainForm):
    name = NameField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The answer comes there. It is not shown to anybody else."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    text = forms.CharField(label=_("Your message"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    # People do not see this field and leave it empty; robots fill it in.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    @property
    def is_from_a_robot(self):
        return bool(self.cleaned_data.get("website"))
