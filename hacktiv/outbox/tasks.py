from celery import shared_task

from . import operations


@shared_task(name="hacktiv.outbox.tasks.send_due")
def send_due():
    operations.send_due_alone()


@shared_task(name="hacktiv.outbox.tasks.purge")
def purge():
    operations.purge()
