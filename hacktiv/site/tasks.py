"""The regular work of the platform that belongs to no single app."""

from importlib import import_module

from celery import shared_task
from django.conf import settings

from hacktiv.common.kept_files import forget_kept_files
from hacktiv.common.orphans import sweep_orphans

from . import health, once


@shared_task
def beat_heartbeat():
    """Note that beat asked and a worker answered: both live."""
    health.beat_now()


@shared_task
def sweep_files():
    """Delete the files that no row names, and those that were kept for a form that never came again."""
    sweep_orphans()
    forget_kept_files()


@shared_task
def clear_sessions():
    """Delete the sessions that have ended, as `manage.py clearsessions` does."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@shared_task
def forget_sent_forms():
    """Forget the forms that can no longer arrive again."""
    once.forget_sent_forms()
