"""Publish, move and cancel events, hold their rooms, change their seats, and tell the people registered."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.operations import enqueue_all
from members.models import User
from spaces.booking.operations import hold_all, lock_resources, release_all
from spaces.booking.queries.holds import refusals_to_hold
from spaces.errors import BookingError
from spaces.models import Resource
from spaces.timing.hours import Stretch

from ...attendance import rules as attendance_rules
from ...core import rules
from ...core.operations import instant, keep_change, locked, refuse, tell_all
from ...enums import LIVE_REGISTRATIONS, ChangeKind, EventState, SpeakerState, Way
from ...errors import EventError
from ...models import Event, Registration
from ...registering.operations.seats import catch_up, fill_free_seats
from ...reminders.operations import plan_anew, reminders_of
from ...travel.operations.ending import end_all_travel, have_travel_confirmed
from ..queries import refusal_to_unmark_held
from ..rules import refusal_of_new_start
from .speakers import ask_or_tell

#: The value of an argument for a field that is not to be changed; None has a meaning of its own.
SAME: Any = object()


@transaction.atomic
def publish(*, event: Event, by: User) -> Event:
    """Show a draft in the agenda, hold its rooms and note the proofs that it owes; until its end, so that a draft that
    was forgotten still gets its door. Publishing twice changes nothing.

    Raises EventError: `no_time`, `past`, `far_away`, `too_long`, `not_draft`, `room`."""
    event = locked(event)
    if event.state == EventState.PUBLISHED:
        return event
    if event.state != EventState.DRAFT:
        raise EventError("not_draft", _("Only a draft can be published."))
    if event.starts_at is None:
        raise EventError("no_time", _("Enter when the event begins and ends before you publish it."))
    if event.is_past:
        raise EventError("past", _("This date is past: choose a day to come, or mark the event as held."))
    _check_time(event.starts_at, cast(datetime, event.ends_at))  # An event has both or neither.
    event.state = EventState.PUBLISHED
    event.proofs_owed = event.proofs_owed or attendance_rules.proofs_owed_by(event)
    event.save()
    keep_rooms(event)
    for speaker in event.speakers.select_related("user"):
        ask_or_tell(speaker, event)
    return event


@transaction.atomic
def unpublish(*, event: Event, by: User) -> Event:
    """Make a published event a draft again while nobody outside counts on it: nobody is registered or about to be, and
    no speaker was written to. It keeps its rooms. Unpublishing twice changes nothing.

    Raises EventError: `closed`, `registered`, `speakers`."""
    event = locked(event)
    if event.state == EventState.DRAFT:
        return event
    if not event.is_open:
        raise EventError("closed", _("Only a published event to come can be taken out of the agenda."))
    if event.registrations.filter(status__in=LIVE_REGISTRATIONS).exists():
        raise EventError("registered", _("Somebody is registered already: cancel the event, and everybody is told."))
    if any(
        speaker.email and speaker.state != SpeakerState.DECLINED for speaker in event.speakers.select_related("user")
    ):
        raise EventError("speakers", _("Its speakers were written to already: cancel the event, and they are told."))
    event.state = EventState.DRAFT
    event.sequence += 1
    event.save(update_fields=["state", "sequence"])
    return event


@transaction.atomic
def hold_rooms(*, event: Event, resources: Collection[Resource]) -> Event:
    """Hold these rooms and this equipment for the time of the event, and give back what else it held; all or none.

    Raises EventError: `no_time`, `room`."""
    event = locked(event)
    if resources and event.starts_at is None:
        raise EventError("no_time", _("Enter when the event begins and ends before you hold a room."))
    event.resources.set(resources)
    event.resources_wanted.clear()
    event.save(update_fields=["changed_at"])
    keep_rooms(event)
    return event


@transaction.atomic
def hold_rooms_or_note(event: Event, resources: Collection[Resource]) -> Event:
    """Hold those of the resources that are free, and note the others in `resources_wanted`. Return the event."""
    event = locked(event)
    # In one order with those that the event gives back, as `hold_all` locks them again.
    rows = lock_resources(Resource.objects.filter(pk__in={one.pk for one in [*resources, *event.resources.all()]}))
    wanted = [row for row in rows if row in resources]
    free = [resource for resource in wanted if _is_free_for(event, resource)]
    event = hold_rooms(event=event, resources=free)
    event.resources_wanted.set([resource for resource in wanted if resource not in free])
    return event


def _is_free_for(event: Event, resource: Resource) -> bool:
    if event.starts_at is None:
        return False
    time = Stretch(event.starts_at, cast(datetime, event.ends_at))
    return refusals_to_hold(resource, [time], besides=[rules.holder(event)]) == [None]


@transaction.atomic
def move_event(*, event: Event, starts_at: datetime, ends_at: datetime, by: User, reason: str = "") -> Event:
    """Move the event and the holds of its rooms to another time. If one is taken then, nothing changes.

    For a published event a reason is needed, the change is kept and everybody registered is told.
    Raises EventError: `not_in_order`, `past`, `far_away`, `too_long`, `closed`, `presences`, `reason`, `room`."""
    event = locked(event)
    if event.state not in {EventState.DRAFT, EventState.PUBLISHED} or (event.ends_at and event.is_past):
        raise EventError("closed", _("This event is over or cancelled: it cannot be moved."))
    _check_time(starts_at, ends_at)
    refuse(refusal_of_new_start(starts_at, timezone.now()))
    if (starts_at, ends_at) == (event.starts_at, event.ends_at):
        return event
    if event.participations.exists():
        raise EventError(
            "presences",
            _("Somebody is noted as present already: take the presences back first, or make another event."),
        )
    is_known = event.state == EventState.PUBLISHED
    if is_known:
        keep_change(event, ChangeKind.MOVED, reason, by, previous_starts_at=event.starts_at)
        event.sequence += 1
    event.starts_at, event.ends_at = starts_at, ends_at
    event.save()
    keep_rooms(event)
    if is_known:
        plan_anew(event)
        tell_all(event, "moved", occasion=str(event.sequence), context={"starts_at": instant(starts_at)})
        seated = event.registrations.confirmed().select_related("user")
        enqueue_all([mail for registration in seated for mail in reminders_of(registration, event)])
        have_travel_confirmed(event)
    return event


@transaction.atomic
def cancel_event(*, event: Event, reason: str, by: User) -> Event:
    """Cancel a published event: keep the change with its reason, release the rooms and tell everybody registered.

    Raises EventError: `reason`, `closed`."""
    event = locked(event)
    if event.state != EventState.PUBLISHED or event.is_past:
        raise EventError("closed", _("Only a published event to come can be cancelled."))
    keep_change(event, ChangeKind.CANCELLED, reason, by)
    event.state = EventState.CANCELLED
    event.sequence += 1
    event.save(update_fields=["state", "sequence"])
    release_all(owner=rules.holder(event))
    tell_all(event, "event_cancelled")
    end_all_travel(event, why="cancelled")
    return event


@transaction.atomic
def change_capacity(
    *,
    event: Event,
    capacity: int | None = SAME,
    online_capacity: int | None = SAME,
    seats_held: int = SAME,
    by: User,
    reason: str = "",
) -> list[Registration]:
    """Set the seats on site and online (None: without limit) and the seats kept for the other side.

    Free seats go to the first in line; return their registrations. The change is kept if there is a reason. Raises
    EventError: `below_seats`, `closed`."""
    event = locked(event)
    if event.state in {EventState.CANCELLED, EventState.HELD}:
        raise EventError("closed", _("This event is over or cancelled."))
    if event.is_open:
        catch_up(event)
    seats = {"capacity": capacity, "online_capacity": online_capacity, "seats_held": seats_held}
    for name, value in seats.items():
        if value is not SAME:
            setattr(event, name, value)
    if capacity is not SAME:  # What was added at the door is part of it from now on.
        event.participations.filter(added_seat=True).update(added_seat=False)
    if any((event.seats_left_of(way) or 0) < 0 for way in Way):
        raise EventError("below_seats", _("More people are registered than that. Cancel registrations first."))
    event.save(update_fields=list(seats))
    if reason:
        keep_change(event, ChangeKind.OTHER, reason, by)
    return fill_free_seats(event) if event.is_open else []


@transaction.atomic
def mark_held(*, event: Event, by: User) -> Event:
    """Note that the event took place. Raises EventError: `not_begun`, `closed`."""
    event = locked(event)
    if event.state == EventState.HELD:
        return event
    if event.state == EventState.CANCELLED:
        raise EventError("closed", _("This event is cancelled."))
    if event.starts_at and not event.has_begun:
        raise EventError("not_begun", _("This event has not begun yet."))
    event.state = EventState.HELD
    event.proofs_owed = event.proofs_owed or attendance_rules.proofs_owed_by(event)
    event.save(update_fields=["state", "proofs_owed"])
    return event


@transaction.atomic
def unmark_held(*, event: Event, by: User) -> Event:
    """Take `mark_held` back: the event is published again. Taking it back twice changes nothing.

    A closed report stays as it is. Raises EventError: `not_held`, `counted`."""
    event = locked(event)
    if event.state == EventState.PUBLISHED:
        return event
    refuse(refusal_to_unmark_held(event))
    event.state = EventState.PUBLISHED
    event.save(update_fields=["state"])
    return event


def _check_time(starts_at: datetime, ends_at: datetime) -> None:
    refusal = rules.refusal_of_time(starts_at, ends_at)
    if refusal:
        raise refusal


def keep_rooms(event: Event) -> None:
    """Hold the rooms and the equipment of a locked event for its time, and nothing else. Raises EventError `room`."""
    resources = list(event.resources.all())
    if not resources:
        release_all(owner=rules.holder(event))
        return
    try:
        hold_all(
            owner=rules.holder(event),
            label=event.title,
            resources=resources,
            start=cast(datetime, event.starts_at),
            end=cast(datetime, event.ends_at),
        )
    except BookingError as refusal:
        raise EventError("room", refusal.message) from refusal
