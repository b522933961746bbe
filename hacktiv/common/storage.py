from django.core.files.storage import FileSystemStorage, storages


class PrivateStorage(FileSystemStorage):
    """Files that no web server hands out: they have no address, and are read through a view that asks who reads."""

    def url(self, name):
        raise ValueError("This file is not accessible via a URL.")


def private_storage():
    """Return the storage of private files. Fields name this function, so that each environment sets its own storage."""
    return storages["private"]
