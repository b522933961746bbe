"""Test that the home spaces of a database from before memberships become memberships."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from members.tests.factories import UserFactory
from spaces.enums import BookedBy, MembershipState, MembershipStep
from spaces.models import HomeSpace, Membership, MembershipChange, MembershipKind, Resource
from spaces.tests.factories import ResourceFactory, SpaceFactory

BEFORE = [("spaces", "0021_people_of_waits")]


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_each_home_of_today_becomes_an_active_membership():
    today = timezone.localdate()
    space = SpaceFactory()
    at_home, leaving, moved_away, _never = UserFactory.create_batch(4)
    theirs, everybodys = ResourceFactory.create_batch(2, space=space)
    theirs.open_to.add(space)
    homes = [(at_home, date(2021, 3, 1), None), (leaving, date(2022, 3, 1), today + timedelta(days=9))]
    for user, since, until in [*homes, (moved_away, date(2021, 3, 1), today)]:
        HomeSpace.objects.create(user=user, space=space, since=since, until=until)
    kept = list(HomeSpace.objects.order_by("pk").values_list("user", "space", "since", "until"))
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        migrate(BEFORE)
        migrate(leaves)
        migrate([("spaces", "0023_memberships")])
    finally:
        migrate(leaves)
    assert list(HomeSpace.objects.order_by("pk").values_list("user", "space", "since", "until")) == kept
    kind = MembershipKind.objects.get()
    assert (kind.slug, kind.name_fr, kind.name_nl, kind.name_en) == ("member", "Membre", "Lid", "Member")
    found = Membership.objects.order_by("pk").values_list("user", "space", "kind", "state", "since", "until")
    assert list(found) == [
        (user.pk, space.pk, kind.pk, MembershipState.ACTIVE, since, until) for user, since, until in homes
    ]
    assert kind.description_nl.startswith("De ledengids")
    assert set(MembershipChange.objects.values_list("step", flat=True)) == {MembershipStep.CARRIED}
    booked_by = dict(Resource.objects.values_list("pk", "booked_by"))
    assert booked_by == {theirs.pk: BookedBy.SPACES, everybodys.pk: BookedBy.MEMBERS}
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'spaces_homespace'")
        assert all(name.startswith("spaces_homespace") for (name,) in cursor.fetchall())


def migrate(targets):
    MigrationExecutor(connection).migrate(targets)
