"""The form of an organisation."""

from itertools import chain, count

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ..models import Organisation
from .queries import like_named

#: In characters, before the number that tells two apart.
LONGEST_SLUG = 40


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
            self.fields["is_another"].widget = forms.HiddenInput()
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("It stands in addresses of the site. Empty: made from the name.")

    def clean_slug(self):
        """Return the name in addresses; one that was left empty is made from the name, or stays as it was."""
        return self.cleaned_data["slug"] or self.instance.slug or _free_slug(self.cleaned_data.get("name", ""))

    def clean(self):
        """Refuse a name that is like another's, until the person says that it is another organisation."""
        data = super().clean()
        if self.alike and not data.get("is_another"):
            words = _("There is one already: %(names)s. If yours is another one, say so.")
            names = "; ".join(f"{one.name} ({one.town})" if one.town else one.name for one in self.alike)
            self.add_error("name", forms.ValidationError(words, code="alike", params={"names": names}))
        return data


def _free_slug(name):
    base = slugify(name)[:LONGEST_SLUG] or "o"
    taken = set(Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in chain([base], (f"{base}-{number}" for number in count(2))) if slug not in taken)
