from django.core.files.storage import FileSystemStorage, storages


class PrivateStorage(FileSystemStorage):
    """Store files that no web server hands out. They have no address; a view that checks the reader hands them out."""

    def url(self, name):
        raise ValueError("This file is not accessible via a URL.")


def private_storage():
    """Return the storage of private files. Fields name this function, so that each environment sets its own storage."""
    return storages["private"]
