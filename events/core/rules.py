"""Rules of an event's and a registration's state: predicates and refusals, which read no database."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.dates import moment_in_words
from members.rules import coordinates

from ..enums import LIVE_REGISTRATIONS, EventState, Way
from ..errors import EventError

#: How long a guest has to confirm from his mailbox.
GUEST_LINK_LIFE = timedelta(hours=48)


#: A joint event is organised by organisations of at least so many countries, whoever takes part.
COUNTRIES_OF_A_JOINT_EVENT = 2


#: History goes back so far, plans so far ahead: what lies beyond is a slip of the keyboard.
FIRST_YEAR = 2000


FURTHEST_AHEAD = timedelta(days=1096)


LONGEST_EVENT = timedelta(days=31)


#: Seats kept for the other side are free for everybody from so many days before the event on, by the clock on the wall.
DAYS_OF_HELD_SEATS = 3


#: So near to the start nobody is moved into a seat unasked: it is offered, and kept until the answer or the deadline.
SEATS_ARE_OFFERED_WITHIN = timedelta(hours=24)


LONGEST_OFFER, SHORTEST_OFFER = timedelta(hours=3), timedelta(minutes=15)


#: An offer lasts at most this part of the time to the start, so that the next in line can still be asked.
SHARE_OF_THE_TIME_LEFT = 4


MIDDAY = time(13)


#: Participants note themselves as present so long before and after the event.
SELF_CHECK_IN_MARGIN = timedelta(hours=1)


#: A check-in that waited on a phone for the network keeps its own time, if it is no older.
LONGEST_WAIT_AT_THE_DOOR = timedelta(hours=24)


def refusal_to_register(event, *, member, asked_at=None, by_staff=False):
    """Why nobody of this kind (a member, or else a guest) can register: an EventError, or None.

    The time of registration is that of the asking (`asked_at`; None: now), for who confirms it later, and no matter
    where who runs the event registers somebody (`by_staff`)."""
    if event.state == EventState.CANCELLED:
        return EventError("cancelled", _("This event is cancelled."))
    if event.state == EventState.DRAFT:
        return EventError("draft", _("This event is not published yet."))
    if event.state == EventState.HELD or event.has_begun:
        return EventError("past", _("Registration is closed: the event has begun."))
    if event.is_for_members and not member:
        return EventError("members_only", _("This event is for the network's members. Sign in to register."))
    return None if by_staff else refusal_of_hour(event, asked_at)


def refusal_of_hour(event, now=None):
    """Why registration is not open at that time: an EventError, or None."""
    now = now or timezone.now()
    if event.registration_opens_at and now < event.registration_opens_at:
        return EventError(
            "not_open_yet",
            _("Registration opens on %(moment)s.") % {"moment": moment_in_words(event.registration_opens_at)},
        )
    if event.registration_closes_at and now >= event.registration_closes_at:
        return EventError(
            "closed",
            _("Registration closed on %(moment)s.") % {"moment": moment_in_words(event.registration_closes_at)},
        )
    return None


def refusal_of_way(event, way):
    """Why nobody takes part in this way: an EventError, or None."""
    if way in event.ways:
        return None
    if way == Way.ONLINE:
        return EventError("way", _("This event does not take place online."))
    return EventError("way", _("This event takes place online only."))


@dataclass
class FreeSeats:
    """The seats of one way that nobody has (`left`; None: without limit), of which `held` are for the other side."""

    left: int | None
    held: int = 0

    def take(self, *, is_from_the_other_side):
        """Take a seat for a person: whether there is one. Who comes from the other side takes a held one first."""
        if self.left is None:
            return True
        if self.left - (0 if is_from_the_other_side else self.held) <= 0:
            return False
        self.left -= 1
        if is_from_the_other_side:
            self.held = max(0, self.held - 1)
        return True


def held_seats_end_at(event):
    """When the seats kept for the other side are free for everybody; None where none are kept."""
    if not (event.seats_held and event.starts_at and event.side and Way.ONSITE in event.ways):
        return None
    local = timezone.localtime(event.starts_at).replace(tzinfo=None)
    return timezone.make_aware(local - timedelta(days=DAYS_OF_HELD_SEATS))


def free_seats(event, way, *, from_the_other_side, now):
    """The seats left at an event in one way, of which so many are taken `from_the_other_side` already."""
    left = event.seats_left_of(way)
    ends_at = held_seats_end_at(event)
    if left is None or way != Way.ONSITE or ends_at is None or now >= ends_at:
        return FreeSeats(left)
    return FreeSeats(left, held=max(0, min(left, event.seats_held - from_the_other_side)))


def is_from_the_other_side(registration, event):
    return bool(registration.side and event.side and registration.side != event.side)


def offer_ends_at(event, now):
    """Until when a seat that became free now is kept for the answer of who is next in line; None where the event is
    far enough away to give it without asking."""
    time_left = event.starts_at - now
    if time_left > SEATS_ARE_OFFERED_WITHIN:
        return None
    length = max(SHORTEST_OFFER, min(LONGEST_OFFER, time_left / SHARE_OF_THE_TIME_LEFT))
    return min(now + length, event.starts_at)


def refusal_to_accept(registration, now=None):
    """Why an offered seat cannot be taken: an EventError, or None."""
    now = now or timezone.now()
    if registration.is_offered and now < registration.offered_until and registration.event.is_open:
        return None
    return EventError("offer_lapsed", _("This offer has ended: the seat went to the next person in line."))


def can_register(user, event):
    return refusal_to_register(event, member=user.is_authenticated) is None


def refusal_to_cancel(registration):
    """Why a registration cannot be cancelled: an EventError, or None."""
    if registration.status not in LIVE_REGISTRATIONS:
        return EventError("not_registered", _("This registration is cancelled already."))
    if registration.event.has_begun:
        return EventError("past", _("The event has begun: the registration can no longer be cancelled."))
    return None


def can_cancel(registration):
    return refusal_to_cancel(registration) is None


def refusal_to_bring(registration, count):
    """Why a person who brings `count` people already brings no other: an EventError, or None."""
    event = registration.event
    if not registration.is_standing:
        return EventError("not_registered", _("Register first: then you say who comes with you."))
    if registration.brought_by_id:
        return EventError("companion", _("Who comes with somebody brings nobody else."))
    if count >= event.most_companions:
        return EventError("too_many", _("You bring as many people as this event allows."))
    return refusal_to_register(event, member=False)


def can_answer(registration):
    """Whether the person can answer the event's questions, or answer them otherwise: until it begins."""
    return registration.status in LIVE_REGISTRATIONS and registration.event.is_open


def guest_link_is_alive(registration, now=None):
    return (now or timezone.now()) < registration.registered_at + GUEST_LINK_LIFE


def is_within_reach(moment):
    """Whether an aware moment lies in the years of the network, however absurd it is."""
    return datetime(FIRST_YEAR, 1, 1, tzinfo=UTC) <= moment <= timezone.now() + FURTHEST_AHEAD


def refusal_of_time(starts_at, ends_at):
    """Why an event cannot take place then: an EventError, or None."""
    if not (is_within_reach(starts_at) and is_within_reach(ends_at)):
        return EventError("far_away", _("Check the year."))
    if ends_at <= starts_at:
        return EventError("not_in_order", _("An event ends after it begins."))
    if ends_at - starts_at > LONGEST_EVENT:
        return EventError("too_long", _("An event lasts a month at most: check when it ends."))
    return None


def may_run(user, event):
    """Whether the person runs the event: its space's managers, of the network's own events the coordinator."""
    if not user.is_active:
        return False
    if user.is_superuser:
        return True
    if event.space_id is None:
        return coordinates(user)
    return event.space.managers.filter(pk=user.pk).exists()


def attendance_is_open(event, now=None):
    """Attendance is marked from the day of the event on; of history, always."""
    return event.state in {EventState.PUBLISHED, EventState.HELD} and event.earliest <= timezone.localdate(now)


def self_check_in_is_open(event, now=None):
    """Whether participants note themselves as present: from an hour before the event until an hour after it."""
    now = now or timezone.now()
    if event.state not in {EventState.PUBLISHED, EventState.HELD} or event.starts_at is None:
        return False
    return event.starts_at - SELF_CHECK_IN_MARGIN <= now <= event.ends_at + SELF_CHECK_IN_MARGIN


def proposed_joint(organisers):
    """Whether organisations of at least two countries organise. A proposal: the coordinator decides.

    None where no organiser is known."""
    countries = {organisation.country for organisation in organisers}
    return len(countries) >= COUNTRIES_OF_A_JOINT_EVENT if countries else None


def proofs_not_given(event, proofs):
    """The kinds owed and not among `proofs`, in the order in which they are owed."""
    given = {proof.kind for proof in proofs}
    return [kind for kind in event.proofs_owed if kind not in given]
