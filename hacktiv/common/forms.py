"""What every form of ours does with what people type."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

# More than anybody writes by hand: what exceeds it is refused beside the field, not cut.
LONGEST_TEXT = 5000
LONGEST_LINE = 200
# What the columns hold, and the longest address that mail can carry.
LONGEST_ADDRESS = 254


class PlainTextMixin:
    """Bounds every free text of a form, and leaves what the browser needs to help: length, keyboard, autofill.

    Django itself trims what is typed and refuses NUL characters. Control characters, which no keyboard makes, are
    refused here; so is a text longer than `LONGEST_TEXT` (several lines) or `LONGEST_LINE` where a field has no bound.
    An e-mail address is one that mail can reach (`validate_reachable`), of `LONGEST_ADDRESS` characters at most.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field, forms.CharField):
                continue
            if isinstance(field, forms.EmailField):
                field.validators = [each for each in field.validators if each is not validate_email]
                field.validators.append(validate_reachable)
            longest = _longest(field)
            if field.max_length is None or field.max_length > longest:
                field.validators = [each for each in field.validators if not isinstance(each, MaxLengthValidator)]
                field.validators.append(MaxLengthValidator(longest))
                field.max_length = longest
                field.widget.attrs.update(field.widget_attrs(field.widget))
            field.validators.append(refuse_control_characters)


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


def refuse_control_characters(value):
    """Tabs and line ends are text; the other control characters are not."""
    if any(ord(character) < 32 and character not in "\t\n\r" for character in str(value)):
        raise ValidationError(_("Write this with ordinary characters only."), code="control_characters")


class PlainForm(PlainTextMixin, forms.Form):
    pass


class PlainModelForm(PlainTextMixin, forms.ModelForm):
    pass
