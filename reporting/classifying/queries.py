"""Find the actions of a half-year with what is proposed for each, and count those on which nobody decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from ..building.queries.classification import Classified, classified, doubles, terms_of, unchosen
from ..building.queries.content import DoublePart, UnchosenPart
from ..building.queries.records import may_lie_in, placed_actions
from ..indicators.rules import Terms
from ..models import Classification, CountedAction, EarlierClassification, Period, Project


@dataclass(frozen=True)
class ToClassify:
    """The actions of a half-year by what is to be done: decide, decide anew, or nothing."""

    terms: Terms
    undecided: list[Classified]
    contradicted: list[Classified]
    decided: list[Classified]
    unchosen: tuple[UnchosenPart, ...]
    doubles: tuple[DoublePart, ...]

    @property
    def proposed(self) -> list[Classified]:
        """Return the undecided actions for which something is proposed."""
        return [one for one in self.undecided if one.proposal.is_given]

    @property
    def left_to_choose(self) -> list[Classified]:
        """Return the undecided actions for which nothing is proposed."""
        return [one for one in self.undecided if not one.proposal.is_given]


def to_classify(period: Period) -> ToClassify:
    """Return the held actions of a half-year that its project counts, in a fixed number of queries."""
    project = period.project
    periods = list(project.periods.order_by("starts_on"))
    placed = placed_actions(project, periods, among=may_lie_in(period))
    here = [action for action in placed if action.period_id == period.pk and action.takes_place]
    terms = terms_of(project)
    actions = classified(here, terms)
    return ToClassify(
        terms=terms,
        undecided=[one for one in actions if not one.is_decided],
        contradicted=[one for one in actions if one.is_decided and one.against],
        decided=[one for one in actions if one.is_decided and not one.against],
        unchosen=unchosen(
            project, set(project.indicators.values_list("code", flat=True)), actions, period.outputs.all()
        ),
        doubles=doubles(project, here),
    )


def classified_actions(project: Project, keys: Collection[int]) -> dict[int, Classified]:
    """Return counted actions of a project by key with what their records say, without those that were not held."""
    periods = list(project.periods.order_by("starts_on"))
    found = [action for action in placed_actions(project, periods, among=Q(pk__in=keys)) if action.takes_place]
    return {one.counted.pk: one for one in classified(found, terms_of(project))}


def countable_actions(project: Project) -> QuerySet[CountedAction]:
    """Return the counted actions of a project, with their decisions and who made them."""
    decisions = Prefetch("classifications", queryset=Classification.objects.select_related("decided_by"))
    earlier = EarlierClassification.objects.select_related("decided_by", "ended_by")
    return (
        CountedAction.objects.filter(project=project, counts=True)
        .select_related("project", "event", "coaching", "period")
        .prefetch_related(decisions, Prefetch("earlier_classifications", queryset=earlier))
    )


def numbers_undecided(periods: Iterable[Period]) -> dict[Period, int]:
    """Return for each half-year how many of its held actions wait for a decision, in one query."""
    periods = list(periods)
    undecided = CountedAction.objects.undecided().filter(project__in={one.project_id for one in periods})
    rows = undecided.values_list(
        "project", "period", "event__earliest", "event__latest", "coaching__earliest", "coaching__latest"
    )
    counts = dict.fromkeys(periods, 0)
    for project, period, *days in rows:
        earliest, latest = (days[0] or days[2]), (days[1] or days[3])
        for one in periods:
            lies_in = one.starts_on <= earliest and latest <= one.ends_on if period is None else one.pk == period
            counts[one] += one.project_id == project and lies_in
    return counts
