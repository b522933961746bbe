"""The permission to coordinate belonged to people before it became a role; its holders kept it."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from members.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.long]

BEFORE, AFTER = "0004_half_years_of_the_project", "0005_coordinate_below"


def migrate(name):
    executor = MigrationExecutor(connection)
    executor.migrate([("reporting", name)])


def holders():
    """Return the groups and the people that hold a permission to coordinate, by the app it belongs to."""
    return {
        permission.content_type.app_label: (
            {group.name for group in permission.group_set.all()},
            set(permission.user_set.values_list("email", flat=True)),
        )
        for permission in Permission.objects.filter(codename="coordinate").select_related("content_type")
    }


def former_permission():
    """Make the permission of before, which Django makes no more."""
    project = ContentType.objects.get(app_label="reporting", model="project")
    return Permission.objects.create(codename="coordinate", name="x", content_type=project)


@pytest.fixture(scope="module", autouse=True)
def people(module_data):
    """Make people with the columns of today, then go back once for all tests, which takes half a minute."""
    made = {name: UserFactory(email=f"{name}@example.org") for name in ("alone", "early")}
    migrate(BEFORE)
    return made


def test_holders_keep_the_permission_forth_and_back(people):
    former = former_permission()
    people["alone"].user_permissions.add(former)
    Group.objects.create(name="team").permissions.add(former)
    held = ({"team"}, {"alone@example.org"})
    assert holders() == {"reporting": held}
    migrate(AFTER)
    assert holders() == {"members": held}
    migrate(BEFORE)
    assert holders() == {"reporting": held}


def test_holders_join_those_who_hold_the_new_permission_already(people):
    people["alone"].user_permissions.add(former_permission())
    below = Permission.objects.create(
        codename="coordinate", name="x", content_type=Permission.objects.get(codename="add_user").content_type
    )
    people["early"].user_permissions.add(below)
    migrate(AFTER)
    assert holders() == {"members": (set(), {"alone@example.org", "early@example.org"})}
