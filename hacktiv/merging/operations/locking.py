"""Lock all that a merging writes about, in one order: addresses, events, resources, accounts."""

from django.db import OperationalError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from events.models import Event
from events.registering.operations import events_of, lock_events, whose
from hacktiv.common.locks import lock_address
from hacktiv.common.meanwhile import CameBetweenError
from members.models import User
from spaces.booking.operations import lock_resources
from spaces.models import Booking, Resource, Series, Space, SpaceRole, Wait

from ..errors import MergingError


def lock_both(one: User, other: User, by: User) -> tuple[User, User]:
    """Lock both accounts and that of who acts, in the order of their keys. Return the two as they are now.

    Raises MergingError `gone`."""
    keys = {one.pk, other.pk, by.pk}
    found = {person.pk: person for person in User.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    if keys - found.keys():
        raise MergingError("gone", _("One of these accounts is there no more: it was merged or erased meanwhile."))
    return found[one.pk], found[other.pk]


def lock_all(kept: User, gone: User, by: User) -> tuple[User, User, list[Event]]:
    """Lock what both have, then both accounts. Return these as they are now, and the locked events.

    Raises MergingError `gone`, and CameBetweenError where more is there by then: all is to be done again."""
    person = whose(kept, gone)
    for address in sorted({kept.email.lower(), *(held.address for held in person.addresses)}):
        lock_address(address)
    events = lock_events(events_of(whose(kept, gone)))
    resources = {resource.pk for resource in lock_resources(_resources_of(kept, gone))}
    kept, gone = lock_both(kept, gone, by)
    is_more = set(events_of(whose(kept, gone)).values_list("pk", flat=True)) - {event.pk for event in events}
    if is_more or set(_resources_of(kept, gone).values_list("pk", flat=True)) - resources:
        raise CameBetweenError
    return kept, gone, events


def lock_managers_of(gone: User) -> None:
    """Let nobody change who manages the spaces that the account manages.

    Who does so at this moment has locked the space, and may wait for one of our accounts: never wait for them. Raises
    CameBetweenError then."""
    roles = SpaceRole.objects.of_managers().filter(user=gone)
    spaces = Space.objects.filter(pk__in=roles.order_by().values("space")).order_by("pk")
    try:
        list(spaces.select_for_update(no_key=True, nowait=True))
    except OperationalError as error:
        raise CameBetweenError from error


def _resources_of(kept: User, gone: User) -> QuerySet[Resource]:
    """Return the resources that the account that goes has booked, and those for which either waits."""
    found = Q()
    for table in (Booking.objects.filter(user=gone), Series.objects.filter(user=gone)):
        found |= Q(pk__in=table.order_by().values("resource"))
    waits = Wait.objects.filter(user__in=[kept, gone])
    return Resource.objects.filter(found | Q(pk__in=waits.order_by().values("resource")))
