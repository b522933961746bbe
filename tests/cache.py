from django.core.cache.backends.redis import RedisCache


class OwnRedisCache(RedisCache):
    """A part of the shared server that one worker of the tests has to itself, also when it clears it."""

    def clear(self):
        client = self._cache.get_client(None, write=True)
        for key in client.scan_iter(match=f"{self.key_prefix}:*"):
            client.delete(key)
        return True
