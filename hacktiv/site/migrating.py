"""Apply migrations with less work in Python: half of what Django does between two statements is done for nothing.

Each step of a migration makes dozens of model classes anew, with all of their fields."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import ref

from django.db.migrations.state import ProjectState
from django.db.models import Field

#: The thresholds of Python's garbage collector meanwhile. To look through the classes every 700 objects takes a third
#: of the time. These keep the process under 300 MB.
RARELY = (50_000, 10, 10)

_clone, _append, _remove = Field.clone, ProjectState._append_option, ProjectState._remove_option


@contextmanager
def with_less_work() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(*RARELY)
    Field.clone, ProjectState._append_option, ProjectState._remove_option = _made_again, _with_option, _without_option
    try:
        yield
    finally:
        Field.clone, ProjectState._append_option, ProjectState._remove_option = _clone, _append, _remove
        gc.set_threshold(*before)


def _made_again(field: Any) -> Any:
    """Make a field anew from what it was made of, which is gathered once: no step changes a field in its place.

    Two kinds are asked each time: those that refer to a field, which is renamed in them, and those made of another
    field, of which each has its own."""
    if field.is_relation:
        return _clone(field)
    own, args, kwargs = vars(field).get("_made_of", (lambda: None, (), {}))
    # A copy of a field carries what the other was made of.
    if own() is not field:
        _name, _path, args, kwargs = field.deconstruct()
        if not any(isinstance(part, Field) for part in kwargs.values()):
            field._made_of = ref(field), args, kwargs
    return field.__class__(*args, **kwargs)


def _with_option(state: Any, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
    options = state.models[app_label, model_name].options
    options[option_name] = [*options[option_name], obj]
    _tell(state, app_label, model_name, option_name)


def _without_option(state: Any, app_label: str, model_name: str, option_name: str, obj_name: str) -> None:
    options = state.models[app_label, model_name].options
    options[option_name] = [obj for obj in options[option_name] if obj.name != obj_name]
    _tell(state, app_label, model_name, option_name)


def _tell(state: Any, app_label: str, model_name: str, option_name: str) -> None:
    """Tell a model class of its indexes or constraints, on which no class beside it depends: all stay as they are."""
    if "apps" in vars(state):
        meta = state.apps.get_model(app_label, model_name)._meta
        objs = state.models[app_label, model_name].options[option_name]
        setattr(meta, option_name, meta._format_names(objs))
        vars(meta).pop("total_unique_constraints", None)
