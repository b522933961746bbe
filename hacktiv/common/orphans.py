"""Files that no row names: written in a transaction that was rolled back, or left behind by an unclean stop.

One sweep for every file field there is. A file belongs to a row whose field names it, or to a row whose file it is made
from (its name begins with that file's name without the ending, and a hyphen, as renditions are named).
"""

from datetime import timedelta
from pathlib import PurePosixPath

import structlog
from django.apps import apps
from django.db import models
from django.utils import timezone

log = structlog.get_logger(__name__)

#: A file younger than this may belong to a row that is not committed yet.
GRACE = timedelta(days=2)


def sweep_orphans(*, now=None):
    """Delete what no row names and is older than GRACE, in the folders that file fields write to. The names, sorted.

    The files are listed before the rows are read: whatever is committed meanwhile is seen."""
    before = (now or timezone.now()) - GRACE
    found = [(storage, name) for storage, folder in _places() for name in _files(storage, folder)]
    found = [(storage, name) for storage, name in found if _is_old(storage, name, before)]
    named = _named() if found else set()
    orphans = [(storage, name) for storage, name in found if not _belongs(name, named)]
    for storage, name in orphans:
        storage.delete(name)
        log.info("orphan_file_deleted", name=name)
    return sorted(name for _storage, name in orphans)


def _fields():
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                yield model, field


def _places():
    """Where file fields write: the storage, and the first folder, whose name no date changes."""
    places = {}
    for _model, field in _fields():
        folder = PurePosixPath(field.upload_to).parts[0]
        places.setdefault((id(field.storage), folder), (field.storage, folder))
    return list(places.values())


def _files(storage, folder):
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in files)
    for name in folders:
        yield from _files(storage, f"{folder}/{name}")


def _is_old(storage, name, before):
    try:
        return storage.get_modified_time(name) < before
    except FileNotFoundError:  # its row was deleted just now
        return False


def _named():
    """The names in every file field, with and without their endings."""
    names = set()
    for model, field in _fields():
        for name in model._base_manager.values_list(field.attname, flat=True).iterator():
            if name:
                names |= {name, str(PurePosixPath(name).with_suffix(""))}
    return names


def _belongs(name, named):
    stem = str(PurePosixPath(name).with_suffix(""))
    return name in named or stem.rpartition("-")[0] in named
