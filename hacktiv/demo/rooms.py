"""Load opening hours, in each space a room to try booking with, and a kind of membership."""

from uuid import uuid4

from spaces.booking.operations import set_units
from spaces.enums import BookedBy, ResourceKind
from spaces.models import Feature, MembershipKind, OpeningHours, Resource

from . import files
from .marks import marked


def load_hours(spaces):
    """Give hours, marked as examples, to the spaces that have none."""
    OpeningHours.objects.bulk_create(
        OpeningHours(
            space=spaces[row.slug], weekday=day.number, opens=hours.opens, closes=hours.closes, is_example=True
        )
        for row in files.spaces().space
        if row.slug in spaces and not spaces[row.slug].opening_hours.exists()
        for hours in row.hours
        for day in hours.days
    )


def load_kind(spaces):
    """Add a kind of membership to the space of the file."""
    kind = files.rooms().membership
    MembershipKind.objects.get_or_create(
        slug=kind.slug,
        defaults={
            "space": spaces[kind.space],
            "lasts_months": kind.lasts_months,
            "included": kind.included,
            "order": 10,
            "is_example": True,
            **kind.name.columns("name"),
            **kind.description.columns("description"),
            **marked("prices", kind.prices),
        },
    )


def load_rooms(spaces):
    """Add the room to the spaces that do not have it."""
    room = files.rooms().room
    features = Feature.objects.filter(slug__in=room.features)
    for space in spaces.values():
        resource, created = Resource.objects.get_or_create(
            space=space,
            slug=room.slug,
            defaults={
                **room.name.columns("name"),
                **room.description.columns("description"),
                **marked("prices", room.prices),
                "kind": ResourceKind.MEETING_ROOM,
                "seats": room.seats,
                "needs_approval": True,
                "booked_by": BookedBy.ANYONE,
                "release_after_minutes": room.release_after_minutes,
                "door_token": uuid4(),
                "order": 90,
                "start_interval_minutes": room.start_interval_minutes,
                "buffer_before_minutes": room.buffer_before_minutes,
                "buffer_minutes": room.buffer_minutes,
                "min_notice_minutes": room.min_notice_minutes,
                "max_open_bookings": room.max_open_bookings,
            },
        )
        if created:
            set_units(resource=resource, number=1)
            resource.features.set(features)
