"""The permission to coordinate belongs to people; its former holders keep it."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from members.groups import COORDINATION
from members.models import User
from members.rules import coordinates
from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

BEFORE, AFTER = "0004_half_years_of_the_project", "0005_coordinate_below"


def migrate(name):
    executor = MigrationExecutor(connection)
    executor.migrate([("reporting", name)])


def holders():
    """Return the groups and the people that hold a permission to coordinate, by the app it belongs to."""
    return {
        permission.content_type.app_label: (
            {group.name for group in permission.group_set.all()},
            {person.email for person in permission.user_set.all()},
        )
        for permission in Permission.objects.filter(codename="coordinate").select_related("content_type")
    }


def test_new_database_has_the_group_with_the_permission():
    group = Group.objects.get(name=COORDINATION)
    assert [permission.content_type.app_label for permission in group.permissions.all()] == ["members"]
    assert coordinates(UserFactory(coordinates=True))
    assert not coordinates(UserFactory())


@pytest.mark.long
def test_holders_keep_the_permission_forth_and_back():
    UserFactory(email="group@example.org", coordinates=True)
    alone = UserFactory(email="alone@example.org")
    migrate(BEFORE)
    former = Permission.objects.get(codename="coordinate")
    alone.user_permissions.add(former)
    Group.objects.create(name="team").permissions.add(former)
    held = ({COORDINATION, "team"}, {"alone@example.org"})
    assert holders() == {"reporting": held}
    migrate(AFTER)
    assert holders() == {"members": held}
    assert {user.email for user in User.objects.all() if coordinates(user)} == {
        "group@example.org",
        "alone@example.org",
    }
    migrate(BEFORE)
    assert holders() == {"reporting": held}


def test_holders_join_those_who_hold_the_new_permission_already():
    migrate(BEFORE)
    former = Permission.objects.get(codename="coordinate")
    UserFactory(email="alone@example.org").user_permissions.add(former)
    below = Permission.objects.create(
        codename="coordinate", name="x", content_type=Permission.objects.get(codename="add_user").content_type
    )
    UserFactory(email="early@example.org").user_permissions.add(below)
    migrate(AFTER)
    assert holders() == {"members": ({COORDINATION}, {"alone@example.org", "early@example.org"})}
