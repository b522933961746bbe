"""Events in series. What is done to several of them is done to each in a transaction of its own, for each has its own
room, people and mails: what one of them refuses hinders no other, and doing it again does the rest."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from spaces.timing import recurrence
from spaces.timing.hours import at_local, instant

from ...core.operations import locked
from ...enums import EventState
from ...errors import EventError
from ...fields import CARRIED, columns_of
from ...models import Event, EventSeries
from ...registering.operations.answers import carry_questions
from .edits import follow_edit, whereabouts_of
from .making import copy_at
from .schedule import cancel_event, change_capacity, hold_room, move_event, publish, switch_online

#: A year of weeks. What is longer is extended when the time comes.
MOST_EVENTS = 53
#: The parts that are columns of the event itself; an operation of its own changes each of the others.
WRITTEN_PARTS = ("text", "place", "who")


@dataclass(frozen=True)
class Outcome:
    """What became of one of several events: done, or refused in words."""

    event: Event
    refusal: str = ""


@transaction.atomic
def repeat_event(*, event, pattern, until, by):
    """Make the event the first of a series, until a day: each further one is an event of its own, a draft or published
    as the first one is, with its own registrations.

    The room is held for each; where it is taken, the event notes it (`room_wanted`) and is made all the same.

    Returns the new events. Raises EventError: `no_time`, `closed`, `in_series`, `not_in_order`, `no_day`, `too_many`.
    """
    event = locked(event)
    if event.series_id:
        raise EventError("in_series", _("This event belongs to a series already: extend it."))
    if event.starts_at is None:
        raise EventError("no_time", _("Enter when the event begins and ends before you repeat it."))
    if event.state not in {EventState.DRAFT, EventState.PUBLISHED} or event.has_begun:
        raise EventError("closed", _("Only a draft or a published event to come can be repeated."))
    first_day = timezone.localdate(event.starts_at)
    days = _days(pattern, first_day, until, after=first_day)
    event.series = EventSeries.objects.create(pattern=pattern, first_day=first_day, until=until, made_by=by)
    event.series_day = first_day
    event.save(update_fields=["series", "series_day"])
    return _make(event, days, by)


@transaction.atomic
def extend_series(*, series, until, by):
    """The same days on to `until`, each event made as the last of the series is. Returns the new events.

    Raises EventError: `not_in_order`, `no_day`, `too_many`, `closed`."""
    series = EventSeries.objects.select_for_update(no_key=True).get(pk=series.pk)
    if until <= series.until:
        raise EventError("not_in_order", _("Choose a day after the last one of the series."))
    last = series.events.exclude(state=EventState.CANCELLED).order_by("-series_day").first()
    if last is None:
        raise EventError("closed", _("All events of this series are cancelled: make a new one."))
    days = _days(series.pattern, series.first_day, until, after=max(series.until, last.series_day))
    series.until = until
    series.save(update_fields=["until"])
    last.series = series
    return _make(last, days, by)


def publish_from(*, event, by):
    """Publish this event and the following drafts of its series: an `Outcome` each."""
    return _each(_from(event, EventState.DRAFT), lambda one: publish(event=one, by=by))


def cancel_from(*, event, reason, by):
    """Cancel this event and the following ones of its series: an `Outcome` each. Drafts, of which nobody knows, are
    deleted; the series ends before this event. Raises EventError `reason`."""
    if not reason.strip():
        raise EventError("reason", _("Say why: whoever is registered is told, and the report needs it."))
    outcomes = _each(
        _from(event, EventState.DRAFT, EventState.PUBLISHED), lambda one: _cancel_or_delete(one, reason, by)
    )
    if not any(outcome.refusal for outcome in outcomes):
        last_day = max(event.series.first_day, event.series_day - timedelta(days=1))
        EventSeries.objects.filter(pk=event.series_id, until__gt=last_day).update(until=last_day)
    return outcomes


def carry_over(*, event, parts, reason="", by):
    """Make the following events of the series like this one in some parts (`CARRIED`): an `Outcome` each.

    Hours: the same by the clock on the wall, as many days from the series' own day as this one is. Of published events
    the reason is asked and everybody registered is told; the room follows, or the event stays as it was."""
    following = _from(event, EventState.DRAFT, EventState.PUBLISHED).exclude(pk=event.pk)
    return _each(following, lambda one: _carry(event, one, parts, reason, by))


def switch_online_all(*, events, links, reason, by):
    """Hold several events online instead of on site, each under its link of `links` (by primary key): an `Outcome`
    each."""
    return _each(events, lambda one: switch_online(event=one, online_link=links[one.pk], reason=reason, by=by))


def _days(pattern, first_day, until, *, after):
    if until <= after:
        raise EventError("not_in_order", _("Choose a day after the last one of the series."))
    days = [day for day in recurrence.days(pattern, first_day, until) if day > after]
    if not days:
        raise EventError("no_day", _("There is no such day in that time."))
    if len(days) > MOST_EVENTS:
        raise EventError(
            "too_many",
            _("That makes %(count)d events, and %(most)d is the most at once. Choose an earlier last day.")
            % {"count": len(days), "most": MOST_EVENTS},
        )
    return days


def _make(pattern_event, days, by):
    """Events like this one on these days of its series; nobody else knows of them yet."""
    room = pattern_event.resource or pattern_event.room_wanted
    made = []
    for day in days:
        starts_at, ends_at = _time_on(pattern_event, day)
        one = copy_at(pattern_event, starts_at, ends_at, by=by, series=pattern_event.series, series_day=day)
        if room:
            one = _with_room(one, room)
        if pattern_event.state == EventState.PUBLISHED:
            one = publish(event=one, by=by)
        made.append(one)
    return made


def _with_room(event, room):
    """The event with this room held, or noted as taken."""
    try:
        with transaction.atomic():
            return hold_room(event=event, resource=room)
    except EventError:
        event = hold_room(event=event, resource=None)
        event.room_wanted = room
        event.save(update_fields=["room_wanted"])
        return event


def _time_on(event, day):
    """(start, end) of an event like this one on another day of its series, by the clock on the wall."""
    local = timezone.localtime(event.starts_at)
    starts_at = at_local(day + (local.date() - event.series_day), local.time())
    return starts_at, starts_at + (instant(event.ends_at) - instant(event.starts_at))


def _from(event, *states):
    """This event and the following ones of its series that are to come, in these states."""
    if event.series_id is None:
        raise EventError("no_series", _("This event belongs to no series."))
    ahead = Event.objects.filter(series=event.series_id, series_day__gte=event.series_day, state__in=states)
    return ahead.filter(starts_at__gt=timezone.now()).select_related("series", "resource").order_by("series_day")


def _each(events, perform):
    outcomes = []
    for event in list(events):
        try:
            with transaction.atomic():
                perform(event)
        except EventError as refusal:
            outcomes.append(Outcome(event, str(refusal.message)))
        else:
            outcomes.append(Outcome(event))
    return outcomes


def _cancel_or_delete(event, reason, by):
    if event.state == EventState.PUBLISHED:
        cancel_event(event=event, reason=reason, by=by)
    else:
        hold_room(event=event, resource=None)
        locked(event).delete()
        event.pk = None


def _carry(source, event, parts, reason, by):
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
    takes_room = "room" in parts and event.resource_id != source.resource_id
    if takes_room:
        event = hold_room(event=event, resource=None)
    if "hours" in parts:
        starts_at, ends_at = _time_on(source, event.series_day)
        event = move_event(event=event, starts_at=starts_at, ends_at=ends_at, reason=reason, by=by)
    if takes_room and source.resource:
        event = _with_room(event, source.resource)
    if "seats" in parts:
        change_capacity(
            event=event,
            capacity=source.capacity,
            online_capacity=source.online_capacity,
            seats_held=source.seats_held,
            by=by,
        )
