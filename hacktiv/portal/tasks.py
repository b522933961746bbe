"""What the platform does by itself that belongs to no single app."""

from celery import shared_task

from hacktiv.common.orphans import sweep_orphans
from hacktiv.portal import health


@shared_task
def beat_heartbeat():
    """Asked for by beat and done by a worker, this shows that both live."""
    health.beat_now()


@shared_task
def sweep_files():
    """Once a day, delete the files that no row names."""
    sweep_orphans()
