"""What every form of ours does with what people type."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

# More than anybody writes by hand: what exceeds it is refused beside the field, not cut.
LONGEST_TEXT = 5000
LONGEST_LINE = 200


class PlainTextMixin:
    """Bounds every free text of a form, and leaves what the browser needs to help: length, keyboard, autofill.

    Django itself trims what is typed and refuses NUL characters. Control characters, which no keyboard makes, are
    refused here; so is a text longer than `LONGEST_TEXT` (several lines) or `LONGEST_LINE` where a field has no bound.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field, forms.CharField):
                continue
            if field.max_length is None:
                field.max_length = LONGEST_TEXT if isinstance(field.widget, forms.Textarea) else LONGEST_LINE
                field.validators.append(MaxLengthValidator(field.max_length))
                field.widget.attrs.update(field.widget_attrs(field.widget))
            field.validators.append(refuse_control_characters)


def refuse_control_characters(value):
    """Tabs and line ends are text; the other control characters are not."""
    if any(ord(character) < 32 and character not in "\t\n\r" for character in str(value)):
        raise ValidationError(_("Write this with ordinary characters only."), code="control_characters")


class PlainForm(PlainTextMixin, forms.Form):
    pass


class PlainModelForm(PlainTextMixin, forms.ModelForm):
    pass
