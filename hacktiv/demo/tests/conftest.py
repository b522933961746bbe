import uuid

import pytest


@pytest.fixture(autouse=True)
def own_cache(settings):
    """Rate limits count in the cache: each test starts with an empty one."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": uuid.uuid4().hex}
    }
