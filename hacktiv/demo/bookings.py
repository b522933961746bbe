"""Load bookings of the days around today."""

from contextlib import suppress
from datetime import timedelta

from spaces.booking.operations import BookingRequest, SeriesRequest, book, book_series, wait_for
from spaces.enums import BookingStatus, Pattern, ResourceKind
from spaces.errors import BookingError
from spaces.models import Booking, Occupancy, Resource, Series, Unit
from spaces.timing.hours import at_local
from spaces.timing.periods import period, with_buffer

from . import MANAGER, files

#: In days from today.
DAYS_BACK, DAYS_AHEAD = 6, 8


def load_bookings(people, now, today):
    """Add the bookings of the days around today. Those that somebody made, moved or cancelled stay as they are."""
    resources = {}
    for resource in Resource.objects.filter(is_bookable=True).select_related("space").order_by("order", "pk"):
        resources[resource.space.slug, resource.slug] = resource
        if resource.kind == ResourceKind.WORKPLACE:
            resources.setdefault((resource.space.slug, ""), resource)
    known = set(Booking.objects.filter(user__in=people.values()).values_list("user", "resource", "period__startswith"))
    _load_recurring(people, resources, today)
    for offset in range(-DAYS_BACK, DAYS_AHEAD + 1):
        day = today + timedelta(days=offset)
        for stay in files.bookings().stay:
            user, resource = people.get(files.address_of(stay.person)), resources.get((stay.space, stay.room))
            start, end = at_local(day, stay.start), at_local(day, stay.end)
            if _is_on(stay, day) and user and resource and (user.pk, resource.pk, start) not in known:
                _enter(stay, user, resource, start, end, now)


def _is_on(stay, day):
    return day.weekday() in [weekday.number for weekday in stay.days]


def _load_recurring(people, resources, today):
    """Book the series as a manager enters it, with one day that is taken and a person who waits for that day.

    Nothing is added while the person has a series that goes on.
    """
    wanted = files.bookings().recurring
    names = (wanted.person, wanted.taken_by, wanted.waited_for_by)
    user, other, third = (people.get(files.address_of(name)) for name in names)
    manager, resource = people.get(MANAGER), resources.get((wanted.space, wanted.room))
    if not all((user, resource, other, third, manager)) or Series.objects.filter(user=user, until__gte=today).exists():
        return
    first = today + timedelta(days=1 + (wanted.day.number - today.weekday() - 1) % 7)
    taken = first + timedelta(weeks=2)
    hours = {"start": at_local(taken, wanted.start), "end": at_local(taken, wanted.end)}
    wish = {"first_day": first, "until": first + timedelta(weeks=wanted.weeks - 1), "pattern": Pattern.WEEKLY}
    with suppress(BookingError):
        asked = BookingRequest(resource=resource, user=other, is_example=True, **hours)
        book(asked=asked, by=manager, as_manager=True)
        recurring = SeriesRequest(
            resource=resource,
            user=user,
            starts=wanted.start,
            ends=wanted.end,
            purpose=wanted.purpose,
            is_example=True,
            **wish,
        )
        book_series(asked=recurring, by=manager, as_manager=True)
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
    """Write a booking that began before the demo was loaded: no operation writes into the past."""
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
