"""Propose an action that the agenda lacks, change or withdraw it; accept it as an event, or refuse it with a word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.enums import EventState
from events.models import Event, EventType
from events.programme.operations.making import free_slug
from hacktiv.common.languages import column
from hacktiv.outbox.operations import enqueue
from members.models import Organisation, User

from ...core.operations import check_coordinates
from ...core.rules import MOVED
from ...counting.operations import count_events
from ...enums import ProposalState
from ...errors import ReportingError
from ...models import Contribution, Partner, Period, Project, ProposedAction
from ..rules import proposal_seen
from .contributions import LONGEST_WORD, part_to_tell, people_of

DECIDED = "reporting.proposal_decided"


@dataclass(frozen=True)
class Missing:
    """An action that the agenda lacks, as a partner tells it. It took place on a day between `earliest` and `latest`.

    Nobody enters a quantity here: who came is told in the words of `note`, and the lead enters counts."""

    title: str
    earliest: date
    latest: date
    place: str = ""
    organisers: str = ""
    note: str = ""


@transaction.atomic
def propose_action(*, partner: Partner, period: Period, missing: Missing, language: str, by: User) -> ProposedAction:
    """Propose an action for the lead to accept; the same one waits once.

    Raises ReportingError: `days` (they are to come, or outside the half-year), `latest` (before the first, or to come),
    `title`, `not_yours`, `done`, `closing`, `closed`."""
    contribution = part_to_tell(partner=partner, period=period, by=by)
    told = _checked(missing, period)
    return _same_that_waits(contribution, told) or ProposedAction.objects.create(
        contribution=contribution, language=language, proposed_by=by, **told
    )


@transaction.atomic
def change_proposal(
    *, proposal: ProposedAction, missing: Missing, seen: str, language: str, by: User
) -> ProposedAction:
    """Tell a proposal otherwise while it waits; `seen` is `proposal_seen` of what the page showed.

    A title that is written anew is in `language`. Raises ReportingError: `moved`, `decided`, `withdrawn`, `twice` (its
    partner proposes the same elsewhere) and those of `propose_action`."""
    contribution = proposal.contribution
    part_to_tell(partner=contribution.partner, period=contribution.period, by=by)
    proposal = _locked(proposal, seen)
    told = _checked(missing, contribution.period)
    same = _same_that_waits(contribution, told)
    if same and same != proposal:
        raise ReportingError("twice", _("This action is proposed already."))
    if told["title"] != proposal.title:
        proposal.language = language
    for name, value in told.items():
        setattr(proposal, name, value)
    proposal.save()
    return proposal


@transaction.atomic
def withdraw_proposal(*, proposal: ProposedAction, by: User) -> ProposedAction:
    """Take a proposal back while it waits; a second time changes nothing.

    Raises ReportingError: `decided`, `not_yours`, `done`, `closing`, `closed`."""
    contribution = proposal.contribution
    part_to_tell(partner=contribution.partner, period=contribution.period, by=by)
    try:
        proposal = _locked(proposal)
    except ReportingError as refusal:
        if refusal.code != ProposalState.WITHDRAWN:
            raise
        return ProposedAction.objects.get(pk=proposal.pk)
    proposal.state, proposal.decided_at, proposal.decided_by = ProposalState.WITHDRAWN, timezone.now(), by
    proposal.save()
    return proposal


@transaction.atomic
def accept_proposal(
    *,
    proposal: ProposedAction,
    type: EventType,
    mode: str,
    counts: bool,
    organisers: Iterable[Organisation] = (),
    seen: str,
    by: User,
) -> ProposedAction:
    """Make a held event of the partner from a proposal as it was `seen` (`proposal_seen`), and mail who proposed it;
    with `counts` the project counts it in the half-year.

    Without, it waits for a decision like any other held event. Its counts are entered afterwards, by the lead. The
    `organisers` stand beside the partner's own organisation. The partner's words on them stay with the proposal: unless
    the organisers are of two countries, whether the event is joint stays unknown until somebody decides it.
    Raises ReportingError: `decided` (somebody has decided meanwhile), `withdrawn`, `moved` (its partner changed it),
    `days` and `latest` (they are to come), `not_yours`, `gone`."""
    check_coordinates(by)
    proposal = _waiting(proposal, seen)
    _check_past(proposal.earliest, proposal.latest)
    contribution = proposal.contribution
    partner = contribution.partner
    event = Event(
        type=type,
        state=EventState.HELD,
        earliest=proposal.earliest,
        latest=proposal.latest,
        place=proposal.place,
        mode=mode,
        proofs_owed=list(type.proofs_owed),
        source=partner.name[:200],
        is_example=contribution.project.is_example,
        created_by=by,
    )
    setattr(event, column("title"), proposal.title)
    setattr(event, column("title", proposal.language), proposal.title)
    event.slug = free_slug(event)
    event.save()
    event.organisers.set({*organisers, *([partner.organisation] if partner.organisation else [])})
    if counts:
        count_events(period=contribution.period, events=[event], by=by)
    proposal.state, proposal.event = ProposalState.ACCEPTED, event
    return _decide(proposal, by)


@transaction.atomic
def refuse_proposal(*, proposal: ProposedAction, word: str, seen: str, by: User) -> ProposedAction:
    """Refuse a proposal as it was `seen` with a word, which the partner reads and who proposed it gets by mail.

    Raises ReportingError: `decided`, `withdrawn`, `moved`, `word`, `not_yours`, `gone`."""
    check_coordinates(by)
    word = word.strip()[:LONGEST_WORD]
    if not word:
        raise ReportingError("word", _("Say why it is refused: the partner reads it."))
    proposal = _waiting(proposal, seen)
    proposal.state, proposal.word = ProposalState.REFUSED, word
    return _decide(proposal, by)


def _check_past(earliest: date, latest: date) -> None:
    """Raise ReportingError where a day of an action is to come: `days` if it is the first, `latest` if the last."""
    today = timezone.localdate()
    if earliest > today:
        raise ReportingError("days", _("An action that counts has taken place: this day is still to come."))
    if latest > today:
        raise ReportingError("latest", _("The last possible day is still to come: it is today at the latest."))


def _checked(missing: Missing, period: Period) -> dict[str, Any]:
    """Return what is told of an action, by the names of its columns. Raises ReportingError: `title`, `days`,
    `latest`."""
    if not missing.title.strip():
        raise ReportingError("title", _("Say what it was."))
    if missing.latest < missing.earliest:
        raise ReportingError("latest", _("The last possible day is not before the first."))
    _check_past(missing.earliest, missing.latest)
    if not period.touches(missing.earliest, missing.latest):
        raise ReportingError("days", _("The dates of this action do not touch this half-year."))
    return vars(missing) | {"title": missing.title.strip()}


def _same_that_waits(contribution: Contribution, told: Mapping[str, Any]) -> ProposedAction | None:
    same = {name: told[name] for name in ("title", "earliest", "latest")}
    return contribution.proposals.filter(state=ProposalState.WAITING, **same).first()


def _waiting(proposal: ProposedAction, seen: str) -> ProposedAction:
    """Lock the half-year, the project and a proposal that waits. Raises ReportingError: `decided`, `withdrawn`,
    `moved`."""
    Period.objects.select_for_update().get(pk=proposal.contribution.period_id)
    Project.objects.select_for_update().get(pk=proposal.contribution.project_id)
    return _locked(proposal, seen)


def _locked(proposal: ProposedAction, seen: str | None = None) -> ProposedAction:
    """Lock a proposal that waits and tells what was `seen`. Raises ReportingError: `decided`, `withdrawn`, `moved`."""
    found = (
        ProposedAction.objects.select_for_update(of=("self",))
        .select_related("contribution__partner", "contribution__period", "contribution__project")
        .get(pk=proposal.pk)
    )
    if found.state == ProposalState.WITHDRAWN:
        raise ReportingError("withdrawn", _("The partner has withdrawn this proposal."))
    if found.state != ProposalState.WAITING:
        raise ReportingError("decided", _("Somebody has decided on this action meanwhile."))
    if seen is not None and proposal_seen(found) != seen:
        raise ReportingError("moved", MOVED)
    return found


def _decide(proposal: ProposedAction, by: User) -> ProposedAction:
    """Keep what was decided, and mail it to who proposed the action: once, and where they are of the partner no longer
    to those who are."""
    proposal.decided_at, proposal.decided_by = timezone.now(), by
    proposal.save()
    people = people_of(proposal.contribution.partner)
    for role in [role for role in people if role.user_id == proposal.proposed_by_id] or people:
        enqueue(
            key=f"{DECIDED}:{proposal.pk}:{role.user_id}",
            template=DECIDED,
            to_email=role.user.email,
            to_name=str(role.user),
            language=role.user.language,
            context={"proposal": proposal.pk, "role": role.pk},
        )
    return proposal
