"""Load a kit that the spaces lend to each other, and a loan for which it travels."""

from contextlib import suppress
from datetime import time, timedelta

from spaces.booking.operations import BookingRequest, book, set_units
from spaces.enums import ResourceKind
from spaces.errors import BookingError
from spaces.models import Resource
from spaces.timing.hours import at_local

from . import MEMBER, files
from .marks import marked

#: The loan begins within these days from today, on the first one on which the space opens that day and the next.
FIRST_DAY, LAST_DAY = 5, 14


def load_equipment(people, spaces, today):
    """Add the kit if it is not there, and a loan if none is ahead."""
    wanted = files.rooms().kit
    kit, created = Resource.objects.get_or_create(
        space=spaces[wanted.space],
        slug=wanted.slug,
        defaults={
            **marked("name", wanted.name),
            **wanted.description.columns("description"),
            "kind": ResourceKind.EQUIPMENT,
            "travels": True,
            "transfer_notice_hours": wanted.transfer_notice_hours,
            "journey_hours": wanted.journey_hours,
            "min_minutes": wanted.min_minutes,
            "max_minutes": wanted.max_minutes,
            "order": 95,
        },
    )
    if created:
        set_units(resource=kit, number=1)
    member = people.get(MEMBER)
    if member and not kit.bookings.upcoming().exists():
        _lend(kit, spaces[wanted.lent_to], member, wanted.purpose, today)


def _lend(kit, place, member, purpose, today):
    wish = {"resource": kit, "place": place, "user": member, "purpose": purpose, "is_example": True}
    for ahead in range(FIRST_DAY, LAST_DAY):
        day = today + timedelta(days=ahead)
        with suppress(BookingError):
            start, end = at_local(day, time(9)), at_local(day + timedelta(days=1), time(17))
            book(asked=BookingRequest(start=start, end=end, **wish), by=member)
            return
