"""Let a worker that loses its broker in the middle of a task go on, and find it again soon."""

from celery.app import amqp
from kombu import Connection as KombuConnection
from kombu.transport import redis

#: Seconds between two tries to reach the broker, at most.
RECONNECT_SECONDS = 3


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


class Connection(KombuConnection):
    """A connection that is tried again every few seconds, however long the broker is away.

    Celery has no setting for it: its worker would wait two seconds longer after each try, up to thirty."""

    def ensure_connection(self, *args, **kwargs):
        retries = {"interval_start": 1, "interval_step": 1, "interval_max": RECONNECT_SECONDS - 1}
        return super().ensure_connection(*args, **retries | kwargs)


class AMQP(amqp.AMQP):
    """The connections that Celery makes."""

    Connection = Connection
