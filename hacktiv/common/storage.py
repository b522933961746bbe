import os
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages

#: In bytes: the system takes 255 for one name, and what is written meanwhile bears a longer one.
LONGEST_NAME = 200


class WholeFileStorage(FileSystemStorage):
    """Store each file wholly or not at all: it is written beside its place, and moved there at the end.

    A full disk leaves nothing behind. A process that is killed leaves files that no row names, which the nightly sweep
    of orphans deletes."""

    def get_valid_name(self, name):
        """Shorten the name too: the system counts its bytes, and Django its letters, of up to four bytes each."""
        valid = Path(super().get_valid_name(name))
        most = LONGEST_NAME - len(valid.suffix.encode())
        return valid.stem.encode()[:most].decode(errors="ignore") + valid.suffix

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
