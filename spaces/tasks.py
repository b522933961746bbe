from celery import shared_task

from . import operations


@shared_task(name="spaces.tasks.draw_pictures")
def draw_pictures():
    operations.draw_due()


@shared_task(name="spaces.tasks.release_missed")
def release_missed():
    operations.release_missed()


@shared_task(name="spaces.tasks.tend_waits")
def tend_waits():
    operations.tend_waits()
