"""Settings of production on the embedded servers, for benchmarks that start the whole platform.

The environment names the database, the folders and the place in the broker (BENCH_SHARE); see bench/memory.py.
"""

import os

from hacktiv.devstack import PROJECT
from hacktiv.devstack.services import Valkey
from hacktiv.settings.base import cache_in_redis
from hacktiv.settings.prod import *  # noqa: F403
from hacktiv.settings.prod import BASE_DIR

_valkey = Valkey.of(PROJECT, "test")
CELERY_BROKER_URL = _valkey.broker_url
CELERY_TASK_DEFAULT_QUEUE = os.environ["BENCH_SHARE"]
CACHES = {"default": cache_in_redis(_valkey.cache_url, KEY_PREFIX=os.environ["BENCH_SHARE"])}
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = BASE_DIR / ".local" / "bench" / "mails"
STATIC_ROOT = BASE_DIR / ".local" / "bench" / "static"
