"""Roles in a space count on their days alone; the managers of before keep theirs."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone

from members.tests.factories import UserFactory
from spaces.core.queries import managers_of, recipients_of, runs
from spaces.enums import Role
from spaces.memberships.queries import standing_of
from spaces.models import Space, SpaceRole
from spaces.tests.factories import SpaceFactory, SpaceRoleFactory

BEFORE = [("spaces", "0024_members_of_today")]


def in_days(number):
    return timezone.localdate() + timedelta(days=number)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [(-9, None, True), (0, 1, True), (0, None, True), (-9, 0, False), (1, None, False), (0, 0, False)],
)
def test_a_manager_runs_the_space_on_the_days_of_the_role(client, since, until, counts):
    space = SpaceFactory()
    role = SpaceRoleFactory(space=space, since=in_days(since), until=None if until is None else in_days(until))
    UserFactory(is_superuser=True, email="network@example.org")
    assert list(managers_of(space)) == ([role.user] if counts else [])
    assert runs(role.user, space) is counts
    assert list(Space.objects.run_by(role.user)) == ([space] if counts else [])
    assert standing_of(role.user).runs == ({space.pk} if counts else set())
    told = role.user.email if counts else "network@example.org"
    assert [person.email for person in recipients_of(space)] == [told]
    client.force_login(role.user)
    assert client.get(reverse("admin:index"), follow=True).status_code == (200 if counts else 404)


@pytest.mark.django_db
def test_an_ended_manager_loses_the_admin_with_the_next_request(client):
    role = SpaceRoleFactory()
    client.force_login(role.user)
    assert client.get(reverse("admin:spaces_booking_changelist")).status_code == 200
    SpaceRole.objects.update(until=timezone.localdate())
    assert client.get(reverse("admin:spaces_booking_changelist"), follow=True).status_code == 404
    assert client.get(reverse("admin:index"), follow=True).status_code == 404


@pytest.mark.django_db
def test_a_role_is_held_once_at_a_time():
    held = SpaceRoleFactory(until=in_days(5))
    SpaceRoleFactory(user=held.user, space=held.space, since=in_days(5))
    SpaceRoleFactory(user=held.user, space=held.space, role=Role.FRONT_DESK)
    SpaceRoleFactory(user=held.user)
    with pytest.raises(IntegrityError), transaction.atomic():
        SpaceRoleFactory(user=held.user, space=held.space, since=in_days(4))
    with pytest.raises(IntegrityError), transaction.atomic():
        SpaceRoleFactory(since=in_days(4), until=in_days(3))


@pytest.mark.django_db
def test_the_front_desk_does_not_run_the_space():
    role = SpaceRoleFactory(role=Role.FRONT_DESK)
    assert not runs(role.user, role.space)
    assert not managers_of(role.space)
    assert not standing_of(role.user).runs


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_the_managers_of_before_are_managers_from_today_and_back_again():
    today = timezone.localdate()
    stays, other = UserFactory.create_batch(2)
    space, second = SpaceFactory.create_batch(2)
    SpaceRoleFactory(user=stays, space=space)
    SpaceRoleFactory(user=stays, space=second)
    SpaceRoleFactory(user=other, space=second, until=today)
    SpaceRoleFactory(user=other, space=space, role=Role.FRONT_DESK)
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        migrate(BEFORE)
        with connection.cursor() as cursor:
            cursor.execute("SELECT user_id, space_id FROM spaces_space_managers")
            assert set(cursor.fetchall()) == {(stays.pk, space.pk), (stays.pk, second.pk)}
    finally:
        migrate(leaves)
    rows = SpaceRole.objects.values_list("user", "space", "role", "since", "until", "given_by")
    assert set(rows) == {(stays.pk, one.pk, Role.MANAGER, today, None, None) for one in (space, second)}


def migrate(targets):
    MigrationExecutor(connection).migrate(targets)
