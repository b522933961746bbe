"""Rules of an event's and a registration's state: predicates and refusals, which read no database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.dates import moment_in_words
from hacktiv.outbox.queries import held_for
from members.core.rules import coordinates, facilitates
from members.models import Organisation, User
from spaces.core.queries import runs

from ..enums import LISTED_REGISTRATIONS, LIVE_REGISTRATIONS, EventState, RegistrationStatus, Way
from ..errors import EventError
from ..models import Event, Proof, Registration

#: Time for a guest to confirm by the link in their mail, from the registration on.
GUEST_LINK_LIFE = timedelta(hours=48)
#: The fewest countries among the organisers of a joint event; its participants do not count.
COUNTRIES_OF_A_JOINT_EVENT = 2
#: The first year of an event; an earlier one is a typing error.
FIRST_YEAR = 2000
#: The furthest from now that an event may be planned.
FURTHEST_AHEAD = timedelta(days=1096)
#: From the start of an event to its end.
LONGEST_EVENT = timedelta(days=31)
#: In days before the start, by the local clock: seats held for the other side are free for everybody from then on.
DAYS_OF_HELD_SEATS = 3
#: The time before the start in which a free seat is offered and not simply given.
SEATS_ARE_OFFERED_WITHIN = timedelta(hours=24)
#: The time that an offered seat is kept for an answer.
LONGEST_OFFER, SHORTEST_OFFER = timedelta(hours=3), timedelta(minutes=15)
#: An offer lasts at most one part in so many of the time to the start, so that the next person can still be asked.
SHARE_OF_THE_TIME_LEFT = 4
MIDDAY = time(13)
#: Participants may check in by themselves so long before the start and after the end.
SELF_CHECK_IN_MARGIN = timedelta(hours=1)
#: Partners see who comes to an event for so long after its last day.
PARTNERS_AFTER = timedelta(days=1)
#: A check-in that waited on a phone for the network keeps its own time, unless it is older than this.
LONGEST_WAIT_AT_THE_DOOR = timedelta(hours=24)


def refusal_to_register(
    event: Event, *, member: bool, asked_at: datetime | None = None, by_staff: bool = False
) -> EventError | None:
    """Return why a person cannot register: an EventError, or None. `member` tells if the events for members are open to
    them on its day; to whom staff register they are.

    Opening and closing of registration are compared with `asked_at` (None: now), so that a guest may confirm later.
    They are not looked at for `by_staff`: a person who runs the event registers somebody."""
    if event.state == EventState.CANCELLED:
        return EventError("cancelled", _("This event is cancelled."))
    if event.state == EventState.DRAFT:
        return EventError("draft", _("This event is not published yet."))
    if event.state == EventState.HELD or event.has_begun:
        return EventError("past", _("Registration is closed: the event has begun."))
    if event.is_for_members and not (member or by_staff):
        return EventError(
            "members_only", _("This event is for the network’s members. Ask a space for a membership to take part.")
        )
    return None if by_staff else refusal_of_hour(event, asked_at)


def refusal_of_hour(event: Event, now: datetime | None = None) -> EventError | None:
    """Return why registration is not open at that time: an EventError, or None."""
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


def refusal_of_way(event: Event, way: str) -> EventError | None:
    """Return why people cannot take part in this way: an EventError, or None."""
    if way in event.ways:
        return None
    if way == Way.ONLINE:
        return EventError("way", _("This event does not take place online."))
    return EventError("way", _("This event takes place online only."))


@dataclass
class FreeSeats:
    """The free seats of one way: `left` (None: without limit), of which `held` are for the other side."""

    left: int | None
    held: int = 0

    def take(self, *, is_from_the_other_side: bool) -> bool:
        """Take a seat for a person; return whether there was one. People from the other side take a held one first."""
        if self.left is None:
            return True
        if self.left - (0 if is_from_the_other_side else self.held) <= 0:
            return False
        self.left -= 1
        if is_from_the_other_side:
            self.held = max(0, self.held - 1)
        return True


def held_seats_end_at(event: Event) -> datetime | None:
    """Return when the seats held for the other side are free for everybody; None if none are held."""
    if not (event.seats_held and event.starts_at and event.side and Way.ONSITE in event.ways):
        return None
    local = timezone.localtime(event.starts_at).replace(tzinfo=None)
    return timezone.make_aware(local - timedelta(days=DAYS_OF_HELD_SEATS))


def free_seats(event: Event, way: str, *, from_the_other_side: int, now: datetime) -> FreeSeats:
    """Return the free seats of one way. `from_the_other_side` is the number of seats that the other side has taken."""
    left = event.seats_left_of(way)
    ends_at = held_seats_end_at(event)
    if left is None or way != Way.ONSITE or ends_at is None or now >= ends_at:
        return FreeSeats(left)
    return FreeSeats(left, held=max(0, min(left, event.seats_held - from_the_other_side)))


def is_from_the_other_side(registration: Registration, event: Event) -> bool:
    return bool(registration.side and event.side and registration.side != event.side)


def offer_ends_at(event: Event, now: datetime) -> datetime | None:
    """Return until when a seat that became free now is kept for the answer of the next person on the waiting list.

    None: the event is far enough away to give the seat without asking."""
    starts_at = cast(datetime, event.starts_at)
    time_left = starts_at - now
    if time_left > SEATS_ARE_OFFERED_WITHIN:
        return None
    length = max(SHORTEST_OFFER, min(LONGEST_OFFER, time_left / SHARE_OF_THE_TIME_LEFT))
    return min(now + length, starts_at)


def refusal_to_accept(registration: Registration, now: datetime | None = None) -> EventError | None:
    """Return why an offered seat cannot be taken: an EventError, or None."""
    now = now or timezone.now()
    if registration.is_offered and now < cast(datetime, registration.offered_until) and registration.event.is_open:
        return None
    return EventError("offer_lapsed", _("This offer has ended: the seat went to the next person in line."))


def refusal_to_cancel(registration: Registration) -> EventError | None:
    """Return why a registration cannot be cancelled: an EventError, or None."""
    if registration.status not in LIVE_REGISTRATIONS:
        return EventError("not_registered", _("This registration is cancelled already."))
    if registration.event.has_begun:
        return EventError("past", _("The event has begun: the registration can no longer be cancelled."))
    return None


def can_register_again(registration: Registration) -> bool:
    """Tell if the guest may come back by the link of this registration: cancelled, and their own."""
    is_cancelled = registration.status == RegistrationStatus.CANCELLED
    return is_cancelled and bool(registration.guest_email) and not registration.brought_by_id


def can_cancel(registration: Registration) -> bool:
    return refusal_to_cancel(registration) is None


def refusal_to_bring(registration: Registration, count: int) -> EventError | None:
    """Return why a person with `count` companions may not bring one more: an EventError, or None."""
    event = registration.event
    if not registration.is_standing:
        return EventError("not_registered", _("Register first: then you say who comes with you."))
    if registration.brought_by_id:
        return EventError("companion", _("Who comes with somebody brings nobody else."))
    if count >= event.most_companions:
        return EventError("too_many", _("You bring as many people as this event allows."))
    return refusal_to_register(event, member=False)


def can_answer(registration: Registration) -> bool:
    """Return whether the person may answer the event's questions or change the answers: until the event begins."""
    return registration.status in LIVE_REGISTRATIONS and registration.event.is_open


def can_correct_person(registration: Registration) -> bool:
    """Return whether staff may correct the name and the address: they entered the person, who has no account."""
    by_staff = registration.registered_by_id is not None and registration.brought_by_id is None
    return by_staff and registration.user_id is None and registration.status in LISTED_REGISTRATIONS


def guest_link_is_alive(registration: Registration, now: datetime | None = None) -> bool:
    """Return whether the guest may still follow the link. The time during which no mail could leave does not count."""
    now = now or timezone.now()
    age = now - registration.registered_at
    return age < GUEST_LINK_LIFE or age - held_for(registration.registered_at, now) < GUEST_LINK_LIFE


def is_within_reach(moment: datetime) -> bool:
    """Return whether an aware moment lies between `FIRST_YEAR` and `FURTHEST_AHEAD`."""
    return datetime(FIRST_YEAR, 1, 1, tzinfo=UTC) <= moment <= timezone.now() + FURTHEST_AHEAD


def refusal_of_time(starts_at: datetime, ends_at: datetime) -> EventError | None:
    """Return why an event cannot take place at that time: an EventError, or None."""
    if not (is_within_reach(starts_at) and is_within_reach(ends_at)):
        return EventError("far_away", _("Check the year."))
    if ends_at <= starts_at:
        return EventError("not_in_order", _("An event ends after it begins."))
    if ends_at - starts_at > LONGEST_EVENT:
        return EventError("too_long", _("An event lasts a month at most: check when it ends."))
    return None


def may_run(user: User | AnonymousUser, event: Event) -> bool:
    """Return whether the person runs the event: a manager of its space, the coordinator if it has no
    space, or a facilitator."""
    if not user.is_active:
        return False
    if event.space is None:
        return coordinates(user) or facilitates(user)
    return runs(user, event.space) or facilitates(user)


def holder(event: Event) -> str:
    """Return the name under which the event holds rooms and equipment."""
    return f"event:{event.pk}"


def was_withdrawn(event: Event) -> bool:
    """Return True for a draft that was announced before: each change of what was announced counts."""
    return event.state == EventState.DRAFT and event.sequence > 0


def is_at_the_door(event: Event, now: datetime | None = None) -> bool:
    """Return whether people are checked in: from the day on which a published event with a time begins."""
    return event.starts_at is not None and event.state == EventState.PUBLISHED and attendance_is_open(event, now)


def attendance_is_open(event: Event, now: datetime | None = None) -> bool:
    """Return whether attendance can be marked: from the day of the event on, and from an hour before it at midnight."""
    now = now or timezone.now()
    is_soon = event.starts_at is not None and event.starts_at - SELF_CHECK_IN_MARGIN <= now
    has_come = is_soon or event.earliest <= timezone.localdate(now)
    return event.state in {EventState.PUBLISHED, EventState.HELD} and has_come


def self_check_in_is_open(event: Event, now: datetime | None = None) -> bool:
    """Return whether participants may check in by themselves: from an hour before the event until an hour after it."""
    now = now or timezone.now()
    if event.state not in {EventState.PUBLISHED, EventState.HELD} or event.starts_at is None or event.ends_at is None:
        return False
    return event.starts_at - SELF_CHECK_IN_MARGIN <= now <= event.ends_at + SELF_CHECK_IN_MARGIN


def proposed_joint(organisers: Iterable[Organisation]) -> bool | None:
    """Return whether the organisers are of at least two countries; None without any. The coordinator decides."""
    countries = {organisation.country for organisation in organisers}
    return len(countries) >= COUNTRIES_OF_A_JOINT_EVENT if countries else None


def proofs_not_given(event: Event, proofs: Iterable[Proof]) -> list[str]:
    """Return the kinds of proofs that the event owes and that are not among `proofs`, in the order of the event. What
    was refused is not given."""
    given = {proof.kind for proof in proofs if not proof.refused_at}
    return [kind for kind in event.proofs_owed if kind not in given]


def proofs_still_owed(event: Event, proofs: Iterable[Proof]) -> list[str]:
    """Return the kinds of proof that the event owes and of which none among `proofs` is checked, in the order of the
    event: as reports say it too. Some of them may have a file that waits for its check (`proofs_not_given`)."""
    checked = {proof.kind for proof in proofs if proof.checked_at}
    return [kind for kind in event.proofs_owed if kind not in checked]
