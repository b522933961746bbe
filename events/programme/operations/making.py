"""Events made from others."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from hacktiv.common.languages import column
from members.models import User
from spaces.timing.hours import NOON, at_local, instant

from ...enums import EventState
from ...errors import EventError
from ...fields import COPIED, SETS, columns_of
from ...models import Event
from ...registering.operations import copy_questions
from .schedule import hold_room


@transaction.atomic
def copy_event(*, event, by):
    """A draft like the event, on the next same weekday and at the same hour that is to come and after it.

    The room is held for it if it is free. Asked for twice, the copy that its author has made already is returned.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    starts_at, ends_at = next_time(event, timezone.now())
    made = {"state": EventState.DRAFT, "created_by": by, "space": event.space}
    made[column("title")] = getattr(event, column("title"))
    twin = Event.objects.filter(**made, starts_at=starts_at, type=event.type).first()
    if twin:
        return twin
    copy = copy_at(event, starts_at, ends_at, by=by)
    if event.resource:
        try:
            with transaction.atomic():
                copy = hold_room(event=copy, resource=event.resource)
        except EventError:
            copy.resource = None
    return copy


def copy_at(event, starts_at, ends_at, *, by, **values):
    """A new draft like the event at another time, without a room; its registration opens and closes as long before."""
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


def next_time(event, now):
    """(start, end) of the event on the first same weekday to come after it, by the clock on the wall. History, of which
    only a day is known, is repeated at noon for the usual length."""
    length = instant(event.ends_at) - instant(event.starts_at) if event.starts_at else event.type.usual_length
    local = timezone.localtime(event.starts_at) if event.starts_at else None
    day, hour = (local.date(), local.time()) if local else (event.latest, NOON)
    weeks = max(1, (timezone.localdate(now) - day).days // 7 + 1)
    starts_at = at_local(day + timedelta(weeks=weeks), hour)
    return starts_at, starts_at + length


def _as_long_before(moment, event, starts_at):
    """As many days before the new start as the moment is before the event's, at the same hour by the clock."""
    if moment is None or event.starts_at is None:
        return None
    days = timezone.localdate(starts_at) - timezone.localdate(event.starts_at)
    local = timezone.localtime(moment)
    return at_local(local.date() + days, local.time())


def free_slug(event):
    """An address for a new event, made of its title and day."""
    words = slugify(getattr(event, column("title")) or event.title)[:80] or "evenement"
    day_of_it = timezone.localdate(event.starts_at) if event.starts_at else event.earliest
    stem = f"{words}-{day_of_it:%Y-%m-%d}"
    taken = set(Event.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug
