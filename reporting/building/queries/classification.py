"""Read what the records say of indicators: what is proposed, undecided, contradicted, and counted in two projects."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date as Day

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import lazy

from events.enums import ProofKind
from events.models import Event
from hacktiv.common.languages import in_each_language, texts_of

from ...indicators.catalogue import of_period
from ...indicators.rules import (
    Facts,
    Nature,
    Piece,
    Proposal,
    Refusal,
    Terms,
    in_one_line,
    in_order,
    no_longer_not_joint,
    propose,
    refusals,
)
from ...models import CountedAction, Output, Project
from .content import DoublePart, MisclassifiedPart, UnchosenPart, UnclassifiedPart, Words
from .parts import IS_PUBLIC, decisions, key
from .records import Placed

#: The types of event, by slug, that are no ordinary action. An event with a training session is training as well.
NATURES = {
    "training": Nature.TRAINING,
    "peer-training": Nature.TRAINING,
    "coaching": Nature.COACHING,
    "project-meeting": Nature.INTERNAL,
}


@dataclass(frozen=True)
class Classified:
    """A counted action with what its records say: what is proposed, and what speaks against the decision."""

    action: Placed
    facts: Facts
    proposal: Proposal
    against: tuple[Refusal, ...]

    @property
    def counted(self) -> CountedAction:
        return self.action.counted

    @property
    def date(self) -> Day | None:
        """Return the day of the action; None where only a range is known."""
        return self.earliest if self.earliest == self.latest else None

    @property
    def earliest(self) -> Day:
        return self.action.thing.earliest

    @property
    def latest(self) -> Day:
        return self.action.thing.latest

    @property
    def reason(self) -> str:
        """Return the reason of the decision, in the reader's language."""
        return next((str(row.reason) for row in decisions(self.counted)), "")

    @property
    def ticked(self) -> str:
        """Return what a form sends where the proposal is accepted: the action, and the codes as they were shown."""
        return f"{self.counted.pk}:{self.shown}"

    @property
    def shown(self) -> str:
        """Return the codes of the proposal as a page shows them; accepting compares with them."""
        return ",".join(self.proposal.codes or ())

    @property
    def is_decided(self) -> bool:
        return bool(decisions(self.counted))

    @property
    def accepting_decides_joint(self) -> bool:
        """Return whether nobody decided yet, and who accepts the proposal says whether the event is joint as well."""
        is_proposed = self.proposal.codes is not None and self.facts.joint_by_organisers is not None
        return is_proposed and not self.is_decided and self.facts.joint_as_decided is None


def terms_of(project: Project) -> Terms:
    """Return what the project's programme asks of an action."""
    return Terms(of_period(project.programming_period), project.sessions_count_as)


def classified(actions: Iterable[Placed], terms: Terms) -> list[Classified]:
    """Return actions with what their records say of indicators."""
    found = []
    for action in actions:
        facts = facts_of(action)
        rows = [row for row in decisions(action.counted) if row.indicator]
        part = next((row.closed_part for row in rows if row.is_of_a_part), None)
        against = refusals([row.indicator for row in rows], facts, terms, part)
        if not rows and (moved := no_longer_not_joint(facts, joint_accepted(action))):
            against = [moved]
        found.append(Classified(action, facts, propose(facts, terms), tuple(against)))
    return found


def facts_of(action: Placed) -> Facts:
    """Return what the records say of an action, as far as indicators ask for it."""
    organisers = tuple(
        sorted((organisation.name, str(organisation.country)) for organisation in action.thing.organisers.all())
    )
    if not action.is_event:
        return Facts(Nature.COACHING, organisers, is_event=False)
    event = action.event
    proofs = [proof for proof in event.proofs.all() if proof.kind == ProofKind.ADVERTISING and not proof.refused_at]
    return Facts(
        nature=nature_of(event),
        organisers=organisers,
        others_told=others_told(event),
        joint_as_decided=None if joint_accepted(action) is not None else event.joint,
        public=IS_PUBLIC.get(event.audience),
        advertised_on=min((timezone.localdate(proof.added_at) for proof in proofs), default=None),
        advertising_is_checked=any(proof.checked_at for proof in proofs),
        participations=action.participations.bounds,
    )


def joint_accepted(action: Placed) -> bool | None:
    """Return what was decided of an event by the countries of its organisers, when its indicator was: joint or not.

    None where it was decided apart, or otherwise since: such a decision wins over the organisers."""
    accepted = next((row.joint for row in decisions(action.counted)), None)
    return accepted if action.is_event and accepted == action.event.joint else None


def others_told(event: Event) -> tuple[str, ...]:
    """Return the organisers that a partner named in its own words when it proposed the event."""
    return tuple(row.organisers for row in event.proposals.all() if row.organisers)


def nature_of(event: Event) -> Nature:
    """Return what kind of action an event is, by its type and by whether it is a training session."""
    if hasattr(event, "training_session"):
        return Nature.TRAINING
    return NATURES.get(event.type.slug, Nature.ACTION)


def unclassified(actions: Iterable[Classified]) -> tuple[UnclassifiedPart, ...]:
    """Return the actions on which nobody decided, with what is proposed."""
    return tuple(
        UnclassifiedPart(
            key=key(one.counted),
            slug=one.action.thing.slug,
            title=texts_of(one.action.thing, "title"),
            earliest=one.action.thing.earliest,
            latest=one.action.thing.latest,
            proposed=one.proposal.codes or (),
            is_proposed=one.proposal.codes is not None,
            reason=in_words(one.proposal.reasons),
            missing=in_words(one.proposal.missing),
        )
        for one in actions
        if not one.is_decided
    )


def misclassified(actions: Iterable[Classified]) -> tuple[MisclassifiedPart, ...]:
    """Return the actions whose records contradict the indicators under which they count."""
    return tuple(
        MisclassifiedPart(
            key=key(one.counted),
            slug=one.action.thing.slug,
            title=texts_of(one.action.thing, "title"),
            codes=in_order(row.indicator for row in decisions(one.counted)),
            reasons=tuple(in_each_language(refusal) for refusal in one.against),
        )
        for one in actions
        if one.against
    )


def unchosen(
    project: Project, chosen: Collection[str], actions: Iterable[Classified], outputs: Iterable[Output] = ()
) -> tuple[UnchosenPart, ...]:
    """Return the indicators of the project's programming period that it has not `chosen`, and under which something
    counts all the same."""
    actions, outputs = list(actions), list(outputs)
    found = []
    for one in of_period(project.programming_period).indicators:
        under = [each.action.thing for each in actions if one.code in each.counted.codes]
        titles = tuple(texts_of(output, "title") for output in outputs if output.code == one.code)
        if one.code not in chosen and (under or titles):
            slugs = tuple(thing.slug for thing in under)
            found.append(
                UnchosenPart(one.code, one.names, slugs, tuple(texts_of(each, "title") for each in under), titles)
            )
    return tuple(found)


def doubles(project: Project, actions: Iterable[Placed]) -> tuple[DoublePart, ...]:
    """Return the actions that another project counts too, in one query. Examples and real projects are apart."""
    actions = list(actions)
    events = [action.counted.event_id for action in actions if action.is_event]
    coachings = [action.counted.coaching_id for action in actions if not action.is_event]
    others: dict[tuple[int | None, int | None], list[CountedAction]] = {}
    if actions:
        rows = CountedAction.objects.filter(
            Q(event__in=events) | Q(coaching__in=coachings), counts=True, project__is_example=project.is_example
        )
        for row in rows.exclude(project=project).select_related("project").order_by("project__slug"):
            others.setdefault((row.event_id, row.coaching_id), []).append(row)
    return tuple(
        DoublePart(
            key=key(action.counted),
            slug=action.thing.slug,
            title=texts_of(action.thing, "title"),
            projects=tuple(row.project.slug for row in same),
            names=tuple(texts_of(row.project, "title") for row in same),
            reason=action.counted.twice_because or next((row.twice_because for row in same if row.twice_because), ""),
        )
        for action in actions
        if (same := others.get((action.counted.event_id, action.counted.coaching_id)))
    )


def in_words(pieces: Iterable[Piece]) -> Words:
    """Return reasons by language; empty where there is none."""
    pieces = tuple(pieces)
    return in_each_language(lazy(in_one_line, str)(pieces)) if pieces else {}
