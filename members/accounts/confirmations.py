"""Links that confirm an address: allauth's own, and one for each sign-up with an address that nobody has confirmed."""

from datetime import timedelta

from allauth.account import app_settings
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core import signing
from django.http import HttpRequest
from django.utils import timezone

from ..core.queries import unconfirmed_accounts
from ..models import AddressChange, SignUp
from . import operations

#: In the session, the sign-up whose password its browser has typed.
OWN_SIGN_UP = "sign_up"

SALT = "members.sign_up"


class SignUpConfirmation(EmailConfirmationHMAC):
    """The link that confirms an address and completes one of the sign-ups made with it."""

    def __init__(self, email_address: EmailAddress, sign_up: SignUp) -> None:
        super().__init__(email_address)
        self.sign_up = sign_up

    @property
    def key(self) -> str:
        return signing.dumps([self.email_address.pk, self.sign_up.pk], salt=SALT)

    def confirm(self, request: HttpRequest) -> EmailAddress | None:
        """Confirm the address, and make the account what this sign-up says."""
        self.email_address.user = operations.complete_sign_up(sign_up=self.sign_up)
        return super().confirm(request)


def confirmation_of(key: str) -> EmailConfirmationHMAC | None:
    """Return what a link confirms; None if it is forged, too old, used, or of a sign-up that is gone."""
    lasting = timedelta(days=app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS)
    try:
        address_pk, sign_up_pk = signing.loads(key, salt=SALT, max_age=lasting)
    except signing.BadSignature:
        return EmailConfirmationHMAC.from_key(key) or _of_change(key)
    address = EmailAddress.objects.filter(pk=address_pk, verified=False).select_related("user").first()
    nobodys = unconfirmed_accounts().order_by()
    sign_up = SignUp.objects.filter(pk=sign_up_pk, user__in=nobodys, user__emailaddress=address_pk).first()
    return SignUpConfirmation(address, sign_up) if address and sign_up else None


def _of_change(key: str) -> EmailConfirmationHMAC | None:
    """Return what a link to the new mailbox of a change of address confirms: it holds as long as the change does."""
    try:
        pk = signing.loads(key, salt=app_settings.SALT)
    except signing.BadSignature:
        return None
    change = AddressChange.objects.filter(address=pk, address__verified=False).select_related("address__user").first()
    return EmailConfirmationHMAC(change.address) if change and change.lapses_at > timezone.now() else None


def confirmed_address(key: str) -> EmailAddress | None:
    """Return the address of a link if it is confirmed by now, however old the link is."""
    for salt in (SALT, app_settings.SALT):
        try:
            named = signing.loads(key, salt=salt)
        except signing.BadSignature:
            continue
        pk = named[0] if salt == SALT else named
        return EmailAddress.objects.filter(pk=pk, verified=True).first()
    return None
