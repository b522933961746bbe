import uuid

import pytest


@pytest.fixture(autouse=True)
def own_cache(settings):
    """Start each test with an empty cache, which counts the rate limits."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": uuid.uuid4().hex}
    }
