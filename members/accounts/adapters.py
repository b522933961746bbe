import base64
from urllib.parse import urlsplit
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import check_password
from django.urls import reverse, translate_url
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.operations import enqueue, follow_address
from hacktiv.outbox.registry import register_written
from hacktiv.outbox.rendering import text_of

from ..core import rules
from ..core.queries import owner_of
from ..enums import ChangeOutcome, NetworkRoleKind
from ..errors import MemberError
from ..models import User
from . import devices
from .confirmations import OWN_SIGN_UP, SignUpConfirmation
from .operations import confirm_new_address, forget_unconfirmed_of, keep_earlier_address

#: The names that people read for the mails of allauth, by the names of its templates.
ACCOUNT_MAILS = {
    "account_already_exists": _("Account opened already"),
    "account_frozen": _("Account closed by its former mailbox, for the administrators"),
    "account_stopped": _("Account stopped by its mailbox"),
    "address_change": _("Change of address, for the present mailbox"),
    "address_change_without_old": _("Change of address without the present mailbox"),
    "address_kept": _("Change of address that came to nothing"),
    "address_wanted": _("Address asked for by another account"),
    "email_changed": _("Address changed"),
    "email_confirm": _("Address confirmed"),
    "email_confirmation": _("Link to confirm a new address"),
    "email_confirmation_signup": _("Link to confirm a new account"),
    "email_deleted": _("Address removed"),
    "login_code": _("Code to sign in"),
    "password_changed": _("Password changed"),
    "password_reset": _("Password chosen anew"),
    "password_reset_key": _("Link for a new password"),
    "password_set": _("Password set"),
    "recovery_codes_generated": _("Recovery codes made anew"),
    "second_factor_removed": _("Second factor removed by the network"),
    "totp_activated": _("Application with codes added"),
    "totp_deactivated": _("Application with codes removed"),
    "unknown_account": _("No account with this address"),
    "webauthn_added": _("Passkey added"),
    "webauthn_removed": _("Passkey removed"),
}
register_written({f"account.{name}": label for name, label in ACCOUNT_MAILS.items()})


#: Failures in all, for each account, of browsers that have never signed in to it.
STRANGE_BROWSERS = {
    "app": "allauth.account",
    "action": "login_failed_strange",
    "config": {"login_failed_strange": "100/h/key"},
}


class AccountAdapter(DefaultAccountAdapter):
    """Connect allauth with our people and our outbox."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This address is already the one of your account."),
        "email_password_mismatch": _("This address and this password do not go together. Check both, then try again."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code is not right. Type the one of the latest mail."),
        "incorrect_password": _("This is not your password."),
        "invalid_login": _("This address and this password do not go together. Check both, then try again."),
        "invalid_password_reset": _("This link is no longer valid. Ask for a new one."),
        "rate_limited": _("Too many tries in a short time. Wait a few minutes, then try again."),
        "same_as_current": _("This is already what you have."),
        "too_many_login_attempts": _("Too many tries in a short time. Wait a few minutes, then try again."),
    }

    def is_safe_url(self, url):
        """Return False too for what cannot be read as an address."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def get_reauthentication_methods(self, user):
        """Name the ways to show once more that it is you as our pages do."""
        words = {
            "reauthenticate": _("With my password"),
            "mfa_reauthenticate": _("With a code"),
            "mfa_reauthenticate:webauthn": _("With a passkey"),
        }
        return [{**way, "description": words[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def get_signup_redirect_url(self, request):
        """Return the page that greets a newcomer."""
        return reverse(settings.WELCOME_URL)

    def get_login_redirect_url(self, request):
        """Return the page that greets a newcomer who signs in by the link that confirms their address, the desk of who
        coordinates the network, else the usual one."""
        if getattr(request, "greets_newcomer", False):
            return self.get_signup_redirect_url(request)
        if not request.user.is_superuser and NetworkRoleKind.COORDINATOR in rules.network_roles(request.user):
            return reverse(settings.COORDINATION_URL)
        return super().get_login_redirect_url(request)

    def pre_authenticate(self, request, **credentials):
        """Refuse one try too many: of this browser or network, or of strange browsers altogether."""
        super().pre_authenticate(request, **credentials)
        email = credentials.get("email", "").lower()
        if devices.device_of(request, email):
            return
        self._strange = ratelimit.consume(request, **STRANGE_BROWSERS, key=email)
        if not self._strange:
            raise self.validation_error("too_many_login_attempts")

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Count failures by account and browser, or network where the browser is strange to the account.

        allauth's own key is the account alone: five failures from anywhere would lock its owner out."""
        key = super()._get_login_attempts_cache_key(request, **credentials)
        device = devices.device_of(request, credentials.get("email", ""))
        return f"{key} {device or ratelimit.get_ip(request)}"

    def _rollback_login_failed_rl_usage(self):
        super()._rollback_login_failed_rl_usage()
        if strange := getattr(self, "_strange", None):
            strange.rollback()

    def _delete_login_attempts_cached_email(self, request, **credentials):
        super()._delete_login_attempts_cached_email(request, **credentials)
        ratelimit.clear(request, **STRANGE_BROWSERS, key=credentials.get("email", "").lower())

    def post_login(self, request, user, **details):
        response = super().post_login(request, user, **details)
        devices.remember(response, request, user)
        return response

    def save_user(self, request, user, form, commit=True):
        """Save a newcomer, with the language of the page they signed up on as the language of their mails."""
        user.language = rules.known_language(translation.get_language())
        return super().save_user(request, user, form, commit)

    def knows_sign_up(self, sign_up, password):
        """Return whether this is the password typed at a sign-up; a wrong one counts as one of a sign-in."""
        credentials = {"email": sign_up.user.email, "password": password}
        self.pre_authenticate(self.request, **credentials)
        if not check_password(password, sign_up.password):
            self.authentication_failed(self.request, **credentials)
            return False
        self._rollback_login_failed_rl_usage()
        return True

    def get_email_confirmation_url(self, request, emailconfirmation):
        """Return the link that completes the sign-up of this browser, or the one that the account is at present.

        Without any, the account is confirmed and the address a new one, or it was opened by the staff."""
        address = emailconfirmation.email_address
        sign_ups = address.user.sign_ups.filter(user__email__iexact=address.email)
        own = sign_ups.filter(pk=request.session.get(OWN_SIGN_UP)).first()
        if sign_up := own or sign_ups.filter(password=address.user.password).first():
            emailconfirmation = SignUpConfirmation(address, sign_up)
        return super().get_email_confirmation_url(request, emailconfirmation)

    def confirm_email(self, request, email_address):
        """Confirm an address. An account that somebody else opened for it, and nobody has confirmed, goes.

        The address to which an account changes takes the place of the present one once that has confirmed it too."""
        if email_address.pk and not email_address.verified and EmailAddress.objects.get_verified(email_address.user):
            return self._confirm_new(request, email_address)
        if email_address.email.lower() != email_address.user.email.lower():
            forget_unconfirmed_of(email=email_address.email)
        return super().confirm_email(request, email_address)

    def _confirm_new(self, request, email_address):
        """Confirm the new mailbox of a change; say what it waits for, or why it comes to nothing."""
        try:
            outcome = confirm_new_address(address=email_address)
        except MemberError as refusal:
            self.add_message(request, messages.ERROR, message=refusal.message)
            return False
        named = {"email": email_address.email}
        said = {
            ChangeOutcome.DONE: (messages.SUCCESS, _("%(email)s is the address of your account now.")),
            ChangeOutcome.WAITS: (
                messages.INFO,
                _("%(email)s is confirmed. Now open the link that we sent to your present address."),
            ),
            ChangeOutcome.TAKEN: (
                messages.ERROR,
                _("Another account has %(email)s by now: your address stays as it is."),
            ),
        }
        level, words = said[outcome]
        self.add_message(request, level, message=words % named)
        return outcome != ChangeOutcome.TAKEN

    def send_confirmation_mail(self, request, emailconfirmation, signup):
        """Mail the link that confirms an address; where another account has it, confirmed, tell its owner instead.

        The page says the same in both cases, so that nobody learns of the other account."""
        address = emailconfirmation.email_address
        owner = owner_of(address.email)
        if owner and owner.pk != address.user_id:
            password_reset_url = reverse("account_reset_password")
            self.send_mail("account/email/address_wanted", address.email, {"password_reset_url": password_reset_url})
        else:
            super().send_confirmation_mail(request, emailconfirmation, signup)

    def send_mail(self, template_prefix, email, context):
        """Put a mail of allauth into the outbox, in the language of the recipient's account if there is one.

        Its links are secret. They stand only in the text, which the outbox erases once the mail is sent.
        """
        person = context.get("user") or owner_of(email)
        language = person.language if person else rules.known_language(translation.get_language())
        if template_prefix == "account/email/email_confirmation":
            context = context | {"is_change": EmailAddress.objects.get_verified(context["user"]) is not None}
        context = {
            name: _on_our_site(value, language) if name.endswith("_url") else value for name, value in context.items()
        }
        with translation.override(language):
            rendered = text_of(template_prefix, {**context, "email": email})
        name = template_prefix.rpartition("/")[2]
        enqueue(
            key=f"account.{name}:{uuid4()}",
            template=f"account.{name}",
            to_email=email,
            language=language,
            rendered=rendered,
            expires_at=timezone.now() + (CODES_LAST if name == "login_code" else LINKS_LAST),
        )


# Validity of the links and the codes in these mails. A mail that leaves later is of no use.
LINKS_LAST = timezone.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
CODES_LAST = timezone.timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


def address_changed(user, from_email_address, to_email_address, **_signal):
    """Keep a person's earlier address, and their refusal of optional mails, when they change their address."""
    if from_email_address and to_email_address:
        keep_earlier_address(user=user, old=from_email_address.email, new=to_email_address.email)
        follow_address(old=from_email_address.email, new=to_email_address.email)


def _on_our_site(url, language):
    """Return the same page at the site's own address and in the reader's language, whatever Host header the request
    had.
    """
    parts = urlsplit(translate_url(url, language))
    return settings.SITE_URL + parts._replace(scheme="", netloc="").geturl()


#: What people read in their application and on their device, beside the account.
ISSUER = "Hacktiv'Ardenne"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Connect allauth's second factor with our words, our mails and an encrypted storage."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": _(
            "Recovery codes replace a second factor: add a passkey or an application first."
        ),
        "incorrect_code": _("This code is not right. Codes of an application change every half minute."),
        "unreadable": _("This second factor can no longer be read. Ask the administrator of the network to remove it."),
    }

    def get_totp_issuer(self) -> str:
        return ISSUER

    def _get_site_name(self) -> str:
        return ISSUER

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Return the name that a new passkey is offered: numbered from the second one on."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey") if number == 1 else gettext("Passkey %(number)d") % {"number": number}

    def encrypt(self, text: str) -> str:
        """Encrypt a secret before it is stored: a stolen dump of the database signs nobody in."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a stored secret. Raises ValidationError where it was stored under a SECRET_KEY that is gone."""
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise self.validation_error("unreadable") from error


def _fernet() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"second factor").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
