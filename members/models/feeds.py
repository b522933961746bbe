"""Private calendar addresses."""

from django.core.signing import Signer
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .accounts import User

#: Signs the addresses of feeds. The separator occurs in no number and no signature, and needs no escape in an address.
FEED_SIGNER = Signer(salt="members.calendar_feed", sep="~")


class CalendarFeed(models.Model):
    """A person's private calendar address, open to anybody who knows it until the person stops it.

    The address is signed, not stored. Its owner can read it again on their page; somebody who reads the database
    cannot. Each new address has another number, so an old address never works again. The row stays when the feed is
    off, to keep its number.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_feed", verbose_name=_("person"))
    number = models.PositiveIntegerField(_("number of the address"), default=1)
    is_on = models.BooleanField(_("on"), default=True)
    renewed_at = models.DateTimeField(_("renewed at"), default=timezone.now)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self):
        return f"{self.user}, {self.number}"

    @property
    def token(self):
        """Return the secret part of the address."""
        return FEED_SIGNER.sign(f"{self.pk}-{self.number}")
