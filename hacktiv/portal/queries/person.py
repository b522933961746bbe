"""Read what some spaces know of one person, for those who run them: each part in one query."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, Max, Min, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from events.enums import LIVE_REGISTRATIONS, RegistrationStatus
from events.models import Event, Registration
from hacktiv.mailings.queries import mailings_to
from members.enums import PhotoAnswer, SkillDirection
from members.models import User, UserSkill
from members.profiles.queries import photo_answer_of
from spaces.allowances.queries import allowances_ahead
from spaces.booking.rules import can_be_noted
from spaces.enums import HELD_MEMBERSHIPS, LIVE_BOOKINGS, OPEN_MEMBERSHIPS, MembershipState
from spaces.memberships.queries import notes_on, with_words_of_wish
from spaces.models import Booking, HomeSpace, Membership, Visit, Wait
from spaces.passes.queries import pass_balance
from spaces.passes.rules import Balance
from spaces.timing.hours import local_day

#: How many rows each part shows; the rest is a click away.
LISTED = 6
#: How far back visits are counted.
VISITS_BEHIND = timedelta(days=365)
OPEN_FIRST = Case(When(state__in=OPEN_MEMBERSHIPS, then=Value(0)), default=Value(1))


class Part(list[Any]):
    """The first rows of a list; `goes_on` where there are more."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        found = list(rows[: LISTED + 1])
        super().__init__(found[:LISTED])
        self.goes_on = len(found) > LISTED


@dataclass(frozen=True)
class Visits:
    """The days on which somebody came within a year: how many, and the latest of all."""

    number: int
    latest: date | None


@dataclass(frozen=True)
class PersonFile:
    """The file of a person at some spaces.

    `home` is where they are at home today, whatever the space; `member_since` the first day of all memberships at these
    spaces; `events` are those to come there for which they may be registered; `photos` is what they have said of photos
    on which they can be recognised."""

    home: HomeSpace | None
    member_since: date | None
    memberships: Part
    coming: Part
    past: Part
    waits: Part
    visits: Visits
    balance: Balance | None
    registrations: Part
    past_registrations: Part
    skills: list[UserSkill]
    notes: Part
    mailings: Part
    events: list[Event]
    photos: PhotoAnswer

    @property
    def offered(self) -> list[UserSkill]:
        return [one for one in self.skills if one.direction == SkillDirection.OFFERED]

    @property
    def sought(self) -> list[UserSkill]:
        return [one for one in self.skills if one.direction == SkillDirection.SOUGHT]


def person_file(person: User, spaces: Collection[int] | None, now: datetime) -> PersonFile:
    """Return what these spaces (primary keys) know of the person; with None, what all spaces and the network know."""
    today = timezone.localdate(now)
    bookings = Booking.objects.filter(_at("resource__space", spaces), user=person).select_related("resource__space")
    ahead = Q(status__in=LIVE_BOOKINGS, period__endswith__gt=now)
    coming = Part(bookings.filter(ahead).order_by("period", "pk"))
    for booking in coming:
        booking.is_today = local_day(booking.start) <= today
        booking.awaits_check_in = not booking.checked_in_at and can_be_noted(booking, now)
    held = Membership.objects.filter(_at("space", spaces), user=person, state__in=HELD_MEMBERSHIPS)
    waits = Wait.objects.live(now).filter(_at("resource__space", spaces), user=person)
    return PersonFile(
        home=HomeSpace.objects.current(today).filter(user=person).select_related("space").first(),
        member_since=held.aggregate(first=Min("since"))["first"],
        memberships=memberships_of(person, spaces),
        coming=coming,
        past=Part(bookings.exclude(ahead).order_by("-period", "-pk")),
        waits=Part(waits.select_related("resource__space").order_by("period", "pk")),
        visits=_visits(person, spaces, today),
        balance=pass_balance(person, today),
        **_registrations(person, spaces, now),
        skills=_skills(person),
        notes=Part(notes_on(person, spaces)),
        mailings=Part(mailings_to(person, spaces)),
        events=_open_events(person, spaces, now),
        photos=photo_answer_of(person),
    )


def memberships_of(person: User, spaces: Collection[int] | None) -> Part:
    """Return the person's memberships at these spaces, those that are not over first, each with what it leaves of this
    month and of those with a booking ahead (`allowances`), if it includes only so much."""
    found = Membership.objects.filter(_at("space", spaces), user=person).select_related(
        "space", "kind", "user", "organisation"
    )
    shown = Part(with_words_of_wish(found).order_by(OPEN_FIRST, "-asked_at", "-pk"))
    now = timezone.now()
    today = timezone.localdate(now)
    active = [one for one in shown if one.state == MembershipState.ACTIVE and one.holds(today)]
    left = allowances_ahead(person, active, today.replace(day=1), now=now)
    for membership in shown:
        membership.allowances = left.get(membership.pk, [])
    return shown


def _at(path: str, spaces: Collection[int] | None) -> Q:
    return Q() if spaces is None else Q(**{f"{path}__in": spaces})


def _visits(person: User, spaces: Collection[int] | None, today: date) -> Visits:
    found = Visit.objects.filter(_at("space", spaces), participant_number=person.participant_number)
    of_a_year = Count("pk", filter=Q(day__gt=today - VISITS_BEHIND))
    return Visits(**found.aggregate(number=of_a_year, latest=Max("day")))


def _registrations(person: User, spaces: Collection[int] | None, now: datetime) -> dict[str, Part]:
    found = Registration.objects.filter(_at("event__space", spaces), user=person)
    found = found.select_related("event__space", "participation")
    is_over = Q(event__ends_at__lte=now) | Q(status=RegistrationStatus.CANCELLED)
    return {
        "registrations": Part(found.exclude(is_over).order_by("event__starts_at", "pk")),
        "past_registrations": Part(found.filter(is_over).order_by("-event__latest", "-pk")),
    }


def _skills(person: User) -> list[UserSkill]:
    """Return what the person offers and seeks, if they want to be found."""
    if not person.is_listed:
        return []
    return list(person.user_skills.select_related("skill").order_by("skill__slug"))


def _open_events(person: User, spaces: Collection[int] | None, now: datetime) -> list[Event]:
    theirs = Registration.objects.filter(event=OuterRef("pk"), user=person, status__in=LIVE_REGISTRATIONS)
    events = Event.objects.upcoming(now).filter(_at("space", spaces), ~Exists(theirs), starts_at__gt=now)
    return list(events.select_related("space")[:LISTED])
