from celery import shared_task

from .building import operations
from .parts.operations import remind_partners as remind


@shared_task(name="reporting.tasks.build_report")
def build_report(version_id):
    operations.build(version_id=version_id)


@shared_task(name="reporting.tasks.resume_builds")
def resume_builds():
    operations.resume_builds()


@shared_task(name="reporting.tasks.remind_partners")
def remind_partners():
    remind()
