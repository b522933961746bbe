"""Read what is closed."""

from datetime import datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q, QuerySet

from ...errors import BookingError
from ...models import Closure, Resource, Space, Wait
from ...timing.periods import period
from ..rules import closed


def closures_over(resource: Resource, span: DateTimeTZRange) -> QuerySet[Closure]:
    """Return the closures of the resource, or of its whole space, that overlap `span`.

    Equipment that travels stays available while its space is closed.
    """
    shut = Q(resource=resource)
    if not resource.travels:
        shut |= Q(resource=None, space=resource.space_id)
    return Closure.objects.filter(shut, period__overlap=span)


def waits_during(space: Space, resource: Resource | None, start: datetime, end: datetime) -> QuerySet[Wait]:
    """Return the waits of members for a time that overlaps a closure of the resource, or of the whole space (None)."""
    closing = Q(resource=resource) if resource else Q(resource__space=space, resource__travels=False)
    waits = Wait.objects.live().filter(closing, period__overlap=period(start, end))
    return waits.select_related("user").in_line()


def refusal_while_closed(
    resource: Resource, start: datetime, end: datetime, place: Space | None = None
) -> BookingError | None:
    """Return the refusal of a booking of [start, end) by a closure of the resource, or for a loan by one of the space
    at which it begins or ends; else None."""
    closure = closures_over(resource, period(start, end)).first()
    if place and not closure:
        changes_hands = Q(period__contains=start) | Q(period__startswith__lt=end, period__endswith__gt=end)
        closure = Closure.objects.filter(changes_hands, space=place, resource=None).first()
        return closed(place, closure) if closure else None
    return closed(resource, closure) if closure else None
