"""The fields for a person who may have no account, and the rule by which a row bears an account.

A row bears the account (`user`) of a person who made it, took it over, or was known in that space already. A row that
staff made for an address bears the name and the address as they were typed, whether there is an account or not: staff
never learn which (docs/privacy.md).
"""

from datetime import datetime
from operator import attrgetter
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, Q
from django.utils.translation import gettext_lazy as _

from members.core.queries import given_up_after, held_at
from members.models import User


def own_rows(user: User, of: "type[OfAPerson]") -> Q:
    """Return the filter for the person's own rows of a model: those of their account, and those made for their address
    since it is theirs."""
    return Q(user=user) | rows_for_address(user, of)


def rows_for_address(user: User, of: "type[OfAPerson]") -> Q:
    """Return the filter for the rows of a model that were made for the person's address since it is theirs."""
    of_former = given_up_after("guest_email", *of.made_columns).exclude(user=user)
    return Q(user=None, guest_email=user.email.lower()) & ~Exists(of_former)


class OfAPerson:
    """Base of rows of an account (`user`), or made for an address (`guest_email`): whose they are, and who takes them
    over."""

    #: The columns that tell when a row was made, the earliest of them.
    made_columns: ClassVar[tuple[str, ...]] = ("created_at",)

    @property
    def made_at(self) -> datetime:
        """Return the moment by which the row is of who had its address then."""
        moments = (attrgetter(column.replace("__", "."))(self) for column in self.made_columns)
        return min(moment for moment in moments if moment)

    def is_for(self, user: User | AnonymousUser) -> bool:
        """Return True if the row is of this person's account, or was made for their address since it is theirs."""
        if not user.is_authenticated:
            return False
        if self.user or self.guest_email != user.email.lower():
            return self.user == user
        return held_at(self.guest_email, self.made_at).until is None

    def can_be_taken_over_by(self, user: User | AnonymousUser) -> bool:
        """Return True if the row was made for this person's address and may be put into their account."""
        return self.user is None and self.is_for(user)

    def put_into_account(self, user: User) -> None:
        """Give the row the person's account for the name and the address that were typed, without storing it."""
        self.user = user
        self.guest_name = self.guest_email = ""


class ForSomebody(OfAPerson, models.Model):
    """Base of rows for a member (`user`) or for a guest, who has a name and perhaps an address."""

    guest_name = models.CharField(_("guest's name"), max_length=120, blank=True)
    guest_email = models.EmailField(_("guest's address"), blank=True)
    guest_language = models.CharField(
        _("guest's language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )

    class Meta:
        abstract = True

    @property
    def is_erased(self) -> bool:
        """Return True once the account or the guest's data are erased."""
        return self.user is None and not (self.guest_name or self.guest_email)

    @property
    def opens_by_link(self) -> bool:
        """Return True if whoever has the reference may see and cancel it: it was mailed to the address it is for."""
        return self.user is None and bool(self.guest_email)

    @property
    def person_name(self):
        """Return the person's name, blank once a member has erased their account."""
        return str(self.user) if self.user else self.guest_name

    @property
    def person_email(self):
        return self.user.email if self.user else self.guest_email
