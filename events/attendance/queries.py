"""Read the people who may come to an event and those who came."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, NullIf
from django.utils import timezone

from hacktiv.common.text import fold
from members.core.rules import coordinates, facilitates
from members.models import User
from members.profiles.queries import photo_answer
from spaces.models import Space

from ..core import rules
from ..core.queries import by_name, of_desk, of_partners
from ..enums import LISTED_REGISTRATIONS, RegistrationStatus
from ..models import DeclaredCount, Event, Proof, Registration
from ..models.attendance import NOTHING_IMPORTED
from ..models.folding import folded
from .rules import Contradiction, contradictions, count_beside_the_list

#: The name by which people read a list.
PERSON_NAME = Coalesce(
    NullIf("guest_name", Value("")),
    Concat("user__first_name", Value(" "), "user__last_name"),
    output_field=CharField(),
)
#: The value of a filter for what nobody said.
UNKNOWN = "unknown"


@dataclass(frozen=True)
class RegistrationFilter:
    """A choice among the registrations of an event; a blank lets everything through.

    Without a `status` those that nobody confirmed and the cancelled ones are left out."""

    q: str = ""
    status: str = ""
    way: str = ""
    side: str = ""
    presence: str = ""

    def of(self, event: Event) -> QuerySet[Registration]:
        """Return the registrations of the event that are wanted, by name; those in line in their order."""
        statuses = [self.status] if self.status else LISTED_REGISTRATIONS
        found = event.registrations.filter(status__in=statuses)
        if self.way:
            found = found.filter(way=self.way)
        if self.side:
            found = found.filter(side="" if self.side == UNKNOWN else self.side)
        if self.presence:
            found = found.filter(participation__isnull=self.presence == "absent")
        found = found.annotate(folded_name=folded(PERSON_NAME))
        for word in fold(self.q).split():
            found = found.filter(folded_name__contains=word)
        found = found.select_related("user", "brought_by__user", "participation")
        found = found.annotate(photos=photo_answer("user"))
        in_order = (F("queued_at"),) if self.status == RegistrationStatus.WAITING else ("folded_name",)
        return found.order_by(*in_order, "pk")


def checked_in_by(user: User | AnonymousUser) -> QuerySet[Event]:
    """Return the events at which the person checks people in: those that they run, those of the front desks where they
    work, and those of which they are a partner, as a manager of a space whose operator is among the organisers."""
    if not user.is_authenticated or not user.is_active:
        return Event.objects.none()
    if facilitates(user):
        return Event.objects.all()
    runs = [space.pk for space in Space.objects.run_by(user)]
    found = Q(space__in=runs) | of_desk(Space.objects.staffed_by(user)) | of_partners(runs)
    return Event.objects.filter(found | Q(space=None) if coordinates(user) else found)


def may_check_in(user: User | AnonymousUser, event: Event) -> bool:
    """Return whether the person checks people in at the event."""
    return checked_in_by(user).filter(pk=event.pk).exists()


def doors_of(user: User | AnonymousUser) -> list[Event]:
    """Return the events at whose door a person checks people in now, the first to begin first."""
    now = timezone.now()
    days = {
        "earliest__lte": timezone.localdate(now + rules.SELF_CHECK_IN_MARGIN),
        "latest__gte": timezone.localdate(now),
    }
    events = checked_in_by(user).filter(**days).order_by("starts_at", "pk")
    return [event for event in events if rules.is_at_the_door(event)]


@dataclass(frozen=True)
class Overview:
    """The number of registrations of an event by status, and the keys of the newest registration and the newest mark
    (0: there is none), by which a page that is sent later says what it knew."""

    counts: Counter[str]
    newest_person: int
    newest_mark: int


def overview_of(event: Event) -> Overview:
    """Return what an event's page of registrations shows above and knows beside its rows, by one query."""
    rows = list(event.registrations.order_by().values_list("status", "pk", "participation"))
    return Overview(
        counts=Counter(status for status, _person, _mark in rows),
        newest_person=max((person for _status, person, _mark in rows), default=0),
        newest_mark=max((mark or 0 for _status, _person, mark in rows), default=0),
    )


def attendance_list(event: Event) -> list[Registration]:
    """Return the people with a seat and those who came without registering, sorted by name."""
    people = event.registrations.filter(status__in=[RegistrationStatus.CONFIRMED, RegistrationStatus.WALK_IN])
    return sorted(people.select_related("user", "brought_by__user"), key=by_name)


def differing_count(event: Event) -> DeclaredCount | None:
    """Return the declared count that the list of people present contradicts, or None."""
    return count_beside_the_list(event, event.participations.count(), event.declared_counts.current())


def contradicting(event: Event, *, measure: str, lower: int, upper: int | None) -> list[Contradiction]:
    """Return what on record could not be true together with this count, were it declared."""
    count = DeclaredCount(event=event, measure=measure, lower=lower, upper=upper)
    counts = [count, *event.declared_counts.current().exclude(measure=measure)]
    found = contradictions(event, event.participations.count(), counts)
    return [one for one in found if measure in (one.measure, one.beside)]


def people_who_may_come(event: Event) -> list[Registration]:
    """Return the people with a seat, in line or present: a person on an online list can be one of them."""
    return list(event.registrations.filter(status__in=LISTED_REGISTRATIONS).select_related("user").order_by("pk"))


def proven_by_others(proof: Proof) -> list[tuple[Proof, dict[str, Any]]]:
    """Return the event's other imported lists, each with what it proves too of what this list's import wrote.

    What several prove goes to the one that was added first. The keys are those of `Proof.imported`."""
    imported, event = proof.imported or NOTHING_IMPORTED, proof.event
    registrations = dict(event.participations.filter(pk__in=imported["marks"]).values_list("pk", "registration_id"))
    found, given = [], set[int]()
    for other in event.proofs.exclude(pk=proof.pk).filter(imported__named__isnull=False):
        named = set((other.imported or NOTHING_IMPORTED)["named"]) - given
        given |= named
        theirs = {
            "marks": [pk for pk in imported["marks"] if registrations.get(pk) in named],
            "guests": [pk for pk in imported["guests"] if pk in named],
            "ways": {pk: way for pk, way in imported["ways"].items() if int(pk) in named},
        }
        found.append((other, theirs))
    return found
