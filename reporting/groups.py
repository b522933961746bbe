"""The group of people who coordinate the projects."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from .models import Project

COORDINATION = "coordination"
COORDINATE = "reporting.coordinate"


def ensure_coordination(using="default", **kwargs):
    """After each migration: the group exists and may coordinate. Its members are the business of a superuser."""
    group, _created = Group.objects.using(using).get_or_create(name=COORDINATION)
    # Django makes the permissions in the same round of signals, perhaps after this one.
    permission, _created = Permission.objects.using(using).get_or_create(
        content_type=ContentType.objects.db_manager(using).get_for_model(Project),
        codename="coordinate",
        defaults={"name": "Can coordinate the projects and close their reports"},
    )
    group.permissions.add(permission)
