"""`manage.py migrate` asks Python less often to look for garbage, and leaves it as it was."""

import gc

import pytest
from django.core.management import CommandError, call_command
from django.db.models.signals import pre_migrate

from hacktiv.site.management.commands.migrate import RARELY

pytestmark = pytest.mark.django_db


@pytest.fixture
def thresholds():
    """Return what gathers the collector's thresholds when migrations begin."""
    found = []

    def note(**told):
        found.append(gc.get_threshold())

    pre_migrate.connect(note)
    yield found
    pre_migrate.disconnect(note)


def test_garbage_is_collected_rarely_meanwhile_and_as_ever_after(thresholds):
    before = gc.get_threshold()
    call_command("migrate", verbosity=0)
    assert {*thresholds} == {RARELY}
    assert gc.get_threshold() == before != RARELY


def test_a_migration_that_fails_leaves_the_collector_as_it_was():
    before = gc.get_threshold()
    with pytest.raises(CommandError):
        call_command("migrate", "members", "9999", verbosity=0)
    assert gc.get_threshold() == before
