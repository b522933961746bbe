from celery import shared_task

from .programme import operations as programme
from .registering import operations as registering
from .reminders import operations as reminders
from .travel import operations as travel


@shared_task(name="events.tasks.schedule_messages", ignore_result=True)
def schedule_messages():
    reminders.schedule_messages()


@shared_task(name="events.tasks.tend_lines", ignore_result=True)
def tend_lines():
    registering.tend_lines()


@shared_task(name="events.tasks.forget_unconfirmed_guests", ignore_result=True)
def forget_unconfirmed_guests():
    registering.forget_unconfirmed_guests()


@shared_task(name="events.tasks.draw_photos", ignore_result=True)
def draw_photos():
    programme.draw_photos()


@shared_task(name="events.tasks.forget_travel", ignore_result=True)
def forget_travel():
    travel.forget_travel()


@shared_task(name="events.tasks.erase_answers", ignore_result=True)
def erase_answers():
    registering.erase_answers_due()
