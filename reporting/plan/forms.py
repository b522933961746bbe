import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import LONGEST_TEXT, PlainForm
from hacktiv.common.languages import CODES, own_name

from ..core.rules import LONGEST_REPORT_TEXT, with_plain_line_ends

#: « 1234,5 », « 1 234,50 », « 1.234,50 », « 1,234.50 »: digits in threes with one sign between all of them, or not in
#: threes; then another sign, a comma or point, and two digits.
WRITTEN_AMOUNT = re.compile(
    r"([1-9]\d{0,2}(?P<between>[ .,'’\u00a0\u202f])\d{3}(?:(?P=between)\d{3})*|\d+)(?:(?!(?P=between))[.,](\d{1,2}))?",
    re.ASCII,
)
#: In euros: as much as the columns hold.
MOST = Decimal("9999999999.99")


class EurosField(forms.Field):
    """An amount in euros as people write it in any of our languages; empty is unknown, and 0 is nothing."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "invalid": _("Write an amount, such as 1234.50 or 1 234,50. Leave it empty if it is not known."),
        "too_much": _("This amount is too large."),
    }

    def to_python(self, value):
        value = str(value or "").strip().removesuffix("€").strip()
        if not value:
            return None
        found = WRITTEN_AMOUNT.fullmatch(value) if len(value) < 30 else None
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        amount = Decimal(f"{re.sub('[^0-9]', '', found[1])}.{found[3] or '00'}").quantize(Decimal("0.01"))
        if amount > MOST:
            raise ValidationError(self.error_messages["too_much"], code="too_much")
        return amount

    def prepare_value(self, value):
        if isinstance(value, Decimal):
            return number_format(value, decimal_pos=2, use_l10n=True, force_grouping=False)
        return value


class TextInLanguageField(forms.CharField):
    """A text of several lines, whose lines end as those of all our texts do."""

    def to_python(self, value):
        return with_plain_line_ends(super().to_python(value))


class InLanguagesForm(PlainForm):
    """A text in each language, the reader's own first. `shown` says what stood there when the page was shown."""

    template_name = "reporting/plan/in_languages.html"
    longest = LONGEST_TEXT
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)

    def __init__(self, *args, **kwargs):
        fields = {
            code: TextInLanguageField(
                label=own_name(code),
                required=False,
                max_length=self.longest,
                widget=forms.Textarea(attrs={"rows": 8, "lang": code}),
            )
            for code in sorted(CODES, key=lambda code: code != get_language())
        }
        self.base_fields = {**self.base_fields, **fields}
        super().__init__(*args, **kwargs)

    @property
    def own(self):
        """Return the field of the reader's language."""
        return next(field for field in self if not field.is_hidden)

    @property
    def others(self):
        """Return the fields of the other languages."""
        return [field for field in self if not field.is_hidden][1:]

    @property
    def opens_others(self):
        """Return whether another language has a text, or something to mend."""
        return any(field.value() or field.errors for field in self.others)

    @property
    def texts(self):
        return {code: self.cleaned_data[code] for code in CODES}


class ReportTextForm(InLanguagesForm):
    """A text of the report in each language."""

    longest = LONGEST_REPORT_TEXT
