from celery import shared_task

from . import operations


@shared_task(name="hacktiv.portal.tasks.make_archive")
def make_archive(archive_id):
    operations.make_archive(archive_id=archive_id)


@shared_task(name="hacktiv.portal.tasks.resume_archives")
def resume_archives():
    operations.resume_archives()


@shared_task(name="hacktiv.portal.tasks.forget_archives")
def forget_archives():
    """Delete the archives whose time is over."""
    operations.forget_archives()


@shared_task(name="hacktiv.portal.tasks.tend_unused_accounts")
def tend_unused_accounts():
    """Warn people whose account nobody uses, and erase the accounts of those who do not come back."""
    operations.tend_unused_accounts()


@shared_task(name="hacktiv.portal.tasks.end_beyond_agreements")
def end_beyond_agreements():
    """End the memberships that a change of an agreement has left behind."""
    operations.end_beyond_agreements()
