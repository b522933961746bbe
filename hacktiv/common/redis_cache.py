"""Django's cache in Redis, with one client for each server.

Django makes a `redis.Redis` anew for each command, which takes several times as long as the command itself. A client
may be shared: the connections are taken from its pool, which each process opens for itself.
"""

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class LastingClients(RedisCacheClient):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
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
