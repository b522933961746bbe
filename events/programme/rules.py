"""Rules of making events in series: refusals, which read no database."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from hacktiv.common.languages import in_each_language

from ..enums import EventState, Mode
from ..errors import EventError
from ..models import Change, Event

#: An event held online instead can be taken back on site within this time.
TIME_TO_SWITCH_BACK = timedelta(hours=1)


#: The reason proposed where an event that went online is taken back on site.
BY_MISTAKE = _("It was put online by mistake.")


def reason_in_words(change: Change | None) -> str:
    """Return the reason of a change as its manager wrote it; the one that we propose, in the reader's language."""
    reason = change.reason if change else ""
    return str(BY_MISTAKE) if reason in in_each_language(BY_MISTAKE).values() else reason


def is_ahead(event: Event) -> bool:
    """Return True for an event to come that is not cancelled: a draft, or published."""
    return event.state in {EventState.DRAFT, EventState.PUBLISHED} and not event.has_begun


def recurs(event: Event) -> bool:
    return event.series_id is not None


def refusal_to_repeat(event: Event) -> EventError | None:
    """Return why the event cannot become the first of a series: an EventError, or None."""
    if event.series_id:
        return EventError("in_series", _("This event belongs to a series already: extend it."))
    if event.starts_at is None:
        return EventError("no_time", _("Enter when the event begins and ends before you repeat it."))
    if event.state not in {EventState.DRAFT, EventState.PUBLISHED} or event.has_begun:
        return EventError("closed", _("Only a draft or a published event to come can be repeated."))
    return None


def refusal_of_new_start(starts_at: datetime, now: datetime) -> EventError | None:
    """Return why an event cannot be moved so that it begins then: an EventError, or None."""
    return None if starts_at > now else EventError("past", _("This date is past: choose a day to come."))


def refusal_without_series(event: Event) -> EventError | None:
    """Return why nothing can be done with the series of the event: an EventError if it is in none, or None."""
    return None if event.series_id else EventError("no_series", _("This event belongs to no series."))


def refusal_to_extend(last: Event | None) -> EventError | None:
    """Return why a series whose last standing event this is cannot be extended: an EventError, or None."""
    if last:
        return None
    return EventError("closed", _("All events of this series are cancelled: make a new one."))


def refusal_to_switch_back(event: Event, change: Change | None, now: datetime) -> EventError | None:
    """Return why an event cannot be held on site again: an EventError, or None. `change` is how it went online."""
    went_online = change if event.is_open and event.mode == Mode.ONLINE else None
    if went_online and went_online.before and now - went_online.made_at < TIME_TO_SWITCH_BACK:
        return None
    return EventError("too_late", _("This is possible for an hour after the event went online, and before it begins."))
