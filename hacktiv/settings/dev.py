"""Development: readable errors, mails kept to be read in the browser, embedded servers where none is named."""

from hacktiv.devstack import service_urls

from .base import *  # noqa: F403
from .base import BASE_DIR, PRIVATE_ROOT, cache_in_redis, env, with_timeouts
from .logging import configure

DEBUG = True
# Passkeys without TLS, as browsers allow on localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
ENVIRONMENT = "dev"
ALLOWED_HOSTS = ["*"]
SECRET_KEY = "for-development-only"  # noqa: S105
SITE_URL = env("SITE_URL", default=f"http://localhost:{env.int('PORT', default=8000)}").rstrip("/")

_urls = service_urls("dev")
DATABASE_IS_EMBEDDED = _urls.embedded
DATABASES = {"default": with_timeouts(env.db_url_config(_urls.database))}
CELERY_BROKER_URL = _urls.broker
CACHES = {"default": cache_in_redis(_urls.cache)}
# Demo data and accounts load by themselves on the embedded database, or where DEMO says so.
DEMO = env.bool("DEMO", default=_urls.embedded)

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = BASE_DIR / ".local" / "mails"

STORAGES = {
    "default": {"BACKEND": "hacktiv.common.storage.WholeFileStorage"},
    "private": {"BACKEND": "hacktiv.common.storage.PrivateStorage", "OPTIONS": {"location": PRIVATE_ROOT}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
LOGGING = configure(as_json=False)
