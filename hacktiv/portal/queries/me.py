"""Read what concerns one person: their next and past bookings and registrations, and what their profile lacks."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.core.queries import (
    SHOWN_OF_REGISTRATIONS,
    invitations_of,
    registrations_of,
    speaking_at,
    to_be_confirmed_by,
)
from events.enums import RegistrationStatus
from events.models import Event, Registration, Ride, RideSeat, Speaker
from events.travel.queries.rides import rides_of
from hacktiv.common.languages import columns
from hacktiv.outbox.registry import absolute_url
from members.core.queries import person_of
from members.enums import SkillDirection
from members.feeds.queries import feed_of
from members.models import CalendarFeed, Organisation, User
from reporting.parts.queries import Standing, dated_of, partners_of
from spaces.booking.queries import bookings_of, series_of, waits_of
from spaces.booking.rules import can_be_cancelled
from spaces.enums import CURRENT_MEMBERSHIPS, LIVE_BOOKINGS, MembershipState
from spaces.memberships.queries import (
    held_as_contact,
    open_invitations_of,
    open_invitations_to,
    organisations_left_by,
    organisations_of_contact,
)
from spaces.models import Booking, HomeSpace, Invitation, Membership, PassScheme, Series, Space, SpaceRole, Wait
from spaces.models.guests import own_rows, rows_for_address
from spaces.roles.operations import is_last_manager
from spaces.timing.hours import local_day

from .memberships import Own
from .personal_data import held_in_numbers

#: How many past bookings and registrations my page shows of each; the export has all.
PAST_SHOWN = 10
#: What the cards of bookings show.
SHOWN_OF_BOOKINGS = (
    "reference",
    "user",
    "period",
    "status",
    "checked_in_at",
    "release_at",
    *(
        f"resource__{name}"
        for name in (*columns("name"), "door_token", "release_after_minutes", "cancel_until_minutes")
    ),
    *(f"{space}__{name}" for space in ("resource__space", "place") for name in ("name", "town", "country")),
)


@dataclass(frozen=True)
class Diary:
    """The contents of a person's page: dates ahead, the next first, and behind, the latest first, what they are asked
    or may look after, and what they have filled in.

    Registrations in line have `position`, counted from 1. `skills` says if they have named any that they offer, any
    that they seek; `calendar_address` is the address of their private calendar, empty while it is off.
    """

    registrations: list[Registration]
    to_be_confirmed: list[Registration]
    speaking: list[Event]
    invitations: list[Speaker]
    rides: list[tuple[Ride, RideSeat | None]]
    bookings: list[Booking]
    waits: list[Wait]
    series: list[Series]
    past_registrations: list[Registration]
    past_bookings: list[Booking]
    memberships_offered: list[Invitation]
    organisations: list[Organisation]
    is_of_a_partner: bool
    parts_awaited: list[Standing]
    skills: frozenset[SkillDirection]
    calendar_address: str


def _rarer(user: User, now: datetime, registrations: list[Registration]) -> frozenset[str]:
    """Return in one query which of all this the person has: most have nothing of most of it, and to read each takes a
    query or two."""
    rows: dict[str, Any] = {
        "waits": Wait.objects.live(now).filter(user=user),
        "talks": Speaker.objects.agreed().filter(user=user),
        "invitations": Speaker.objects.invited().filter(rows_for_address(user, Speaker)),
        "links": Registration.objects.filter(
            rows_for_address(user, Registration), status=RegistrationStatus.UNCONFIRMED
        ),
        "seats": RideSeat.objects.filter(registration__in=[one.pk for one in registrations]),
        "series": series_of(user, now),
        "memberships offered": open_invitations_to(user),
        "organisations": held_as_contact(user),
        "parts of projects": partners_of(user),
        "calendar": CalendarFeed.objects.filter(user=user, is_on=True),
        **{direction: user.user_skills.filter(direction=direction) for direction in SkillDirection},
    }
    first, *others = (found.order_by().values_list(Value(name)) for name, found in rows.items())
    return frozenset(name for (name,) in first.union(*others))


def diary(user: User, now: datetime) -> Diary:
    """Return what the person has ahead and behind."""
    bookings = bookings_of(user).only(*SHOWN_OF_BOOKINGS)
    ahead = bookings.live().upcoming(now)
    behind = bookings.exclude(status__in=LIVE_BOOKINGS, period__endswith__gt=now).order_by("-period", "-pk")[
        :PAST_SHOWN
    ]
    shown = sorted(ahead.order_by().union(behind, all=True), key=lambda booking: (booking.period, booking.pk))
    coming = [booking for booking in shown if booking.is_live and booking.end > now]
    for booking in coming:
        booking.is_today = local_day(booking.start) == local_day(now)
        booking.can_be_changed = can_be_cancelled(booking, now)
    registrations = registrations_of(user)
    rarer = _rarer(user, now, registrations)
    shares_cars = "seats" in rarer or any(getattr(one, "ride", None) for one in registrations)
    return Diary(
        registrations=registrations,
        to_be_confirmed=to_be_confirmed_by(user) if "links" in rarer else [],
        speaking=list(speaking_at(user)) if "talks" in rarer else [],
        invitations=list(invitations_of(user)) if "invitations" in rarer else [],
        rides=rides_of(registrations) if shares_cars else [],
        bookings=coming,
        waits=list(waits_of(user, now)) if "waits" in rarer else [],
        series=list(series_of(user, now)) if "series" in rarer else [],
        past_registrations=list(
            Registration.objects.filter(own_rows(user, Registration))
            .filter(Q(event__ends_at__lte=now) | Q(status=RegistrationStatus.CANCELLED))
            .select_related("event__type", "event__space", "participation")
            .only(*SHOWN_OF_REGISTRATIONS, "participation__id")
            .order_by("-event__latest", "-pk")[:PAST_SHOWN]
        ),
        past_bookings=[booking for booking in reversed(shown) if not (booking.is_live and booking.end > now)],
        memberships_offered=list(open_invitations_of(user)) if "memberships offered" in rarer else [],
        organisations=list(organisations_of_contact(user)) if "organisations" in rarer else [],
        is_of_a_partner="parts of projects" in rarer,
        parts_awaited=dated_of(user) if "parts of projects" in rarer else [],
        skills=frozenset(direction for direction in SkillDirection if direction in rarer),
        calendar_address=_calendar_address(user) if "calendar" in rarer else "",
    )


def next_of(user: User, now: datetime) -> Registration | Booking | None:
    """Return the one thing that this person does next: a registration with a seat, a booking, or None."""
    registration = (
        Registration.objects.filter(own_rows(user, Registration), event__in=Event.objects.upcoming(now).order_by())
        .filter(status=RegistrationStatus.CONFIRMED)
        .select_related("event__type", "event__space")
        .only(*SHOWN_OF_REGISTRATIONS)
        .order_by("event__starts_at", "pk")
        .first()
    )
    bookings = bookings_of(user).only(*SHOWN_OF_BOOKINGS)
    booking = bookings.live().upcoming(now).order_by("period", "pk").first()
    if registration and booking:
        return registration if registration.event.starts_at <= booking.start else booking
    return registration or booking


def homes_to_choose(mine: Iterable[Own], today: date) -> list[Space]:
    """Return the spaces that the person may make their home today, of their memberships that are read already: those of
    which they are a current member."""
    current = [own.membership for own in mine if own.membership.state in CURRENT_MEMBERSHIPS]
    held = sorted((one for one in current if one.holds(today)), key=lambda one: (one.space.order, one.pk))
    return [one.space for one in held]


def has_vouchers(schemes: Iterable[PassScheme], today: date) -> bool:
    """Return whether there is a code among these passes that somebody could type in."""
    return any(scheme.code is not None and (scheme.ends_on is None or scheme.ends_on >= today) for scheme in schemes)


def _calendar_address(user: User) -> str:
    """Return the full address of the person's private calendar, or an empty text without one."""
    feed = feed_of(user)
    return absolute_url("calendar_feed", feed.token) if feed else ""


def missing_in_profile(user: User, skills: Collection[SkillDirection]) -> list[Promise]:
    """Return what the network could use of the person and does not know yet, in words, the most useful first. `skills`
    says if they have named any that they offer, any that they seek."""
    wanted = [
        (user.headline, _("a line that says what you do")),
        (SkillDirection.OFFERED in skills, _("the skills you offer")),
        (SkillDirection.SOUGHT in skills, _("the skills you seek")),
        (user.residence, _("the country you live in")),
        (user.is_listed, _("your place in the members’ directory")),
    ]
    return [words for known, words in wanted if not known]


def held(user: User, managed: Iterable[SpaceRole]) -> dict[str, Any]:
    """Return how much is kept about the person, for the page on which they erase it; `managed` are their
    `roles_of_manager`."""
    return {
        **held_in_numbers(person_of(user)),
        "spaces_run": [role.space for role in managed],
        **_lost_by_erasing(user, timezone.localdate()),
    }


def _lost_by_erasing(user: User, today: date) -> dict[str, list[str]]:
    """Return the names of what ends with the account: spaces of which the person is a member or has asked to be, their
    home space, the partners whose part they read, the organisations of which they are the only contact. One query."""
    open_ones = Membership.objects.open().not_over(today).filter(user=user)
    asked = Q(state=MembershipState.REQUESTED)
    rows: dict[str, tuple[QuerySet[Any], str]] = {
        "memberships": (open_ones.exclude(asked), "space__name"),
        "requests": (open_ones.filter(asked), "space__name"),
        "homes": (HomeSpace.objects.current(today).filter(user=user), "space__name"),
        "partners": (partners_of(user), "name"),
        "organisations_left": (organisations_left_by(user), "name"),
    }
    first, *others = (
        # In one column: those of translated models come in an order that differs from process to process.
        found.order_by().annotate(line=Concat(Value(f"{of} "), F(name), output_field=TextField())).values_list("line")
        for of, (found, name) in rows.items()
    )
    names: dict[str, list[str]] = {of: [] for of in rows}
    for (line,) in sorted(first.union(*others, all=True)):
        of, _space, called = line.partition(" ")
        names[of].append(called)
    return names


def roles_of_manager(user: User, today: date) -> list[SpaceRole]:
    """Return by which roles the person manages spaces on that day, in the order of the spaces."""
    roles = SpaceRole.objects.of_managers().held(today).filter(user=user).select_related("space")
    return list(roles.order_by("space__order", "space__name", "pk"))


def spaces_left_without_manager(managed: Iterable[SpaceRole], today: date) -> list[str]:
    """Return the names of the spaces, of these roles of one person, that nobody else manages from this day on."""
    return [role.space.name for role in managed if is_last_manager(role, today)]
