"""Decide under which indicators actions count: accept what is proposed, choose otherwise, take a decision back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from events.models import Event
from hacktiv.common.bounds import Bounds
from hacktiv.common.languages import CODES, MAIN, column
from members.models import User

from ..building.queries.classification import Classified, in_words, joint_accepted, terms_of
from ..building.queries.content import Words
from ..core.operations import check_coordinates
from ..core.queries import is_closed
from ..errors import ReportingError
from ..indicators.catalogue import Need, indicator
from ..indicators.rules import in_order, refusals
from ..models import Classification, CountedAction, EarlierClassification, Period, Project
from .queries import classified_actions
from .rules import mark_of

#: Longest word with which an indicator is chosen otherwise than proposed, in characters.
LONGEST_REASON = 2000
NOT_COUNTED = _("The project no longer counts this action.")
NOT_HELD = _("This action is not marked as held any more.")
MEANWHILE = _("Somebody decided on this action meanwhile. Look at it again.")


@dataclass(frozen=True)
class Choice:
    """The choice of the coordinator for an action: the indicators (none: it counts under none), the participations of
    the closed part of a mixed event, and the word that says why."""

    codes: tuple[str, ...]
    reason: str
    closed_part: Bounds | None = None


@dataclass
class Accepted:
    """The outcome of accepting several proposals: how many are decided, and the refusal of each other one."""

    done: list[CountedAction] = field(default_factory=list)
    refused: list[tuple[CountedAction, ReportingError]] = field(default_factory=list)


@transaction.atomic
def classify(*, action: CountedAction, choice: Choice, by: User | None, seen: str | None = None) -> CountedAction:
    """Decide under which indicators an action counts, otherwise than proposed or without a proposal, with a word.

    `seen` is the mark of the decision that was shown (None: whatever it was). What was decided before is kept. Raises
    ReportingError: `not_yours`, `gone`, `meanwhile` (decided since by somebody else), `no_reason`, `too_long`, or the
    code of the rule that excludes it."""
    check_coordinates(by)
    _lock_events([action])
    action = _locked(action)
    found = _found(action)
    if seen is not None and seen != mark_of(action):
        raise ReportingError("meanwhile", MEANWHILE)
    reason = choice.reason.strip()
    if not reason:
        raise ReportingError("no_reason", _("Write why: it is kept with the decision."))
    if len(reason) > LONGEST_REASON:
        raise ReportingError("too_long", _("This reason is longer than 2000 characters."))
    codes = in_order(dict.fromkeys(choice.codes))
    _check(codes, found, choice.closed_part)
    word = {get_language() or MAIN: reason}
    _write(found, codes, by, reasons=word, is_override=True, closed_part=choice.closed_part)
    return action


@transaction.atomic
def accept_proposals(*, project: Project, seen: Mapping[int, str], by: User | None) -> Accepted:
    """Accept what is proposed for actions of a project, where it is still what was shown (`seen`: codes by action).

    Each is a decision of its own: one that is refused leaves the others done, and says why. Raises ReportingError:
    `not_yours`, `gone`. Refusals: `gone`, `meanwhile` (decided since otherwise), `nothing_proposed`,
    `proposed_otherwise` (the records changed since)."""
    check_coordinates(by)
    asked = list(CountedAction.objects.filter(project=project, pk__in=seen).select_related("event", "coaching"))
    _lock_events(asked)
    locked = CountedAction.objects.select_for_update().filter(pk__in=[one.pk for one in asked], counts=True)
    kept = {one.pk: one for one in locked.order_by("pk")}
    found = classified_actions(project, kept)
    outcome = Accepted()
    for action in asked:
        try:
            if action.pk not in found:
                raise ReportingError("gone", NOT_HELD if action.pk in kept else NOT_COUNTED)
            outcome.done.append(_accept(found[action.pk], seen[action.pk], by))
        except ReportingError as refusal:
            outcome.refused.append((action, refusal))
    return outcome


@transaction.atomic
def take_back(*, action: CountedAction, by: User | None, seen: str | None = None) -> CountedAction:
    """Forget under which indicators an action counts: it waits for a decision again. The history keeps it.

    Raises ReportingError: `not_yours`, `gone`, `meanwhile`, `closed` (a closed report tells it: it is decided
    otherwise)."""
    check_coordinates(by)
    _lock_events([action])
    action = _locked(action)
    if seen is not None and seen != mark_of(action):
        raise ReportingError("meanwhile", MEANWHILE)
    found = classified_actions(action.project, [action.pk]).get(action.pk)
    half_year = found.action.period_id if found else action.period_id
    if half_year and is_closed(Period.objects.get(pk=half_year)):
        raise ReportingError(
            "closed",
            _(
                "The report of this half-year is closed. Choose otherwise, with a word: the next version says so as a"
                " correction."
            ),
        )
    if found and action.event_id and (accepted := joint_accepted(found.action)) is not None:
        Event.objects.filter(pk=action.event_id, joint=accepted).update(joint=None)
    _keep_what_was(action, by)
    return action


def _lock_events(actions: Iterable[CountedAction]) -> None:
    """Lock the events of actions, whose facts decide, in one order: two who decide on them wait for each other."""
    events = Event.objects.filter(pk__in={action.event_id for action in actions if action.event_id})
    list(events.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _locked(action: CountedAction) -> CountedAction:
    """Lock an action, as it is now: one decision on it at a time."""
    locked = CountedAction.objects.select_for_update().filter(pk=action.pk, counts=True).first()
    if locked is None:
        raise ReportingError("gone", NOT_COUNTED)
    return locked


def _found(action: CountedAction) -> Classified:
    found = classified_actions(action.project, [action.pk]).get(action.pk)
    if found is None:
        raise ReportingError("gone", NOT_HELD)
    return found


def _check(codes: Sequence[str], found: Classified, closed_part: Bounds | None) -> None:
    """Refuse what the programme's rules exclude."""
    against = refusals(codes, found.facts, terms_of(found.counted.project), closed_part)
    if against:
        raise ReportingError(against[0].code, " ".join(map(str, against)))


def _accept(found: Classified, shown: str, by: User | None) -> CountedAction:
    action, codes = found.counted, found.proposal.codes
    if codes is None:
        raise ReportingError("nothing_proposed", _("Nothing is proposed for this action: choose with a word."))
    if found.shown != shown:
        raise ReportingError(
            "proposed_otherwise", _("Its records changed since the page was shown. Look at the proposal again.")
        )
    if found.is_decided:
        if set(action.codes) == set(codes):
            return action
        raise ReportingError("meanwhile", MEANWHILE)
    _check(codes, found, None)
    _write(found, codes, by, reasons=in_words(found.proposal.reasons))
    return action


def _write(
    found: Classified,
    codes: Iterable[str],
    by: User | None,
    *,
    reasons: Words,
    is_override: bool = False,
    closed_part: Bounds | None = None,
) -> None:
    """Write the decision: one row for each indicator, or one with a blank code, with the reasons by language."""
    action = found.counted
    joint = _decide_joint(found, codes := tuple(codes), is_override=is_override)
    _keep_what_was(action, by)
    now = timezone.now()
    said = {column("reason", code): text for code, text in reasons.items()}
    rows = []
    for code in codes or ("",):
        part = closed_part if Need.NOT_PUBLIC in _needs(found, code) else None
        rows.append(
            Classification(
                action=action,
                indicator=code,
                lower=part.floor if part else None,
                upper=part.upper if part else None,
                is_override=is_override,
                joint=joint,
                decided_by=by,
                decided_at=now,
                **said,
            )
        )
    Classification.objects.bulk_create(rows)


def _needs(found: Classified, code: str) -> frozenset[Need]:
    """Return what an indicator of the project asks of an action; nothing for a blank code."""
    return indicator(found.counted.project.programming_period, code).needs if code else frozenset()


def _decide_joint(found: Classified, codes: Iterable[str], *, is_override: bool) -> bool | None:
    """Note on the event whether it is joint, as its organisers say, and return that: who accepts a proposal decides it,
    joint or not, and who chooses an indicator that asks for it. None where it is decided apart, or not at all."""
    if not found.action.is_event or found.facts.joint_as_decided is not None:
        return None
    accepted = joint_accepted(found.action)
    asks = any(Need.JOINT in _needs(found, code) for code in codes)
    joint = found.facts.joint_by_organisers if asks or accepted is not None or not is_override else None
    Event.objects.filter(pk=found.action.event.pk, joint=accepted).update(joint=joint)
    return joint


def _keep_what_was(action: CountedAction, by: User | None) -> None:
    """Move the decisions on an action, if there are any, into its history."""
    rows = list(action.classifications.all())
    texts = [column("reason", code) for code in CODES]
    kept = ["indicator", "lower", "upper", "is_override", "joint", "decided_by_id", "decided_at", *texts]
    EarlierClassification.objects.bulk_create(
        EarlierClassification(action=action, ended_by=by, **{name: getattr(row, name) for name in kept}) for row in rows
    )
    action.classifications.all().delete()
