"""Compare closed reports with the records of today."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.db.models import F, Func, JSONField, Value

from hacktiv.common.bounds import Bounds
from spaces.models import Space

from ...models import Period, Project, ReportVersion
from .annexes import Annex, digest_of
from .codec import from_payload
from .content import Correction, CrossingPart, Fact, Report, TravelPart
from .renamed import named_alike
from .statements import ECHOES, PRESENCE, SHOWN_BY, STATED_OF_ACTIONS, Told, of_half_year, of_project, unexplained

Part = TypeVar("Part", CrossingPart, TravelPart)


#: What is asked of closed reports about the half-years before: all that does not grow with their actions.
PREVIOUSLY_TOLD = ("project", "period", "built_at", "figures", "indicators", "crossings", "travel", "spending")
OF_VERSION = Func(
    Value("format"),
    F("payload__format"),
    Value("report"),
    Func(
        *(part for name in PREVIOUSLY_TOLD for part in (Value(name), F(f"payload__report__{name}"))),
        function="jsonb_build_object",
    ),
    function="jsonb_build_object",
    output_field=JSONField(),
)


@dataclass(frozen=True)
class Closed:
    """The last closed version of a half-year, and of the report that it keeps what `Previously` asks for: its figures
    and its spending. The whole report is read by `_whole_reports`, one after the other."""

    version: ReportVersion
    format: int
    report: Report


def closed_reports(project: Project, period: Period) -> dict[int, Closed]:
    """Return the last closed report of this half-year and of each one before it, by the key of the half-year."""
    versions = ReportVersion.objects.closed().filter(period__project=project, period__starts_on__lte=period.starts_on)
    last = versions.order_by("period_id", "-number").distinct("period_id").defer("payload").annotate(told=OF_VERSION)
    return {version.period_id: Closed(version, version.told["format"], _figures_of(version.told)) for version in last}


def _figures_of(told: dict[str, Any]) -> Report:
    """Return the parts of a report that are PREVIOUSLY_TOLD, without the keys of what figures count."""
    kept = {name: part for name, part in told["report"].items() if part is not None}
    report = from_payload({**told, "report": kept})
    return replace(
        report,
        figures=tuple(replace(figure, actions=()) for figure in report.figures),
        indicators=tuple(replace(part, actions=(), adds=()) for part in report.indicators),
    )


def _whole_reports(closed: Iterable[Closed]) -> Iterator[tuple[Closed, Report]]:
    """Read closed reports whole, by half-year, in one query of which one row is held at a time."""
    known = {one.version.pk: one for one in closed}
    rows = ReportVersion.objects.filter(pk__in=known).order_by("period__starts_on").values_list("pk", "payload")
    if known:
        for pk, payload in rows.iterator(chunk_size=1):
            if payload is not None:
                yield known[pk], from_payload(payload)


def corrections(
    closed: dict[int, Closed], periods: list[Period], told_now: Callable[[Period], Report]
) -> tuple[Correction, ...]:
    """Return the differences between closed reports and the records of today.

    Statements about the whole project are compared only with the report that was closed last: it already told the
    earlier changes.
    """
    newest = max(closed.values(), key=lambda one: (one.version.closed_at, one.version.pk), default=None)
    half_years = {other.pk: other for other in periods}
    found: list[Correction] = []
    for last, then in _whole_reports(closed.values()):
        other = half_years[last.version.period_id]
        version, now = last.version, told_now(other)
        if last.format == 1:
            # The first format has no keys by which to find these parts again.
            then, now = (replace(report, stocks=(), deviations=()) for report in (then, now))
        if last.format < 3:
            then, now = (replace(report, crossings=(), crossing_parts=()) for report in (then, now))
        if last.format < 4:
            then, now = (replace(report, travel=(), travel_parts=()) for report in (then, now))
        if last.format < 6:
            then, now = (_of_format_five(report) for report in (then, now))
        if not then.spending:
            now = replace(now, spending=())
        found += told_otherwise(other, version, then, now, of_the_project=last is newest and last.format > 1)
    return tuple(found)


def told_otherwise(
    period: Period, version: ReportVersion, then: Report, now: Report, *, of_the_project: bool = True
) -> Iterator[Correction]:
    """Yield what one report of a half-year (`then`, that of the version) and another tell otherwise of the same, and
    unless not `of_the_project` what they tell otherwise of the whole project.

    Another name of a space or an organisation is nothing else."""
    then, now = named_alike(*_unlike_annexes(then, now))
    codes = unexplained(then) | unexplained(now)
    then, now = _unlike_actions(then, now)
    yield from _differences(period, version, of_half_year(then, codes), of_half_year(now, codes))
    if of_the_project:
        yield from _differences(period, version, of_project(then), of_project(now))


def _of_format_five(report: Report) -> Report:
    """Return a report without what reports did not tell before format 6."""
    coaching = tuple(replace(part, classified=()) for part in report.coaching)
    report = replace(report, coaching=coaching, indicators=(), outputs=(), texts=())
    return replace(report, work_packages=(), target_groups=(), communication=())


def _unlike_actions(then: Report, now: Report) -> tuple[Report, Report]:
    """Return two reports of a half-year without the actions of which both state the same: most of them."""
    known = {part.key: part for part in then.actions}
    alike = {
        part.key
        for part in now.actions
        if (other := known.get(part.key)) and STATED_OF_ACTIONS(part) == STATED_OF_ACTIONS(other)
    }
    before, after = (tuple(part for part in report.actions if part.key not in alike) for report in (then, now))
    return replace(then, actions=before), replace(now, actions=after)


def _unlike_annexes(then: Report, now: Report) -> tuple[Report, Report]:
    """Return two reports with only those of their crossings and shared cars that the other does not tell alike.

    Lists that are the same are not even read."""
    crossings = _unlike(then.crossing_parts, now.crossing_parts)
    travel = _unlike(then.travel_parts, now.travel_parts)
    return (
        replace(then, crossing_parts=crossings[0], travel_parts=travel[0]),
        replace(now, crossing_parts=crossings[1], travel_parts=travel[1]),
    )


def _unlike(then: Sequence[Part], now: Sequence[Part]) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    if digest_of(then) == digest_of(now) or _tell_the_same(then, now):
        return (), ()
    if any(isinstance(part, CrossingPart) and part.space_key is None for parts in (then, now) for part in parts):
        then, now = _with_keys(then, now)
    both = {part.identity for part in then} & {part.identity for part in now}
    before, after = (tuple(part for part in parts if part.identity not in both) for parts in (then, now))
    return before, after


def _tell_the_same(then: Sequence[Part], now: Sequence[Part]) -> bool:
    digests = {parts.identities if isinstance(parts, Annex) else "" for parts in (then, now)}
    return len(digests) == 1 and "" not in digests


def _with_keys(then: Sequence[Any], now: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Return two lists of crossings with the keys of their spaces, of which at least one was kept without.

    A space of the network is known by its name, if no other has the same. Else it is the space that the other list
    tells of most of the same crossings: it was renamed."""
    spaces = list(Space.objects.values_list("name", "pk"))
    alike = Counter(name for name, _key in spaces)
    named = {name: key for name, key in spaces if alike[name] == 1}
    known = [[_keyed(part, named) for part in parts] for parts in (then, now)]
    return _renamed(*known), _renamed(*reversed(known))


def _keyed(part: CrossingPart, named: Mapping[str, int]) -> CrossingPart:
    """Return a crossing with the keys of its spaces, as far as a space is `named` so."""
    if part.space_key is not None:
        return part
    return replace(part, space_key=named.get(part.space), home_key=named.get(part.home))


def _renamed(parts: Sequence[CrossingPart], others: Sequence[CrossingPart]) -> list[CrossingPart]:
    """Return crossings with the keys that are missing, as the other list tells of them: of the same crossing if it
    names the space alike, else of most crossings with a space of that name."""
    beside = {other.key: other for other in others}
    votes: defaultdict[str, Counter[int]] = defaultdict(Counter)
    known: list[tuple[int | None, int | None]] = []
    for part in parts:
        other = beside.get(part.key, part)
        for name, key, theirs in (
            (part.space, part.space_key, other.space_key),
            (part.home, part.home_key, other.home_key),
        ):
            if name and key is None and theirs is not None:
                votes[name][theirs] += 1
        space = part.space_key or (other.space_key if other.space == part.space else None)
        known.append((space, part.home_key or (other.home_key if other.home == part.home else None)))
    found = {name: counter.most_common(1)[0][0] for name, counter in votes.items()}
    return [
        replace(part, space_key=space or found.get(part.space), home_key=home or found.get(part.home))
        for part, (space, home) in zip(parts, known, strict=True)
    ]


def _differences(
    period: Period, version: ReportVersion, then: dict[str, Told], now: dict[str, Told]
) -> Iterator[Correction]:
    """Yield what a report of the half-year told `then` and the records tell otherwise `now`."""
    for key in dict.fromkeys([*then, *now]):
        before, after = then.get(key), now.get(key)
        title = after.title if after else then[key].title
        changed = set()
        for what in dict.fromkeys([*(before.facts if before else ()), *(after.facts if after else ())]):
            is_told = (before and after) or what in PRESENCE
            said, known = _fact(before, what), _fact(after, what)
            if (
                said == known
                or not is_told
                or (_is_silent(said) and _is_silent(known))
                or SHOWN_BY.get(what) in changed
            ):
                continue
            if what in ECHOES and (said, known) == (_fact(before, ECHOES[what]), _fact(after, ECHOES[what])):
                continue
            changed.add(what)
            yield Correction(period.label, version.number, what, title, _bounds(said), _bounds(known), said, known)


def _fact(told: Told | None, what: str) -> Fact | None:
    return told.facts.get(what) if told else None


def _is_silent(fact: Fact | None) -> bool:
    """Return whether a report says nothing of it, or names an amount that nobody knows."""
    return fact is None or (fact.sort == "amount" and fact.amount is None)


def _bounds(fact: Fact | None) -> Bounds | None:
    return fact.value.bounds if fact and fact.value else None
