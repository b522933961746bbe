from django import forms
from django.utils.translation import gettext_lazy as _

from members.core.queries import owner_of


class TwoAddressesForm(forms.Form):
    """Choose two accounts by their addresses."""

    first = forms.EmailField(label=_("Address of the account that stays"))
    second = forms.EmailField(label=_("Address of the account that goes"))

    def clean(self):
        found = {name: owner_of(email) for name, email in self.cleaned_data.items()}
        for name, owner in found.items():
            if owner is None:
                self.add_error(name, _("No account has this address."))
        if len(found) == 2 and all(found.values()) and found["first"] == found["second"]:
            self.add_error("second", _("These are one account."))
        return found


class MergeForm(forms.Form):
    """Confirm that two accounts are one person's."""

    is_sure = forms.BooleanField(label=_("I have made sure that both accounts are this one person’s."))
