from celery import shared_task

from .building import operations
from .desk import operations as desk
from .parts import operations as parts


@shared_task(name="reporting.tasks.build_report")
def build_report(version_id):
    operations.build(version_id=version_id)


@shared_task(name="reporting.tasks.resume_builds")
def resume_builds():
    operations.resume_builds()


@shared_task(name="reporting.tasks.remind_partners")
def remind_partners():
    parts.remind_partners()


@shared_task(name="reporting.tasks.draft_monthly")
def draft_monthly():
    desk.draft_monthly()
