from celery import shared_task

from . import operations


@shared_task
def write_journal():
    """Write the erasures that are not in the journal yet."""
    operations.write_journal()
