"""Reckon the programme's indicators that a project has chosen, from classified actions, outputs and the agreement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from django.utils import timezone

from hacktiv.common.bounds import UNKNOWN, ZERO, Bounds
from hacktiv.common.languages import in_each_language, texts_of

from ...core.figures import Count, Value, added, distinct_persons, of_one, value
from ...enums import Kind, MilestoneState
from ...indicators.catalogue import CountedFrom, IndicatorType, indicator
from ...models import Milestone, Output, Partner, Period, Project, ProjectIndicator
from .content import IndicatorPart, MilestonePart, OutputPart
from .counted import Named
from .parts import file_part, key
from .previously import Previously, differing
from .records import Placed, Window, windows

ONE_DAY = timedelta(days=1)
#: The indicators of which an output counts only with something more than the day on which it was finished.
PILOT_ACTIONS, AFTER_COMPLETION = "RCO84", "RCR84"


@dataclass(frozen=True)
class Chosen:
    """An indicator that the project has chosen: what the catalogue says of it, and what the project aims at."""

    type: IndicatorType
    row: ProjectIndicator
    milestones: tuple[Milestone, ...]

    @property
    def code(self) -> str:
        return self.type.code


#: Ranges of half-years by name; a name and the code of an indicator name the list of who is in both.
Spans = dict[str, Window]


@dataclass(frozen=True)
class Indicators:
    """The indicators of a project with all records that they count, read once."""

    chosen: tuple[Chosen, ...]
    placed: list[Placed]
    outputs: tuple[Output, ...]
    organisations: int

    def lists(self, spans: Callable[[Chosen], Spans]) -> dict[str, list[Placed]]:
        """Return the actions under each indicator of persons in each of its spans, to count who is named in them."""
        return {
            _name(when, one): under(one.code, span.share(self.placed))
            for one in self.chosen
            if one.type.kind == Kind.PERSONS
            for when, span in spans(one).items()
        }

    def counts(self, one: Chosen, span: Window) -> list[Count]:
        """Return what each record of a range of half-years adds to an indicator."""
        if span.is_empty:
            return []
        if one.type.counted_from == CountedFrom.ACTIONS:
            return [contribution(action, one.type) for action in under(one.code, span.share(self.placed))]
        if one.type.counted_from == CountedFrom.OUTPUTS:
            told = [output for output in self.outputs if output.code == one.code]
            return [output_count(output) for output in told if output.period_id in span.period_ids and counts(output)]
        if one.type.counted_from == CountedFrom.AGREEMENT:
            return [Count(one.type.kind, Bounds.exactly(self.organisations))]
        return [Count(one.type.kind, UNKNOWN)]

    def value(self, one: Chosen, when: str, span: Window, named: Named) -> Value:
        """Return an indicator in a range of half-years; `named` counts who is on the `lists`."""
        found = self.counts(one, span)
        if one.type.kind == Kind.PERSONS:
            everybody, proven = named[_name(when, one)]
            return distinct_persons(found, named=everybody, named_proven=proven)
        if one.type.kind == Kind.ORGANISATIONS:
            return of_one(found[0]) if found else value(ZERO)
        return added(one.type.kind, found)


def _name(when: str, one: Chosen) -> str:
    return f"{when}_{one.code}"


def chosen_indicators(project: Project, placed: list[Placed], partners: Iterable[Partner]) -> Indicators:
    """Read the indicators of a project and its outputs. Four queries at most."""
    rows = project.indicators.prefetch_related("milestones")
    outputs = Output.objects.filter(project=project).prefetch_related("evidence")
    return Indicators(
        tuple(Chosen(indicator(row.programming_period, row.code), row, tuple(row.milestones.all())) for row in rows),
        placed,
        tuple(outputs),
        len(list(partners)),
    )


def under(code: str, share: Iterable[Placed]) -> list[Placed]:
    """Return the actions of a share that count under an indicator."""
    return [action for action in share if code in action.classified]


def contribution(action: Placed, of: IndicatorType) -> Count:
    """Return what an action adds to an indicator under which it counts."""
    if of.kind == Kind.EVENTS:
        return action.held
    if of.kind == Kind.PERSONS:
        return action.persons
    if not action.is_event:
        # Who was coached took part at least once; how often is not recorded.
        return Count(of.kind, Bounds(action.persons.bounds.floor, None), lower_proven=action.persons.lower_proven)
    if of.mixed_with.isdisjoint(action.classified):
        return action.participations
    return _of_closed_part(action, of)


def _of_closed_part(action: Placed, of: IndicatorType) -> Count:
    """Return the participations of the closed part of a mixed event: as somebody said, else at most all of them."""
    said = action.classified[of.code].closed_part or UNKNOWN
    at_most_all = Bounds(0, action.participations.bounds.upper)
    bounds = said.both(at_most_all) or said
    return Count(of.kind, bounds if action.is_certain else Bounds(0, bounds.upper))


def counts(output: Output) -> bool:
    """Return whether an output counts: finished, a pilot action implemented too, an organisation by an agreement."""
    if output.finished_on is None:
        return False
    if output.code == PILOT_ACTIONS:
        return output.is_implemented
    return output.code != AFTER_COMPLETION or bool(output.agreement)


def output_count(output: Output) -> Count:
    """Return the count of one output that counts: proven if one of its files is checked."""
    checked = any(item.checked_at for item in output.evidence.all())
    return Count(Kind.OUTPUTS, Bounds.exactly(1), lower_proven=checked, upper_proven=checked)


def output_key(output: Output) -> str:
    return f"output:{output.pk}"


def output_part(output: Output) -> OutputPart:
    return OutputPart(
        key=output_key(output),
        code=output.code,
        title=texts_of(output, "title"),
        finished_on=output.finished_on,
        is_implemented=output.is_implemented,
        agreement=output.agreement,
        counts=counts(output),
        held=of_one(output_count(output)),
        evidence=tuple(file_part(item) for item in output.evidence.all()),
        source=output.source,
    )


@dataclass(frozen=True)
class Reckoning:
    """The reckoning of all indicators in the report of one half-year."""

    indicators: Indicators
    periods: list[Period]
    previously: Previously

    def lists(self) -> dict[str, list[Placed]]:
        return self.indicators.lists(self.spans)

    def spans(self, one: Chosen) -> Spans:
        """Return the ranges before the half-year, in it, so far, and since an indicator was reported last."""
        before, now, so_far = windows(self.periods, self.previously.period)
        named = {"before": before, "now": now, "so_far": so_far, "since": self.previously.since(one.code)}
        return named | {_due(row): self._up_to(row.date) for row in one.milestones}

    def _up_to(self, day: date) -> Window:
        """Return the range up to the end of the half-year in which a day lies, or of the one of the report if that
        ends before."""
        begun = [other for other in self.periods if other.starts_on <= min(day, self.previously.period.starts_on)]
        if not begun:
            return Window(day, day - ONE_DAY, frozenset())
        return windows(self.periods, begun[-1])[2]

    def parts(self, named: Named) -> tuple[IndicatorPart, ...]:
        return tuple(self._part(one, named) for one in self.indicators.chosen)

    def _part(self, one: Chosen, named: Named) -> IndicatorPart:
        values = {when: self.indicators.value(one, when, span, named) for when, span in self.spans(one).items()}
        reported = self._reported(one, values["since"])
        in_time = {row.pk: values[_due(row)] for row in one.milestones}
        return part_of(
            one,
            self.previously.period,
            previous=reported,
            current=values["now"],
            total=values["so_far"],
            behind=self._behind(one),
            previous_now=differing(values["before"], reported),
            in_time=in_time,
        )

    def _reported(self, one: Chosen, since: Value) -> Value:
        if one.type.kind == Kind.PERSONS:
            return self.previously.united(one.code, since)
        if one.type.kind == Kind.ORGANISATIONS:
            last = self.previously.last_total(one.code)
            return since if last is None or since.upper else last
        gaps = self.previously.windows(one.code)
        unreported = [count for gap in gaps for count in self.indicators.counts(one, gap)]
        return self.previously.summed(one.code, one.type.kind, unreported)

    def _behind(self, one: Chosen) -> dict[str, Value]:
        """Return by key what counts under an indicator in this half-year for certain, and what each adds."""
        if one.type.counted_from == CountedFrom.ACTIONS:
            now = under(one.code, self.spans(one)["now"].share(self.indicators.placed))
            certain = [action for action in now if action.period_id is not None]
            return {key(action.counted): of_one(contribution(action, one.type)) for action in certain}
        here = [output for output in self.indicators.outputs if output.period_id == self.previously.period.pk]
        counting = [output for output in here if output.code == one.code and counts(output)]
        return {output_key(output): of_one(output_count(output)) for output in counting}


def part_of(
    one: Chosen,
    period: Period,
    *,
    previous: Value,
    current: Value,
    total: Value,
    behind: Mapping[str, Value] = MappingProxyType({}),
    previous_now: Value | None = None,
    in_time: Mapping[int, Value] = MappingProxyType({}),
) -> IndicatorPart:
    """Return the part of a report on a half-year. A milestone is due once its day has passed; `in_time` has the total
    of the half-year in which it lies, by key."""
    last_day = min(period.ends_on, timezone.localdate() - ONE_DAY)
    return IndicatorPart(
        one.code,
        one.type.kind.value,
        previous,
        current,
        total,
        tuple(behind),
        previous_now,
        name=in_each_language(one.type.name),
        unit=in_each_language(one.type.unit),
        ours=tuple(sorted(one.type.ours)),
        to_be_confirmed=one.type.to_be_confirmed,
        is_result=one.type.is_result,
        baseline=one.row.baseline,
        target=one.row.target,
        milestones=tuple(
            MilestonePart(row.date, row.value, milestone_state(row, in_time.get(row.pk, total), total, last_day).value)
            for row in one.milestones
        ),
        adds=tuple(behind.values()),
    )


def _due(milestone: Milestone) -> str:
    return f"milestone{milestone.pk}"


def milestone_state(milestone: Milestone, in_time: Value, total: Value, last_day: date) -> MilestoneState:
    """Return how the total of the half-year in which a milestone lies stands to it, and if that does not reach it, the
    total so far. One that is due later may still be reached."""
    if in_time.bounds.floor >= milestone.value:
        return MilestoneState.REACHED
    if milestone.date > last_day:
        return MilestoneState.AHEAD
    was_missed = in_time.upper is not None and in_time.upper < milestone.value
    if total.bounds.floor >= milestone.value:
        return MilestoneState.LATE if was_missed else MilestoneState.PERHAPS_LATE
    return MilestoneState.MISSED if was_missed else MilestoneState.UNKNOWN
