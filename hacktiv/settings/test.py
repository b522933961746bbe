"""Tests: a PostgreSQL and a Valkey of their own, mails in memory, quick password hashes."""

import os
from pathlib import Path

from hacktiv.devstack import service_urls

from .base import *  # noqa: F403
from .base import BASE_DIR, cache_in_redis, env, with_timeouts
from .logging import configure

ENVIRONMENT = "test"
ALLOWED_HOSTS = ["*"]
SECRET_KEY = "for-tests-only"  # noqa: S105
DEMO = False
# Passkeys without TLS, as browsers allow on localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True

_urls = service_urls("test")
DATABASES = {"default": with_timeouts(env.db_url_config(_urls.database))}
# Runs side by side, and each worker of pytest-xdist, share the broker; the processes that a test starts share its part.
_run = os.environ.setdefault("TEST_RUN", str(os.getpid()))
_share = f"test-{_run}-{os.environ.get('PYTEST_XDIST_WORKER', 'one')}"
CELERY_BROKER_URL = _urls.broker
CELERY_TASK_DEFAULT_QUEUE = _share
# What a test sees is made for it; the tests of shared pages share them.
SHARED_PAGES_SECONDS = 0
CACHES = {"default": cache_in_redis(_urls.cache, BACKEND="tests.cache.OwnRedisCache", KEY_PREFIX=_share)}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if TEST_MAILS := os.environ.get("TEST_MAILS"):  # set by tests/serving.py, to read what another process sent
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = TEST_MAILS
if TEST_SMTP_PORT := os.environ.get("TEST_SMTP_PORT"):  # or sent to a mail server of the test's
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = "127.0.0.1", int(TEST_SMTP_PORT)
# Set for the processes that a test starts, whose files lie apart.
_folders = Path(os.environ.get("TEST_FOLDERS", BASE_DIR / ".local"))
MEDIA_ROOT = _folders / "test-media"
ERASURE_JOURNAL = _folders / "test-erasures" / f"journal-{_share}"
STORAGES = {
    "default": {"BACKEND": "hacktiv.common.storage.WholeFileStorage"},
    "private": {
        "BACKEND": "hacktiv.common.storage.PrivateStorage",
        "OPTIONS": {"location": _folders / "test-private"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
LOGGING = configure(as_json=False, level="WARNING")
