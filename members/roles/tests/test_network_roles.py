"""Roles in the network count on their days alone; the coordinators of before keep theirs."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from members.core.queries import administrators
from members.core.rules import administers, coordinates, facilitates, network_roles
from members.enums import NetworkRoleKind
from members.models import NetworkRole, User
from members.tests.factories import NetworkRoleFactory, UserFactory

BEFORE = [("members", "0008_more_situations")]


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("since", "until", "counts"), [(-9, None, True), (0, 1, True), (-9, 0, False), (1, None, False), (0, 0, False)]
)
@pytest.mark.parametrize("role", NetworkRoleKind)
def test_a_role_in_the_network_counts_on_its_days(role, since, until, counts):
    held = NetworkRoleFactory(role=role, since=in_days(since), until=None if until is None else in_days(until))
    is_administrator = counts and role == NetworkRoleKind.ADMINISTRATOR
    assert network_roles(held.user) == ({role} if counts else set())
    assert coordinates(held.user) is (is_administrator or (counts and role == NetworkRoleKind.COORDINATOR))
    assert facilitates(held.user) is (is_administrator or (counts and role == NetworkRoleKind.FACILITATOR))
    assert administers(held.user) is is_administrator
    assert list(administrators()) == ([held.user] if is_administrator else [])


@pytest.mark.django_db
def test_superusers_hold_every_role_and_the_inactive_none():
    superuser = UserFactory(superuser=True)
    assert administers(superuser)
    assert coordinates(superuser)
    for person in (
        UserFactory(superuser=True, is_active=False),
        UserFactory(coordinates=True, is_active=False),
        UserFactory(),
        AnonymousUser(),
    ):
        assert not coordinates(person)
        assert not administers(person)
    assert list(administrators()) == [superuser]


@pytest.mark.django_db
def test_the_roles_of_a_person_are_read_once(django_assert_num_queries):
    person = User.objects.get(pk=UserFactory(coordinates=True).pk)
    with django_assert_num_queries(1):
        assert coordinates(person)
        assert not administers(person)


@pytest.mark.django_db
def test_a_role_in_the_network_is_held_once_at_a_time():
    held = NetworkRoleFactory(until=in_days(5))
    NetworkRoleFactory(user=held.user, since=in_days(5))
    NetworkRoleFactory(user=held.user, role=NetworkRoleKind.ADMINISTRATOR)
    with pytest.raises(IntegrityError), transaction.atomic():
        NetworkRoleFactory(user=held.user, since=in_days(4))
    with pytest.raises(IntegrityError), transaction.atomic():
        NetworkRoleFactory(since=in_days(4), until=in_days(3))


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_the_coordinators_of_before_are_coordinators_from_today_and_back_again():
    today = timezone.localdate()
    by_role, past, alone = UserFactory.create_batch(3)
    NetworkRoleFactory(user=by_role)
    NetworkRoleFactory(user=past, until=today)
    NetworkRoleFactory(user=past, role=NetworkRoleKind.ADMINISTRATOR)
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        MigrationExecutor(connection).migrate(BEFORE)
        group = Group.objects.get(name="coordination")
        assert list(group.user_set.values_list("pk", flat=True)) == [by_role.pk]
        person = ContentType.objects.get(app_label="members", model="user")
        permission = Permission.objects.get(codename="coordinate", content_type=person)
        User.objects.only("pk").get(pk=alone.pk).user_permissions.add(permission)  # whose later columns are not there
    finally:
        MigrationExecutor(connection).migrate(leaves)
    rows = NetworkRole.objects.values_list("user", "role", "since", "until", "given_by")
    assert set(rows) == {(one.pk, NetworkRoleKind.COORDINATOR, today, None, None) for one in (by_role, alone)}
    assert not Group.objects.filter(name="coordination").exists()
    assert not Permission.objects.filter(codename="coordinate").exists()
