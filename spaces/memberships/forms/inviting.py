"""Forms by which managers invite somebody, or a list of people."""

import hashlib

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import NameField, PlainForm
from members.models import Organisation

from ...core.forms import day_field, within_reach
from ...errors import BookingError
from ...models import Space
from ..files import LARGEST_FILE, LONGEST_LIST, text_of
from ..operations import Wish
from .deciding import KindField, kinds_to_give
from .lists import Defaults, Preview, preview_of


class _InviteForm(PlainForm):
    """Ask what is offered: by which space, of which kind, from when, with which word."""

    space = forms.ModelChoiceField(label=_("Space"), queryset=Space.objects.none())
    kind = KindField()
    language = forms.ChoiceField(
        label=_("Language of the mail"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE
    )
    first_day = day_field(
        _("First day"),
        required=False,
        validators=[within_reach],
        help_text=_("Empty: the day on which the person accepts."),
    )
    words = forms.CharField(
        label=_("A word from the team"),
        required=False,
        max_length=500,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("It stands in the mail and on the page of the invitation."),
    )

    def __init__(self, *args, spaces, kinds, initial, **kwargs):
        offered, kinds = list(spaces[:2]), kinds_to_give(kinds)
        for name, choices in (("space", offered), ("kind", list(kinds[:2]))):
            if len(choices) == 1:
                initial = {name: choices[0].pk, **initial}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["space"].queryset = spaces
        self.fields["kind"].names_space = len(offered) > 1
        self.fields["kind"].queryset = kinds

    def clean_first_day(self):
        day = self.cleaned_data["first_day"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("The first day is today or later."), code="past")
        return day

    def clean(self):
        cleaned = super().clean()
        space, kind = cleaned.get("space"), cleaned.get("kind")
        if space and kind and not kind.is_of(space):
            self.add_error("kind", _("This kind of membership belongs to another space."))
        return cleaned


class InviteForm(_InviteForm):
    """One person to invite."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Only who opens the link of the mail learns more. Nobody learns whether there is an account."),
    )
    organisation = forms.ModelChoiceField(
        label=_("Through the organisation"),
        queryset=Organisation.objects.all(),
        required=False,
        help_text=_("Where a company, an association or a school has the membership. Empty: the person has it."),
    )
    full_name = NameField(
        label=_("Name"),
        required=False,
        help_text=_("For your list alone: the mail does not repeat it."),
    )
    field_order = ("email", "full_name", "space", "kind", "first_day", "language", "organisation", "words")

    def wish(self):
        data = self.cleaned_data
        names = ("email", "full_name", "kind", "language", "organisation", "first_day", "words")
        return Wish(**{name: data[name] for name in names})


class InviteListForm(_InviteForm):
    """Many people to invite: typed, pasted, or in a file, whose text is then corrected in the field."""

    people = forms.CharField(
        label=_("People, one a line"),
        required=False,
        strip=False,
        max_length=LONGEST_LIST,
        widget=AdminTextareaWidget(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=_(
            "Name, address, kind and language, with a comma, a semicolon or a tab between them, as copied from a"
            " spreadsheet; or as in a mail: Marie Dupont &lt;marie@givet.example&gt;. The address alone is enough."
            " At most 500 people at once."
        ),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("CSV or Excel (.xlsx), at most 1 MB. It takes the place of the field above."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv,text/plain,text/tab-separated-values"}),
    )
    field_order = ("people", "file", "space", "kind", "first_day", "language", "words")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].required = False
        self.fields["kind"].help_text = _("For the lines that name none.")
        self.fields["language"].help_text = _("For the lines that name none.")
        self.preview = Preview()

    def clean(self):
        """Take the text of a file into the field, where its lines can be corrected, and look at the list."""
        cleaned = super().clean()
        file = cleaned.get("file")
        try:
            if file:
                # One byte more than allowed is enough to refuse a larger file.
                cleaned["people"] = text_of(file.read(LARGEST_FILE + 1))
                self.data = self.data.copy()
                self.data[self.add_prefix("people")] = cleaned["people"]
            if not self.errors:
                self._look(cleaned)
        except BookingError as refusal:
            self.add_error("file" if file else "people", refusal.message)
        return cleaned

    def _look(self, cleaned):
        if not cleaned["people"].strip():
            self.add_error("people", _("Write or paste at least one address, or choose a file."))
            return
        space, kinds = cleaned["space"], self.fields["kind"].queryset
        names = ("language", "kind", "first_day", "words")
        defaults = Defaults(**{name: cleaned[name] for name in names})
        of_space = [kind for kind in kinds if kind.is_of(space)]
        self.preview = preview_of(cleaned["people"], space=space, kinds=of_space, defaults=defaults)
        if not self.preview.rows:
            self.add_error("people", _("There is nobody on this list."))

    def mark(self):
        """Return what stands for all that the page shows: what is sent was looked at if it has the same."""
        names = sorted(set(self.fields) - {"file"})
        shown = repr([(name, str(self.cleaned_data.get(name))) for name in names])
        return hashlib.sha256(shown.replace("\r\n", "\n").replace("\\r\\n", "\\n").encode()).hexdigest()[:32]
