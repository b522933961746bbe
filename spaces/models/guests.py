"""The fields for a person who may have no account."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ForSomebody(models.Model):
    """Base of rows for a member (`user`) or for a guest, who has a name and perhaps an address."""

    guest_name = models.CharField(_("guest's name"), max_length=120, blank=True)
    guest_email = models.EmailField(_("guest's address"), blank=True)
    guest_language = models.CharField(
        _("guest's language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )

    class Meta:
        abstract = True

    @property
    def person_name(self):
        """Return the person's name, blank once a member has erased their account."""
        return str(self.user) if self.user else self.guest_name

    @property
    def person_email(self):
        return self.user.email if self.user else self.guest_email

    @property
    def person_language(self):
        return self.user.language if self.user else self.guest_language
