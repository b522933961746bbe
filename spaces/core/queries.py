"""Read the people who run a space, call it home, or get its mails."""

from datetime import date
from typing import NamedTuple

from django.conf import settings

from members.models import User

from ..models import Membership, Space


class Recipient(NamedTuple):
    email: str
    name: str
    language: str


def recipients_of(space: Space) -> list[Recipient]:
    """Return the recipients of mail to the space: its contact address, else its managers, else the superusers."""
    if space.contact_email:
        return [Recipient(space.contact_email, space.name, settings.LANGUAGE_CODE)]
    people = list(space.managers.filter(is_active=True)) or list(User.objects.filter(is_superuser=True, is_active=True))
    return [Recipient(person.email, str(person), person.language) for person in people]


def runs(user: User, space: Space) -> bool:
    """Return True if the person manages the space or is a superuser."""
    return user.is_superuser or space.managers.filter(pk=user.pk).exists()


def home_space(user: User, on: date) -> Space | None:
    """Return the person's home space on that day, or None."""
    membership = Membership.objects.current(on).filter(user=user).select_related("space").first()
    return membership and membership.space


def side_of(user: User, on: date) -> str | None:
    """Return the side of the border of the person's home space on that day, or None."""
    return Membership.objects.current(on).filter(user=user).values_list("space__country", flat=True).first()
