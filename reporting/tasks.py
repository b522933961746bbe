from celery import shared_task

from .building import operations
from .closing import operations as closing
from .desk import operations as desk
from .parts import operations as parts


@shared_task(name="reporting.tasks.build_report")
def build_report(version_id):
    operations.build(version_id=version_id)


@shared_task(name="reporting.tasks.resume_builds")
def resume_builds():
    operations.resume_builds()


@shared_task(name="reporting.tasks.close_report")
def close_report(version_id):
    closing.close(version_id=version_id)


@shared_task(name="reporting.tasks.resume_closings")
def resume_closings():
    closing.resume_closings()


@shared_task(name="reporting.tasks.make_file")
def make_file(file_id):
    closing.make_file(file_id=file_id)


@shared_task(name="reporting.tasks.resume_files")
def resume_files():
    closing.resume_files()


@shared_task(name="reporting.tasks.store_files")
def store_files(version_id):
    closing.store_files(version_id=version_id)


@shared_task(name="reporting.tasks.tend_files")
def tend_files():
    """Store the files of reports that were closed before closing did so, and delete those whose time is over."""
    closing.store_missing_files()
    closing.forget_files()


@shared_task(name="reporting.tasks.remind_partners")
def remind_partners():
    parts.remind_partners()


@shared_task(name="reporting.tasks.draft_monthly")
def draft_monthly():
    desk.draft_monthly()
