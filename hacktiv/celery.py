"""The Celery application of worker and beat.

It names no settings: this module is imported with the package, before anything that says which ones are meant, so that
a default here would be the default everywhere.
"""

from celery import Celery
from celery.signals import beat_init, setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

app = Celery("hacktiv")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_our_logging(**_kwargs):
    """Leave the logs as the settings have them: Celery sets up its own unless somebody listens here."""


@beat_init.connect
def first_heartbeat(**_kwargs):
    """Show at once that beat and worker are up, rather than when the first interval has passed."""
    app.send_task("hacktiv.portal.tasks.beat_heartbeat")
