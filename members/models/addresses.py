"""A change of address on its way."""

from datetime import datetime, timedelta

from django.core.signing import BadSignature, SignatureExpired, Signer, dumps, loads
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: Signs the link by which the old mailbox confirms a change.
CONFIRM_SIGNER = Signer(salt="members.address_change.confirm", sep="~")
#: Signs the link by which a mailbox stops whatever somebody else does with its account.
STOP_SALT = "members.address_change.stop"


class AddressChange(models.Model):
    """The wish of a person to change to another address, until both mailboxes have confirmed it.

    The new address is one of allauth's that is not confirmed yet: with it goes the change, whatever deletes it, and a
    new wish has another address, so that no link of an earlier one serves. Who no longer has the old mailbox says so;
    the change then takes effect WITHOUT_OLD later, unless the old mailbox stops it.
    """

    #: Who has the old mailbox has so long to stop a change of somebody who says that it is lost.
    WITHOUT_OLD = timedelta(days=7)
    #: A change that lacks a confirmation lapses after so long.
    LAPSES_AFTER = timedelta(days=7)
    #: Who had the old mailbox freezes the account so long after a change has taken effect.
    FREEZES_FOR = timedelta(days=7)

    address = models.OneToOneField(
        "account.EmailAddress", on_delete=models.CASCADE, related_name="change", verbose_name=_("new address")
    )
    asked_at = models.DateTimeField(_("asked for at"), default=timezone.now)
    new_confirmed_at = models.DateTimeField(_("confirmed by the new mailbox at"), null=True, blank=True)
    old_confirmed_at = models.DateTimeField(_("confirmed by the old mailbox at"), null=True, blank=True)
    old_lost_at = models.DateTimeField(_("old mailbox given up at"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of address")

    def __str__(self):
        return self.address.email

    @property
    def without_old_at(self):
        """Return when it takes effect without the old mailbox; None unless its person has given that up."""
        return self.old_lost_at + self.WITHOUT_OLD if self.old_lost_at else None

    @property
    def lapses_at(self):
        return (self.without_old_at or self.asked_at) + self.LAPSES_AFTER

    def is_ready(self, now):
        """Return whether nothing stands in its way any more."""
        is_old_done = self.old_confirmed_at or (self.without_old_at and self.without_old_at <= now)
        return bool(self.new_confirmed_at and is_old_done)

    @property
    def confirm_token(self):
        """Return the secret part of the link by which the old mailbox confirms it."""
        return CONFIRM_SIGNER.sign(str(self.pk))

    @property
    def stop_token(self):
        """Return the secret part of the link by which the old mailbox stops it."""
        return stop_token(self.address.user_id, self.address.user.email)


def stop_token(account: int, email: str) -> str:
    """Return the secret part of the link by which the mailbox of an account stops any change of its address.

    It names the account and the mailbox, not a change: who asks for yet another address voids no link."""
    return dumps([account, email.lower()], salt=STOP_SALT)


def is_stop_token_used(token: str, stopped_at: datetime | None) -> bool:
    """Return whether the token was made before its account was stopped."""
    if stopped_at is None:
        return False
    try:
        loads(token, salt=STOP_SALT, max_age=timezone.now() - stopped_at)
    except SignatureExpired:
        return True
    return False


def read_stop_token(token: str) -> tuple[int, str] | None:
    """Return the key of the account and the address that a token names; None where it is forged or too old."""
    lasting = AddressChange.LAPSES_AFTER + AddressChange.WITHOUT_OLD + AddressChange.FREEZES_FOR
    try:
        account, email = loads(token, salt=STOP_SALT, max_age=lasting)
    except BadSignature:
        return None
    return account, email
