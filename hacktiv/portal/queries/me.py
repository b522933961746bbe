"""What concerns one person: their next and past bookings and registrations, and what their profile lacks."""

from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.enums import LIVE_REGISTRATIONS, EventState, RegistrationStatus
from events.models import Registration
from spaces.models import Booking
from spaces.queries import home_space as home_space_on

# Further back than this a person seldom looks; the export has it all.
PAST_SHOWN = 10


@dataclass(frozen=True)
class Diary:
    """Next first in what comes, latest first in what is past. Registrations in line have `position`, counted from 1."""

    registrations: list[Registration]
    bookings: list[Booking]
    past_registrations: list[Registration]
    past_bookings: list[Booking]


def diary(user, now):
    registrations = _registrations(user)
    bookings = _bookings(user)
    is_ahead = Q(event__ends_at__gt=now, event__state=EventState.PUBLISHED, status__in=LIVE_REGISTRATIONS)
    return Diary(
        registrations=list(registrations.filter(is_ahead).order_by("event__starts_at", "pk")),
        bookings=list(bookings.live().upcoming(now).order_by("period")),
        past_registrations=list(
            registrations.exclude(is_ahead).order_by(F("event__latest").desc(), "-pk")[:PAST_SHOWN]
        ),
        past_bookings=list(
            bookings.exclude(pk__in=bookings.live().upcoming(now).values("pk")).order_by("-period")[:PAST_SHOWN]
        ),
    )


def next_of(user, now):
    """The one thing that this person does next: a registration, a booking, or None."""
    registration = _registrations(user).filter(
        event__ends_at__gt=now, event__state=EventState.PUBLISHED, status=RegistrationStatus.CONFIRMED
    )
    candidates = [
        (found.event.starts_at if isinstance(found, Registration) else found.start, found)
        for found in (
            registration.order_by("event__starts_at").first(),
            _bookings(user).live().upcoming(now).order_by("period").first(),
        )
        if found
    ]
    return min(candidates, key=lambda candidate: candidate[0])[1] if candidates else None


def home_space(user, now):
    return home_space_on(user, timezone.localdate(now))


def missing_in_profile(user, home):
    """What the network does not know yet of the person and could use, in words, most useful first."""
    directions = set(user.user_skills.values_list("direction", flat=True))
    wanted = [
        (user.headline, _("a line that says what you do")),
        ("offered" in directions, _("the skills you offer")),
        ("sought" in directions, _("the skills you seek")),
        (user.residence, _("the country you live in")),
        (user.is_listed, _("your place in the members’ directory")),
    ]
    return [words for known, words in wanted if not known]


def held(user):
    """How much is kept about the person, for the page on which they erase it."""
    return {
        "bookings": user.bookings.count(),
        "registrations": user.registrations.count(),
        "spaces_run": list(user.managed_spaces.all()),
    }


def _registrations(user):
    ahead = Registration.objects.filter(
        Q(queued_at__lt=OuterRef("queued_at")) | Q(queued_at=OuterRef("queued_at"), pk__lte=OuterRef("pk")),
        event=OuterRef("event"),
        status=RegistrationStatus.WAITING,
    )
    position = ahead.order_by().values("event").annotate(number=Count("pk")).values("number")
    return (
        Registration.objects.filter(user=user)
        .annotate(position=Coalesce(Subquery(position), 0))
        .select_related("event__type", "event__space")
    )


def _bookings(user):
    return Booking.objects.filter(user=user).select_related("resource__space")
