"""The group of the people who coordinate the network."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from .models import User
from .rules import COORDINATE

#: The name of the group. Its members are coordinators; a superuser puts them in.
COORDINATION = "coordination"


def ensure_coordination(using: str = "default", **kwargs: Any) -> None:
    """Create the group with its permission where either is missing. Runs after each migration."""
    group, _created = Group.objects.using(using).get_or_create(name=COORDINATION)
    # Django makes the permissions in the same round of signals, perhaps after this one.
    permission, _created = Permission.objects.using(using).get_or_create(
        content_type=ContentType.objects.db_manager(using).get_for_model(User),
        codename=COORDINATE.partition(".")[2],
        defaults={"name": "Can coordinate the network"},
    )
    group.permissions.add(permission)
