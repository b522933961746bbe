"""The regular work of the platform that belongs to no single app."""

from celery import shared_task

from hacktiv.common.orphans import sweep_orphans

from . import health, once


@shared_task
def beat_heartbeat():
    """Note that beat asked and a worker answered: both live."""
    health.beat_now()


@shared_task
def sweep_files():
    """Delete the files that no row names."""
    sweep_orphans()


@shared_task
def forget_sent_forms():
    """Forget the forms that can no longer arrive again."""
    once.forget_sent_forms()
