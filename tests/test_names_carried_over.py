"""Test that marks made before know which of them rest on a name alone."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from events.attendance.operations import add_walk_in
from events.models import Participation
from events.registering.operations import forget_guest
from events.tests.factories import ParticipationFactory, PastEventFactory
from members.tests.factories import UserFactory

BEFORE = [("events", "0029_organisations_of_members")]


def migrate(targets):
    MigrationExecutor(connection).migrate(targets)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_marks_of_guests_without_an_address_are_known_by_name_alone():
    event, staff = PastEventFactory(), UserFactory()
    by_name = add_walk_in(event=event, by=staff, name="Anna")
    erased = add_walk_in(event=event, by=staff, name="Bea")
    add_walk_in(event=event, by=staff, name="Carl", email="carl@example.org")
    add_walk_in(event=event, by=staff, user=UserFactory())
    ParticipationFactory(event=event)
    forget_guest(registration=erased.registration)
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        migrate(BEFORE)
    finally:
        migrate(leaves)
    # Nothing tells any more that Bea had no address.
    assert set(Participation.objects.filter(is_by_name=True)) == {by_name}
    assert Participation.objects.count() == 5
