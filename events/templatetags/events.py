"""Template tags that draw events."""

from datetime import date, datetime
from typing import NamedTuple

from django import forms, template
from django.forms import BoundField

from hacktiv.common.markup import drawn
from hacktiv.common.templatetags.hacktiv import Wording, wording_of

from ..enums import Way
from ..models import Event

register = template.Library()


class Place(NamedTuple):
    name: str
    town: str
    country: str

    @classmethod
    def of(cls, space):
        return cls(space.name, space.town, space.country)


class Venues(NamedTuple):
    all: tuple[Place, ...]


class Seats(NamedTuple):
    way: Way
    left: int | None


class Card(NamedTuple):
    """All that a card shows of an event and of its reader's registration. Parts that other pages show as well find here
    what they read of an event, under the same names."""

    address: str
    colour: str
    icon: str
    kind: Wording
    title: Wording
    starts_at: datetime | None
    ends_at: datetime | None
    earliest: date
    latest: date
    mode: str
    venues: Venues
    place: str
    space: Place | None
    state: str
    is_cancelled: bool
    is_for_members: bool
    is_example: bool
    is_over: bool
    is_open: bool
    is_full: bool
    has_limit: bool
    seats: tuple[Seats, ...]
    standing: str

    @classmethod
    def of(cls, event: Event):
        is_over = event.is_past or event.is_cancelled
        registration = getattr(event, "registration", None)
        shows_seats = not is_over and not registration
        return cls(
            address=event.get_absolute_url(),
            colour=event.type.colour,
            icon=event.type.icon,
            kind=wording_of(event.type, "name"),
            title=wording_of(event, "title"),
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            earliest=event.earliest,
            latest=event.latest,
            mode=event.mode,
            venues=Venues(tuple(map(Place.of, event.venues.all()))),
            place=event.place,
            space=Place.of(event.space) if event.space else None,
            state=event.state,
            is_cancelled=event.is_cancelled,
            is_for_members=event.is_for_members,
            is_example=event.is_example,
            is_over=is_over,
            is_open=shows_seats and event.is_open,
            is_full=shows_seats and event.is_full,
            has_limit=shows_seats and event.has_limit,
            seats=tuple(Seats(**part) for part in event.seats) if shows_seats else (),
            standing="" if is_over else _standing(registration),
        )


def _standing(registration):
    if not registration:
        return ""
    if registration.is_confirmed:
        return "confirmed"
    return "offered" if registration.is_offered else "waiting"


class Choices(NamedTuple):
    """All that the input of a filter shows."""

    name: str
    id: str
    choices: tuple[tuple[str, str], ...]
    chosen: str | None
    is_wrong: bool

    @classmethod
    def of(cls, field: BoundField):
        choices = tuple((str(value), str(label)) for value, label in field.field.choices)
        value = field.value() or ""
        return cls(
            name=field.html_name,
            id=field.auto_id,
            choices=choices,
            chosen=value if value in dict(choices) else None,  # else the address could make any number of them
            is_wrong=bool(field.errors),
        )


@register.simple_tag
def filter_input(field):
    """`{% filter_input field %}`: the input of one of the agenda's filters. Choices are drawn once for all who are
    offered the same."""
    if not isinstance(field.field, forms.ChoiceField):
        return str(field)
    return drawn("events/agenda/_choices.html", Choices.of(field))


class DayEvent(NamedTuple):
    """All that the table of a month shows of an event."""

    address: str
    colour: str
    title: str
    is_cancelled: bool
    begins_at: datetime | None
    mode: str
    towns: tuple[str, ...]
    place: str

    @classmethod
    def of(cls, event: Event, day: date):
        return cls(
            address=event.get_absolute_url(),
            colour=event.type.colour,
            title=event.title,
            is_cancelled=event.is_cancelled,
            begins_at=event.starts_at if event.earliest == day else None,
            mode=event.mode,
            towns=tuple(venue.town for venue in event.venues.all()),
            place=event.place or (event.space.town if event.space else ""),
        )


class Day(NamedTuple):
    """All that a cell of the table shows."""

    day: date
    events: tuple[DayEvent, ...]
    more: int
    query: str


@register.simple_tag
def month_day(cell):
    """`{% month_day cell %}`: a day of the table of a month (`events.agenda.queries.months.Day`)."""
    shown = tuple(DayEvent.of(event, cell.day) for event in cell.events)
    return drawn("events/agenda/_month_day.html", Day(cell.day, shown, cell.more, cell.query))


@register.simple_tag
def event_card(event, *, has_button=True):
    """`{% event_card event %}`: an event of a list (`Event.objects.for_cards`), with the reader's own `registration` if
    it has one. `has_button=False` where the page has its own button to register."""
    card = Card.of(event)
    return drawn("events/core/_card.html", card if has_button else card._replace(is_open=False))
