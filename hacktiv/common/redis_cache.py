"""Django's cache in Redis, with one client for each server.

Django makes a `redis.Redis` anew for each command, which takes several times as long as the command itself. A client
may be shared: the connections are taken from its pool, which each process opens for itself.

A server that stands still lets each command wait for its timeout. A request waits once: for its rest it finds the cache
away at once, as where nothing listens.
"""

import threading

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.core.signals import request_finished, request_started
from redis import Redis
from redis.exceptions import TimeoutError as RedisTimeout


class _Request(threading.local):
    """The request that this thread answers, if any, and whether the cache has kept it waiting."""

    is_on = has_waited = False


_request = _Request()


def _begin(**_signal):
    _request.is_on, _request.has_waited = True, False


def _end(**_signal):
    _request.is_on = _request.has_waited = False


request_started.connect(_begin, dispatch_uid="common.redis_cache.begin")
request_finished.connect(_end, dispatch_uid="common.redis_cache.end")


class WaitingOnce(Redis):
    """A client that waits for one timeout in each request."""

    def execute_command(self, *args, **options):
        if _request.has_waited:
            raise RedisTimeout("It has not answered this request before.")
        try:
            return super().execute_command(*args, **options)
        except RedisTimeout:
            _request.has_waited = _request.is_on
            raise


class LastingClients(RedisCacheClient):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._client = WaitingOnce
        self._clients = {}

    def get_client(self, key=None, *, write=False):
        pool = self._get_connection_pool(write)
        if pool not in self._clients:
            self._clients[pool] = self._client(connection_pool=pool)
        return self._clients[pool]


class LastingRedisCache(RedisCache):
    """`RedisCache` with lasting clients, to be named in the setting `CACHES`."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._class = LastingClients
