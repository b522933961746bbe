"""Order work from a worker."""

from typing import Any

import structlog
from celery import current_app
from kombu.exceptions import OperationalError as BrokerUnreachable

log = structlog.get_logger(__name__)


def order(task: str, *args: Any, **options: Any) -> None:
    """Send the order for a task, by its name, to a worker. Where the broker cannot be reached it is only logged: the
    beat finds what nobody was told to do."""
    try:
        current_app.send_task(task, args, **options)
    except BrokerUnreachable as error:
        log.warning("order_failed", task=task, error=str(error))
