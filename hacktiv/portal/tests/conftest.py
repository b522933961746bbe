import uuid

import pytest


@pytest.fixture(autouse=True)
def own_cache(settings):
    """Start each test with an empty cache: rate limits count in it."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": uuid.uuid4().hex}
    }


@pytest.fixture
def sign_in(client):
    """Return a function that signs a person in and returns the client."""

    def as_person(person):
        client.force_login(person)
        return client

    return as_person
