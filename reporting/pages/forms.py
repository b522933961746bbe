from django import forms

from hacktiv.common.forms import PlainForm
from hacktiv.common.languages import CODES, own_name, texts_of


class HighlightsForm(PlainForm):
    """Write the highlights of a half-year in each language."""

    def __init__(self, *args, **kwargs):
        self.base_fields = {**self.base_fields, **_highlights()}
        super().__init__(*args, **kwargs)

    @classmethod
    def of(cls, period):
        return cls(initial=texts_of(period, "highlights"))


class CommentForm(PlainForm):
    """Write what a section of the report needs to be read with, in each language."""

    def __init__(self, *args, **kwargs):
        self.base_fields = {**self.base_fields, **_highlights()}
        super().__init__(*args, **kwargs)

    @classmethod
    def of(cls, comment):
        return cls(initial=texts_of(comment, "text") if comment else None, label_suffix="")


def _highlights():
    return {
        code: forms.CharField(
            label=own_name(code),
            required=False,
            max_length=5000,
            widget=forms.Textarea(attrs={"rows": 8, "lang": code}),
        )
        for code in CODES
    }
