"""List what a half-year still lacks: what it is, how much of it, and whom to ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import prefetch_related_objects
from django.urls import reverse

from events.core.rules import proofs_still_owed
from events.enums import ProofKind
from events.models import Event
from training.models import Coaching

from ...building.queries.classification import Classified, classified, terms_of, unchosen
from ...building.queries.content import read
from ...building.queries.parts import contradictory, decisions, unassigned
from ...building.queries.records import Placed, may_lie_in, placed_actions
from ...core.figures import Count
from ...counting.queries import uncounted_events
from ...enums import ProposalState
from ...models import CountWord, Deliverable, Partner, Period, ProposedAction
from ...parts.queries import counts_of, partners_not_done

#: The type `date`, for a class that has a property of that name.
Day = date
#: What may be missing, in the order of the list: what keeps an action from counting, its counts, then its proofs.
KINDS = (
    "proposed",
    "uncounted",
    "not_held",
    "straddles",
    "joint",
    "unclassified",
    "misclassified",
    "unchosen",
    "unknown",
    "contradictory",
    "objected",
    "proofs",
    "to_check",
    "coaching",
    "deliverables",
    "partners",
)
#: Of these the coordination itself decides.
OWN = frozenset(KINDS) - {"not_held", "unknown", "contradictory", "objected", "proofs", "partners"}


@dataclass(frozen=True)
class Thing:
    """An event, a coaching or a deliverable that lacks something. `address` leads to its page, if it has one; `lacks`
    are the kinds of proof, `note` what somebody said of it, `slug` names the event whose records it is about."""

    title: str
    earliest: Day | None
    latest: Day | None
    address: str = ""
    lacks: tuple[str, ...] = ()
    note: str = ""
    slug: str = ""

    @property
    def date(self) -> Day | None:
        """Return its day; None where only a range is known."""
        return self.earliest if self.earliest == self.latest else None


@dataclass(frozen=True)
class Missing:
    """One line of the list: a kind of `KINDS`, whom to ask (blank: the coordination decides), and what lacks it."""

    kind: str
    whom: str
    things: tuple[Thing, ...]

    @property
    def is_of_counts(self) -> bool:
        """Return whether a count is missing or wrong, which who coordinates corrects of any event."""
        return self.kind in {"unknown", "contradictory", "objected"}


@dataclass(frozen=True)
class AtStake:
    """An action with participations, or coached persons, that nobody has proven: what is declared, and what is proven.

    `figure` is the code of the figure in which they count; `indicators` are those it counts under, None while nobody
    decided."""

    thing: Thing
    figure: str
    indicators: tuple[str, ...] | None
    declared: Count
    proven: int


@dataclass(frozen=True)
class HalfYearRecords:
    """The records of one half-year as they stand: its counted actions, the events nobody counted, its deliverables, and
    of the partners: what they proposed, what they say of counts that are still as they saw them, and those who are not
    done."""

    period: Period
    actions: tuple[Placed, ...]
    uncounted: tuple[Event, ...]
    deliverables: tuple[Deliverable, ...]
    proposed: tuple[ProposedAction, ...]
    objections: tuple[CountWord, ...]
    not_done: tuple[Partner, ...]

    @property
    def certain(self) -> list[Placed]:
        """Return the actions that count in this half-year."""
        return [action for action in self.actions if action.takes_place and action.period_id == self.period.pk]


def records_of(period: Period) -> HalfYearRecords:
    """Return the records of a half-year, in a fixed number of queries."""
    project = period.project
    periods = list(project.periods.order_by("starts_on"))
    actions = placed_actions(project, periods, among=may_lie_in(period))
    prefetch_related_objects([action.event for action in actions if action.is_event], "space")
    deliverables = period.deliverables.prefetch_related("evidence").order_by("pk")
    proposed = ProposedAction.objects.filter(contribution__period=period, state=ProposalState.WAITING)
    counts = {action.counted.pk: counts_of(action) for action in actions}
    words = CountWord.objects.filter(contribution__period=period, is_right=False)
    words = words.select_related("action__event__space", "action__coaching").order_by("pk")
    return HalfYearRecords(
        period=period,
        actions=tuple(actions),
        uncounted=tuple(uncounted_events([period])[period]),
        deliverables=tuple(deliverables),
        proposed=tuple(proposed),
        objections=tuple(word for word in words if counts.get(word.action_id) == word.counts),
        not_done=tuple(partners_not_done(period)),
    )


def missing_in(records: HalfYearRecords) -> list[Missing]:
    """Return what the half-year lacks, by kind and by whom to ask."""
    found: dict[tuple[str, str], list[Thing]] = {}
    for kind, whom, thing in _lacks(records):
        found.setdefault((kind, "" if kind in OWN else whom), []).append(thing)
    return [
        Missing(kind, whom, tuple(found[kind, whom]))
        for kind, whom in sorted(found, key=lambda each: (KINDS.index(each[0]), each[1]))
    ]


def at_stake(records: HalfYearRecords) -> list[AtStake]:
    """Return the actions with a count that is not proven, participations before persons, the one with most to gain
    first."""
    found = []
    for action in records.certain:
        count = action.participations if action.is_event else action.persons
        most = count.bounds.upper if count.bounds.upper is not None else count.bounds.floor
        proven = count.bounds.floor if count.lower_proven else 0
        if most > proven:
            figure = "NET-PARTICIPATIONS" if action.is_event else "NET-COACHED"
            thing, under = _thing(action.thing, _owed(action)), _indicators(action)
            found.append(AtStake(thing, figure, under, count, proven))
    return sorted(found, key=_most_to_gain)


def _most_to_gain(one: AtStake) -> tuple[bool, int, str]:
    return one.figure != "NET-PARTICIPATIONS", one.proven - one.declared.bounds.floor, one.thing.title


def _indicators(action: Placed) -> tuple[str, ...] | None:
    """Return the codes under which an action counts, none if it counts under no indicator; None: nobody decided."""
    decided = decisions(action.counted)
    return tuple(row.indicator for row in decided if row.indicator) if decided else None


def coached_by_side(records: HalfYearRecords) -> Iterator[tuple[str, int]]:
    """Return for each coaching where its persons live, and how many they are at least."""
    for action in records.certain:
        if not action.is_event:
            yield action.coaching.residence, action.persons.bounds.floor


def _lacks(records: HalfYearRecords) -> Iterator[tuple[str, str, Thing]]:
    for row in records.proposed:
        address = reverse("reporting:proposal", args=[records.period.project.slug, records.period.label, row.pk])
        yield "proposed", "", Thing(row.title, row.earliest, row.latest, address)
    for event in records.uncounted:
        yield "uncounted", "", _thing(event)
    for word in records.objections:
        space = word.action.event.space if word.action.event else None
        yield "objected", space.name if space else "", _thing(word.action.thing, note=word.word)
    for partner in records.not_done:
        yield "partners", ", ".join(each.name for each in records.not_done), Thing(partner.name, None, None)
    yield from _undecided(records)
    actions = classified(records.certain, terms_of(records.period.project))
    for one in actions:
        if not one.is_decided:
            yield "unclassified", "", _thing(one.action.thing)
        elif one.against:
            yield "misclassified", "", _thing(one.action.thing)
        if one.action.is_event and one.action.event.joint is None and not one.accepting_decides_joint:
            yield "joint", "", _thing(one.action.event)
    yield from _unchosen(records, actions)
    contradicted = {part.slug for part in contradictory(records.actions, records.period)}
    for action in records.certain:
        if not action.is_event:
            if not any(item.checked_at for item in action.coaching.evidence.all()):
                yield "coaching", "", _thing(action.coaching)
            continue
        whom, event = _whom(action.event), action.event
        if action.participations.bounds.is_unknown:
            yield "unknown", whom, _thing(event)
        if event.slug in contradicted:
            yield "contradictory", whom, _thing(event)
        yield from _proofs(action, whom)
    for item in records.deliverables:
        if item.delivered and not any(proof.checked_at for proof in item.evidence.all()):
            yield "deliverables", "", Thing(item.title, item.date, item.date)


def _unchosen(records: HalfYearRecords, actions: list[Classified]) -> Iterator[tuple[str, str, Thing]]:
    """Return the indicators under which something counts though the project has not chosen them."""
    project = records.period.project
    chosen = set(project.indicators.values_list("code", flat=True))
    for part in unchosen(project, chosen, actions, records.period.outputs.all()):
        address = reverse("reporting:aim", args=[project.slug, part.code])
        yield "unchosen", "", Thing(f"{part.code} {read(part.name)}", None, None, address)


def _undecided(records: HalfYearRecords) -> Iterator[tuple[str, str, Thing]]:
    """Return the actions that count in no half-year yet: their dates lie in several, or nobody marked them as held."""
    for action in records.actions:
        for part in unassigned([action], records.period):
            whom = _whom(action.event) if action.is_event else ""
            yield part.problem, whom, _thing(action.thing)


def _proofs(action: Placed, whom: str) -> Iterator[tuple[str, str, Thing]]:
    """Return the proofs that nobody has added, which its space is asked for, and those that wait to be checked."""
    owed = _owed(action)
    waiting = {
        proof.kind: proof for proof in action.event.proofs.all() if not proof.checked_at and not proof.refused_at
    }
    absent = tuple(kind for kind in owed if kind not in waiting)
    if absent:
        yield "proofs", whom, _thing(action.event, absent)
    if to_check := tuple(kind for kind in owed if kind in waiting):
        to_look_at = reverse("admin:events_event_proof_check", args=[action.event.pk, waiting[to_check[0]].pk])
        yield "to_check", "", replace(_thing(action.event, to_check), address=to_look_at)


def _owed(action: Placed) -> tuple[str, ...]:
    return tuple(proofs_still_owed(action.event, action.event.proofs.all())) if action.is_event else ()


def _whom(event: Event) -> str:
    """Return whose records of an event they are: its space, else its organisers; blank where there are none."""
    if event.space is not None:
        return event.space.name
    return ", ".join(sorted(organisation.name for organisation in event.organisers.all()))


def _thing(thing: Event | Coaching, lacks: Iterable[str] = (), note: str = "") -> Thing:
    address, slug = (thing.get_absolute_url(), thing.slug) if isinstance(thing, Event) else ("", "")
    kinds = tuple(str(ProofKind(kind).label) for kind in lacks)
    return Thing(str(thing), thing.earliest, thing.latest, address, kinds, note, slug)
