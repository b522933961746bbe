"""Read a partner's own part of a half-year: what it did, what of it counts, and what is still owed for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from events.models import Event
from members.enums import NetworkRoleKind
from members.models import NetworkRole, User

from ...building.queries.content import Action
from ...building.queries.parts import action_part
from ...building.queries.records import Placed, may_lie_in, placed_actions, windows
from ...core.figures import Value, added
from ...counting.queries import uncounted_events
from ...enums import Kind
from ...models import Partner, PartnerPerson, Period, Project


@dataclass(frozen=True)
class OwnPart:
    """The part of one partner in a half-year.

    An event of two partners is in the part of each, so parts are not added up. `uncounted` are held events of the
    partner on which the coordination has not decided, `elsewhere` those whose dates lie in several half-years."""

    partner: Partner
    actions: tuple[Action, ...]
    held: Value
    participations: Value
    elsewhere: tuple[Action, ...]
    uncounted: tuple[Event, ...]

    @property
    def unproven(self) -> list[Action]:
        """Return its actions that owe a proof that nobody has added and checked."""
        return [action for action in (*self.actions, *self.elsewhere) if action.lacks_proof]

    @property
    def lacking_proof(self) -> int:
        return len(self.unproven)


def partners_of(user: User | AnonymousUser) -> QuerySet[Partner]:
    """Return the partners whose part the person reads today."""
    if not user.is_active or isinstance(user, AnonymousUser):
        return Partner.objects.none()
    held = PartnerPerson.objects.held().filter(user=user)
    return Partner.objects.filter(pk__in=held.order_by().values("partner"))


def coordination() -> QuerySet[User]:
    """Return who coordinates the network today, to whom the people of a partner write."""
    held = NetworkRole.objects.held().filter(role=NetworkRoleKind.COORDINATOR)
    found = User.objects.filter(is_active=True, pk__in=held.order_by().values("user"))
    return found.order_by("last_name", "first_name", "pk")


def begun_periods(before: str = "") -> Prefetch[Any]:
    """Return what prefetches the half-years that have begun, the present one first; `before` leads to the project."""
    begun = Period.objects.filter(starts_on__lte=timezone.localdate())
    return Prefetch(f"{before}periods", queryset=begun.order_by("-starts_on"))


def own_projects(user: User) -> QuerySet[Project]:
    """Return the projects in which the person reads a part, each with those partners and with its half-years that have
    begun, the present one first."""
    mine = partners_of(user)
    return (
        Project.objects.filter(partners__in=mine)
        .distinct()
        .order_by("is_example", "-starts_on")
        .prefetch_related(
            Prefetch("partners", queryset=mine.order_by("order", "pk"), to_attr="own_partners"),
            begun_periods(),
        )
    )


def own_parts(period: Period, partners: Iterable[Partner]) -> list[OwnPart]:
    """Return the part of each of these partners of the project in the half-year. In a fixed number of queries."""
    project, partners = period.project, list(partners)
    periods = list(project.periods.order_by("starts_on"))
    _before, now, _so_far = windows(periods, period)
    shares = now.share(placed_actions(project, periods, among=_may_be_of(partners, period)))
    events = uncounted_events([period])[period]
    prefetch_related_objects([placed.event for placed in shares], "space")
    return [_part_of(partner, shares, events) for partner in partners]


def _may_be_of(partners: Iterable[Partner], period: Period) -> Q:
    """Return the condition of the counted events of these partners that may lie in the half-year."""
    organisations = {partner.organisation_id for partner in partners} - {None}
    organised = Event.organisers.through.objects.filter(organisation__in=organisations).values("event")
    return may_lie_in(period) & (
        Q(event__space__operator__in=organisations) | Q(event__in=organised, event__isnull=False)
    )


def _part_of(partner: Partner, shares: Iterable[Placed], uncounted: Iterable[Event]) -> OwnPart:
    own = [placed for placed in shares if _is_of(partner, placed.event)]
    return OwnPart(
        partner=partner,
        actions=tuple(action_part(placed) for placed in own if placed.period_id is not None),
        held=added(Kind.EVENTS, [placed.held for placed in own]),
        participations=added(Kind.PARTICIPATIONS, [placed.participations for placed in own]),
        elsewhere=tuple(action_part(placed) for placed in own if placed.period_id is None),
        uncounted=tuple(event for event in uncounted if _is_of(partner, event)),
    )


def _is_of(partner: Partner, event: Event) -> bool:
    """Return whether the partner's organisation organises the event or operates its space."""
    if partner.organisation_id is None:
        return False
    operates = event.space is not None and event.space.operator_id == partner.organisation_id
    return operates or any(each.pk == partner.organisation_id for each in event.organisers.all())
