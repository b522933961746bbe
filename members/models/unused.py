"""Warnings to people who have not used their account for long."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .accounts import User


class UnusedAccountQuerySet(models.QuerySet):
    def due(self):
        """Leave out those whose person has signed in since the warning: their rows go with the next night."""
        return self.exclude(user__last_login__gte=F("warned_at"))


class UnusedAccount(models.Model):
    """An account that is to be erased because nobody uses it, with the warnings that its person got.

    The row goes as soon as the account is used again."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="unused", verbose_name=_("person"))
    warned_at = models.DateTimeField(_("warned at"), default=timezone.now)
    warned_again_at = models.DateTimeField(_("warned again at"), null=True, blank=True)
    erased_on = models.DateField(_("to be erased on"))

    objects = UnusedAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("unused account")
        verbose_name_plural = _("unused accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(warned_again_at=None) | Q(warned_again_at__gte=F("warned_at")),
                name="members_unusedaccount_in_order",
                violation_error_message=_("The second warning follows the first."),
            )
        ]

    def __str__(self):
        return f"{self.user}, {self.erased_on:%Y-%m-%d}"

    @property
    def is_due(self):
        """Return False if the person has signed in since the warning, as `due` says it."""
        return self.user.last_login is None or self.user.last_login < self.warned_at
