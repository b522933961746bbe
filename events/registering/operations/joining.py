"""Make one of what a person has at an event under several participant numbers.

The callers hold the locks of the events, then that of the account."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from hacktiv.common.personal_data import HeldAddress
from members.models import EarlierAddress, User

from ...core.operations import locked
from ...core.queries import frozen_of, side_of_member
from ...enums import LISTED_REGISTRATIONS, RegistrationStatus, Way
from ...models import Event, EventOutcome, Participation, Registration, SurveyTaken
from ...models.attendance import NOTHING_IMPORTED
from ...travel.operations.joining import join_travel
from .seats import fill_free_seats, recount_seats, set_seats, withdraw

#: The better the place, the earlier its state stands here.
BY_PLACE = (
    RegistrationStatus.CONFIRMED,
    RegistrationStatus.OFFERED,
    RegistrationStatus.WAITING,
    RegistrationStatus.WALK_IN,
)
#: What a participation keeps of the person, in the groups that are known together.
FROZEN = (("residence",), ("status",), ("gender",), ("age_band",), ("home_space_id", "home_side"))
#: A presence that does not know all of that.
LACKS_SOMETHING = Q(residence="") | Q(status="") | Q(gender="") | Q(age_band="") | Q(home_space=None, home_side="")


@dataclass
class Joined:
    """Keep what became one, by event (primary keys): registrations given back, presences, surveys, and what is
    answered or told twice, of which the later stays."""

    registrations: list[int] = field(default_factory=list)
    presences: list[int] = field(default_factory=list)
    surveys: list[int] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Whose:
    """A person: the account, and the numbers and addresses under which their rows stand too.

    The rows of `accounts` (keys) and those made for `addresses` go into the account, but what another brings as a
    companion for an address: that one would read the name of the account."""

    user: User
    numbers: frozenset[UUID]
    addresses: frozenset[HeldAddress] = frozenset()
    accounts: frozenset[int] = frozenset()

    @property
    def rows(self) -> Q:
        """Return the filter for the person's registrations; what stands under another account's number is none."""
        own = {self.user.pk, *self.accounts}
        found = Q(user__in=own) | Q(user=None, participant_number__in={*self.numbers, self.user.participant_number})
        return found | self.rows_of_guests

    @property
    def rows_of_guests(self) -> Q:
        """Return the filter for what was made for a guest under the person's addresses while they had them.

        What stands under another account's number is none, unless that account had the address before: its number
        serves for who is entered by the address until the next holder has an account."""
        others = User.objects.exclude(pk__in={self.user.pk, *self.accounts})
        found = Q(pk__in=[])
        for held in sorted(self.addresses, key=str):
            before = EarlierAddress.objects.filter(email=held.address, left_at__lte=held.since) if held.since else None
            of_others = others.exclude(pk__in=before.values("user")) if before is not None else others
            own = Q(user=None, guest_email__iexact=held.address) & held.of_their_time(*Registration.made_columns)
            found |= own & ~Q(participant_number__in=of_others.values("participant_number"))
        return found

    def takes_in(self, row: Registration) -> bool:
        """Return True for a row that goes into the account, or is there."""
        if row.user_id:
            return True
        if row.brought_by_id or row.status == RegistrationStatus.UNCONFIRMED:
            return False
        address, made_at = row.guest_email.lower(), row.made_at
        return any(held.address == address and held.had_at(made_at) for held in self.addresses)


def events_of(whose: Whose) -> QuerySet[Event]:
    """Return the events at which the person has anything but under the account's own number alone, and where several
    accounts are theirs, those too at which a presence lacks something that another account may know."""
    rows = Registration.objects.filter(whose.rows).exclude(
        user=whose.user, participant_number=whose.user.participant_number
    )
    marks = Participation.objects.filter(participant_number__in=whose.numbers)
    surveys = SurveyTaken.objects.filter(participant_number__in=whose.numbers)
    lacking = Participation.objects.none()
    if whose.accounts:
        lacking = Participation.objects.filter(LACKS_SOMETHING, participant_number=whose.user.participant_number)
    found = Q()
    for table in (rows, marks, surveys, lacking):
        found |= Q(pk__in=table.order_by().values("event"))
    return Event.objects.filter(found).order_by("pk")


def lock_events(events: Iterable[Event]) -> list[Event]:
    """Lock these events one after the other, in their order."""
    return [locked(event) for event in events]


def become_one(events: Iterable[Event], whose: Whose) -> Joined:
    """Put the person's rows at these locked events under the number of the account, and make one of those that are
    double: the surest presence stays, else the better place; a seat that is given back goes to the next in line."""
    joined = Joined()
    for event in events:
        _AtEvent(event, whose, joined).become_one()
    return joined


class _AtEvent:
    """The person's rows at one event."""

    def __init__(self, event: Event, whose: Whose, joined: Joined) -> None:
        self.event, self.whose, self.joined = event, whose, joined
        self.rows = list(event.registrations.filter(whose.rows).select_related("user").order_by("pk"))
        for row in self.rows:
            row.event = event
        numbers = {*whose.numbers, whose.user.participant_number}
        marks = event.participations.filter(
            Q(participant_number__in=numbers) | Q(registration__in=self.rows)
        ).select_related("registration")
        self.marks = sorted(marks.prefetch_related("residence_corrections"), key=self._doubt_of)

    def become_one(self) -> None:
        listed = [row for row in self.rows if row.status in LISTED_REGISTRATIONS]
        stays = self._row_that_stays(listed)
        added_seats = self._join_marks(stays)
        for row in listed:
            if stays and row != stays:
                self._absorb(stays, row)
        for row in self.rows:
            self._put_under_number(row)
        self._join_surveys()
        if stays and len(listed) > 1:
            self._name_in_lists(stays, [row.pk for row in listed if row != stays])
            self._give_seats_back(added_seats)

    def _doubt_of(self, mark: Participation) -> tuple[bool, bool, bool, Any, int]:
        """Return a key by which the surest presence comes first: seen on site, by the team, the earliest."""
        row = mark.registration
        is_online = row is not None and row.way == Way.ONLINE
        is_of_list = self.event.proofs.filter(imported__marks__contains=[mark.pk]).exists()
        return is_online, is_of_list, mark.marked_by_id is None, mark.marked_at, mark.pk

    def _row_that_stays(self, listed: list[Registration]) -> Registration | None:
        """Return the registration of the surest presence, or one of the person's own in its stead that takes part in
        the same way; without a presence the one with the best place."""
        ordered = sorted(listed, key=_rank)
        surest = next((row for mark in self.marks for row in listed if row.pk == mark.registration_id), None)
        if surest and (surest.status == RegistrationStatus.WALK_IN or surest.brought_by_id):
            own = (row for row in ordered if row.is_standing and not row.brought_by_id and row.way == surest.way)
            return next(own, surest)
        return surest or (ordered[0] if ordered else None)

    def _join_marks(self, stays: Registration | None) -> int:
        """Keep the surest presence, with what the others alone know, and of the residence what staff corrected last.

        Return the seats that were added for the others."""
        if not self.marks:
            return 0
        kept, *others = self.marks
        corrections = [one for mark in self.marks for one in mark.residence_corrections.all()]
        is_guests = kept.registration is not None and kept.registration.user_id is None
        for other in others:
            fill_presence(kept, {name: getattr(other, name) for names in FROZEN for name in names})
            other.residence_corrections.update(participation=kept)
            other.way_corrections.update(participation=kept)
            other.delete()
            self.joined.presences.append(self.event.pk)
        kept.participant_number, kept.is_by_name = self.whose.user.participant_number, False
        kept.registration = stays or kept.registration
        if is_guests and stays and self.whose.takes_in(stays):
            self._complete(kept)
        if corrections:
            kept.residence = max(corrections, key=lambda one: (one.made_at, one.pk)).after
        kept.save()
        return sum(other.added_seat for other in others)

    def _absorb(self, stays: Registration, row: Registration) -> None:
        """Give what hangs on a registration to the one that stays, and cancel it."""
        row.companions.exclude(pk=stays.pk).update(brought_by=stays)
        if stays.brought_by_id == row.pk:
            stays.brought_by = None
            stays.save(update_fields=["brought_by"])
        is_answered = [_keep_later_answers(stays, row), _keep_later_outcome(stays, row)]
        if any(is_answered):
            self.joined.answers.append(self.event.pk)
        join_travel(stays, row)
        withdraw(row, now=timezone.now())
        self.joined.registrations.append(self.event.pk)

    def _put_under_number(self, row: Registration) -> None:
        row.participant_number = self.whose.user.participant_number
        if self.whose.takes_in(row):
            if not (row.user_id or self.event.has_begun):
                row.language, row.side = self.whose.user.language, side_of_member(self.whose.user) or row.side
            row.put_into_account(self.whose.user)
        row.save(update_fields=["participant_number", "user", "guest_name", "guest_email", "language", "side"])

    def _complete(self, mark: Participation) -> None:
        """Fill what the presence of a guest does not know from the account, as on the day of the event."""
        fill_presence(mark, known_on_the_day(self.whose.user, self.event))

    def _join_surveys(self) -> None:
        number = self.whose.user.participant_number
        taken = SurveyTaken.objects.filter(event=self.event)
        own = taken.filter(participant_number=number)
        others = list(taken.filter(participant_number__in=self.whose.numbers - {number}).order_by("pk"))
        if others and not own.exists():
            first = others.pop(0)
            first.participant_number = number
            first.save(update_fields=["participant_number"])
        for other in others:
            other.delete()
            self.joined.surveys.append(self.event.pk)

    def _name_in_lists(self, stays: Registration, gone: Collection[int]) -> None:
        """Let the imported lists that name a registration given back name the one that stays."""
        for proof in self.event.proofs.filter(imported__named__isnull=False):
            wrote = NOTHING_IMPORTED | (proof.imported or {})
            named = {stays.pk if pk in gone else pk for pk in wrote["named"]}
            if named != set(wrote["named"]):
                proof.imported = wrote | {"named": sorted(named)}
                proof.save(update_fields=["imported"])

    def _give_seats_back(self, added: int) -> None:
        recount_seats(self.event)
        if added:
            set_seats(self.event, Way.ONSITE, at_least=(self.event.capacity or 0) - added)
        if self.event.is_open:
            fill_free_seats(self.event)


def _rank(row: Registration) -> tuple[bool, int, Any, int]:
    since = row.queued_at if row.is_waiting else row.registered_at
    return row.brought_by_id is not None, BY_PLACE.index(cast(RegistrationStatus, row.status)), since, row.pk


def known_on_the_day(user: User, event: Event) -> dict[str, Any]:
    """Return what an account knows of the person as on the day of an event, by the columns of a presence."""
    known = frozen_of(Registration(event=event, user=user))
    home = known.pop("home_space")
    return known | {"home_space_id": home and home.pk}


def fill_presence(mark: Participation, known: dict[str, Any]) -> list[str]:
    """Fill what a presence does not know of the person. Return the columns that were filled."""
    filled = []
    for names in FROZEN:
        if not any(getattr(mark, name) for name in names):
            for name in names:
                setattr(mark, name, known[name])
            filled += [name for name in names if known[name]]
    return filled


def _keep_later_answers(stays: Registration, row: Registration) -> bool:
    """Keep the later answer to each question; return True if one was dropped."""
    own = {answer.question_id: answer for answer in stays.answers.all()}
    is_dropped = False
    for answer in row.answers.all():
        mine = own.get(answer.question_id)
        is_dropped = is_dropped or mine is not None
        if mine and mine.answered_at >= answer.answered_at:
            continue
        if mine:
            mine.delete()
        answer.registration = stays
        answer.save(update_fields=["registration"])
    return is_dropped


def _keep_later_outcome(stays: Registration, row: Registration) -> bool:
    """Keep the outcome that was told later; return True if the other was dropped."""
    found = list(EventOutcome.objects.filter(registration__in=[stays, row]).order_by("-told_on", "-pk"))
    for outcome in found[1:]:
        outcome.delete()
    if found and found[0].registration_id != stays.pk:
        found[0].registration = stays
        found[0].save(update_fields=["registration"])
    return len(found) > 1
