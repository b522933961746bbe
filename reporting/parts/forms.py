import re

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.enums import Mode, ProofKind
from events.models import EventType
from hacktiv.common.documents import ACCEPT
from hacktiv.common.forms import PlainForm
from hacktiv.common.kept_files import KeptFileField, KeptFileInput
from members.models import Organisation
from spaces.core.forms import day_field
from spaces.roles.forms import GiveRoleForm

from ..models.spending import AMOUNTS, amount_above
from ..outputs.renderers.spending import AMOUNT_NAMES
from ..plan.forms import EurosField
from .operations import RIGHT_WITH_A_WORD, Missing

#: In characters.
LONGEST_WORD = 2000
#: A text and its version.
TICKED = re.compile(r"(\d{1,18}):\d{1,9}", re.ASCII)


class OpenPartForm(GiveRoleForm):
    """Open the part of one of these partners to the account that has an address."""

    def __init__(self, *args, partners, find, **kwargs):
        self.partners = {str(partner.pk): partner for partner in partners}
        named: dict[str, list[tuple[str, str]]] = {}  # in groups: a project's title and a name would not fit in a line
        for pk, partner in self.partners.items():
            named.setdefault(str(partner.project), []).append((pk, str(partner)))
        unknown = _("No account has this address: the person signs up first.")
        super().__init__(*args, roles=named.items(), find=find, unknown=unknown, **kwargs)
        self.fields["role"].label = _("Partner")

    def wish(self):
        """Return what the operation asks for: the person, the partner and the days."""
        wish = super().wish()
        wish["partner"] = self.partners[wish.pop("role")]
        return wish


class SpendingForm(PlainForm):
    """Tell what a partner claimed, what was approved, and the ERDF part, in a half-year. Empty is unknown."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def __init__(self, *args, **kwargs):
        amounts = {name: EurosField(label=AMOUNT_NAMES[name], required=False) for name in AMOUNTS}
        amounts["claimed"].help_text = _("What was spent and claimed in this half-year, in euros.")
        amounts["approved"].help_text = _("What of it the controller has approved by now.")
        amounts["erdf"].help_text = _("The part that the European fund pays.")
        self.base_fields = {**self.base_fields, **amounts}
        super().__init__(*args, **kwargs)

    def clean(self):
        cleaned = super().clean()
        above = amount_above({name: cleaned.get(name) for name in AMOUNTS})
        if above:
            self.add_error(*above)
        return cleaned

    @property
    def amounts(self):
        return {name: self.cleaned_data[name] for name in AMOUNTS}


class CountsForm(PlainForm):
    """Say whether the counts that the page showed are right, or what is not."""

    RIGHT, WRONG = "right", "wrong"

    counts = forms.CharField(widget=forms.HiddenInput, max_length=60)
    answer = forms.ChoiceField(
        label=_("Are these counts right?"),
        choices=[(RIGHT, _("Yes, they are right")), (WRONG, _("No, they are not"))],
        widget=forms.RadioSelect,
    )
    word = forms.CharField(
        label=_("What is not right"),
        required=False,
        max_length=LONGEST_WORD,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Say it in words, with what you know. The lead corrects the count."),
    )

    def __init__(self, *args, is_counted=True, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_counted:  # there is nothing to confirm
            del self.fields["answer"]
            word = self.fields["word"]
            word.label, word.required = _("How many came, as far as you know"), True
            word.help_text = _(
                "Say it in words: participations, and persons if you know them. The lead enters the count."
            )

    @property
    def is_right(self):
        return self.cleaned_data.get("answer") == self.RIGHT

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("answer") == self.WRONG and not cleaned.get("word") and "word" not in self.errors:
            self.add_error("word", _("Say what is not right."))
        if cleaned.get("answer") == self.RIGHT and cleaned.get("word"):
            self.add_error("answer", RIGHT_WITH_A_WORD)
        return cleaned


class MissingForm(PlainForm):
    """Tell of an action that the agenda lacks. `shown` says what the page of a proposal showed; blank of a new one."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    title = forms.CharField(label=_("What it was"), max_length=160)
    earliest = day_field(_("Day, or the first possible one"))
    latest = day_field(_("The last possible day"), required=False, help_text=_("Empty: the day is known."))
    place = forms.CharField(label=pgettext_lazy("of an action", "Place"), required=False, max_length=200)
    organisers = forms.CharField(label=_("Organised with"), required=False, max_length=300)
    note = forms.CharField(
        label=_("What it was about, and who came"),
        required=False,
        max_length=LONGEST_WORD,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("How many came is told here in words: the lead enters the count."),
    )

    @property
    def missing(self):
        told = {name: value for name, value in self.cleaned_data.items() if name != "shown"}
        return Missing(**told | {"latest": told["latest"] or told["earliest"]})


class OwnProofForm(PlainForm):
    """Add a file that proves an action."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ProofKind.choices)
    name = forms.CharField(label=_("Name"), required=False, max_length=200, help_text=_("Empty: the name of the file."))
    file = KeptFileField(
        label=_("File"),
        help_text=_("PDF, JPEG, PNG or CSV, at most 20 MB."),
        widget=KeptFileInput(attrs={"accept": ACCEPT}),
    )


class GiveBackForm(PlainForm):
    """Say why a part is given back to its partner."""

    word = forms.CharField(
        label=_("What is missing or to be changed"),
        max_length=LONGEST_WORD,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The people of the partner read it in a mail and on their page."),
    )


class UntilForm(PlainForm):
    """Set the date until which the partners tell their part. `meant` is a day that is over, once it was asked about."""

    meant = forms.CharField(widget=forms.HiddenInput, required=False, max_length=10)
    until = day_field(
        _("The partners tell their part until"),
        required=False,
        help_text=_("Their people are reminded 14, 7 and 1 days before, and once when they are late. Empty: no date."),
    )


class DecideForm(PlainForm):
    """Accept a proposed action as an event, or refuse it with a word. `shown` says what the page showed of it."""

    ACCEPT, REFUSE = "accept", "refuse"

    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    type = forms.ModelChoiceField(
        label=_("Type of event"),
        queryset=EventType.objects.all(),
        error_messages={"required": _("Choose what kind of event it was.")},
    )
    mode = forms.ChoiceField(
        label=_("Form"),
        choices=[("", "---------"), *Mode.choices],
        error_messages={"required": _("Choose in which form it was held.")},
    )
    organisers = forms.ModelMultipleChoiceField(
        label=_("Organised with"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Tick those beside the partner’s own. One that is not listed is first added in the administration."
        ),
    )
    counts = forms.BooleanField(
        label=_("The project counts it"),
        required=False,
        help_text=_("Unticked: it waits for a decision, like any other held event."),
    )
    word = forms.CharField(
        label=_("Why it is refused"),
        required=False,
        max_length=LONGEST_WORD,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only where it is refused: the partner reads it."),
        error_messages={"required": _("Say why it is refused: the partner reads it.")},
    )
    step = forms.ChoiceField(choices=[(step, step) for step in (ACCEPT, REFUSE)], widget=forms.HiddenInput)

    def __init__(self, *args, proposal, **kwargs):
        super().__init__(*args, **kwargs)
        others = Organisation.objects.exclude(pk=proposal.contribution.partner.organisation_id).order_by("name")
        self.fields["organisers"].queryset = others
        told = proposal.organisers.casefold()
        self.fields["organisers"].initial = [one.pk for one in others if told and one.name.casefold() in told]
        is_refused = self.data.get("step") == self.REFUSE
        self.fields["word"].required = is_refused
        for name in ("type", "mode"):
            self.fields[name].required = not is_refused


class TickedTextsField(forms.MultipleChoiceField):
    """Ticked texts, each sent as « key:version »; the version may be an older one, for the operation to refuse."""

    default_error_messages = {
        "invalid_choice": _("One of these texts is no longer there. Read what stands now, and tick again.")
    }

    def valid_value(self, value):
        ticked = TICKED.fullmatch(value)
        return ticked is not None and super().valid_value(ticked[1])


class TakeOverForm(PlainForm):
    """Tick texts of partners in the version that was read, to take them over into the report."""

    texts = TickedTextsField(label=_("Texts"), error_messages={"required": _("Tick at least one text.")})

    def __init__(self, *args, texts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["texts"].choices = [(text.pk, str(text.section)) for text in texts]

    @property
    def ticked(self):
        """Return the version of each ticked text by its key."""
        pairs = (ticked.split(":") for ticked in self.cleaned_data["texts"])
        return {int(pk): int(version) for pk, version in pairs}
