"""Let a worker that loses its broker in the middle of a task go on."""

from kombu.transport import redis


class QoS(redis.QoS):
    """The orders that a channel took and has not ended.

    Where the connection is lost, kombu 5.7 still tries to end them or give them back over it. It has forgotten the
    address by then, and the worker dies of the AttributeError. Here they stay where they are: the broker gives them out
    again after an hour, and long before that a sweep has done their work."""

    @property
    def is_lost(self):
        return self.channel.connection is None or self.channel.connection.client is None

    def ack(self, delivery_tag):
        if not self.is_lost:
            super().ack(delivery_tag)

    def reject(self, delivery_tag, requeue=False):
        if not self.is_lost:
            super().reject(delivery_tag, requeue=requeue)

    def restore_unacked_once(self, stderr=None):
        if self.is_lost:
            self._on_collect.cancel()
        else:
            super().restore_unacked_once(stderr)


def outlive_lost_connections():
    """Have kombu use this class for every connection to Redis."""
    redis.Channel.QoS = QoS
