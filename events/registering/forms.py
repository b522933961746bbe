"""Forms to register, with the questions of the event as fields."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import NameField, PlainForm, refuse_control_characters

from ..core.forms import WOULD_RATHER_NOT_SAY, residence_field
from ..enums import LONGEST_ANSWER_TO_EVENT, QuestionKind, Way
from .operations import Answers, Given

NO_CONSENT = _("Without your consent we keep no answer on diet or access needs: tick the box, or leave them empty.")
NO_ANSWER = ("", WOULD_RATHER_NOT_SAY)


class AnswersForm(PlainForm):
    """The form's own fields, then the event's questions. `answered` are the answers shown at first."""

    #: Whether required questions must be answered. Staff register people who were not asked.
    insists = True
    consent_label = _(
        "I agree that the people who run this event, and they alone, read what I say here of my diet and my access"
        " needs, for the purpose said beside the question. I can take it back at any time."
    )

    def __init__(self, *args, event, answered=(), **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.questions = list(event.questions.all())
        known = {answer.question_id: answer for answer in answered}
        for question in self.questions:
            self._ask(question, known.get(question.pk))
        if any(question.is_sensitive for question in self.questions):
            self.fields["consent"] = forms.BooleanField(
                required=False,
                initial=any(answer.consented_at for answer in known.values()),
                label=self.consent_label,
            )

    def _ask(self, question, answer):
        name, is_required = f"question_{question.pk}", question.is_required and self.insists
        if question.choices:
            several = question.takes_several
            self.fields[name] = (forms.MultipleChoiceField if several else forms.ChoiceField)(
                label=question.title,
                help_text=question.why,
                required=is_required,
                choices=[*([] if several or is_required else [NO_ANSWER]), *question.choices],
                widget=forms.CheckboxSelectMultiple if several else forms.RadioSelect,
                initial=answer and (answer.chosen if several else answer.chosen[0]),
            )
        if question.takes_text:
            is_only = question.kind == QuestionKind.TEXT
            self.fields[name if is_only else f"{name}_more"] = forms.CharField(
                label=question.title if is_only else _("Something else we should know"),
                help_text=question.why if is_only else "",
                required=is_only and is_required,
                max_length=LONGEST_ANSWER_TO_EVENT,
                validators=[refuse_control_characters],
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=answer and answer.text,
            )

    def clean(self):
        data = super().clean()
        is_told = any(question.is_sensitive and self._given(question, data) for question in self.questions)
        if is_told and not data.get("consent"):
            self.add_error(
                "consent",
                NO_CONSENT,
            )
        return data

    @staticmethod
    def _given(question, data):
        name = f"question_{question.pk}"
        chosen = data.get(name) or [] if question.choices else []
        text = data.get(name if question.kind == QuestionKind.TEXT else f"{name}_more") or ""
        chosen = [chosen] if isinstance(chosen, str) else list(chosen)
        return Given(chosen, text.strip()) if chosen or text.strip() else None

    @property
    def answers(self):
        """Return the answers as the operations take them, once the form is valid."""
        given = {question.pk: self._given(question, self.cleaned_data) for question in self.questions}
        return Answers({pk: one for pk, one in given.items() if one}, consents=bool(self.cleaned_data.get("consent")))


def way_field(event, **kwargs):
    """Return a field for the way of taking part in an event that has several."""
    choices = [(way.value, way.label) for way in event.ways]
    return forms.ChoiceField(**{"choices": choices, "widget": forms.RadioSelect, **kwargs})


class RegisterForm(AnswersForm):
    """A member's form: the way of taking part, where there is a choice, and the questions."""

    field_order = ("way",)

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, event=event, **kwargs)
        if len(event.ways) > 1:
            self.fields["way"] = way_field(event, label=_("How do you take part?"))
            self.order_fields(self.field_order)


CONSENT_OF_ANOTHER = _(
    "This person agrees that the people who run this event, and they alone, read what is said here of diet and"
    " access needs, for the purpose said beside the question."
)


class CompanionForm(AnswersForm):
    """A companion, and their answers."""

    consent_label = CONSENT_OF_ANOTHER

    name = NameField(label=_("Name"), max_length=120)
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("A confirmation with a link of their own goes there. Without it, you hear of everything for them."),
    )
    residence = residence_field(
        label=_("Where do they live?"),
        unsaid=WOULD_RATHER_NOT_SAY,
        help_text=_("For the statistics of this cross-border project, without their name."),
    )


class GuestForm(AnswersForm):
    name = NameField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send you a link there to confirm your registration."),
    )
    residence = residence_field(
        label=_("Where do you live?"),
        unsaid=WOULD_RATHER_NOT_SAY,
        help_text=_("For the statistics of this cross-border project, without your name."),
    )
    way = forms.ChoiceField(label=_("How do you take part?"), choices=Way, required=False, widget=forms.RadioSelect)
    # People do not see this field. Only a program fills it in.
    nickname = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, event=event, **kwargs)
        if len(event.ways) == 1:
            del self.fields["way"]
        else:
            self.fields["way"].choices = [(way.value, way.label) for way in event.ways]
            self.initial.setdefault("way", event.ways[0])

    @property
    def is_from_a_program(self):
        return bool(self.data.get("nickname"))
