"""What every form of ours does with what people type."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

# More than anybody writes by hand: what exceeds it is refused beside the field, not cut.
LONGEST_TEXT = 5000
LONGEST_LINE = 200
# Unicode's control characters, and its own ends of lines and paragraphs.
UNWRITTEN = {"Cc", "Zl", "Zp"}


class PlainTextMixin:
    """Bounds every free text of a form, and leaves what the browser needs to help: length, keyboard, autofill.

    Django itself trims what is typed and refuses NUL characters. Control characters, which no keyboard makes, are
    refused here, and in a field of one line tabs and line ends too: a name may become a mail's header. So is a text
    longer than `LONGEST_TEXT` (several lines) or `LONGEST_LINE` where a field has no bound.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field, forms.CharField):
                continue
            has_lines = isinstance(field.widget, forms.Textarea)
            if field.max_length is None:
                field.max_length = LONGEST_TEXT if has_lines else LONGEST_LINE
                field.validators.append(MaxLengthValidator(field.max_length))
                field.widget.attrs.update(field.widget_attrs(field.widget))
            field.validators.append(refuse_control_characters if has_lines else refuse_all_control_characters)


def refuse_control_characters(value, *, allowed="\t\n\r\u2028\u2029"):
    """In a text of several lines tabs and line ends are text; the other control characters are not."""
    if any(unicodedata.category(character) in UNWRITTEN and character not in allowed for character in str(value)):
        raise ValidationError(_("Write this with ordinary characters only."), code="control_characters")


def refuse_all_control_characters(value):
    """In one line nothing but the line itself."""
    refuse_control_characters(value, allowed="")


class PlainForm(PlainTextMixin, forms.Form):
    pass


class PlainModelForm(PlainTextMixin, forms.ModelForm):
    pass
