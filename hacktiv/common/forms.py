"""What every form of ours does with what people type."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

# More than anybody writes by hand: what exceeds it is refused beside the field, not cut.
LONGEST_TEXT = 5000
LONGEST_LINE = 200
# Unicode's control characters, and its own ends of lines and paragraphs.
UNWRITTEN = {"Cc", "Zl", "Zp"}
# What the columns hold, and the longest address that mail can carry.
LONGEST_ADDRESS = 254


class PlainTextMixin:
    """Bounds every free text of a form, and leaves what the browser needs to help: length, keyboard, autofill.

    Django itself trims what is typed and refuses NUL characters. Control characters, which no keyboard makes, are
    refused here, and in a field of one line tabs and line ends too: a name may become a mail's header. So is a text
    longer than `LONGEST_TEXT` (several lines) or `LONGEST_LINE` where a field has no bound.
    An e-mail address is one that mail can reach (`validate_reachable`), of `LONGEST_ADDRESS` characters at most.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field, forms.CharField):
                continue
            has_lines = isinstance(field.widget, forms.Textarea)
            if isinstance(field, forms.EmailField):
                field.validators = [each for each in field.validators if each is not validate_email]
                field.validators.append(validate_reachable)
            longest = _longest(field)
            if field.max_length is None or field.max_length > longest:
                field.validators = [each for each in field.validators if not isinstance(each, MaxLengthValidator)]
                field.validators.append(MaxLengthValidator(longest))
                field.max_length = longest
                field.widget.attrs.update(field.widget_attrs(field.widget))
            field.validators.append(refuse_control_characters if has_lines else refuse_all_control_characters)


def _longest(field):
    """The bound of a field; what it says itself, but of an address."""
    if isinstance(field, forms.EmailField):
        return LONGEST_ADDRESS
    if field.max_length is not None:
        return field.max_length
    return LONGEST_TEXT if isinstance(field.widget, forms.Textarea) else LONGEST_LINE


def validate_reachable(address):
    """An address as mail servers know it: accents only in the domain, which DNS writes in its own way."""
    if len(address) > LONGEST_ADDRESS:
        return  # said by the field's bound
    local_part, _at, domain = address.rpartition("@")
    if not local_part.isascii():
        raise ValidationError(
            _("Mail reaches no accented letters before the @: check the address."), code="accents_before_at"
        )
    validate_email(address)
    try:
        is_short_enough = len(f"{local_part}@{punycode(domain)}") <= LONGEST_ADDRESS
    except UnicodeError:
        is_short_enough = False
    if not is_short_enough:
        raise ValidationError(validate_email.message, code=validate_email.code)


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
