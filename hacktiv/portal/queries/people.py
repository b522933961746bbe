"""Read the list of a manager's people: what a filter keeps, and what its rows show."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q

from hacktiv.common.languages import columns
from members.enums import Country
from members.models import User
from spaces.models import HomeSpace, Membership, Visit

#: What a row says of a membership.
SHOWN_OF_MEMBERSHIPS = ("user", "state", "until", "space__name", *(f"kind__{name}" for name in columns("name")))
#: How far back a visit is of late, and how far back it is not long ago.
OF_LATE, NOT_LONG_AGO = timedelta(days=30), timedelta(days=90)


def has_membership(spaces: Collection[int], condition: Q) -> Q:
    """Return the filter for the people with a membership at these spaces that meets the condition."""
    return Q(pk__in=Membership.objects.filter(condition, space__in=spaces).values("user"))


def is_at_home_in(spaces: Collection[int], today: date) -> Q:
    return Q(pk__in=HomeSpace.objects.current(today).filter(space__in=spaces).values("user"))


def is_of_side(side: str, today: date) -> Q:
    """Return the filter for the people whose home space of the day is on this side; blank: who have no home space."""
    homes = HomeSpace.objects.current(today)
    if side in Country.values:
        return Q(pk__in=homes.filter(space__country=side).values("user"))
    return ~Q(pk__in=homes.values("user"))


def has_come(spaces: Collection[int], *, after: date | None = None) -> Q:
    """Return the filter for the people who came to these spaces, or did so after a day."""
    visits = Visit.objects.filter(space__in=spaces, **({"day__gt": after} if after else {}))
    return Q(participant_number__in=visits.values("participant_number"))


def with_rows(people: Iterable[User], spaces: Collection[int], today: date) -> list[User]:
    """Give each of these people what their row shows: the open `memberships_here`, the `home_side`, the `last_visit` at
    these spaces. Three queries for all."""
    found: list[Any] = list(people)
    keys = [person.pk for person in found]
    here: dict[int, list[Membership]] = {key: [] for key in keys}
    memberships = Membership.objects.open().filter(space__in=spaces, user__in=keys).select_related("space", "kind")
    for membership in memberships.only(*SHOWN_OF_MEMBERSHIPS).order_by("space__order", "pk"):
        here[membership.user_id].append(membership)
    homes = HomeSpace.objects.current(today).filter(user__in=keys).order_by()
    sides = dict(homes.values_list("user", "space__country"))
    visits = Visit.objects.filter(space__in=spaces, participant_number__in=[one.participant_number for one in found])
    latest = dict(visits.order_by().values_list("participant_number").annotate(latest=Max("day")))
    for person in found:
        person.memberships_here = here[person.pk]
        person.home_side = Country(sides[person.pk]).label if person.pk in sides else ""
        person.last_visit = latest.get(person.participant_number)
    return found
