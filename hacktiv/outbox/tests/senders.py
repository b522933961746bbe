"""Senders in processes of their own, forked from one that has loaded Django once and has no connection open."""

import multiprocessing

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from django.db import connection
from django.test import override_settings

from hacktiv.outbox.operations import send_due


def sender(port, database):
    """A process, not yet started, that sends what is due by the mail server on this port."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    return processes.Process(target=_send, args=(port, database))


def _send(port, database):
    connection.settings_dict["NAME"] = database
    by_smtp = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1"}
    with override_settings(**by_smtp, EMAIL_PORT=port):
        send_due()
