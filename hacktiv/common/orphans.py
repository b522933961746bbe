"""Find files that no row names: left by a transaction that was rolled back, or by an unclean stop.

One sweep covers every file field. A file belongs to a row if a field of the row names it, or if it was made from the
row's file. Such a file is named like that file without its ending, plus a hyphen, as renditions are.
"""

from datetime import timedelta
from pathlib import PurePosixPath

import structlog
from django.apps import apps
from django.db import models
from django.utils import timezone

log = structlog.get_logger(__name__)

#: A younger file may belong to a row that is not committed yet.
SPARED_FOR = timedelta(days=2)


def sweep_orphans(*, now=None):
    """Delete the files that no row names and that are older than SPARED_FOR; return their names, sorted.

    It looks in the folders that file fields write to. The files are listed before the rows are read, so a row that is
    committed meanwhile is seen.
    """
    before = (now or timezone.now()) - SPARED_FOR
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
    """Return where file fields write: the storage, and the first folder, whose name contains no date."""
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
    except FileNotFoundError:  # deleted meanwhile with its row
        return False


def _named():
    """Return the names in every file field, with and without their endings."""
    names = set()
    for model, field in _fields():
        for name in model._base_manager.values_list(field.attname, flat=True).iterator():
            if name:
                names |= {name, str(PurePosixPath(name).with_suffix(""))}
    return names


def _belongs(name, named):
    stem = str(PurePosixPath(name).with_suffix(""))
    return name in named or stem.rpartition("-")[0] in named
