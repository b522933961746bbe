from celery import shared_task

from .booking import operations as booking
from .places import operations as places


@shared_task(name="spaces.tasks.draw_pictures")
def draw_pictures():
    places.draw_due()


@shared_task(name="spaces.tasks.release_missed")
def release_missed():
    booking.release_missed()


@shared_task(name="spaces.tasks.tend_waits")
def tend_waits():
    booking.tend_waits()


@shared_task(name="spaces.tasks.note_opened_days")
def note_opened_days():
    places.note_opened_days()
