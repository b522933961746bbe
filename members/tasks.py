from celery import shared_task

from . import operations


@shared_task
def forget_unconfirmed():
    """Delete the accounts that nobody confirmed in time."""
    operations.forget_unconfirmed()
