"""Read whether the mails are held, and what waits."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Q

from . import registry
from .models import Hold, Message

#: The comment on the database begins so, and names the backup, while a restore has begun and not ended.
RESTORING = "Restoring the backup "


def is_held() -> bool:
    """Return whether no mail may leave now: the mails are held, or a restore is under way."""
    held = """
        SELECT coalesce(starts_with(shobj_description(oid, 'pg_database'), %s), false)
        OR EXISTS (SELECT FROM outbox_hold WHERE released_at IS NULL)
        FROM pg_database WHERE datname = current_database()"""
    with connection.cursor() as cursor:
        cursor.execute(held, [RESTORING])
        answer: bool = cursor.fetchone()[0]
    return answer


def hold_in_force() -> Hold | None:
    """Return the hold under which the mails stand, or None."""
    return Hold.objects.filter(released_at=None).first()


def held_for(since: datetime, until: datetime) -> timedelta:
    """Return for how long the mails were held between two moments."""
    held = Hold.objects.filter(Q(released_at=None) | Q(released_at__gt=since), held_at__lt=until)
    times = held.values_list("held_at", "released_at")
    return sum((min(end or until, until) - max(start, since) for start, end in times), timedelta())


def held_mails(hold: Hold) -> list[dict[str, object]]:
    """Return, for each kind of mail that waits, its label, how many wait, and how many may have left before the hold.

    The most frequent kind comes first."""
    before = Q(created_at__lt=hold.held_at, due_at__lt=hold.held_at)
    kinds = Message.objects.pending().order_by().values("template")
    counted = kinds.annotate(count=Count("pk"), older=Count("pk", filter=before)).order_by("-count", "template")
    return [{"label": registry.label_of(kind["template"]), **kind} for kind in counted]
