"""The forms of a person's profile and skills."""

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import CarriedField, NameField, PlainForm, PlainModelForm

from ..enums import NEWS_TOPICS, SkillDirection
from ..models import Skill, User
from .queries import skills_by_category
from .rules import PRESENCE_IN_WORDS


class ProfileForm(PlainModelForm):
    """Show and check a profile. The form saves nothing: `update_profile` writes the cleaned fields."""

    bound_field_class = CarriedField

    class Meta:
        model = User
        fields = [
            "first_name",
            "last_name",
            "headline",
            "about",
            "website",
            "language",
            "is_listed",
            "residence",
            "status",
            "gender",
            "age_band",
        ]
        field_classes = {"first_name": NameField, "last_name": NameField}
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "about": forms.Textarea(attrs={"rows": 6}),
        }
        labels = {
            "language": _("Language of the mails you receive"),
            "is_listed": _("Show me in the members’ directory"),
            "residence": _("Country where you live"),
            "status": _("Your situation"),
        }
        help_texts = {
            "is_listed": _(
                "Other members then see your name, headline, presentation, website, home space and skills. "
                "Your e-mail address stays hidden."
            ),
            "gender": _("Leave it empty if you would rather not say."),
            "age_band": _("Leave it empty if you would rather not say."),
        }

    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        error_messages={"invalid": _("Write an address such as https://example.org.")},
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )

    news = forms.MultipleChoiceField(
        label=_("News that you wish to get by mail"),
        required=False,
        choices=[(topic.value, topic.label) for topic in NEWS_TOPICS],
        widget=forms.CheckboxSelectMultiple,
        show_hidden_initial=True,
        help_text=_("Each of these mails has a link that ends its topic by one click. Confirmations always come."),
    )

    presence = forms.BooleanField(
        label=_("Show the members that I am there"),
        required=False,
        show_hidden_initial=True,
        help_text=PRESENCE_IN_WORDS,
    )

    photo = forms.BooleanField(
        label=_("Photos on which I can be recognised may be published by the network"),
        required=False,
        show_hidden_initial=True,
        help_text=_(
            "Photos of its events, on its pages. The people who run an event read your answer in their lists. You can "
            "change it at any time."
        ),
    )

    # The fields by section, in the order of the page: presentation, who may see it, statistics.
    PRESENTATION = ("first_name", "last_name", "headline", "about", "website")
    CHOICES = ("language", "is_listed", "presence", "photo", "news")
    STATISTICS = ("residence", "status", "gender", "age_band")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name"):
            self.fields[name].required = True
        for name in self.STATISTICS:
            self.fields[name].choices = [("", _("I would rather not say")), *self.fields[name].choices[1:]]

    @property
    def fields_to_write(self):
        """Return the cleaned fields; news, presence and photos only if the person changed a tick, since a mail or
        another page may have changed them while this one lay open."""
        elsewhere = {"news", "presence", "photo"} - set(self.changed_data)
        return {name: value for name, value in self.cleaned_data.items() if name not in elsewhere}

    def presentation(self):
        return [self[name] for name in self.PRESENTATION]

    def choices(self):
        return [self[name] for name in self.CHOICES]

    def statistics(self):
        return [self[name] for name in self.STATISTICS]


class SkillsForm(PlainForm):
    """Show the catalogue by category. Each skill has two boxes: offered and sought."""

    offered = forms.ModelMultipleChoiceField(
        label=_("I can help"), queryset=Skill.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    sought = forms.ModelMultipleChoiceField(
        label=_("I am looking for help"),
        queryset=Skill.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def categories(self):
        """Return the categories for the page, each with its skills as (skill, is offered, is sought)."""
        ticked = {name: {str(value) for value in self[name].value() or []} for name in SkillDirection.values}
        return [
            (
                category,
                [
                    (skill, str(skill.pk) in ticked["offered"], str(skill.pk) in ticked["sought"])
                    for skill in category.skills.all()
                ],
            )
            for category in skills_by_category(get_language())
        ]
