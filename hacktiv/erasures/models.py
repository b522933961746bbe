"""The random keys by which erasures are remembered: no name, no address, no number of a row."""

import uuid
from collections.abc import Iterator
from typing import ClassVar

from django.apps import apps
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Erasable(models.Model):
    """Base of rows by which a person is found to be erased: an account, or what bears an address, as a guest's rows do.

    The key serves for nothing else. A copy of the row in a backup still bears it when the row itself is gone or empty.
    """

    #: The column with the person's address.
    address_column: ClassVar[str] = "guest_email"

    erasure_key = models.UUIDField(
        _("erasure key"), default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False
    )

    class Meta:
        abstract = True


def erasable_models() -> Iterator[type[Erasable]]:
    """Return the models whose rows bear a key."""
    return (model for model in apps.get_models() if issubclass(model, Erasable))


class Erasure(models.Model):
    """One erasure. It is written into the journal, a file apart, as soon as it is committed."""

    key = models.UUIDField(_("erasure key"), unique=True)
    erased_at = models.DateTimeField(_("erased at"), default=timezone.now)
    is_in_journal = models.BooleanField(_("in the journal"), default=False)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["erased_at"]
        indexes = [
            models.Index(fields=["erased_at"], condition=Q(is_in_journal=False), name="erasures_erasure_unwritten")
        ]

    def __str__(self):
        return str(self.key)


def person_key(key: uuid.UUID) -> uuid.UUID:
    """Return the key by which is remembered that whoever stands in a guest's row was erased from everywhere.

    The row's own key stands for the row alone."""
    return uuid.uuid5(key, "person")
