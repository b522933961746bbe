"""The Celery application of the worker, and of every process that gives it work.

It names no settings: the process that imports it has said which ones it means.
"""

from celery import Celery
from celery import Task as CeleryTask
from celery.signals import setup_logging, worker_init, worker_ready
from django.db import InterfaceError, OperationalError
from django_structlog.celery.steps import DjangoStructLogInitStep

from . import broker
from .forking import get_ready_to_fork
from .sweeps import HEARTBEAT, ask_for_sweeps


class Task(CeleryTask):
    """Try a task again after 1, 2, 4, 8 and 16 seconds where the database is lost or starting.

    Otherwise its work would wait for the next sweep."""

    autoretry_for = (OperationalError, InterfaceError)
    retry_backoff = True
    retry_jitter = False
    max_retries = 5


broker.outlive_lost_connections()
app = Celery("hacktiv", task_cls=Task, amqp=broker.AMQP)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def keep_our_logging(**_kwargs):
    """Keep the logging of the settings: Celery sets up its own unless a function listens here."""


@worker_init.connect
def share_memory_with_the_pool(**_kwargs):
    """Get ready to fork. The apps are loaded by now, and no process of the pool is forked yet."""
    get_ready_to_fork()


@worker_ready.connect
def take_up_what_was_left(**_kwargs):
    """Ask for every sweep. The work of a worker that died would wait for the next round, which may take a while."""
    ask_for_sweeps(app, but={HEARTBEAT})
