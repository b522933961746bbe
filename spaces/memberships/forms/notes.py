"""Forms of the notes that a team writes on a person."""

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils.translation import gettext_lazy, pgettext_lazy

from hacktiv.common.forms import PlainForm

from ...models import Space
from ...models.notes import LONGEST_NOTE


class TextForm(PlainForm):
    """The words of a note."""

    text = forms.CharField(
        label=pgettext_lazy("staff note", "Note"),
        max_length=LONGEST_NOTE,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "For the team of the space. The person reads it when they take their data away: write what they may read."
        ),
    )


class NoteForm(TextForm):
    """A new note, at one of the spaces that its author runs."""

    space = forms.ModelChoiceField(label=gettext_lazy("Space"), queryset=Space.objects.none(), empty_label=None)
    field_order = ("space", "text")

    def __init__(self, *args, spaces, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["space"]
        field.queryset = Space.objects.filter(pk__in=spaces).order_by("order", "pk")
        if len(spaces) == 1:
            field.initial, field.widget = next(iter(spaces)), forms.HiddenInput()
