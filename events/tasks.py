from celery import shared_task

from . import operations


@shared_task(name="events.tasks.schedule_messages", ignore_result=True)
def schedule_messages():
    operations.schedule_messages()


@shared_task(name="events.tasks.tend_lines", ignore_result=True)
def tend_lines():
    operations.tend_lines()


@shared_task(name="events.tasks.forget_unconfirmed_guests", ignore_result=True)
def forget_unconfirmed_guests():
    operations.forget_unconfirmed_guests()


@shared_task(name="events.tasks.draw_photos", ignore_result=True)
def draw_photos():
    operations.draw_photos()


@shared_task(name="events.tasks.forget_travel", ignore_result=True)
def forget_travel():
    operations.forget_travel()


@shared_task(name="events.tasks.erase_answers", ignore_result=True)
def erase_answers():
    operations.erase_answers_due()
