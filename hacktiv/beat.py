"""Beat: `python -m hacktiv.beat` asks the worker for its regular work, over and over.

It reads the settings and speaks to the broker. No app of Django is loaded, which keeps it small: tests/test_beat.py.
"""

import logging.config
import os

from celery import Celery
from celery.signals import beat_init, setup_logging
from django.conf import settings

from .sweeps import ask_for_sweeps

# Without Celery's fixups, one of which would load Django's apps.
app = Celery("hacktiv.beat", fixups=(), set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")


@setup_logging.connect
def use_our_logging(**_kwargs):
    """Log as the settings say: Celery sets up its own logging unless a function listens here."""
    logging.config.dictConfig(settings.LOGGING)


@beat_init.connect
def ask_for_the_first_round(**_kwargs):
    """Ask for every sweep, the heartbeat too. Beat remembers nothing: started again every nine minutes, it would
    otherwise never come to a sweep of every ten."""
    ask_for_sweeps(app)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hacktiv.settings.prod")
    app.Beat(quiet=True).run()
