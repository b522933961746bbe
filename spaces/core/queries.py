"""Read the people who run a space, call it home, or get its mails."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from members.core.queries import administrators
from members.core.rules import administers
from members.enums import Country
from members.models import User

from ..models import Booking, HomeSpace, Membership, Space, SpaceRole


class Recipient(NamedTuple):
    email: str
    name: str
    language: str


def recipients_of(space: Space) -> list[Recipient]:
    """Return the recipients of mail to the space: its contact address, else its managers, else the administrators."""
    if space.contact_email:
        return [Recipient(space.contact_email, space.name, settings.LANGUAGE_CODE)]
    people = list(managers_of(space)) or list(administrators())
    return [Recipient(person.email, str(person), person.language) for person in people]


def reply_address(space: Space | None, author: User | None) -> str:
    """Return the address to which an answer to a mail of the space goes: its contact address, else that of who writes;
    blank without either."""
    if space and space.contact_email:
        return space.contact_email
    return author.email if author and author.is_active else ""


def managers_of(space: Space) -> QuerySet[User]:
    """Return the active people who manage the space today."""
    roles = SpaceRole.objects.of_managers().held().filter(space=space)
    return User.objects.filter(pk__in=roles.order_by().values("user"), is_active=True)


def runs(user: User, space: Space) -> bool:
    """Return True if the person manages the space or administers the network."""
    return space.roles.of_managers().held().filter(user=user.pk).exists() or administers(user)


def receives(user: User, space: Space) -> bool:
    """Return True if the person receives people at the space: its front desk, and who runs it."""
    return space.roles.held().filter(user=user.pk).exists() or administers(user)


def people_of(spaces: Collection[int]) -> Q:
    """Return the filter for the people who belong to one of these spaces: members, who asks to be one, who has it as
    their home, and who booked or checked in there by themselves.

    These are the people whom its managers may find and choose. Staff make nobody belong: what they enter for an address
    bears an account only where its owner belongs already (`known_in`) or takes it over.
    """
    members = Membership.objects.open().filter(space__in=spaces).values("user")
    at_home = HomeSpace.objects.current(timezone.localdate()).filter(space__in=spaces).values("user")
    own = Booking.objects.filter(Q(created_by=F("user")) | Q(checked_in_by=F("user")), resource__space__in=spaces)
    return Q(pk__in=members) | Q(pk__in=at_home) | Q(pk__in=own.values("user"))


def known_in(space: Space | None, email: str) -> User | None:
    """Return the person with this address who belongs to the space, or None."""
    if space is None or not email:
        return None
    return User.objects.filter(people_of([space.pk]), email__iexact=email, is_active=True).first()


def home_space(user: User, on: date) -> Space | None:
    """Return the person's home space on that day, or None."""
    home = HomeSpace.objects.current(on).filter(user=user).select_related("space").first()
    return home and home.space


def side_of(user: User, on: date) -> str | None:
    """Return the side of the border of the person's home space on that day, or None."""
    return HomeSpace.objects.current(on).filter(user=user).values_list("space__country", flat=True).first()


def side_of_residence(residence: str) -> str:
    """Return the residence where it is a country of the border, else blank."""
    return residence if residence in Country.values else ""
