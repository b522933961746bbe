"""Writes of the private calendar address. Each locks the person's row."""

from django.db import transaction
from django.utils import timezone

from ..models import CalendarFeed, User


@transaction.atomic
def renew_calendar_feed(*, user: User) -> CalendarFeed:
    """Give a person a private calendar address, or a new one. An address given before stops working."""
    User.objects.select_for_update().get(pk=user.pk)
    feed, created = CalendarFeed.objects.get_or_create(user=user)
    if not created:
        feed.number += 1
        feed.is_on = True
        feed.renewed_at = timezone.now()
        feed.save()
    return feed


@transaction.atomic
def stop_calendar_feed(*, user: User) -> None:
    """Close a person's private calendar address for good. Does nothing if there is none."""
    User.objects.select_for_update().get(pk=user.pk)
    CalendarFeed.objects.filter(user=user).update(is_on=False)
