"""Read who may come to an event and who came."""

from ..core.queries import by_name
from ..enums import LISTED_REGISTRATIONS, RegistrationStatus


def attendance_list(event):
    """Who may come, by name: those with a seat, and those who came without registering."""
    people = event.registrations.filter(status__in=[RegistrationStatus.CONFIRMED, RegistrationStatus.WALK_IN])
    return sorted(people.select_related("user", "brought_by__user"), key=by_name)


def people_who_may_come(event):
    """Those with a seat or in line, and those who came: whom a person on a list can be."""
    return list(event.registrations.filter(status__in=LISTED_REGISTRATIONS).select_related("user").order_by("pk"))
