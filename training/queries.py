"""Queries over programmes, sessions and their events."""

from datetime import datetime

from django.db.models import Prefetch, QuerySet

from events.models import Event

from .models import Programme, Session


def programmes_with_sessions(now: datetime | None = None) -> QuerySet[Programme]:
    """Return the published programmes, each with the list `next_sessions`, whose events are ready for cards."""
    coming = (
        Session.objects.filter(event__in=Event.objects.announced(now).order_by())
        .select_related("event__type", "event__space")
        .prefetch_related("event__venues")
        .order_by("event__starts_at", "pk")
    )
    return Programme.objects.published().prefetch_related(
        "organisers", Prefetch("sessions", queryset=coming, to_attr="next_sessions")
    )
