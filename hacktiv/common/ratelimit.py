"""Limit how often one visitor may do a thing: a counter in the cache for each window of time.

    limit(request, "contact", "5/h")        # raises TooManyRequests, which the middleware answers with 429

Signed-in people are counted by account, others by the address that allauth's adapter finds (its settings say how many
proxies are trusted). If the cache is down everybody may pass, as a lost limit is better than a lost message, but where
the limit guards a secret that could be guessed: there nobody does.
"""

import time

import structlog
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.shortcuts import render
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class TooManyRequests(Exception):
    """The visitor did `scope` more often than its rate allows. `retry_after` is in seconds."""

    def __init__(self, scope, retry_after):
        super().__init__(scope)
        self.scope = scope
        self.retry_after = retry_after


def limit(request, scope, rate, *, guards_secret=False):
    """Count one more `scope` for this visitor. `rate` is « 5/h »: a number per s, m, h or d, or per several (« 10/5m
    »).

    Raises TooManyRequests beyond the rate, and RedisError where it guards a secret and cannot count.
    """
    allowed, window = _parse(rate)
    now = time.time()
    key = f"limit:{scope}:{_visitor(request)}:{int(now // window)}"
    try:
        cache.add(key, 0, timeout=window + 1)
        count = cache.incr(key)
    except (RedisError, ValueError) as error:  # ValueError: the window ended between the two calls
        log.warning("rate_limit_not_counted", scope=scope, error=str(error))
        if guards_secret and isinstance(error, RedisError):
            raise
        return
    if count > allowed:
        raise TooManyRequests(scope, retry_after=int(window - now % window) + 1)


def _parse(rate):
    allowed, _, window = rate.partition("/")
    return int(allowed), int(window[:-1] or 1) * SECONDS[window[-1]]


def _visitor(request):
    if request.user.is_authenticated:
        return f"user-{request.user.pk}"
    return f"ip-{get_adapter(request).get_client_ip(request)}".replace(" ", "")


class TooManyRequestsMiddleware:
    """Answer TooManyRequests with the page 429.html and the time to wait."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, TooManyRequests):
            return None
        minutes = -(-exception.retry_after // 60)
        response = render(request, "429.html", {"minutes": minutes}, status=429)
        response["Retry-After"] = exception.retry_after
        return response
