"""Opening hours, a room to try things with in each space, and bookings around today."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import time, timedelta
from uuid import uuid4

from spaces.booking.operations import BookingRequest, book, book_series, set_units, wait_for
from spaces.enums import BookingStatus, Pattern, ResourceKind, StartInterval, Weekday
from spaces.errors import BookingError
from spaces.models import Booking, Feature, Occupancy, OpeningHours, Resource, Series, Unit
from spaces.timing.hours import at_local
from spaces.timing.periods import period, with_buffer

from . import MANAGER, MEMBER
from .rhythm import Text
from .words import marked, translated

WORKDAYS = [Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY]
WEEKEND = [Weekday.SATURDAY, Weekday.SUNDAY]
#: (weekdays, opens, closes) by space. One space opens at weekends too, so that any day shows one that is open.
HOURS = {
    "la-ferme": [(WORKDAYS, time(8, 30), time(18)), (WEEKEND, time(10), time(16))],
    "coworking-e420": [(WORKDAYS, time(9), time(18))],
    "rimbaud-tech": [(WORKDAYS, time(8), time(19))],
    "val-de-vence": [(WORKDAYS, time(9), time(12, 30)), (WORKDAYS, time(13, 30), time(17, 30))],
    "maison-du-campus": [(WORKDAYS, time(8), time(20))],
}
ROOM = "salle-exemple"
ROOM_NAME = Text("Salle exemple", "Voorbeeldzaal", "Example room")
ROOM_DESCRIPTION = Text(
    "Une salle de réunion fictive, pour essayer la réservation. Chaque demande y attend une réponse.",
    "Een fictieve vergaderzaal om het reserveren uit te proberen. Elke aanvraag wacht er op een antwoord.",
    "A fictional meeting room, to try booking with. Each request waits there for an answer.",
)
ROOM_PRICES = Text(
    "20 € la demi-journée, gratuit pour une association",
    "€ 20 per halve dag, gratis voor verenigingen",
    "€20 for half a day, free for associations",
)
#: The shared office whose places one chooses on a plan.
OFFICE = "plateau-exemple"
ROOM_FEATURES = ("wheelchair", "daylight", "screen", "whiteboard")


@dataclass(frozen=True)
class Stay:
    """Somebody in a place, each week on a weekday. The resource is a slug; "" is the space's desks."""

    email: str
    space: str
    resource: str
    weekday: int
    start: time
    end: time
    purpose: str = ""


def _at(first_name):
    return f"{first_name}@exemple.invalid"


STAYS = [
    *(Stay(MEMBER, "la-ferme", "", day, time(9), time(17)) for day in (Weekday.MONDAY, Weekday.THURSDAY)),
    Stay(MEMBER, "rimbaud-tech", "", Weekday.WEDNESDAY, time(10), time(16)),
    *(Stay(_at("renaud"), "la-ferme", "", day, time(8, 30), time(12)) for day in range(5)),
    *(Stay(_at("alard"), "la-ferme", "", day, time(13), time(18)) for day in (0, 1, 3)),
    *(Stay(_at("nele"), "la-ferme", "", day, time(9), time(16)) for day in (1, 2, 4)),
    *(Stay(_at("berthe"), "la-ferme", "", day, time(10), time(16)) for day in (2, 5, 6)),
    Stay(_at("tristan"), "la-ferme", "", Weekday.SATURDAY, time(10), time(13)),
    Stay(_at("mariken"), "la-ferme", "", Weekday.SUNDAY, time(11), time(16)),
    *(Stay(_at("morgane"), "rimbaud-tech", "", day, time(9), time(18)) for day in (0, 2, 4)),
    *(Stay(_at("rosalind"), "rimbaud-tech", "", day, time(9), time(17)) for day in (1, 3)),
    Stay(_at("perceval"), "rimbaud-tech", "", Weekday.TUESDAY, time(14), time(18)),
    Stay(_at("tijl"), "rimbaud-tech", "", Weekday.FRIDAY, time(10), time(15)),
    *(Stay(_at("alard"), "la-ferme", OFFICE, day, time(9), time(12)) for day in (2, 4, 5)),
    *(Stay(_at("tristan"), "la-ferme", OFFICE, day, time(10), time(16)) for day in (0, 1, 2, 3, 4)),
    # These wait for an answer.
    Stay(_at("hodierne"), "la-ferme", ROOM, Weekday.MONDAY, time(14), time(16), "Rendez-vous avec deux clients belges"),
    Stay(_at("gauvain"), "la-ferme", ROOM, Weekday.WEDNESDAY, time(9), time(12), "Présentation à une commune"),
    Stay(_at("bayard"), "la-ferme", ROOM, Weekday.FRIDAY, time(14), time(15, 30), "Entretien d’embauche"),
    Stay(_at("guichard"), "coworking-e420", ROOM, Weekday.TUESDAY, time(10), time(12), "Réunion d’équipe"),
    Stay(_at("arduinna"), "val-de-vence", ROOM, Weekday.THURSDAY, time(9), time(11), "Dégustation de sirops"),
    Stay(_at("iseult"), "maison-du-campus", ROOM, Weekday.THURSDAY, time(17), time(19), "Émission de radio"),
]
DAYS_BACK, DAYS_AHEAD = 6, 8


#: A room that recurs every week for the member; on the third day somebody else has it, for whom a third one waits.
RECURRING = Stay(MEMBER, "la-ferme", "le-havre", Weekday.TUESDAY, time(10), time(12), "Point d’équipe (exemple)")
RECURS_FOR = 5
TAKEN_BY, WAITED_FOR_BY = _at("berthe"), _at("renaud")


def load_hours(spaces):
    """Hours for the spaces that have none, marked as examples."""
    OpeningHours.objects.bulk_create(
        OpeningHours(space=space, weekday=weekday, opens=opens, closes=closes, is_example=True)
        for space in spaces.values()
        if not space.opening_hours.exists()
        for weekdays, opens, closes in HOURS[space.slug]
        for weekday in weekdays
    )


def load_rooms(spaces):
    features = Feature.objects.filter(slug__in=ROOM_FEATURES)
    for space in spaces.values():
        room, created = Resource.objects.get_or_create(
            space=space,
            slug=ROOM,
            defaults={
                **translated("name", ROOM_NAME),
                **translated("description", ROOM_DESCRIPTION),
                **marked("prices", ROOM_PRICES),
                "kind": ResourceKind.MEETING_ROOM,
                "seats": 8,
                "needs_approval": True,
                "release_after_minutes": 30,
                "door_token": uuid4(),
                "order": 90,
                "start_interval_minutes": StartInterval.HALF_HOUR,
                "buffer_before_minutes": 15,
                "buffer_minutes": 15,
                "min_notice_minutes": 120,
                "max_open_bookings": 3,
            },
        )
        if created:
            set_units(resource=room, number=1)
            room.features.set(features)


def load_bookings(people, spaces, now, today):
    """Bookings of the days around today. Those that anybody made, moved or cancelled before stay as they are."""
    resources = {}
    for resource in Resource.objects.filter(is_bookable=True).select_related("space").order_by("order", "pk"):
        resources[resource.space.slug, resource.slug] = resource
        if resource.kind == ResourceKind.WORKPLACE:
            resources.setdefault((resource.space.slug, ""), resource)
    known = set(Booking.objects.filter(user__in=people.values()).values_list("user", "resource", "period__startswith"))
    _load_recurring(people, resources, today)
    for offset in range(-DAYS_BACK, DAYS_AHEAD + 1):
        day = today + timedelta(days=offset)
        for stay in STAYS:
            user, resource = people.get(stay.email), resources.get((stay.space, stay.resource))
            start, end = at_local(day, stay.start), at_local(day, stay.end)
            if stay.weekday == day.weekday() and user and resource and (user.pk, resource.pk, start) not in known:
                _enter(stay, user, resource, start, end, now)


def _load_recurring(people, resources, today):
    """A recurring booking, as a manager enters it, with one day that could not be had and somebody who waits for that
    day; unless one goes on."""
    stay = RECURRING
    user, resource = people.get(stay.email), resources.get((stay.space, stay.resource))
    other, third, manager = (people.get(email) for email in (TAKEN_BY, WAITED_FOR_BY, MANAGER))
    if not all((user, resource, other, third, manager)) or Series.objects.filter(user=user, until__gte=today).exists():
        return
    first = today + timedelta(days=1 + (stay.weekday - today.weekday() - 1) % 7)
    taken = first + timedelta(weeks=2)
    hours = {"start": at_local(taken, stay.start), "end": at_local(taken, stay.end)}
    wish = {"first_day": first, "until": first + timedelta(weeks=RECURS_FOR - 1), "pattern": Pattern.WEEKLY}
    with suppress(BookingError):
        asked = BookingRequest(resource=resource, user=other, is_example=True, **hours)
        book(asked=asked, by=manager, as_manager=True)
        book_series(
            resource=resource,
            user=user,
            by=manager,
            as_manager=True,
            starts=stay.start,
            ends=stay.end,
            purpose=stay.purpose,
            is_example=True,
            **wish,
        )
        wait_for(resource=resource, user=third, **hours)


def _enter(stay, user, resource, start, end, now):
    if start <= now:
        if not resource.needs_approval:
            _enter_past(user, resource, start, end)
        return
    try:
        asked = BookingRequest(
            resource=resource, start=start, end=end, user=user, purpose=stay.purpose, is_example=True
        )
        book(asked=asked, by=user)
    except BookingError:
        # Somebody who tries the demo took the place, or closed the space: theirs goes first.
        return


def _enter_past(user, resource, start, end):
    """A booking that began before the demo was loaded: no operation writes into the past."""
    held = with_buffer(start, end, resource)
    busy = Occupancy.objects.filter(unit__resource=resource, period__overlap=held).values("unit")
    unit = Unit.objects.in_use().filter(resource=resource).exclude(pk__in=busy).order_by("number").first()
    if unit:
        booking = Booking.objects.create(
            resource=resource,
            user=user,
            created_by=user,
            period=period(start, end),
            status=BookingStatus.CONFIRMED,
            created_at=start - timedelta(days=2),
            decided_at=start - timedelta(days=2),
            is_example=True,
        )
        Occupancy.objects.create(unit=unit, period=held, booking=booking)
