"""Rules of all our forms for the text that people type."""

import re
import unicodedata
from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

from .text import plain_lines, without_direction

# Limits in characters, for fields without one of their own. A longer text is refused beside the field, not cut.
LONGEST_TEXT = 5000
LONGEST_LINE = 200
# Unicode's categories of control characters, line ends and paragraph ends.
UNWRITTEN = {"Cc", "Zl", "Zp"}
# Beside letters, digits and their marks: all that names of people and organisations are written with.
SIGNS_OF_A_NAME = frozenset(" .,'’‘ʼ`´·-‐‑–()&+«»\"ªº°\u00a0\u202f")
# A word, a dot and a word without a space between them, as mail programs make links of.
LIKE_A_DOMAIN = re.compile(r"\w{2,}\.\w{2,}")
MOST_WORDS_OF_A_NAME = 10
# In characters: the longest address that mail can carry. The columns hold as many.
LONGEST_ADDRESS = 254


class PlainTextMixin:
    """Limit every free text of a form, and help the browser with length, keyboard and autofill.

    Django itself trims the text and refuses NUL characters. This class also refuses other control characters, which no
    keyboard makes. In a field of one line it refuses tabs and line ends too, because a name may become a header of a
    mail, and removes the signs that turn the direction of writing; in one of several lines each line ends with a line
    feed alone. A field without a limit of its own takes
    `longest_text` characters (several lines) or `LONGEST_LINE` (one line). An e-mail address must be one that mail can
    reach (`validate_reachable`), of at most `LONGEST_ADDRESS` characters.
    """

    longest_text = LONGEST_TEXT

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field, forms.CharField):
                continue
            has_lines = isinstance(field.widget, forms.Textarea)
            clean = _plain_lines if has_lines else _one_direction
            field.to_python = partial(clean, field.to_python)
            if isinstance(field, forms.EmailField):
                field.validators = [each for each in field.validators if each is not validate_email]
                field.validators.append(validate_reachable)
            longest = _longest(field, self.longest_text)
            if field.max_length is None or field.max_length > longest:
                field.validators = [each for each in field.validators if not isinstance(each, MaxLengthValidator)]
                field.validators.append(MaxLengthValidator(longest))
                field.max_length = longest
                field.widget.attrs.update(field.widget_attrs(field.widget))
            field.validators.append(refuse_control_characters if has_lines else refuse_all_control_characters)


def _one_direction(to_python, value):
    """Remove from a line what turns the direction of writing, before it is checked."""
    value = to_python(value)
    return without_direction(value).strip() if isinstance(value, str) else value


def _plain_lines(to_python, value):
    """End each line of a text with a line feed alone: a browser sends two signs, of which files show one as itself."""
    value = to_python(value)
    return plain_lines(value) if isinstance(value, str) else value


def _longest(field, longest_text):
    """Return the limit of a field, in characters: its own, except for an address."""
    if isinstance(field, forms.EmailField):
        return LONGEST_ADDRESS
    if field.max_length is not None:
        return field.max_length
    return longest_text if isinstance(field.widget, forms.Textarea) else LONGEST_LINE


def validate_reachable(address):
    """Refuse an address that mail servers do not know: accents are possible only in the domain, as DNS writes them."""
    if len(address) > LONGEST_ADDRESS:
        return  # the field's own limit refuses it
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
    """Refuse control characters in a text of several lines, except tabs and line ends."""
    if any(unicodedata.category(character) in UNWRITTEN and character not in allowed for character in str(value)):
        raise ValidationError(_("Write this with ordinary characters only."), code="control_characters")


def refuse_all_control_characters(value):
    """Refuse all control characters in a text of one line."""
    refuse_control_characters(value, allowed="")


def validate_name(value):
    """Refuse what is no name of a person or an organisation: a link, an address, a sentence, signs that no name has.

    Names are printed in mails to other people, where a link or an advertisement would speak with our voice.
    """
    is_written = all(unicodedata.category(each)[0] in "LMN" or each in SIGNS_OF_A_NAME for each in value)
    if not is_written or LIKE_A_DOMAIN.search(value) or len(value.split()) > MOST_WORDS_OF_A_NAME:
        raise ValidationError(_("Write a name here, and nothing else: no link, no address, no sentence."), code="name")


def whole_numbers(written):
    """Return the keys of rows among what a form sent in hidden fields; what is no key is left out."""
    return [int(each) for each in written if each.isdecimal() and len(each) < 19]


class NameField(forms.CharField):
    """The name of a person, typed by themselves or by others."""

    default_validators = [validate_name]

    def __init__(self, *args, max_length=120, **kwargs):
        super().__init__(*args, max_length=max_length, **kwargs)


class CarriedField(forms.BoundField):
    """A field whose hidden copy, which nobody sees, is described by nothing."""

    def build_widget_attrs(self, attrs, widget=None):
        built = super().build_widget_attrs(attrs, widget)
        if widget and widget.is_hidden:
            built.pop("aria-describedby", None)
        return built


class UntouchedMixin:
    """Leave a field as it stands now where the form is sent with what its page showed in it.

    A page may lie open while others change the row, at the door or at another desk. It carries hidden beside each field
    what it showed (Django's `show_hidden_initial`); a field sent unchanged is then taken as a disabled one: by its
    present `initial`. `touched` names the others. Where a form carries nothing, all its fields count as touched that
    differ from the row. A form that adds fields after `__init__` calls `carry_initial` once more."""

    bound_field_class = CarriedField

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.carry_initial()

    def carry_initial(self):
        """Let the page of a form for a row that exists carry what its fields show. Files have no such value, and nobody
        changes a disabled field, which may show a secret otherwise than it is."""
        instance = getattr(self, "instance", None)
        is_of_a_row = instance is None or not instance._state.adding
        for name, field in self.fields.items():
            if isinstance(field, forms.FileField) or field.disabled:
                field.show_hidden_initial = False
            elif is_of_a_row or self.add_initial_prefix(name) in self.data:  # The row may be deleted meanwhile.
                field.show_hidden_initial = True

    @property
    def touched(self):
        """Return the names of the fields that were changed since the page was shown."""
        return set(self.changed_data)

    def full_clean(self):
        untouched = []
        if self.is_bound and any(self[name].html_initial_name in self.data for name in self.fields):
            untouched = [
                field
                for name, field in self.fields.items()
                if field.show_hidden_initial and not field.disabled and name not in self.touched
            ]
        elif self.is_bound:
            for field in self.fields.values():
                field.show_hidden_initial = False
        for field in untouched:
            field.disabled = True
        try:
            super().full_clean()
        finally:
            for field in untouched:
                field.disabled = False


class PlainForm(PlainTextMixin, forms.Form):
    pass


class PlainModelForm(PlainTextMixin, forms.ModelForm):
    pass
