"""A test with real transactions leaves the database as the migrations left it."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command

from members.tests.factories import UserFactory


def rows():
    """Return the rows of every table that has some."""
    found = {model: set(model._base_manager.values_list()) for model in apps.get_models()}
    return {model: rows for model, rows in found.items() if rows}


@pytest.mark.django_db(transaction=True)
def test_flush_deletes_new_rows_and_brings_back_those_of_the_migrations():
    before = rows()
    assert {ContentType, Permission} <= set(before)
    assert len(before[Permission]) >= 4 * len([model for model in apps.get_models() if model._meta.managed])
    UserFactory()
    Group.objects.create(name="another")
    Permission.objects.all().delete()
    ContentType.objects.filter(model="booking").update(model="renamed")
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
    after = rows()
    assert after.keys() == before.keys()
    assert {model: after[model] ^ before[model] for model in before} == {model: set() for model in before}
