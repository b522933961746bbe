"""Forms for participants of an event that is over."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainForm
from members.profiles.queries import listed_people

from ..enums import LONGEST_ANSWER_TO_SURVEY, OutcomeKind, SurveyKind


class SurveyForm(PlainForm):
    """A field for each question, `q1` to `q5`; at least one must be answered."""

    def __init__(self, *args, questions, **kwargs):
        self.base_fields = {f"q{question.order}": _field(question) for question in questions}
        super().__init__(*args, label_suffix="", **kwargs)

    def clean(self):
        data = super().clean()
        if not self.errors and not self.answers:
            raise forms.ValidationError(_("Answer at least one question."), code="nothing")
        return data

    @property
    def answers(self):
        return {int(name[1:]): answer for name, answer in self.cleaned_data.items() if answer not in {None, ""}}


def _field(question):
    if question.kind == SurveyKind.TEXT:
        return forms.CharField(
            label=question.text,
            required=False,
            max_length=LONGEST_ANSWER_TO_SURVEY,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("Name nobody, or yourself only if you want to."),
        )
    return forms.TypedChoiceField(
        label=question.text,
        required=False,
        choices=question.options,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect(attrs={"class": "scale"} if question.kind == SurveyKind.SCALE else None),
        help_text=_("From 1 (not at all) to 5 (very much).") if question.kind == SurveyKind.SCALE else "",
    )


class OutcomeForm(PlainForm):
    kind = forms.ChoiceField(label=_("What came of it?"), choices=OutcomeKind, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("In a sentence"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Read by those who run the event and by the network’s coordinator."),
    )
    partner = forms.ModelChoiceField(
        label=_("With whom?"),
        required=False,
        queryset=None,
        empty_label=_("Name nobody"),
        help_text=_("One of the members who show themselves in the directory."),
    )
    may_be_told = forms.BooleanField(
        label=_("The network may tell this publicly, with my name"),
        required=False,
        help_text=_("You can take this back here at any time."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        if user is None:
            del self.fields["partner"]
        else:
            self.fields["partner"].queryset = listed_people().exclude(pk=user.pk).prefetch_related(None)
