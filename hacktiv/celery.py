"""The Celery application of worker and beat.

It names no settings: this module is imported with the package, before anything that says which ones are meant, so that
a default here would be the default everywhere.
"""

from celery import Celery
from celery import Task as CeleryTask
from celery.signals import beat_init, setup_logging, worker_ready
from django.db import InterfaceError, OperationalError
from django_structlog.celery.steps import DjangoStructLogInitStep

from . import broker

HEARTBEAT = "beat-heartbeat"


class Task(CeleryTask):
    """A task that loses the database, or finds it starting, is tried again after 1, 2, 4, 8 and 16 seconds, rather than
    at the next sweep only."""

    autoretry_for = (OperationalError, InterfaceError)
    retry_backoff = True
    retry_jitter = False
    max_retries = 5


broker.outlive_lost_connections()
app = Celery("hacktiv", task_cls=Task)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_our_logging(**_kwargs):
    """Leave the logs as the settings have them: Celery sets up its own unless somebody listens here."""


@beat_init.connect
def ask_for_the_first_round(**_kwargs):
    """Ask for every sweep, the heartbeat too. Beat remembers nothing, so a sweep each ten minutes would never come
    where beat is started again each nine."""
    _ask_for_sweeps(but=())


@worker_ready.connect
def take_up_what_was_left(**_kwargs):
    """Ask for every sweep: what a worker was at when it died waits for the next one, and this may be a while."""
    _ask_for_sweeps(but={HEARTBEAT})


def _ask_for_sweeps(but):
    for name, order in app.conf.beat_schedule.items():
        if name not in but and isinstance(order["schedule"], int | float):
            app.send_task(order["task"], expires=order["schedule"])
