"""Limit how often one visitor may do a thing: a counter in the cache for each window of time.

    limit(request, "contact", "5/h")        # raises TooManyRequests, which the middleware answers with 429
    has_mail_left(request, "link", address, rate="10/d", of_network="4/d")   # mails that visitors ask for to an address

Signed-in people are counted by account, others by the address that allauth's adapter finds (its settings say how many
proxies are trusted). If the cache is down everybody may pass, as a lost limit is better than a lost message, but where
the limit guards a secret that could be guessed: there nobody does.
"""

import time
from hashlib import sha256

import structlog
from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import get_ip
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
    if _count(f"{scope}:{_visitor(request)}", window, now, guards_secret=guards_secret) > allowed:
        raise TooManyRequests(scope, retry_after=int(window - now % window) + 1)


def has_mail_left(request, scope, address, *, rate, of_network):
    """Count one more mail that this visitor asks for to somebody's address. Return whether it may be sent.

    One network has `of_network` of the mails to it, all together have `rate`: so a stranger leaves some to the owner of
    the address, and uses none of the others up once its own are spent. Both are written as for `limit`."""
    whom = f"{scope}:{sha256(address.lower().encode()).hexdigest()}"
    for counted, most in ((f"{whom}:{get_ip(request)}", of_network), (whom, rate)):
        allowed, window = _parse(most)
        if _count(counted, window, time.time()) > allowed:
            return False
    return True


def _count(counted, window, now, *, guards_secret=False):
    """Count one more in this window of time, in seconds, and return how many there are; 0 if nothing can be counted.

    Raises RedisError where it guards a secret and cannot count."""
    key = f"limit:{counted}:{int(now // window)}"
    try:
        cache.add(key, 0, timeout=window + 1)
        return cache.incr(key)
    except (RedisError, ValueError) as error:  # ValueError: the window ended between the two calls
        log.warning("rate_limit_not_counted", scope=counted.partition(":")[0], error=str(error))
        if guards_secret and isinstance(error, RedisError):
            raise
        return 0


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
