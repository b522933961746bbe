import os
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages


class WholeFileStorage(FileSystemStorage):
    """Store each file wholly or not at all: it is written beside its place, and moved there at the end.

    A full disk leaves nothing behind. A process that is killed leaves files that no row names, which the nightly sweep
    of orphans deletes."""

    def _save(self, name, content):
        name = super()._save(name, ContentFile(b""))  # nobody else gets this name
        place = Path(self.path(name))
        part = place.with_name(f"{place.name}.part")
        try:
            with part.open("wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            part.chmod(place.stat().st_mode)
            part.replace(place)
        except BaseException:
            part.unlink(missing_ok=True)
            place.unlink(missing_ok=True)
            raise
        return name


class PrivateStorage(WholeFileStorage):
    """Store files that no web server hands out. They have no address; a view that checks the reader hands them out."""

    def url(self, name):
        raise ValueError("This file is not accessible via a URL.")


def private_storage():
    """Return the storage of private files. Fields name this function, so that each environment sets its own storage."""
    return storages["private"]
