"""The forms of allauth with our labels and limits, and the password asked once."""

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import consume_email_verification_rate_limit
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.internal import ratelimit
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import NameField, PlainTextMixin
from hacktiv.common.locks import lock_address

from ...core import rules
from ...core.queries import owner_of
from ...models import User
from .. import operations
from ..confirmations import OWN_SIGN_UP
from .second_factor import CodeMixin

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


#: Links to one address that one network asks for, signing up or in: a stranger takes few of the mails to its owner.
OF_ONE_NETWORK = {
    "app": "allauth.account",
    "action": "signup_address",
    "config": {"signup_address": "8/h/key"},
}


NO_MAIL_LEFT = _(
    "So many mails were asked for this address that we send no more for an hour. The link of each mail "
    "that came holds for three days: open the one that names you, or come back later."
)


def _refuse_without_mail(email):
    """Refuse what needs a link to the address if so many were sent that none is left, whether it has an account."""
    if not consume_email_verification_rate_limit(context.request, email, dry_run=True):
        raise forms.ValidationError(NO_MAIL_LEFT, code="no_mail_left")


def _count_for_its_network(email):
    """Refuse what sends a link to the address if this network has asked for so many."""
    key = f"{email.lower()} {ratelimit.get_ip(context.request)}"
    if not ratelimit.consume(context.request, **OF_ONE_NETWORK, key=key):
        raise get_adapter().validation_error("rate_limited")


class SignupForm(AccountFormMixin, allauth_forms.SignupForm):
    first_name = NameField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = NameField(
        label=_("Last name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    field_order = ["first_name", "last_name", "email", "password1"]
    new_password = _("Password")

    def clean(self):
        """Refuse a sign-up whose link could not be sent."""
        cleaned = super().clean()
        if email := cleaned.get("email"):
            _refuse_without_mail(email)
            if not self.errors:
                _count_for_its_network(email)
        return cleaned

    def try_save(self, request):
        """Sign up. An account with this address that nobody has confirmed becomes the newcomer's.

        The owner of a confirmed one is told by mail; the page is the same, and the time too, with the password hashed
        for nothing. Of two who sign up with one address at the same moment, the later one opens the account anew.
        Each browser gets a link to what it typed itself. A member who asked to change to the address keeps that link.
        """
        with transaction.atomic():
            lock_address(self.cleaned_data["email"])
            person, response = self._sign_up(request)
        if person:
            request.session[OWN_SIGN_UP] = operations.note_sign_up(user=person).pk
        return person, response

    def _sign_up(self, request):
        data = self.cleaned_data
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
    def clean(self):
        """Refuse a sign-in that needs a link first, if none could be sent."""
        cleaned = super().clean()
        if self.user and EmailAddress.objects.filter(user=self.user, email__iexact=self.user.email, verified=False):
            _refuse_without_mail(self.user.email)
            _count_for_its_network(self.user.email)
        return cleaned


class AddEmailForm(AccountFormMixin, allauth_forms.AddEmailForm):
    def clean_email(self):
        """Refuse the address that the account has, and say so where it waits for its confirmation or gets no mail."""
        asked = EmailAddress.objects.filter(user=self.user, email__iexact=self.cleaned_data["email"], verified=False)
        if asked.exists():
            raise forms.ValidationError(
                _("You have asked for this address: open the link of our mail, or have us write to it again."),
                code="asked",
            )
        email = super().clean_email()
        _refuse_without_mail(email)
        _count_for_its_network(email)
        return email

    def save(self, request):
        """Store the address and begin the change to it. A second click that arrives at once begins no other one."""
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=self.user.pk)
            own = EmailAddress.objects.filter(user=self.user, verified=False)
            if asked := own.filter(email__iexact=self.cleaned_data["email"], change__isnull=False).first():
                return asked
            address = super().save(request)
            operations.ask_address_change(address=address)
            return address


class ChangePasswordForm(AccountFormMixin, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(AccountFormMixin, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordForm(AccountFormMixin, allauth_forms.ResetPasswordForm):
    def clean_email(self):
        """Find the account of the address. One that nobody has confirmed is nobody's: the mail leads to signing up.

        Nor is it the account of a member who asked to change to it: the reader of its mails may be a stranger."""
        email = super().clean_email()
        owner = owner_of(email)
        self.users = [person for person in self.users if person == owner]
        return email


class ResetPasswordKeyForm(AccountFormMixin, allauth_forms.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(AccountFormMixin, allauth_forms.ReauthenticateForm):
    pass


class RequestLoginCodeForm(AccountFormMixin, allauth_forms.RequestLoginCodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autofocus"] = True

    def clean_email(self):
        """Find the account of the address. One that nobody has confirmed is nobody's: the mail leads to signing up.

        A code would confirm it, and leave it open to the password of who signed up with it."""
        email = super().clean_email()
        _count_for_its_network(email)
        owner = owner_of(email)
        self._user = owner if owner and owner.is_active else None
        return email


class ConfirmLoginCodeForm(CodeMixin, allauth_forms.ConfirmLoginCodeForm):
    help_text = _("The eight figures of our mail.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True


class ConfirmAddressForm(ReauthenticateForm):
    """Ask for the password of the account that an address is confirmed for, or of the sign-up that is completed."""

    def __init__(self, *args, sign_up=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.sign_up = sign_up
        self.fields["password"].label = _("Password of this account")
        if sign_up:
            self.fields["password"].help_text = ""  # no password is sent for an account that is nobody's

    def clean_password(self):
        if not self.sign_up:
            return super().clean_password()
        if not get_adapter().knows_sign_up(self.sign_up, self.cleaned_data["password"]):
            raise get_adapter().validation_error("incorrect_password")
        return self.cleaned_data["password"]
