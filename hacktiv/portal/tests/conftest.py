import uuid

import pytest


@pytest.fixture(autouse=True)
def own_cache(settings):
    """Rate limits count in the cache: each test starts with an empty one."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": uuid.uuid4().hex}
    }


@pytest.fixture
def sign_in(client):
    """Sign a person in and hand the client back."""

    def as_person(person):
        client.force_login(person)
        return client

    return as_person
