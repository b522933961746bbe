"""The forms by which a role is given to somebody, and ended."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common.autocompletes import AutocompleteSelect
from hacktiv.common.forms import PlainForm
from members.models import User

from ..core.forms import day_field, within_reach
from ..models import SpaceRole

UNKNOWN = _("Nobody of your spaces has this address. Who is a member here, or has booked here, can be given a role.")


class GiveRoleForm(PlainForm):
    """Give a role to one of the `people`, or to the account that has an address: `find` returns it, or None. Without
    `people` the address alone is asked for."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none(), required=False)
    email = forms.EmailField(label=_("E-mail address of the person"))
    role = forms.ChoiceField(label=pgettext_lazy("role", "Role"))
    since = day_field(_("First day"), validators=[within_reach])
    last_day = day_field(
        _("Last day"), validators=[within_reach], required=False, help_text=_("Empty: until somebody ends it.")
    )

    def __init__(self, *args, roles, find, unknown=UNKNOWN, people=None, admin_site=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.find, self.unknown = find, unknown
        if people is None:
            del self.fields["person"]
        else:
            self._offer(people, admin_site)
        self.fields["role"].choices = [("", "---------"), *roles]
        self.fields["since"].initial = timezone.localdate()

    def _offer(self, people, admin_site):
        """Offer the people by the autocompletion of the admin, and the address beside it."""
        person = self.fields["person"]
        person.queryset = people
        person.widget = AutocompleteSelect(SpaceRole._meta.get_field("user"), admin_site)
        person.widget.choices = person.choices
        person.error_messages["invalid_choice"] = self.unknown
        self.fields["email"].label, self.fields["email"].required = _("Or their address"), False

    def clean_email(self):
        """Find the account of the address; without one, the person who was chosen."""
        address, self.user = self.cleaned_data["email"], self.cleaned_data.get("person")
        if not address and self.user is None and "person" not in self.errors:
            raise forms.ValidationError(_("Choose the person, or write their address."), code="nobody")
        if address and self.user and self.user.email.lower() != address.lower():
            text = _("This is not the address of the person whom you chose: leave one of them empty.")
            raise forms.ValidationError(text, code="another")
        if address:
            self.user = self.find(address)
            if self.user is None:
                raise forms.ValidationError(self.unknown, code="unknown")
        return address

    def wish(self):
        """Return what the operation asks for: the person, the role and its days."""
        data = self.cleaned_data
        until = data["last_day"] and data["last_day"] + timedelta(days=1)
        return {"user": self.user, "role": data["role"], "since": data["since"], "until": until}


class EndRoleForm(PlainForm):
    """End a role from a day on; with `asks` the person agrees to what follows from it."""

    on = day_field(
        _("First day without the role"), validators=[within_reach], help_text=_("Today: it ends at this moment.")
    )

    def __init__(self, *args, asks=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()
        if asks:
            self.fields["understood"] = forms.BooleanField(label=asks)
