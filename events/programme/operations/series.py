"""Make, extend, change and cancel events in series.

Each event of a series has its own room, people and mails. An operation on several of them locks all before it changes
the first. A refusal of one event does not stop the others, and running the operation again does the rest."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import User
from spaces.booking.operations import lock_resources
from spaces.models import Resource
from spaces.timing import recurrence

from ...core.operations import locked, refuse
from ...enums import ChangeKind, EventState
from ...errors import EventError
from ...fields import CARRIED, columns_of
from ...models import Change, Event, EventSeries
from ...registering.operations.answers import carry_questions
from .. import rules
from ..queries import MOST_EVENTS, following_in_series, last_of_series, time_as_far_away, times_in_pattern
from .edits import follow_edit, whereabouts_of
from .making import copy_at
from .online import rooms_before, switch_back, switch_online
from .schedule import cancel_event, change_capacity, hold_rooms, hold_rooms_or_note, move_event, publish

#: Parts whose fields are copied to the following events. An operation of its own changes each of the other parts.
WRITTEN_PARTS = ("text", "place", "who")


@dataclass(frozen=True)
class Outcome:
    """The result for one of several events. `refusal` says why it was refused; blank: it was done."""

    event: Event
    refusal: str = ""


@transaction.atomic
def repeat_event(
    *,
    event: Event,
    pattern: str,
    until: date,
    without: Collection[date] = (),
    publishes: bool | None = None,
    by: User,
) -> list[Event]:
    """Make the event the first of a series up to the day `until`, leaving out the days `without`. Each further event
    has its own registrations.

    With `publishes` all are published, the first one too; with False the further ones are drafts; with None they are a
    draft or published like the first one. Its rooms are held for each event. Where one is taken, the event is made
    all the same and notes it in `resources_wanted`.

    Returns the new events. Raises EventError: `no_time`, `closed`, `in_series`, `not_in_order`, `no_day`, `too_many`,
    and those of `publish`.
    """
    event = locked(event)
    refuse(rules.refusal_to_repeat(event))
    first_day = timezone.localdate(event.starts_at)
    days = _days(pattern, first_day, until, after=first_day, without=without)
    if publishes:
        event = publish(event=event, by=by)
    event.series = EventSeries.objects.create(pattern=pattern, first_day=first_day, until=until, made_by=by)
    event.series_day = first_day
    event.save(update_fields=["series", "series_day"])
    return _make(event, days, by, publishes)


@transaction.atomic
def extend_series(
    *,
    series: EventSeries,
    until: date,
    without: Collection[date] = (),
    publishes: bool | None = None,
    by: User,
) -> list[Event]:
    """Add events to the series up to the day `until`, each like its last event, leaving out the days `without`. Return
    the new events. They stand on the days of the pattern, however far the last event was moved.

    With `publishes` they are published, with False they are drafts, with None they are as the last event is.
    Raises EventError: `not_in_order`, `no_day`, `too_many`, `closed`, and those of `publish`."""
    series = EventSeries.objects.select_for_update(no_key=True).get(pk=series.pk)
    if until <= series.until:
        raise EventError("not_in_order", _("Choose a day after the last one of the series."))
    last = last_of_series(series)
    refuse(rules.refusal_to_extend(last))
    last = cast(Event, last)
    days = _days(
        series.pattern, series.first_day, until, after=max(series.until, _day_in_series(last)), without=without
    )
    series.until = until
    series.save(update_fields=["until"])
    last.series = series
    return _make(last, days, by, publishes)


def publish_from(*, event: Event, without: Collection[date] = (), by: User) -> list[Outcome]:
    """Publish this event and the following drafts of its series, but for those of the days `without`. Return the
    outcome of each."""
    drafts = _from(event, EventState.DRAFT).exclude(series_day__in=without)
    return _each(drafts, lambda one: publish(event=one, by=by))


def exclude_days(*, event: Event, days: Collection[date], reason: str = "", by: User) -> list[Outcome]:
    """Take the events of these days, from this event on, out of its series. Return the outcome of each.

    An event of which nobody outside knows by a registration or as a speaker is deleted; any other is cancelled with
    the reason, which everybody reads. Each refuses with EventError `reason` where it has none."""
    found = _from(event, EventState.DRAFT, EventState.PUBLISHED).filter(series_day__in=days)
    return _each(found, lambda one: _take_out(one, reason, by))


def cancel_from(*, event: Event, reason: str, by: User) -> list[Outcome]:
    """Cancel this event and the following ones of its series. Return the outcome of each.

    Drafts are deleted, as nobody knows of them. The series then ends before this event. Raises EventError `reason`."""
    if not reason.strip():
        raise EventError("reason", _("Say why: whoever is registered is told, and the report needs it."))
    outcomes = _each(_from(event, EventState.DRAFT, EventState.PUBLISHED), lambda one: _end(one, reason, by))
    if not any(outcome.refusal for outcome in outcomes):
        series = cast(EventSeries, event.series)
        last_day = max(series.first_day, _day_in_series(event) - timedelta(days=1))
        EventSeries.objects.filter(pk=series.pk, until__gt=last_day).update(until=last_day)
    return outcomes


def carry_over(*, event: Event, parts: Collection[str], reason: str = "", by: User) -> list[Outcome]:
    """Copy some parts (`CARRIED`) of this event to the following events of the series. Return the outcome of each.

    With `hours`, each event gets the same local time, as many days away from its day in the series as this event is.
    For published events this needs a reason, and everybody registered is told. If the room is taken, nothing of the
    event changes."""
    following = _from(event, EventState.DRAFT, EventState.PUBLISHED).exclude(pk=event.pk)
    return _each(following, lambda one: _carry(event, one, parts, reason, by), rooms_of=[event])


def switch_online_all(*, events: Iterable[Event], links: dict[int, str], reason: str, by: User) -> list[Outcome]:
    """Hold several events online instead of on site. Return the outcome of each.

    `links` has the online link of each event, by the event's primary key."""
    return _each(events, lambda one: switch_online(event=one, online_link=links[one.pk], reason=reason, by=by))


def switch_back_all(*, events: Iterable[Event], reason: str, by: User) -> list[Outcome]:
    """Take several events that were held online back on site. Return the outcome of each."""
    return _each(events, lambda one: switch_back(event=one, reason=reason, by=by))


def _days(pattern: str, first_day: date, until: date, *, after: date, without: Collection[date]) -> list[date]:
    if until <= after:
        raise EventError("not_in_order", _("Choose a day after the last one of the series."))
    days = [day for day in recurrence.days(pattern, first_day, until) if day > after and day not in without]
    if not days:
        raise EventError("no_day", _("There is no such day in that time."))
    if len(days) > MOST_EVENTS:
        raise EventError(
            "too_many",
            _("That makes %(count)d events, and %(most)d is the most at once. Choose an earlier last day.")
            % {"count": len(days), "most": MOST_EVENTS},
        )
    return days


def _make(pattern_event: Event, days: Sequence[date], by: User, publishes: bool | None) -> list[Event]:
    """Make events like this one on these days of its series, published or not (None: like this one). Return them."""
    if publishes is None:
        publishes = pattern_event.state == EventState.PUBLISHED
    resources = [*pattern_event.resources.all(), *pattern_event.resources_wanted.all()]
    made = []
    for day, (starts_at, ends_at) in zip(days, times_in_pattern(pattern_event, days), strict=True):
        one = copy_at(pattern_event, starts_at, ends_at, by=by, series=pattern_event.series, series_day=day)
        if resources:
            one = hold_rooms_or_note(one, resources)
        if publishes:
            one = publish(event=one, by=by)
        made.append(one)
    return made


def _day_in_series(event: Event) -> date:
    """Return the day of an event in its series. The database has one for each event of a series."""
    return cast(date, event.series_day)


def _from(event: Event, *states: EventState) -> QuerySet[Event]:
    """Return this event and the following ones of its series to come in these states. Raises EventError `no_series`."""
    refuse(rules.refusal_without_series(event))
    return following_in_series(event, *states)


@transaction.atomic
def _each(events: Iterable[Event], perform: Callable[[Event], Any], *, rooms_of: Sequence[Event] = ()) -> list[Outcome]:
    """Do something with each of the events, to which it may give the rooms of others too. Return the outcomes."""
    events = list(events)
    _lock([event.pk for event in events], rooms_of=[event.pk for event in [*events, *rooms_of]])
    outcomes = []
    for event in events:
        try:
            with transaction.atomic():
                perform(event)
        except EventError as refusal:
            outcomes.append(Outcome(event, str(refusal.message)))
        else:
            outcomes.append(Outcome(event))
    return outcomes


def _lock(events: list[int], *, rooms_of: list[int]) -> None:
    """Lock all of the events, then all rooms that those of `rooms_of` hold, want, or held before they went online.

    Each kind is locked in one order, events before rooms, as every operation on one event does: so two people who work
    on the same events or rooms wait for each other and never block."""
    rows = Event.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=events).order_by("pk")
    list(rows.values_list("pk"))
    switched = Change.objects.filter(event__in=rooms_of, kind=ChangeKind.ONLINE).values_list("before", flat=True)
    rooms = {pk for before in switched if before for pk in rooms_before(before)}
    held = Event.objects.filter(pk__in=rooms_of).values_list("resources", "resources_wanted")
    rooms.update(pk for both in held for pk in both if pk is not None)
    lock_resources(Resource.objects.filter(pk__in=rooms))


def _end(event: Event, reason: str, by: User) -> None:
    """Cancel the event if it is published, else delete it."""
    if event.state == EventState.PUBLISHED:
        cancel_event(event=event, reason=reason, by=by)
    else:
        _delete(event)


def _take_out(event: Event, reason: str, by: User) -> None:
    """Delete the event, or cancel it if it is published and somebody was registered or named as a speaker."""
    current = locked(event)
    is_known = current.registrations.exists() or current.speakers.exists()
    if current.state == EventState.PUBLISHED and is_known:
        cancel_event(event=event, reason=reason, by=by)
    else:
        _delete(event)


def _delete(event: Event) -> None:
    """Delete the event with the holds of its rooms; the instance then has no primary key.

    Raises EventError `kept` where attendance or proofs are noted."""
    hold_rooms(event=event, resources=[])
    try:
        locked(event).delete()
    except ProtectedError as error:
        raise EventError("kept", _("Attendance or proofs are noted for this event: it cannot be deleted.")) from error
    event.pk = None


def _carry(source: Event, event: Event, parts: Collection[str], reason: str, by: User) -> None:
    before = whereabouts_of(event)
    fields = [name for part in WRITTEN_PARTS if part in parts for name in columns_of(CARRIED[part])]
    if fields:
        current = locked(event)
        for name in fields:
            setattr(current, name, getattr(source, name))
        current.save(update_fields=fields)
    if "place" in parts:
        event.venues.set(source.venues.all())
    if "who" in parts:
        event.organisers.set(source.organisers.all())
    event = follow_edit(event=event, before=before)
    if "questions" in parts:
        carry_questions(source=source, event=event)
    resources = list(source.resources.all())
    takes_rooms = "room" in parts and set(event.resources.all()) != set(resources)
    if takes_rooms:
        event = hold_rooms(event=event, resources=[])
    if "hours" in parts:
        starts_at, ends_at = time_as_far_away(source, _day_in_series(event))
        event = move_event(event=event, starts_at=starts_at, ends_at=ends_at, reason=reason, by=by)
    if takes_rooms and resources:
        event = hold_rooms_or_note(event, resources)
    if "seats" in parts:
        change_capacity(
            event=event,
            capacity=source.capacity,
            online_capacity=source.online_capacity,
            seats_held=source.seats_held,
            by=by,
        )
