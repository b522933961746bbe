from django import forms
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainForm
from members.enums import SkillDirection
from members.models import Skill
from spaces.enums import Country
from spaces.models import Space

from .queries.directory import skills_to_choose, spaces_to_choose


def _offer(field, objects):
    """Have a field offer these objects, which are read already; what is chosen is looked for in its queryset."""
    shown = [(field.prepare_value(one), field.label_from_instance(one)) for one in objects]
    field.choices = [("", field.empty_label), *shown]


class DirectoryForm(PlainForm):
    """The search in the members' directory. Every field may stay empty."""

    q = forms.CharField(label=_("Name or trade"), required=False, max_length=80)
    skill = forms.ModelChoiceField(
        label=_("Skill"),
        queryset=Skill.objects.select_related("category"),
        to_field_name="slug",
        required=False,
        empty_label=_("All skills"),
    )
    direction = forms.ChoiceField(
        label=_("Offered or sought"),
        required=False,
        choices=[("", _("Offered or sought")), *SkillDirection.choices],
    )
    space = forms.ModelChoiceField(
        label=_("Home space"),
        queryset=Space.objects.published(),
        to_field_name="slug",
        required=False,
        empty_label=_("All spaces"),
    )
    side = forms.ChoiceField(
        label=_("Side of the border"), required=False, choices=[("", _("Both sides")), *Country.choices]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"
        _offer(self.fields["skill"], skills_to_choose())
        _offer(self.fields["space"], spaces_to_choose())

    def search(self):
        """Return the cleaned search in the words of `queries.directory.people`."""
        data = self.cleaned_data
        return {
            "search": data["q"],
            "skill": data["skill"],
            "direction": data["direction"],
            "space": data["space"],
            "side": data["side"],
        }

    def chosen_count(self):
        """Return how many fields search for something."""
        return sum(bool(self.data.get(name)) for name in self.fields)


class VoucherForm(PlainForm):
    code = forms.CharField(label=_("Code of a voucher"), max_length=30)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autocomplete"] = "off"


class HomeSpaceForm(PlainForm):
    space = forms.ModelChoiceField(label=_("Home space"), queryset=Space.objects.published(), empty_label=_("Choose"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _offer(self.fields["space"], spaces_to_choose())


class ContactMemberForm(PlainForm):
    message = forms.CharField(
        label=_("Your message"),
        widget=forms.Textarea(attrs={"rows": 6}),
        min_length=10,
        max_length=3000,
        help_text=_("It leaves by e-mail with your name and your address, so that the person can answer you."),
    )


class EraseGuestForm(PlainForm):
    """A guest has no password: the link that was sent to their address lets them in."""

    understood = forms.BooleanField(label=_("I understand that nothing of it can be brought back."))


class DeleteAccountForm(PlainForm):
    """Erasing an account asks for its password: an open session is not enough."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        max_length=128,
    )
    understood = forms.BooleanField(label=_("I understand that nothing of it can be brought back."))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self):
        password = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your password."), code="wrong_password")
        return password
