"""Reads over registrations and events that several capabilities need."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.core.signing import BadSignature
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common.languages import columns
from hacktiv.common.text import fold
from members.core.queries import language_of
from members.core.rules import coordinates, facilitates
from members.models import User
from members.profiles.queries import photo_answer
from spaces.core.queries import home_space, side_of, side_of_residence
from spaces.enums import Right
from spaces.memberships.queries import may, standing_of
from spaces.memberships.rules import why_not_yet
from spaces.models import Space
from spaces.models.guests import own_rows, rows_for_address
from spaces.timing.hours import day_bounds

from ..enums import LISTED_REGISTRATIONS, EventState, RegistrationStatus, Way
from ..models import Event, Registration, Speaker
from ..models.contents import INVITATION_SIGNER
from . import rules
from .rules import PARTNERS_AFTER

#: What a person's own lists show of their registrations and of the events.
SHOWN_OF_REGISTRATIONS = (
    "token",
    "user",
    "status",
    "way",
    *(f"event__{name}" for name in ("slug", *columns("title"), "starts_at", "ends_at", "latest", "state", "mode")),
    *(f"event__type__{name}" for name in ("icon", *columns("name"))),
    *(f"event__space__{name}" for name in ("name", "country")),
)
SHOWN_OF_RIDES = ("direction", "town", "leaves_at", "to_confirm", "seats", "seats_taken", "from_side", "to_side")


def frozen_of(registration: Registration) -> dict[str, Any]:
    """Return the fields of a participation that keep what is known of the person on the day of the event.

    Who came as a guest and has an account by now may have said only as a guest where they live."""
    user = registration.user
    home = user and home_space(user, registration.event.earliest)
    return {
        "participant_number": registration.participant_number,
        "is_by_name": not (user or registration.guest_email),
        "residence": (user.residence if user else "") or registration.guest_residence,
        "status": user.status if user else "",
        "gender": user.gender if user else "",
        "age_band": user.age_band if user else "",
        "home_space": home,
        "home_side": home.country if home else "",
    }


def language_of_receiver(receiver: Registration) -> str:
    """Return the language of the person's mails: for an address that staff registered, that of its account if any."""
    if receiver.user:
        return str(receiver.user.language)
    if receiver.registered_by_id:
        return language_of(receiver.guest_email, otherwise=receiver.language)
    return str(receiver.language)


def position_in_line(registration: Registration) -> int | None:
    """Return the place on the waiting list of the registration's way, from 1; None for a person who is not on it."""
    if not registration.is_waiting:
        return None
    earlier = Q(queued_at__lt=registration.queued_at) | Q(queued_at=registration.queued_at, pk__lt=registration.pk)
    return (
        Registration.objects.filter(event_id=registration.event_id, status=RegistrationStatus.WAITING)
        .filter(earlier, way=registration.way)
        .count()
        + 1
    )


def calendar_sequence(registration: Registration) -> int:
    """Return the SEQUENCE of the person's calendar entry, which grows with each mail that has one.

    All their registrations for the event are one entry, so the changes of the earlier ones count too, and each new
    registration as one more."""
    same = Q(participant_number=registration.participant_number)
    if registration.user_id:
        same |= Q(user=registration.user_id)
    if registration.guest_email:
        same |= Q(guest_email__iexact=registration.guest_email)
    earlier = Registration.objects.filter(same, event_id=registration.event_id, pk__lt=registration.pk)
    before = earlier.aggregate(changes=Sum("sequence", default=0), times=Count("pk"))
    return registration.event.sequence + registration.sequence + before["changes"] + before["times"]


def registration_of(user: User | AnonymousUser, event: Event) -> Registration | None:
    """Return the person's standing registration at the event, with its `position`; None without one."""
    if not user.is_authenticated:
        return None
    registration = event.registrations.standing().filter(participant_number=user.participant_number).first()
    if registration:
        registration.event = event
        registration.position = position_in_line(registration)
    return registration


def takes_part(user: User | AnonymousUser | None, event: Event) -> bool:
    """Tell if the event is open to the person: to everybody, or on its day to who has the right by a membership."""
    return not event.is_for_members or may(user, Right.EVENTS, event.earliest)


def membership_in_the_way(user: User | AnonymousUser, event: Event) -> Promise | None:
    """Say why the person's membership does not open this event for members; None for who has none, or takes part."""
    if not user.is_authenticated or takes_part(user, event):
        return None
    today, standing = timezone.localdate(), standing_of(user)
    if held := standing.would_have(Right.EVENTS, today=today):
        renew = _("Your membership of {space} ends on {day}: to take part after that day, renew it.")
        return why_not_yet(held, event.earliest or today, renew)
    if held := standing.held_at(None, event.earliest or today):
        words = _("Your membership of {space} does not open the events for members: its team can give it another kind.")
        return format_lazy(words, space=held.name)
    return None


def can_register(user: User | AnonymousUser, event: Event) -> bool:
    """Tell if the person may register for the event now."""
    return rules.refusal_to_register(event, member=takes_part(user, event)) is None


def registrations_at(user: User | AnonymousUser, events: Sequence[Event]) -> None:
    """Set on each event the person's `registration` at it, or None; at most one query."""
    own = {}
    if user.is_authenticated:
        standing = Registration.objects.standing().filter(
            own_rows(user, Registration), event__in=[event.pk for event in events]
        )
        own = {registration.event_id: registration for registration in standing}
    for event in events:
        event.registration = own.get(event.pk)


def with_partners(spaces: Iterable[int]) -> QuerySet[Event]:
    """Return the events that an operator of these spaces (primary keys) helps to organise, while partners see who
    comes."""
    since = timezone.localdate() - PARTNERS_AFTER
    operated = Event.organisers.through.objects.filter(event=OuterRef("pk"), organisation__spaces__in=list(spaces))
    return Event.objects.visible().filter(Exists(operated), latest__gte=since)


def run_by(user: User | AnonymousUser) -> QuerySet[Event]:
    """Return the events that the person runs: those of the spaces that they run, without a space those of who
    coordinates, and all for who facilitates."""
    if not user.is_authenticated or not user.is_active:
        return Event.objects.none()
    if facilitates(user):
        return Event.objects.all()
    own = Q(space__in=Space.objects.run_by(user).order_by().values("pk"))
    return Event.objects.filter(own | Q(space=None) if coordinates(user) else own)


def of_partners(spaces: Iterable[int]) -> Q:
    """Return the filter for the events that who manages these spaces sees as a partner."""
    return Q(pk__in=with_partners(spaces).order_by().values("pk"))


def of_desk(spaces: Any) -> Q:
    """Return the filter for the events at these spaces at whose door their front desk works."""
    return Q(space__in=spaces) & ~Q(state=EventState.DRAFT)


def event_of(slug: str) -> Event | None:
    """Return the event with this slug and all that its page shows of its place and its organisers; None without one."""
    events = Event.objects.select_related("type", "space").prefetch_related("venues", "organisers", "resources")
    return events.filter(slug=slug).first()


def cards_of(numbers: Sequence[int]) -> list[Event]:
    """Return the events with these primary keys, in this order, with all that their cards show; two queries."""
    found = Event.objects.for_cards().order_by().in_bulk(numbers)
    return [found[number] for number in numbers if number in found]


def cards_hold_until(events: Iterable[Event], now: datetime) -> datetime:
    """Return the moment at which a list of these events would look otherwise: when one begins or ends, or the day
    does."""
    turns = [turn for event in events for turn in (event.starts_at, event.ends_at) if turn and turn > now]
    return min([*turns, day_bounds(timezone.localdate(now)).end])


def registrations_of(user: User) -> list[Registration]:
    """Return the person's standing registrations for events to come, the next event first, each with its `position`
    and its `ride`; at most two queries."""
    registrations = (
        Registration.objects.standing()
        .filter(own_rows(user, Registration), event__in=Event.objects.announced().order_by())
        .select_related("event__type", "event__space", "ride")
        .only(*SHOWN_OF_REGISTRATIONS, *(f"ride__{name}" for name in ("registration", *SHOWN_OF_RIDES)))
        .order_by("event__starts_at", "pk")
    )
    return with_positions(registrations)


def to_be_confirmed_by(user: User) -> list[Registration]:
    """Return the registrations that somebody made as a guest for the person's address, whose link waits to be followed:
    the newest of each event to come."""
    asked = Registration.objects.filter(rows_for_address(user, Registration))
    waiting = asked.filter(
        status=RegistrationStatus.UNCONFIRMED, event__in=Event.objects.announced().order_by()
    ).select_related("event")
    newest = {one.event_id: one for one in waiting.order_by("registered_at", "pk") if rules.guest_link_is_alive(one)}
    return list(newest.values())


def speaking_at(user: User) -> QuerySet[Event]:
    """Return the events to come at which the person speaks, the next one first."""
    talks = Speaker.objects.agreed().filter(user=user)
    return Event.objects.announced().filter(speakers__in=talks).for_cards()


def invitations_of(user: User) -> QuerySet[Speaker]:
    """Return the invitations to speak at events to come that the person has not answered."""
    asked = Speaker.objects.invited().filter(rows_for_address(user, Speaker))
    return asked.filter(event__in=Event.objects.announced().order_by()).select_related("event").order_by("pk")


def invitation_of(token: str) -> int | None:
    """Return the primary key of the speaker in the link of an invitation; None for a forged link."""
    try:
        return int(INVITATION_SIGNER.unsign(token))
    except (BadSignature, ValueError):
        return None


def invited_speaker(pk: int) -> Speaker | None:
    """Return the speaker of an invitation; None for one who was removed since."""
    found = Speaker.objects.select_related("event__type", "event__space", "user")
    return found.filter(pk=pk).first()


def with_positions(registrations: Iterable[Registration]) -> list[Registration]:
    """Return the registrations with their `position` on the waiting list (None: not on it); one more query."""
    listed = list(registrations)
    events = {registration.event_id for registration in listed if registration.is_waiting}
    places: dict[int, int] = {}
    counts: dict[tuple[int, str], int] = {}
    if events:
        in_line = Registration.objects.filter(event__in=events, status=RegistrationStatus.WAITING)
        for event_id, way, pk in in_line.order_by("queued_at", "pk").values_list("event_id", "way", "pk"):
            counts[event_id, way] = counts.get((event_id, way), 0) + 1
            places[pk] = counts[event_id, way]
    for registration in listed:
        registration.position = places.get(registration.pk)
    return listed


def people_at_the_door(event: Event) -> list[Registration]:
    """Return everybody on the attendance list by name, with `participation` loaded for the people who are there, and
    what they have said of photos as `photos`."""
    people = event.registrations.filter(status__in=LISTED_REGISTRATIONS)
    people = people.select_related("user", "participation", "brought_by__user").annotate(photos=photo_answer("user"))
    return sorted(people, key=by_name)


def by_name(registration: Registration) -> tuple[str, int]:
    """Return a sort key by name that puts « é » beside « e »."""
    return fold(str(registration.person_name)), registration.pk


class Audience(NamedTuple):
    """The people who are told news of an event: who has a seat or waits for one, and the speakers besides."""

    people: list[Registration]
    speakers: list[Speaker]

    @property
    def mailed(self) -> int:
        """Return how many of them a mail reaches."""
        addresses = [one.mailed.person_email for one in self.people] + [one.email for one in self.speakers]
        return len({address.lower() for address in addresses if address})

    @property
    def silent(self) -> list[str]:
        """Return the names of the people whom no mail reaches."""
        return [str(one.person_name) for one in self.people if not one.mailed.person_email]


def audience_of(event: Event) -> Audience:
    """Return whom `operations.tell_all` tells news of this event; two queries. Nobody is told of a draft."""
    if event.state == EventState.DRAFT:
        return Audience([], [])
    people = event.registrations.standing().select_related("user", "brought_by__user").order_by("registered_at", "pk")
    seated = event.registrations.confirmed().filter(user__isnull=False)
    speakers = event.speakers.agreed().exclude(user__in=seated.values("user")).select_related("user")
    return Audience(list(people), list(speakers))


def side_of_member(user: User) -> str:
    """Return the side of the member's home space today, else of their residence; blank where neither is known."""
    return side_of(user, timezone.localdate()) or side_of_residence(user.residence)


def free_seats_now(event: Event, way: str, *, now: datetime | None = None) -> rules.FreeSeats:
    """Return `rules.free_seats` for the present registrations of the event."""
    if not event.seats_held or way != Way.ONSITE:
        others = 0
    else:
        seated = event.registrations.seated().filter(way=way).exclude(side="")
        others = seated.exclude(side=event.side).count() if event.side else 0
    return rules.free_seats(event, way, from_the_other_side=others, now=now or timezone.now())


class Opening(NamedTuple):
    """The seats of one way as a person finds them who is not registered: how many are `left` (None: without limit),
    how many of these are `held` for the other side, and if the person `waits` in line for one."""

    way: str
    left: int | None
    held: int
    waits: bool

    @property
    def label(self) -> str:
        return str(Way(self.way).label)


def openings_of(event: Event, side: str = "") -> list[Opening]:
    """Return the openings of an event, one for each way, for a person of this side of the border; blank: unknown, for
    whom no seat is held. A query for the seats held, if any are."""
    crosses = bool(side and event.side and side != event.side)
    found = []
    for way in event.ways:
        free = free_seats_now(event, way)
        own = free.left if free.left is None or crosses else free.left - free.held
        found.append(Opening(way, free.left, free.held, waits=own is not None and own <= 0))
    return found


def openings_for(user: User | AnonymousUser, event: Event) -> list[Opening]:
    """Return the openings of an event for somebody who may register. The side is looked up where seats are held."""
    side = side_of_member(user) if user.is_authenticated and event.seats_held else ""
    return openings_of(event, side)


def opening_for(registration: Registration) -> Opening:
    """Return the opening of the way of a registration that has no seat yet, for its person."""
    openings = openings_of(registration.event, registration.side)
    return next((one for one in openings if one.way == registration.way), openings[0])
