import pytest
from django.contrib.auth.models import Group, Permission

from members.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def permissions():
    return list(Permission.objects.order_by("pk")[:3])


def name_of(permission):
    return f"{permission.content_type.app_label}.{permission.codename}"


def test_a_persons_own_permissions_and_their_groups_count(permissions, django_assert_num_queries):
    own, of_group, neither = permissions
    user, group = UserFactory(), Group.objects.create(name="A group")
    user.user_permissions.add(own)
    group.permissions.add(own, of_group)
    user.groups.add(group)
    names = [name_of(each) for each in permissions]
    with django_assert_num_queries(1):
        assert [user.has_perm(name) for name in names] == [True, True, False]
        assert user.get_all_permissions() == {name_of(own), name_of(of_group)}
    assert name_of(neither) not in user.get_all_permissions()


def test_a_closed_account_may_nothing_and_a_superuser_everything(permissions):
    closed, superuser = UserFactory(is_active=False), UserFactory(is_superuser=True)
    closed.user_permissions.set(permissions)
    names = [name_of(each) for each in permissions]
    assert [closed.has_perm(name) for name in names] == [False] * 3
    assert [superuser.has_perm(name) for name in names] == [True] * 3
    assert set(names) <= superuser.get_all_permissions()
