"""The forms by which spaces share documents and notices."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hacktiv.common.documents import ACCEPT
from hacktiv.common.forms import PlainForm, PlainModelForm
from hacktiv.common.kept_files import KeptFileField, KeptFileInput

from ..booking.forms import DayField
from ..models import Document, Notice


class DocumentForm(PlainModelForm):
    upload = KeptFileField(
        label=_("File"),
        required=False,
        help_text=_("PDF, JPEG, PNG or CSV, at most 20 MB. It stays among managers."),
        widget=KeptFileInput(attrs={"accept": ACCEPT}),
    )

    class Meta:
        model = Document
        fields = ("space", "title", "topic", "text")

    def __init__(self, *args, spaces, **kwargs):
        super().__init__(*args, **kwargs)
        _speak_for(self, spaces)


class NoticeForm(PlainModelForm):
    """An offer or a request of help or material."""

    valid_until = DayField(label=_("Valid until"), help_text=_("This day included."))

    class Meta:
        model = Notice
        fields = ("kind", "space", "title", "text", "valid_until")

    def __init__(self, *args, spaces, **kwargs):
        super().__init__(*args, **kwargs)
        _speak_for(self, spaces)


def _speak_for(form, spaces):
    """Offer the spaces that the person runs; without any, the person speaks for the coordination."""
    form.fields["space"].queryset = spaces
    form.fields["space"].required = True
    form.fields["space"].empty_label = None
    if not spaces:
        del form.fields["space"]


class AnswerForm(PlainForm):
    text = forms.CharField(label=_("Your answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
