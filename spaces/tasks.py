from celery import shared_task

from .booking import operations as booking
from .memberships import operations as memberships
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


@shared_task(name="spaces.tasks.end_past_memberships")
def end_past_memberships():
    memberships.end_past_memberships()


@shared_task(name="spaces.tasks.remind_of_ends")
def remind_of_ends():
    memberships.remind_of_ends()


@shared_task(name="spaces.tasks.remind_of_requests")
def remind_of_requests():
    memberships.remind_of_requests()


@shared_task(name="spaces.tasks.forget_invitations")
def forget_invitations():
    memberships.forget_invitations()


@shared_task(name="spaces.tasks.forget_contact_messages")
def forget_contact_messages():
    places.forget_messages()
