"""The form by which a member proposes a topic."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainForm


class TopicForm(PlainForm):
    """A lunch&talk topic that a member proposes."""

    title = forms.CharField(label=_("Your topic"), max_length=160)
    summary = forms.CharField(
        label=_("In one line"), max_length=240, help_text=_("What people will know or be able to do afterwards.")
    )
    language = forms.ChoiceField(label=_("In which language do you speak?"), choices=settings.LANGUAGES)
