from celery import shared_task

from . import operations


@shared_task(name="hacktiv.mailings.tasks.expand")
def expand(mailing_id):
    operations.expand(mailing_id=mailing_id)


@shared_task(name="hacktiv.mailings.tasks.resume_mailings")
def resume_mailings():
    operations.resume_mailings()


@shared_task(name="hacktiv.mailings.tasks.forget_old")
def forget_old():
    operations.forget_old()
