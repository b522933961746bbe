"""Queries of the private calendar addresses."""

from django.core.signing import BadSignature

from ..models import FEED_SIGNER, CalendarFeed, User


def feed_of(user: User) -> CalendarFeed | None:
    """Return the person's calendar feed if it is on, else None."""
    return CalendarFeed.objects.filter(user=user, is_on=True).first()


def feed_by_token(token: str) -> CalendarFeed | None:
    """Return the feed that a token opens, with its person; None for a forged, renewed or stopped one."""
    try:
        pk, number = map(int, FEED_SIGNER.unsign(token).split("-"))
    except (BadSignature, ValueError):
        return None
    feeds = CalendarFeed.objects.filter(is_on=True, user__is_active=True).select_related("user")
    return feeds.filter(pk=pk, number=number).first()
