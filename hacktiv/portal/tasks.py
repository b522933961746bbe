"""What the platform does by itself that belongs to no single app."""

from celery import shared_task

from hacktiv.portal import health


@shared_task
def beat_heartbeat():
    """Asked for by beat and done by a worker, this shows that both live."""
    health.beat_now()
