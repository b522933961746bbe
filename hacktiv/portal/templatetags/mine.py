"""Template tags that draw the cards of a person's own dates, and of the people of the directory."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django import template

from events.enums import RegistrationStatus
from hacktiv.common.markup import drawn
from hacktiv.common.templatetags.hacktiv import Wording, wording_of
from spaces.enums import BookingState

register = template.Library()


class Place(NamedTuple):
    name: str
    town: str
    country: str


class Door(NamedTuple):
    """The facts of a resource that the words on checking in need."""

    door_token: UUID | None
    release_after_minutes: int | None


class BookingCard(NamedTuple):
    """All that the card shows of a booking. `resource` is there where the card says how one checks in."""

    reference: UUID
    name: Wording
    start: datetime
    end: datetime
    space: Place
    place_id: int | None
    state: BookingState
    resource: Door | None
    release_at: datetime | None
    can_be_changed: bool


class RegistrationCard(NamedTuple):
    """All that the card shows of a registration. `token` is there where it leads to what follows an event."""

    slug: str
    icon: str
    kind: Wording
    title: Wording
    starts_at: datetime | None
    ends_at: datetime | None
    space_name: str
    country: str
    event_state: str
    status: RegistrationStatus
    position: int | None
    is_past: bool
    token: UUID | None


class PersonCard(NamedTuple):
    """All that the card shows of a person. `home` holds the home space, or nothing."""

    pk: int
    name: str
    headline: str
    home: tuple[Place, ...]
    offered: tuple[Wording, ...]
    sought: tuple[Wording, ...]
    is_example: bool


@register.simple_tag
def my_booking(booking):
    """Draw `{% my_booking booking %}`: one of the person's own bookings."""
    space, state = booking.space, booking.state
    tells_check_in = (
        getattr(booking, "is_today", False) and state == BookingState.CONFIRMED and booking.place_id is None
    )
    door = Door(booking.resource.door_token, booking.resource.release_after_minutes) if tells_check_in else None
    facts = BookingCard(
        reference=booking.reference,
        name=wording_of(booking.resource, "name"),
        start=booking.start,
        end=booking.end,
        space=Place(space.name, space.town, space.country),
        place_id=booking.place_id,
        state=state,
        resource=door,
        release_at=booking.release_at if door else None,
        can_be_changed=getattr(booking, "can_be_changed", False),
    )
    return drawn("portal/_my_booking.html", facts)


@register.simple_tag
def my_registration(registration, is_past=False):
    """Draw `{% my_registration registration %}`: one of the person's own registrations."""
    event = registration.event
    leads_on = is_past and event.state != "cancelled" and getattr(registration, "participation", None)
    facts = RegistrationCard(
        slug=event.slug,
        icon=event.type.icon,
        kind=wording_of(event.type, "name"),
        title=wording_of(event, "title"),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        space_name=event.space.name if event.space else "",
        country=event.space.country if event.space else "",
        event_state=event.state,
        status=RegistrationStatus(registration.status),
        position=getattr(registration, "position", None),
        is_past=is_past,
        token=registration.token if leads_on else None,
    )
    return drawn("portal/_my_registration.html", facts)


@register.simple_tag
def person_card(person):
    """Draw `{% person_card person %}`: one of the people of the directory (`queries.directory.people`)."""
    facts = PersonCard(
        pk=person.pk,
        name=person.get_full_name(),
        headline=person.headline,
        home=tuple(Place(one.space.name, one.space.town, one.space.country) for one in person.home),
        offered=tuple(wording_of(row.skill, "name") for row in person.offered),
        sought=tuple(wording_of(row.skill, "name") for row in person.sought),
        is_example=person.is_example,
    )
    return drawn("portal/_person_card.html", facts)
