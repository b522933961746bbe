"""Make events from other events."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from hacktiv.common.languages import column
from members.models import User
from spaces.timing.hours import NOON, at_local, instant

from ...enums import EventState
from ...fields import COPIED, SETS, columns_of
from ...models import Event
from ...registering.operations import copy_questions
from .schedule import hold_rooms_or_note


@transaction.atomic
def copy_event(*, event: Event, by: User) -> Event:
    """Make a draft like the event, at the same hour on the next same weekday that is in the future and after the event.

    Its rooms are held where they are free, else noted in `resources_wanted`. A copy that this person has made before is
    returned instead of a second one.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    starts_at, ends_at = next_time(event, timezone.now())
    made = {"state": EventState.DRAFT, "created_by": by, "space": event.space}
    made[column("title")] = getattr(event, column("title"))
    twin = Event.objects.filter(**made, starts_at=starts_at, type=event.type).first()
    if twin:
        return twin
    copy = copy_at(event, starts_at, ends_at, by=by)
    resources = list(event.resources.all())
    return hold_rooms_or_note(copy, resources) if resources else copy


def copy_at(event: Event, starts_at: datetime, ends_at: datetime, *, by: User, **values: Any) -> Event:
    """Make a draft like the event at another time, without rooms. `values` are further fields.

    Registration opens and closes as many days before the beginning as for the event."""
    copy = Event(
        **{name: getattr(event, name) for name in columns_of(COPIED)},
        starts_at=starts_at,
        ends_at=ends_at,
        created_by=by,
    )
    for name in ("registration_opens_at", "registration_closes_at"):
        setattr(copy, name, _as_long_before(getattr(event, name), event, starts_at))
    for name, value in values.items():
        setattr(copy, name, value)
    copy.slug = free_slug(copy)
    copy.save()
    for name in SETS:
        getattr(copy, name).set(getattr(event, name).all())
    for rule in event.message_rules.all():
        rule.pk, rule.event = None, copy
        rule.save(force_insert=True)
    copy_questions(event, copy)
    return copy


def next_time(event: Event, now: datetime) -> tuple[datetime, datetime]:
    """Return (start, end) on the next same weekday that is in the future and after the event, at the same local time.

    For an event without a time, the copy begins at `NOON` and has the usual length of the type."""
    length = instant(event.ends_at) - instant(event.starts_at) if event.starts_at else event.type.usual_length
    local = timezone.localtime(event.starts_at) if event.starts_at else None
    day, hour = (local.date(), local.time()) if local else (event.latest, NOON)
    weeks = max(1, (timezone.localdate(now) - day).days // 7 + 1)
    starts_at = at_local(day + timedelta(weeks=weeks), hour)
    return starts_at, starts_at + length


def _as_long_before(moment: datetime | None, event: Event, starts_at: datetime) -> datetime | None:
    """Return the moment as many days before the new start as it is before the event's, at the same local time."""
    if moment is None or event.starts_at is None:
        return None
    days = timezone.localdate(starts_at) - timezone.localdate(event.starts_at)
    local = timezone.localtime(moment)
    return at_local(local.date() + days, local.time())


def free_slug(event: Event) -> str:
    """Return an unused slug for a new event, made of its title and day."""
    words = slugify(getattr(event, column("title")) or event.title)[:80] or "evenement"
    day_of_it = timezone.localdate(event.starts_at) if event.starts_at else event.earliest
    stem = f"{words}-{day_of_it:%Y-%m-%d}"
    taken = set(Event.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug
