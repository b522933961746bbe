"""The forms of allauth for a second factor, with our labels and limits."""

from allauth.mfa.base import forms as base_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from hacktiv.common.forms import PlainTextMixin

#: The name of a passkey stands in lists and mails.
LONGEST_NAME = 60
#: Longer than any code, with what people type between its figures.
LONGEST_CODE = 32


class CodeMixin(PlainTextMixin):
    """Label the code instead of writing in its field, and let a telephone show figures to type it."""

    help_text = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label, field.help_text = _("Code"), self.help_text
        field.validators.append(MaxLengthValidator(LONGEST_CODE))
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs |= {"inputmode": "numeric", "maxlength": LONGEST_CODE}


class AuthenticateForm(CodeMixin, base_forms.AuthenticateForm):
    help_text = _("The six figures that your application shows, or one of your recovery codes.")


class ReauthenticateForm(CodeMixin, base_forms.ReauthenticateForm):
    help_text = AuthenticateForm.help_text


class ActivateTOTPForm(CodeMixin, totp_forms.ActivateTOTPForm):
    help_text = _("The six figures that your application shows now.")


class NameMixin(PlainTextMixin):
    """Say by which name its owner tells a passkey from others."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["name"]
        field.label = _("Name of this passkey")
        field.help_text = _("To tell it from others: « my telephone », « the key on my key ring ».")
        field.validators.append(MaxLengthValidator(LONGEST_NAME))
        field.widget.attrs["maxlength"] = LONGEST_NAME


class AddPasskeyForm(NameMixin, webauthn_forms.AddWebAuthnForm):
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone, without my password"),
        initial=True,
        required=False,
        help_text=_("The device asks for your finger, your face or its own code."),
    )


class EditPasskeyForm(NameMixin, webauthn_forms.EditWebAuthnForm):
    pass
