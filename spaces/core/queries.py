"""Read who runs a space, whose home it is, and who gets its mails."""

from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model

from ..models import Membership


class Recipient(NamedTuple):
    email: str
    name: str
    language: str


def recipients_of(space):
    """Who reads what is sent to the space: its contact address, else its managers, else the superusers."""
    if space.contact_email:
        return [Recipient(space.contact_email, space.name, settings.LANGUAGE_CODE)]
    people = list(space.managers.filter(is_active=True)) or list(
        get_user_model().objects.filter(is_superuser=True, is_active=True)
    )
    return [Recipient(person.email, str(person), person.language) for person in people]


def runs(user, space):
    """Whether the person is one of the space's managers, or runs all spaces."""
    return user.is_superuser or space.managers.filter(pk=user.pk).exists()


def home_space(user, on):
    """The person's home space on that day, or None."""
    membership = Membership.objects.current(on).filter(user=user).select_related("space").first()
    return membership and membership.space


def side_of(user, on):
    """The side of the border of the person's home space on that day, or None."""
    return Membership.objects.current(on).filter(user=user).values_list("space__country", flat=True).first()
