"""Read how far partners are with their parts of several half-years, and until when these are awaited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from members.models import User

from ...enums import ContributionState, PartnerRole, VersionState
from ...models import Contribution, Partner, Period, ReportVersion
from ..rules import is_given_back_since_closing
from .own_part import partners_of


@dataclass(frozen=True)
class Standing:
    """How far one partner is with its part of one half-year."""

    partner: Partner
    period: Period
    contribution: Contribution
    is_closed: bool

    @property
    def state(self) -> str:
        return self.contribution.state

    @property
    def is_awaited(self) -> bool:
        """Return whether the partner has still to tell its part, be it for a correction."""
        if self.is_closed:
            return is_given_back_since_closing(self.contribution)
        return self.state != ContributionState.DONE

    @property
    def is_late(self) -> bool:
        until = self.period.partners_until
        return bool(until and until < timezone.localdate() and self.is_awaited)


def standings(pairs: Iterable[tuple[Partner, Period]]) -> list[Standing]:
    """Return how far each of these partners is with its part of the half-year beside it. Two queries."""
    pairs = list(pairs)
    periods = {period.pk for _partner, period in pairs}
    closed = set(
        ReportVersion.objects.filter(state=VersionState.CLOSED, period__in=periods).values_list("period", flat=True)
    )
    rows = Contribution.objects.filter(period__in=periods, partner__in=[partner.pk for partner, _period in pairs])
    told = {(row.partner_id, row.period_id): row for row in rows}
    found = []
    for partner, period in pairs:
        row = told.get((partner.pk, period.pk)) or Contribution(
            project_id=period.project_id, partner=partner, period=period
        )
        row.period = period
        found.append(Standing(partner, period, row, period.pk in closed))
    return found


@dataclass(frozen=True)
class Awaited:
    """The half-years whose part a partner has still to tell: those `dated` until a day, and those without, as words."""

    dated: list[Period]
    undated: str


def awaited_of(partner: Partner) -> Awaited:
    """Return the half-years that have begun and whose part the partner has still to tell, the present one first."""
    begun = partner.project.periods.filter(starts_on__lte=timezone.localdate()).order_by("-starts_on")
    periods = [one.period for one in standings((partner, period) for period in begun) if one.is_awaited]
    return Awaited(
        dated=[period for period in periods if period.partners_until],
        undated=", ".join(period.label for period in periods if not period.partners_until),
    )


def dated_of(user: User) -> list[Standing]:
    """Return the parts that the person tells and that are awaited until a date, the next date first."""
    partners = {partner.pk: partner for partner in partners_of(user).select_related("project").order_by("pk")}
    periods = Period.objects.filter(
        project__in={partner.project_id for partner in partners.values()},
        starts_on__lte=timezone.localdate(),
        partners_until__isnull=False,
    )
    pairs = [
        (partner, period)
        for period in periods.select_related("project").order_by("partners_until", "pk")
        for partner in partners.values()
        if partner.project_id == period.project_id
    ]
    return [one for one in standings(pairs) if one.is_awaited]


def spends(partner: Partner) -> bool:
    """Return whether a partner has a budget, and so tells what it spent."""
    return partner.role != PartnerRole.ASSOCIATED
