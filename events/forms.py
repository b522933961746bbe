"""What visitors fill in: a guest's registration."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainForm
from members.enums import Residence

from .answer_forms import AnswersForm
from .enums import Way


class GuestForm(AnswersForm):
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We send you a link there to confirm your registration."),
    )
    residence = forms.ChoiceField(
        label=_("Where do you live?"),
        required=False,
        choices=[("", _("I would rather not say")), *Residence.choices],
        help_text=_("For the statistics of this cross-border project, without your name."),
    )
    way = forms.ChoiceField(label=_("How do you take part?"), choices=Way, required=False, widget=forms.RadioSelect)
    # Not shown to people: who fills it in is a program.
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


class TopicForm(PlainForm):
    """A lunch&talk topic that a member proposes."""

    title = forms.CharField(label=_("Your topic"), max_length=160)
    summary = forms.CharField(
        label=_("In one line"), max_length=240, help_text=_("What people will know or be able to do afterwards.")
    )
    language = forms.ChoiceField(label=_("In which language do you speak?"), choices=settings.LANGUAGES)
