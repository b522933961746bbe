"""Tests: a PostgreSQL and a Valkey of their own, mails in memory, quick password hashes."""

import os

from hacktiv.devstack import service_urls

from .base import *  # noqa: F403
from .base import BASE_DIR, env
from .logging import configure

ENVIRONMENT = "test"
ALLOWED_HOSTS = ["*"]
SECRET_KEY = "for-tests-only"  # noqa: S105
DEMO = False

_urls = service_urls("test")
DATABASES = {"default": env.db_url_config(_urls.database)}
CELERY_BROKER_URL = _urls.broker
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _urls.cache,
        "KEY_PREFIX": f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'one')}-{os.getpid()}",
    }
}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = BASE_DIR / ".local" / "test-media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
LOGGING = configure(as_json=False, level="WARNING")
