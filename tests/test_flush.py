"""A test with real transactions leaves the database as the migrations left it."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command

from members.models import User
from members.tests.factories import UserFactory


def rows():
    return {model: set(model.objects.values_list()) for model in (ContentType, Permission, Group)}


@pytest.mark.django_db(transaction=True)
def test_flush_deletes_new_rows_and_brings_back_those_of_the_migrations():
    before = rows()
    assert before[ContentType]
    assert before[Permission]
    UserFactory()
    Group.objects.create(name="another")
    Permission.objects.all().delete()
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
    after = rows()
    assert {model: after[model] ^ before[model] for model in before} == {model: set() for model in before}
    assert not User.objects.exists()
