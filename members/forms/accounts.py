"""The forms of allauth with our labels and limits, and the password asked once."""

from allauth.account import forms as allauth_forms
from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import NameField, PlainTextMixin

from .. import operations, rules
from ..models import User

LABELS = {
    "email": _("E-mail address"),
    "login": _("E-mail address"),
    "password": _("Password"),
    "oldpassword": _("Current password"),
    "remember": _("Stay signed in on this device"),
}
PASSWORD_HELP = _("At least 10 characters. A short sentence is easy to remember and hard to guess.")


class AccountFormMixin(PlainTextMixin):
    """Use labels instead of placeholders, ask the password once, and refuse what the database would refuse."""

    new_password = _("New password")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)
        if "password1" in self.fields:
            self.fields["password1"].label = self.new_password
            self.fields["password1"].help_text = PASSWORD_HELP


class SignupForm(AccountFormMixin, allauth_forms.SignupForm):
    first_name = NameField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = NameField(
        label=_("Last name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    field_order = ["first_name", "last_name", "email", "password1"]
    new_password = _("Password")

    def try_save(self, request):
        """Sign up. An account with this address that nobody has confirmed becomes the newcomer's.

        The owner of a confirmed one is told by mail; the page is the same, and the time too, with the password hashed
        for nothing. Of two who sign up with one address at the same moment, the later one opens the account anew.
        """
        try:
            with transaction.atomic():
                return self._sign_up(request)
        except IntegrityError:
            return self._sign_up(request)

    def _sign_up(self, request):
        data = self.cleaned_data
        operations.drop_requests_for(email=data["email"])
        self.account_already_exists = User.objects.filter(email__iexact=data["email"]).exists()
        if not self.account_already_exists:
            return super().try_save(request)
        person = operations.open_anew(
            email=data["email"],
            password=data["password1"],
            first_name=data["first_name"],
            last_name=data["last_name"],
            language=rules.known_language(get_language()),
        )
        if person:
            return person, None
        make_password(data["password1"])
        return super().try_save(request)


class LoginForm(AccountFormMixin, allauth_forms.LoginForm):
    pass


class AddEmailForm(AccountFormMixin, allauth_forms.AddEmailForm):
    def clean_email(self):
        """Refuse the address that the account has, and say so where it waits for its confirmation."""
        asked = EmailAddress.objects.filter(user=self.user, email__iexact=self.cleaned_data["email"], verified=False)
        if asked.exists():
            raise forms.ValidationError(
                _("You have asked for this address: open the link of our mail, or have us write to it again."),
                code="asked",
            )
        return super().clean_email()


class ChangePasswordForm(AccountFormMixin, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(AccountFormMixin, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordForm(AccountFormMixin, allauth_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(AccountFormMixin, allauth_forms.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(AccountFormMixin, allauth_forms.ReauthenticateForm):
    pass


class ConfirmAddressForm(ReauthenticateForm):
    """Ask for the password of the account that an address is confirmed for."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password of this account")
