"""Production: everything secret or of the place comes from the environment, and none of it has a default."""

from django.core.exceptions import ImproperlyConfigured

from hacktiv.devstack.addresses import check_addresses
from hacktiv.devstack.errors import StackError

from .base import *  # noqa: F403
from .base import cache_in_redis, env, with_timeouts
from .logging import configure

ENVIRONMENT = "prod"
SECRET_KEY = env("SECRET_KEY")
# Earlier keys, with which links, sessions and second factors of before are still read.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# The server's own health check asks for localhost.
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS"), "localhost"]
SITE_URL = env("SITE_URL").rstrip("/")
DEMO = False

try:
    check_addresses()
except StackError as error:
    raise ImproperlyConfigured(str(error)) from None
DATABASES = {"default": {**with_timeouts(env.db("DATABASE_URL")), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}
CELERY_BROKER_URL = env("REDIS_URL")
CACHES = {"default": cache_in_redis(env("REDIS_URL"))}

vars().update(env.email_url("EMAIL_URL"))

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Rate limits count visitors by address: the one that the outermost of our own proxies saw.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1)
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
STAFF_SECOND_FACTOR = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

LOGGING = configure(as_json=True, level=env("LOG_LEVEL", default="INFO"))
