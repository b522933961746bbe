"""Read what waits for the person who opens the admin: each part in a fixed number of queries."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from events.core.operations import event_named
from events.core.queries import with_partners
from events.core.rules import COUNTRIES_OF_A_JOINT_EVENT, is_at_the_door
from events.enums import EventState, ProofKind, RegistrationStatus, TopicState
from events.models import Event, Proof, Registration, TopicProposal
from hacktiv.outbox.models import Message, MessageState
from members.models import User
from reporting.classifying.queries import numbers_undecided
from reporting.counting.queries import half_years_to_count, uncounted_events
from reporting.models import CountedAction, Period, Project
from spaces.booking.queries import FreeNow, SpaceDay, day_plans
from spaces.enums import MembershipState
from spaces.memberships.queries import with_words_of_wish
from spaces.models import Booking, Closure, ContactMessage, Hold, Membership, Space, Wait
from spaces.places.queries.opening import OpeningState, closures_near, state_now
from spaces.timing.hours import day_bounds

#: How far ahead the day of a manager looks.
EVENTS_AHEAD = timedelta(days=7)
CLOSURES_AHEAD = timedelta(days=14)
#: How far back it asks for events to be closed; the coordinator's report reminds of older ones.
EVENTS_BEHIND = timedelta(days=60)
#: How far back managers and the coordinator are told of held events without their proofs, and of proofs to be checked.
PROOFS_BEHIND = timedelta(days=200)
#: How far back it tells of mails that could not be sent.
REFUSED_BEHIND = timedelta(days=14)
#: How many rows each list shows; the rest is a click away, on the same page with its lists whole.
LISTED = 8
#: How many rows a whole list shows.
LISTED_WHOLE = 1000


Row = TypeVar("Row")


class First(list[Row]):
    """The first rows of a list; `number` is how many there are."""

    def __init__(self, rows: Iterable[Row], number: int) -> None:
        super().__init__(rows)
        self.number = number

    @property
    def has_more(self) -> bool:
        return self.number > len(self)


@dataclass(frozen=True)
class Work:
    """The day of a space's staff, over the spaces where they receive people. What is to be decided is of those that
    they run (`runs`).

    `events` are theirs and those that their operators help to organise; `doors` the keys of those where people are
    checked in now. `to_phone` are offered a seat of these events, and no mail can tell them; `without_proof` are the
    held events of their spaces, with the names of the missing proofs; `refused` are proofs that somebody refused, and
    no better one is there; `memberships_ending` end within a month, the next first."""

    spaces: list[Space]
    runs: list[Space]
    requests: list[Booking]
    arrivals: list[Booking]
    arrivals_tomorrow: list[Booking]
    topics: list[TopicProposal]
    events: First[Event]
    doors: frozenset[int]
    to_mark: First[Event]
    to_phone: list[Registration]
    without_proof: First[tuple[Event, list[str]]]
    refused: First[Proof]
    closures: list[Closure]
    closures_soon: First[Closure]
    holds: list[Hold]
    free_now: list[FreeNow]
    waits: list[Wait]
    contact_messages: list[ContactMessage]
    membership_requests: list[Membership]
    memberships_ending: First[Membership]
    kinds_wished: list[Membership]

    @property
    def run_keys(self) -> frozenset[int]:
        """Return the primary keys of the spaces that the person runs."""
        return frozenset(space.pk for space in self.runs)

    @property
    def first_membership_requests(self) -> list[Membership]:
        return self.membership_requests[:LISTED]

    @property
    def first_contact_messages(self) -> list[ContactMessage]:
        return self.contact_messages[:LISTED]

    @property
    def first_topics(self) -> list[TopicProposal]:
        return self.topics[:LISTED]


def work_in(spaces: list[Space], now: datetime, runs: list[Space] | None = None, *, listed: int = LISTED) -> Work:
    """Return what waits today in these spaces, for who runs some of them (default: all); `listed` rows of each list."""
    runs = spaces if runs is None else runs
    today = timezone.localdate(now)
    plans = day_plans(spaces, today, at=now, closures_ahead=CLOSURES_AHEAD)
    return Work(
        spaces=spaces,
        runs=runs,
        **_events_in(spaces, runs, now, listed),
        **_bookings_in(spaces, runs, plans, now),
        **_closures_in(plans, today, listed),
        **_people_of(runs, today, listed),
    )


def _events_in(spaces: list[Space], runs: list[Space], now: datetime, listed: int) -> dict[str, Any]:
    """Return the events at the spaces, and of their partners, the topics to decide and the proofs that are owed."""
    today = timezone.localdate(now)
    together = with_partners(space.pk for space in runs).order_by().values("pk")
    events = (
        Event.objects.filter(Q(space__in=spaces) | Q(pk__in=together))
        .select_related("type", "space")
        .annotate(
            registered=Count("registrations", filter=Q(registrations__status=RegistrationStatus.CONFIRMED)),
            waiting=Count("registrations", filter=Q(registrations__status=RegistrationStatus.WAITING)),
            offered=Count("registrations", filter=Q(registrations__status=RegistrationStatus.OFFERED)),
        )
        .order_by("starts_at", "pk")
    )
    midnight = day_bounds(today).start
    # What began before midnight and goes on, or ended today, is of today too.
    ahead = Q(
        state__in=[EventState.PUBLISHED, EventState.HELD], starts_at__lte=now + EVENTS_AHEAD, ends_at__gt=midnight
    )
    behind = Q(state=EventState.PUBLISHED, ends_at__range=(now - EVENTS_BEHIND, midnight))
    coming: First[Any] = _first(events.filter(ahead), listed)
    held = _held_lately(today).filter(space__in=runs)
    topics = TopicProposal.objects.filter(space__in=runs, state=TopicState.PROPOSED, day__gte=today)
    return {
        "topics": list(topics.select_related("user", "space").order_by("day", "proposed_at", "pk")),
        "events": coming,
        "doors": frozenset(event.pk for event in coming if is_at_the_door(event, now)),
        "to_mark": _first(events.filter(behind, space__in=runs), listed),
        "to_phone": _to_phone(runs, now) if coming.has_more or any(one.offered for one in coming) else [],
        "without_proof": _without_proof(held, listed),
        "refused": _refused(held, listed),
    }


def _bookings_in(spaces: list[Space], runs: list[Space], plans: list[SpaceDay], now: datetime) -> dict[str, Any]:
    """Return the requests for bookings, who arrives today and tomorrow, what is kept and free, and who waits."""
    states = _states(plans, now)
    free_now: list[Any] = [free for plan in plans for free in plan.resources if free.resource.is_bookable]
    for free in free_now:
        free.resource.space.state = states[free.resource.space_id]
    waits = Wait.objects.live(now).filter(resource__space__in=spaces).select_related("user", "resource__space")
    return {
        "requests": [one for one in _together(plans, "requests", lambda one: one.start) if one.resource.space in runs],
        "arrivals": _together(plans, "arrivals", lambda booking: booking.start),
        "arrivals_tomorrow": _together(plans, "arrivals_tomorrow", lambda booking: booking.start),
        "holds": _together(plans, "holds", lambda hold: hold.period.lower),
        "free_now": free_now,
        "waits": list(waits.order_by("period", "created_at", "pk")[:LISTED]),
    }


def _closures_in(plans: list[SpaceDay], today: date, listed: int) -> dict[str, Any]:
    closures = _together(plans, "closures", lambda closure: closure.period.lower)
    tomorrow = day_bounds(today).end
    return {
        "closures": [closure for closure in closures if closure.period.lower < tomorrow],
        "closures_soon": _first_of([closure for closure in closures if closure.period.lower >= tomorrow], listed),
    }


def _people_of(runs: list[Space], today: date, listed: int) -> dict[str, Any]:
    """Return who has written to the spaces, asks them for a membership, or is a member there not for long."""
    written = ContactMessage.objects.filter(space__in=runs, answered_at=None)
    memberships = Membership.objects.filter(space__in=runs).select_related("user", "space", "kind")
    waiting_or_ending = list(memberships.requested() | memberships.ending_soon(today))
    requested = [one for one in waiting_or_ending if one.state == MembershipState.REQUESTED]
    ending = [one for one in waiting_or_ending if one.state != MembershipState.REQUESTED]
    wished = with_words_of_wish(memberships.filter(wished_kind__isnull=False)).select_related("wished_kind")
    return {
        "contact_messages": list(written.select_related("space").order_by("pk")),
        "membership_requests": sorted(requested, key=lambda one: (one.asked_at, one.pk)),
        "kinds_wished": list(wished.order_by("pk")),
        "memberships_ending": _first_of(sorted(ending, key=lambda one: (one.until, one.pk)), listed),
    }


def _to_phone(spaces: list[Space], now: datetime) -> list[Registration]:
    """Return who has no address and is offered a seat at an event of these spaces, the shortest time first."""
    offered = Registration.objects.filter(status=RegistrationStatus.OFFERED, offered_until__gt=now)
    offered = offered.filter(event__space__in=spaces, event__state=EventState.PUBLISHED, event__starts_at__gt=now)
    people = offered.select_related("user", "event", "brought_by__user").order_by("offered_until", "pk")
    return [person for person in people if not person.mailed.person_email]


def _states(plans: list[SpaceDay], now: datetime) -> dict[int, OpeningState]:
    """Return by its key if each space is open now; one query."""
    spaces: list[Any] = [plan.space for plan in plans]
    prefetch_related_objects(spaces, "opening_hours")
    for plan, space in zip(plans, spaces, strict=True):
        space.near_closures = closures_near(plan.closures, now)
    return {space.pk: state_now(space, now) for space in spaces}


def _together(plans: list[SpaceDay], name: str, moment: Callable[[Any], datetime]) -> list[Any]:
    """Return the rows of all spaces in the order of time."""
    return sorted((row for plan in plans for row in getattr(plan, name)), key=moment)


@dataclass(frozen=True)
class Coordination:
    """The work of the coordinator. `uncounted` has half-years with the number of held events that nobody counted,
    `unclassified` those with the number of actions on whose indicator nobody decided,
    `without_proof` the names of the missing proofs beside each event, `to_check` proofs of others, not checked yet,
    `refused` the proofs that somebody refused, and no better one is there."""

    uncounted: list[tuple[Period, int]]
    unclassified: list[tuple[Period, int]]
    projects: list[tuple[Project, Period | None]]
    joint_to_decide: First[Event]
    without_proof: First[tuple[Event, list[str]]]
    to_check: First[tuple[Event, Proof]]
    refused: First[Proof]


def coordination(user: User, now: datetime, *, listed: int = LISTED) -> Coordination:
    """Return what waits for the coordinator: the projects with their present or last half-year, held events that nobody
    counted, counted actions whose indicator is not decided, events to be called joint or not, and events held without
    a proof they owe.

    An event is to be decided on while organisations of two countries organise it and nobody said whether it is joint.
    Proofs are asked for before an event is counted too, and no more once the coordinator has left it out.
    """
    today = timezone.localdate(now)
    recent = Event.objects.filter(latest__gte=today - PROOFS_BEHIND).select_related("space")
    projects = Project.objects.order_by("-starts_on", "slug").prefetch_related("periods")
    undecided = (
        recent.filter(joint=None, state__in=[EventState.PUBLISHED, EventState.HELD])
        .annotate(countries=Count("organisers__country", distinct=True))
        .filter(countries__gte=COUNTRIES_OF_A_JOINT_EVENT)
    )
    held = _held_lately(today)
    waiting = Proof.objects.filter(event__in=held.order_by().values("pk"), checked_at=None, refused_at=None)
    unchecked = waiting.exclude(added_by=user).select_related("event__space")
    to_check = _first(unchecked.order_by("-event__earliest", "event", "pk"), listed)
    open_periods = list(half_years_to_count(today))
    return Coordination(
        uncounted=[(period, len(events)) for period, events in uncounted_events(open_periods).items() if events],
        unclassified=[(period, number) for period, number in numbers_undecided(open_periods).items() if number],
        projects=[(project, _present(project, now)) for project in projects],
        joint_to_decide=_first(undecided.order_by("earliest", "pk"), listed),
        to_check=First([(proof.event, proof) for proof in to_check], to_check.number),
        without_proof=_without_proof(held, listed),
        refused=_refused(held, listed),
    )


def _first(found: QuerySet[Any], listed: int) -> First[Any]:
    """Return the first rows of a query; where there are more, one more query counts them all."""
    rows = list(found[: listed + 1])
    return First(rows[:listed], found.count() if len(rows) > listed else len(rows))


def _first_of(rows: Sequence[Any], listed: int) -> First[Any]:
    return First(rows[:listed], len(rows))


def _held_lately(today: date) -> QuerySet[Event]:
    """Return the events held within `PROOFS_BEHIND`, but those that the coordinator left out of the reports."""
    decided = CountedAction.objects.filter(event=OuterRef("pk"))
    left_out = Exists(decided.filter(counts=False)) & ~Exists(decided.filter(counts=True))
    held = Event.objects.held().filter(latest__gte=today - PROOFS_BEHIND).exclude(left_out)
    return held.select_related("space").order_by("-earliest", "pk")


def _without_proof(held: QuerySet[Event], listed: int) -> First[tuple[Event, list[str]]]:
    """Return the events that lack proofs, each with the names of those."""
    proofs = Proof.objects.filter(event=OuterRef("pk"), refused_at=None)
    given = ArraySubquery(proofs.order_by().values("kind"))
    lacking = _first(held.annotate(given=given).exclude(proofs_owed__contained_by=F("given")), listed)
    rows = [
        (event, [str(ProofKind(kind).label) for kind in event.proofs_owed if kind not in event.given])
        for event in lacking
    ]
    return First(rows, lacking.number)


def _refused(held: QuerySet[Event], listed: int) -> First[Proof]:
    """Return the refused proofs of these events, the latest first, while nobody has added another of their kind."""
    another = Proof.objects.filter(event=OuterRef("event"), kind=OuterRef("kind"), refused_at=None)
    refused = Proof.objects.filter(~Exists(another), refused_at__isnull=False, event__in=held.order_by().values("pk"))
    return _first(refused.select_related("event__space", "refused_by").order_by("-refused_at", "pk"), listed)


def _present(project: Project, now: datetime) -> Period | None:
    """Return the half-year that a project is in, or was in last."""
    begun = [period for period in project.periods.all() if period.starts_on <= timezone.localdate(now)]
    return begun[-1] if begun else None


@dataclass(frozen=True)
class RefusedMails:
    """Mails that could not be sent lately, and the events and bookings that they tell about."""

    count: int
    events: list[Event]
    bookings: list[Booking]


def refused_mails(spaces: list[Space], now: datetime, *, of_network: bool) -> RefusedMails:
    """Return the mails that could not be sent lately, of the events and bookings of these spaces, and of the network's
    own events if `of_network`."""
    failed = Message.objects.filter(state=MessageState.FAILED, due_at__gte=now - REFUSED_BEHIND)
    by_event: Counter[int] = Counter()
    by_booking: Counter[int] = Counter()
    for named, context in failed.values_list("about", "context"):
        if event := event_named(named):
            by_event[event] += 1
        elif "booking" in context:
            by_booking[context["booking"]] += 1
    ours = Q(space__in=spaces) | Q(space=None) if of_network else Q(space__in=spaces)
    events = list(Event.objects.filter(ours, pk__in=by_event).order_by("starts_at", "pk")) if by_event else []
    bookings = Booking.objects.filter(resource__space__in=spaces, pk__in=by_booking).select_related("resource")
    booked = list(bookings.order_by("period", "pk")) if by_booking else []
    count = sum(by_event[event.pk] for event in events) + sum(by_booking[booking.pk] for booking in booked)
    return RefusedMails(count, events[:LISTED], booked[:LISTED])


def mail_trouble() -> int:
    """Return how many mails wait for the decision of a superuser."""
    return Message.objects.filter(state__in=[MessageState.DOUBTFUL, MessageState.FAILED]).count()
