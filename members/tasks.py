from celery import shared_task

from .accounts import operations


@shared_task
def forget_unconfirmed():
    """Delete the accounts that nobody confirmed in time."""
    operations.forget_unconfirmed()


@shared_task
def forget_ended_sessions():
    """Delete the addresses and browsers that were noted of sessions which have ended."""
    operations.forget_ended_sessions()


@shared_task
def complete_address_changes():
    """Carry out the changes of address whose time has come, and end those that have lapsed."""
    operations.complete_address_changes()
