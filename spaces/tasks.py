from celery import shared_task

from . import operations


@shared_task(name="spaces.tasks.draw_pictures")
def draw_pictures():
    operations.draw_due()
