"""Ask managers whether a person without an address is a second person of the same name."""

from django import forms
from django.utils.translation import gettext_lazy as _


class NamesakeBox(forms.CheckboxInput):
    """The box « Another person of the same name ».

    Ticked, it sends the number of namesakes that the manager was shown, so that the same form sent twice adds one
    person only."""

    def __init__(self, namesakes):
        super().__init__(check_test=lambda value: str(value) == str(namesakes))
        self.namesakes = namesakes

    def value_from_datadict(self, data, files, name):
        return data.get(name)

    def format_value(self, value):
        return str(self.namesakes)


class NamesakesMixin:
    """A form for a person who may have no address; it asks about namesakes on the list."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["namesakes"] = forms.IntegerField(
            label=_("Another person of the same name"),
            required=False,
            min_value=0,
            max_value=1000,
            widget=forms.HiddenInput,
        )
        self.order_fields(["name", "namesakes"])
        if self.data.get("namesakes", "").isdecimal():
            self.ask_about(self.data["namesakes"])

    def ask_about(self, namesakes):
        self.fields["namesakes"].widget = NamesakeBox(namesakes)

    def clean_namesakes(self):
        return self.cleaned_data["namesakes"] or 0
