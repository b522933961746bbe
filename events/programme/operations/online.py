"""Hold an event online instead of on site, and take that back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import User
from spaces.booking.operations import release_all
from spaces.models import Resource

from ...attendance import rules as attendance_rules
from ...core import rules as core_rules
from ...core.operations import keep_change, locked, refuse, tell_all
from ...enums import ChangeKind, EventState, Mode, RegistrationStatus, Way
from ...errors import EventError
from ...models import Change, Event, Registration
from ...registering.operations.seats import catch_up, fill_free_seats
from ...travel.operations.ending import end_all_travel
from .. import rules
from ..queries import switched_online
from .schedule import hold_rooms_or_note

#: A person who goes back in line waits from another time on, so that a seat given later is told anew; the order stays.
AN_INSTANT = timedelta(microseconds=1)


@transaction.atomic
def switch_online(*, event: Event, online_link: str, reason: str, by: User) -> Event:
    """Hold a published event online instead of on site: keep the registrations, release the rooms, tell everybody the
    new link and keep the change with its reason. Switching twice changes nothing.

    People in line for a seat on site get free seats online, after the people in line online.
    Raises EventError: `reason`, `closed`, `below_seats`."""
    event = locked(event)
    if event.mode == Mode.ONLINE and event.state == EventState.PUBLISHED:
        return event
    if not event.is_open:
        raise EventError("closed", _("Only a published event to come can be held online instead."))
    catch_up(event)
    change = keep_change(event, ChangeKind.ONLINE, reason, by)
    was_owed = event.proofs_owed == attendance_rules.proofs_owed_by(event)
    change.before = _as_it_was(event)
    change.save(update_fields=["before"])
    event.mode = Mode.ONLINE
    event.online_link = online_link
    event.sequence += 1
    event.resources.clear()
    event.resources_wanted.clear()
    if was_owed:
        event.proofs_owed = attendance_rules.proofs_owed_by(event)
    event.registrations.filter(way=Way.ONSITE).update(way=Way.ONLINE)
    seated = event.registrations.seated().count()
    if event.online_capacity is not None and event.online_capacity < seated:
        raise EventError("below_seats", _("More people are registered than there are seats online. Add seats first."))
    event.seats_taken, event.online_seats_taken = 0, seated
    event.save()
    release_all(owner=core_rules.holder(event))
    given = fill_free_seats(event, tells=False)
    tell_all(event, "online", occasion=str(event.sequence), seats={one.pk: "given" for one in given})
    end_all_travel(event, why="online")
    return event


@transaction.atomic
def switch_back(*, event: Event, reason: str, by: User) -> Event:
    """Take `switch_online` back: hold the event on site again, as it was, and tell everybody, with the reason.

    People take part in the way they did before; who registered meanwhile comes on site too, unless the event is hybrid.
    Where they are more than the seats on site, the last ones, who had none before, go back in line in their order. The
    rooms that it held or lacked are held, or noted in `resources_wanted` where they are taken now. Cars are not shared
    anew.
    Raises EventError: `too_late`, `reason`, `below_seats`."""
    event = locked(event)
    change = switched_online(event)
    refuse(rules.refusal_to_switch_back(event, change, timezone.now()))
    before: dict[str, Any] = cast(Change, change).before or {}
    keep_change(event, ChangeKind.ONSITE, reason, by)
    event.mode, event.online_link = before["mode"], before["online_link"]
    event.proofs_owed = before["proofs_owed"]
    event.sequence += 1
    people = event.registrations.all()
    if event.is_online:
        people = people.filter(pk__in=before["onsite"])
    people.update(way=Way.ONSITE)
    lost = _line_up_again(event, before["seated"])
    seated = event.registrations.seated()
    event.seats_taken, event.online_seats_taken = (seated.filter(way=way).count() for way in (Way.ONSITE, Way.ONLINE))
    event.save()
    event = hold_rooms_or_note(event, Resource.objects.filter(pk__in=rooms_before(before)))
    given = fill_free_seats(event, tells=False)
    seats = {one.pk: "lost" for one in lost} | {one.pk: "given" for one in given}
    tell_all(event, "onsite_again", occasion=str(event.sequence), seats=seats)
    return event


def _as_it_was(event: Event) -> dict[str, Any]:
    """Return what `switch_back` needs of an event that goes online: numbers of rows, and no data of persons."""
    onsite = event.registrations.filter(way=Way.ONSITE)
    return {
        "mode": event.mode,
        "online_link": event.online_link,
        "proofs_owed": event.proofs_owed,
        "resources": list(event.resources.values_list("pk", flat=True)),
        "resources_wanted": list(event.resources_wanted.values_list("pk", flat=True)),
        "onsite": list(onsite.values_list("pk", flat=True)),
        "seated": list(onsite.seated().values_list("pk", flat=True)),
    }


def rooms_before(before: dict[str, Any]) -> list[int]:
    """Return the rooms, by primary key, that an event held or lacked as it was (`Change.before`)."""
    return [*before["resources"], *before.get("resources_wanted", [])]


def _line_up_again(event: Event, seated_before: Sequence[int]) -> list[Registration]:
    """Put so many of the people on site back in line that the others have seats. Return their registrations."""
    if event.capacity is None:
        return []
    seated = event.registrations.seated().filter(way=Way.ONSITE)
    excess = max(0, seated.count() - event.capacity)
    newcomers = list(seated.exclude(pk__in=seated_before).order_by("pk"))
    if excess > len(newcomers):
        raise EventError("below_seats", _("More people are registered than there are seats on site."))
    newcomers.sort(key=lambda one: (one.queued_at is None, one.queued_at or one.registered_at), reverse=True)
    lined_up = newcomers[:excess]
    for registration in lined_up:
        registration.status = RegistrationStatus.WAITING
        registration.queued_at = (registration.queued_at or registration.registered_at) + AN_INSTANT
        registration.offered_until = registration.confirmed_at = None
        registration.save(update_fields=["status", "queued_at", "offered_until", "confirmed_at"])
    return lined_up
