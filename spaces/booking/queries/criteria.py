"""The resources that suit a wish, and the spaces that are open then, as conditions of the database.

It finds what is free with the index of the exclusion constraints.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.lookups import GreaterThanOrEqual

from members.enums import Country

from ...allowances.rules import allowances_of
from ...enums import BookedBy, ResourceKind
from ...memberships.rules import Access, Standing
from ...models import Feature, Resource, Space
from ...models.resources import ONE_UNIT_EACH, ResourceQuerySet
from ...timing.public_holidays import holiday_on
from .persons import Person
from .wishes import Wanted

#: Rooms that are made for several people, so that a group may ask for one whose number of seats nobody entered.
FOR_SEVERAL = (ResourceKind.MEETING_ROOM, ResourceKind.LOUNGE, ResourceKind.STUDIO)
MINUTE = timedelta(minutes=1)
KINDS: Any = ArrayField(CharField())


def suited(wanted: Wanted) -> ResourceQuerySet:
    """Return the resources that suit the wish if they are free: kind, size, length and features.

    Of an open-plan room each person takes a workplace, of which there are enough. A room for several people
    (`FOR_SEVERAL`) whose number of seats is not entered stays in the result, and the page says so; a private office
    does not. A new criterion is one more filter here, and one more field of `Wanted`.
    """
    # One filter for all conditions: each is a copy of the query.
    conditions: list[Any] = [Q(min_minutes__lte=wanted.minutes, max_minutes__gte=wanted.minutes)]
    if wanted.people > 1:
        conditions.append(GreaterThanOrEqual(RoomFor(wanted.people), wanted.people))
    return Resource.objects.filter(_is_described(wanted), *conditions)


class RoomFor(Func):
    """Count the people that a resource holds; where nobody entered it, so many `people` in a room for several. In SQL,
    for the same reason as `FreeUnits`."""

    template = """(
        SELECT CASE
            WHEN kind = ANY(one_each) THEN (
                SELECT COUNT(*) FROM spaces_unit AS unit WHERE unit.resource_id = wish.pk AND NOT unit.is_retired
            )
            WHEN seats IS NULL AND kind = ANY(for_several) THEN people
            ELSE COALESCE(seats, 1)
        END
        FROM (SELECT %(expressions)s) AS wish (pk, kind, seats, one_each, for_several, people)
    )"""
    output_field = IntegerField()

    def __init__(self, people: int, **extra: Any) -> None:
        kinds = (Value([kind.value for kind in group], output_field=KINDS) for group in (ONE_UNIT_EACH, FOR_SEVERAL))
        super().__init__("pk", "kind", "seats", *kinds, Value(people), **extra)


def described(wanted: Wanted) -> ResourceQuerySet:
    """Return the resources of the wished kind with the wished features, whatever their size and for however long."""
    return Resource.objects.filter(_is_described(wanted))


def _is_described(wanted: Wanted) -> Q:
    described = Q(travels=False, is_bookable=True, **({"kind": wanted.kind} if wanted.kind else {}))
    for slug in wanted.features:
        described &= Q(Exists(Feature.objects.filter(resources=OuterRef("pk"), slug=slug)))
    return described


def bookable_by(resources: ResourceQuerySet, person: Person, wanted: Wanted) -> ResourceQuerySet:
    """Keep the resources that the person may book on that day.

    The rules are repeated here in SQL so that every page is full. `Person.may_book` has the last word.
    """
    start, end = wanted.stretch
    notice = (start - person.now) // MINUTE
    resources = resources.filter(
        Q(min_notice_minutes=0) | Q(min_notice_minutes__lte=notice),
        _open_to(person.standing, wanted.day),
        max_days_ahead__gte=wanted.days_ahead(person.now),
    )
    home, balance = person.home(wanted.day), person.balance(wanted.day)
    if person.bookings:
        resources = resources.exclude(pk__in=person.booked_within(start, end))
        open_there = [When(pk=pk, then=Value(count)) for pk, count in person.open_bookings.items()]
        resources = resources.alias(open_there=Case(*open_there, default=Value(0)))
        resources = resources.filter(Q(max_open_bookings=None) | Q(max_open_bookings__gt=F("open_there")))
    if balance and not balance.left:
        there = {space for space, day in balance.booked if day == wanted.day}
        resources = resources.filter(space__in=there | {home.pk} if home else there)
    return resources.exclude(booked_by=BookedBy.MEMBERS, space__in=_used_up(person, wanted))


def _used_up(person: Person, wanted: Wanted) -> list[int]:
    """Return the spaces (primary keys) where the person's membership includes no more that month."""
    (start, end), members = wanted.stretch, Access(BookedBy.MEMBERS)
    used_up = []
    for space in {one.space for one in person.standing.booking_on(wanted.day) if one.included}:
        booked = person.counted.get(space, ())
        included = allowances_of(person.standing, space, members, start, end, booked)
        if not all(one.allows(start, end) for one in included):
            used_up.append(space)
    return used_up


def _open_to(standing: Standing, day: date) -> Q:
    """Return the filter for the resources that a person with this standing may book on that day."""
    if standing.administers:
        return Q()
    held = standing.booking_on(day)
    spaces, kinds = {one.space for one in held} | standing.runs, {one.kind for one in held}
    allowed = Q(booked_by=BookedBy.ANYONE)
    if standing.books_as_a_member(day):
        allowed |= Q(booked_by=BookedBy.MEMBERS)
    # A subquery for each resource: with a join PostgreSQL would read the whole network before the first page.
    if spaces:
        of_spaces: Any = Resource.open_to.through
        allowed |= Q(
            Exists(of_spaces.objects.filter(resource=OuterRef("pk"), space__in=spaces)), booked_by=BookedBy.SPACES
        )
    if kinds:
        of_kinds: Any = Resource.open_to_kinds.through
        allowed |= Q(
            Exists(of_kinds.objects.filter(resource=OuterRef("pk"), membershipkind__in=kinds)),
            booked_by=BookedBy.KINDS,
        )
    return allowed


class FreeUnits(Func):
    """Count the units of a resource that are free from `start` to `end` and in the time to prepare and to clear up.

    In SQL, as Django takes longer to put this together of expressions than the database takes to answer."""

    # The same rule as `periods.outside`: kept time ends at a closure, so what lies beyond a closure is not in the way.
    template = """(
        SELECT COUNT(*)
        FROM (SELECT %(expressions)s) AS wish (resource_id, starts, ends, before, after)
        JOIN spaces_unit AS unit USING (resource_id)
        WHERE NOT unit.is_retired AND NOT EXISTS (
            SELECT FROM spaces_occupancy AS busy
            WHERE busy.unit_id = unit.id
            AND busy.period && tstzrange(
                starts - make_interval(mins => before), ends + make_interval(mins => after)
            )
            AND (
                busy.period && tstzrange(starts, ends)
                OR busy.closure_id IS NULL AND NOT EXISTS (
                    SELECT FROM spaces_occupancy AS beyond
                    WHERE beyond.unit_id = busy.unit_id AND beyond.closure_id IS NOT NULL
                    AND (
                        lower(beyond.period) BETWEEN ends AND lower(busy.period)
                        OR upper(beyond.period) BETWEEN upper(busy.period) AND starts
                    )
                )
            )
        )
    )"""
    output_field = IntegerField()

    def __init__(self, start: datetime, end: datetime, **extra: Any) -> None:
        moments = (Value(moment, DateTimeField()) for moment in (start, end))
        super().__init__("pk", *moments, "buffer_before_minutes", "buffer_minutes", **extra)


class IsOpen(Func):
    """Tell if the opening hours of a space cover these hours of the day: it is open at the start, and another stretch
    follows each one that ends before the end. In SQL, for the same reason as `FreeUnits`."""

    template = """EXISTS (
        SELECT FROM (SELECT %(expressions)s) AS wish (space_id, weekday, starts, ends)
        WHERE EXISTS (
            SELECT FROM spaces_openinghours AS begun
            WHERE begun.space_id = wish.space_id AND begun.weekday = wish.weekday
            AND begun.opens <= starts AND begun.closes > starts
        )
        AND NOT EXISTS (
            SELECT FROM spaces_openinghours AS before
            WHERE before.space_id = wish.space_id AND before.weekday = wish.weekday
            AND before.closes > starts AND before.closes < ends
            AND NOT EXISTS (
                SELECT FROM spaces_openinghours AS further
                WHERE further.space_id = wish.space_id AND further.weekday = wish.weekday
                AND further.opens <= before.closes AND further.closes > before.closes
            )
        )
    )"""
    output_field = BooleanField()

    def __init__(self, day: date, start: time, end: time, **extra: Any) -> None:
        hours = (Value(day.weekday()), Value(start), Value(end))
        super().__init__("pk", *hours, **extra)


def open_during(spaces: QuerySet[Space], day: date, start: time, end: time) -> QuerySet[Space]:
    """Keep the spaces that are open all these hours of the day. Closures are not considered."""
    on_holiday = [country for country in Country.values if holiday_on(country, day)]
    open_spaces = spaces.exclude(closes_on_public_holidays=True, country__in=on_holiday)
    return open_spaces.filter(IsOpen(day, start, end))


def free_during(wanted: Wanted, person: Person) -> QuerySet[Resource]:
    """Return the suited resources that are free all that time, each with its number of `free` units."""
    resources = bookable_by(suited(wanted), person, wanted).annotate(free=FreeUnits(*wanted.stretch))
    return resources.with_units_for(wanted.people).filter(free__gte=F("units_for_all"))
