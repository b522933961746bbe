"""Test that organisations keep their rows and all that refers to them when they move from spaces to members."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from members.enums import OrganisationKind
from members.models import Organisation
from members.tests.factories import OrganisationFactory
from reporting.models import LoadedRow
from spaces.models import Space
from spaces.tests.factories import SpaceFactory

BEFORE = [("members", "0011_newcomers_and_presence")]


def migrate(targets):
    MigrationExecutor(connection).migrate(targets)


def tables():
    with connection.cursor() as cursor:
        return {name for name in connection.introspection.table_names(cursor) if name.endswith("_organisation")}


def type_and_permissions():
    kind = ContentType.objects.get(model="organisation")
    return kind.app_label, set(Permission.objects.filter(content_type=kind).values_list("codename", flat=True))


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_organisations_keep_rows_references_and_permissions_forth_and_back():
    space = SpaceFactory(operator=OrganisationFactory(slug="bep"))
    other = OrganisationFactory(slug="somebody")
    LoadedRow.objects.create(
        key="organisation/bep", model="members.organisation", row=str(space.operator.pk), values={}
    )
    app, permissions = type_and_permissions()
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        migrate(BEFORE)
        before = tables(), type_and_permissions(), LoadedRow.objects.get().model
    finally:
        migrate(leaves)
    assert before == ({"spaces_organisation"}, ("spaces", permissions), "spaces.organisation")
    assert tables() == {"members_organisation"}
    assert type_and_permissions() == (app, permissions) == ("members", permissions)
    assert LoadedRow.objects.get().model == "members.organisation"
    assert Space.objects.get().operator == space.operator
    kinds = dict(Organisation.objects.values_list("pk", "kind"))
    assert kinds == {space.operator.pk: OrganisationKind.PUBLIC_BODY, other.pk: ""}
