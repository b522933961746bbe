"""A kit that the spaces pool, and a loan for which it must travel."""

from contextlib import suppress
from datetime import time, timedelta

from spaces.booking.operations import BookingRequest, book, set_units
from spaces.enums import ResourceKind
from spaces.errors import BookingError
from spaces.models import Resource
from spaces.timing.hours import at_local

from . import MEMBER
from .programme import Text
from .words import marked, translated

KIT = "kit-video-exemple"
HOME, ELSEWHERE = "la-ferme", "rimbaud-tech"
NAME = Text("Kit vidéo", "Videokit", "Video kit")
DESCRIPTION = Text(
    "Un kit fictif, pour essayer le prêt entre les espaces.",
    "Een fictieve kit om het uitlenen tussen de locaties uit te proberen.",
    "A fictional kit, to try lending between the spaces.",
)
PURPOSE = "Tournage de portraits de membres"
#: The days ahead among which the loan finds two on which the space opens.
FIRST_DAY, LAST_DAY = 5, 14


def load_equipment(people, spaces, today):
    kit, created = Resource.objects.get_or_create(
        space=spaces[HOME],
        slug=KIT,
        defaults={
            **marked("name", NAME),
            **translated("description", DESCRIPTION),
            "kind": ResourceKind.EQUIPMENT,
            "travels": True,
            "transfer_notice_hours": 72,
            "journey_hours": 24,
            "min_minutes": 60,
            "max_minutes": 7 * 1440,
            "order": 95,
        },
    )
    if created:
        set_units(resource=kit, number=1)
    member = people.get(MEMBER)
    if member and not kit.bookings.upcoming().exists():
        _lend(kit, spaces[ELSEWHERE], member, today)


def _lend(kit, place, member, today):
    """From one day to the next, as soon as the space opens on both."""
    wish = {"resource": kit, "place": place, "user": member, "purpose": PURPOSE, "is_example": True}
    for ahead in range(FIRST_DAY, LAST_DAY):
        day = today + timedelta(days=ahead)
        with suppress(BookingError):
            start, end = at_local(day, time(9)), at_local(day + timedelta(days=1), time(17))
            book(asked=BookingRequest(start=start, end=end, **wish), by=member)
            return
