"""Read the people who may come to an event and those who came."""

from ..core.queries import by_name
from ..enums import LISTED_REGISTRATIONS, RegistrationStatus
from ..models import Event, Registration


def attendance_list(event: Event) -> list[Registration]:
    """Return the people with a seat and those who came without registering, sorted by name."""
    people = event.registrations.filter(status__in=[RegistrationStatus.CONFIRMED, RegistrationStatus.WALK_IN])
    return sorted(people.select_related("user", "brought_by__user"), key=by_name)


def people_who_may_come(event: Event) -> list[Registration]:
    """Return the people with a seat, in line or present: a person on an online list can be one of them."""
    return list(event.registrations.filter(status__in=LISTED_REGISTRATIONS).select_related("user").order_by("pk"))
