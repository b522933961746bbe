"""Read what was merged."""

from typing import Any

from django.db.models import QuerySet

from members.models import User

from ..models import Merging
from .proposing import MOST_PAIRS


def latest_mergings() -> QuerySet[Merging]:
    """Return the latest mergings, with the people they name."""
    return Merging.objects.select_related("kept", "merged_by")[:MOST_PAIRS]


def keys_of_merged(user: User) -> list[Any]:
    """Return the erasure keys of the accounts that were merged into this one: an older backup has them yet."""
    return list(Merging.objects.filter(kept=user).values_list("gone_key", flat=True))


def merged_accounts(user: User) -> list[dict[str, Any]]:
    """Return what the export tells of the accounts that were merged into this one."""
    rows = Merging.objects.filter(kept=user).order_by("merged_at", "pk")
    return [{"merged_at": one.merged_at.isoformat(), "rows": one.rows} for one in rows]
