"""The form of an organisation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .operations import NO_WORDS
from .queries import has_words, like_named


class NotAsked(forms.HiddenInput):
    """A field that nobody is asked about: its label, in a line that is hidden too, leads nowhere."""

    def id_for_label(self, id_):
        return ""


class OrganisationForm(forms.ModelForm):
    """Write what is known of an organisation. One whose name is like another's is asked about once.

    The admin says of which model and fields it is."""

    is_another = forms.BooleanField(
        label=_("It is another organisation"),
        required=False,
        help_text=_("Tick it only if it is none of those that are named here."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = self.instance if self.instance.pk else None
        name = self.data.get(self.add_prefix("name"), "") if self.is_bound else ""
        self.alike = like_named(name, but=known) if name and name != self.instance.name else []
        if not self.alike:
            self.fields["is_another"].widget = NotAsked()
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("It stands in addresses of the site. Empty: made from the name.")

    def clean_name(self):
        name = self.cleaned_data["name"]
        if not has_words(name):
            raise forms.ValidationError(NO_WORDS, code="name")
        return name

    def clean_slug(self):
        """Return the name in addresses; one that was left empty stays as it was, or is made as it is added."""
        return self.cleaned_data["slug"] or self.instance.slug

    def clean(self):
        """Refuse a name that is like another's, until the person says that it is another organisation."""
        data = super().clean()
        if self.alike and not data.get("is_another"):
            words = _("There is one already: %(names)s. If yours is another one, say so.")
            names = "; ".join(f"{one.name} ({one.town})" if one.town else one.name for one in self.alike)
            self.add_error("name", forms.ValidationError(words, code="alike", params={"names": names}))
        return data
