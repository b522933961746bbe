"""The forms by which a role is given to somebody, and ended."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hacktiv.common.forms import PlainForm

from ..core.forms import day_field, within_reach

UNKNOWN = _("Nobody of your spaces has this address. Who is a member here, or has booked here, can be given a role.")


class GiveRoleForm(PlainForm):
    """Give a role to the account that has an address; `find` returns the account, or None."""

    email = forms.EmailField(label=_("E-mail address of the person"))
    role = forms.ChoiceField(label=pgettext_lazy("role", "Role"))
    since = day_field(_("First day"), validators=[within_reach])
    last_day = day_field(
        _("Last day"), validators=[within_reach], required=False, help_text=_("Empty: until somebody ends it.")
    )

    def __init__(self, *args, roles, find, unknown=UNKNOWN, **kwargs):
        super().__init__(*args, **kwargs)
        self.find, self.unknown = find, unknown
        self.fields["role"].choices = [("", "---------"), *roles]
        self.fields["since"].initial = timezone.localdate()

    def clean_email(self):
        """Find the account of the address; it is `user` in the cleaned data."""
        self.user = self.find(self.cleaned_data["email"])
        if self.user is None:
            raise forms.ValidationError(self.unknown, code="unknown")
        return self.cleaned_data["email"]

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
