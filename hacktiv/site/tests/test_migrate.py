"""`manage.py migrate` leaves out work that changes nothing, and leaves Python and Django as they were."""

import gc
from copy import copy

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.management import CommandError, call_command
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.state import ProjectState
from django.db.models import CharField, CheckConstraint, Field, Index, Q
from django.db.models.signals import pre_migrate

from hacktiv.site.migrating import RARELY, with_less_work

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


@pytest.fixture
def state():
    """Return the state of today's models, drawn as classes."""
    state = ProjectState.from_apps(apps)
    assert state.apps
    return state


def test_each_field_is_made_again_as_it_is(state):
    fields = [field for model in state.models.values() for field in model.fields.values()]
    with with_less_work():
        first, second = ([field.clone() for field in fields] for _time in range(2))
    parts = MigrationAutodetector(state, state).deep_deconstruct
    for field, one, other in zip(fields, first, second, strict=True):
        assert parts(one) == parts(other) == parts(field)
        assert one is not other
        if isinstance(field, ArrayField):
            assert one.base_field is not other.base_field


def test_a_changed_copy_of_a_field_is_made_again_as_it_was_changed():
    field = CharField(max_length=9)
    with with_less_work():
        assert field.clone().max_length == 9
        changed = copy(field)
        changed.max_length = 8
        assert (changed.clone().max_length, field.clone().max_length) == (8, 9)


def test_a_model_is_told_of_its_constraints_and_indexes_as_when_it_is_drawn_anew(state):
    longest = CheckConstraint(condition=Q(first_name__length__lt=9), name="%(class)s_short")
    indexed = Index(fields=["first_name"], name="first_names")
    before = state.apps.get_model("members", "user")
    with with_less_work():
        state.add_constraint("members", "user", longest)
        state.add_index("members", "user", indexed)
    model = state.apps.get_model("members", "user")
    assert model is before
    told = _names(model)
    assert {"user_short", "first_names"} <= {*told}
    state.reload_model("members", "user")
    assert told == _names(state.apps.get_model("members", "user"))
    with with_less_work():
        state.remove_constraint("members", "user", longest.name)
    assert "user_short" not in _names(state.apps.get_model("members", "user"))


def _names(model):
    return [one.name for one in [*model._meta.constraints, *model._meta.indexes]]


def test_django_is_as_ever_after():
    before = Field.clone, ProjectState._append_option, ProjectState._remove_option
    with with_less_work():
        assert Field.clone is not before[0]
    assert (Field.clone, ProjectState._append_option, ProjectState._remove_option) == before
