"""Propose an action that the agenda lacks; accept it as an event, or refuse it with a word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.enums import EventState
from events.models import Event, EventType
from events.programme.operations.making import free_slug
from hacktiv.common.languages import column
from members.models import Organisation, User

from ...counting.operations import count_events
from ...enums import ProposalState
from ...errors import ReportingError
from ...models import Partner, Period, Project, ProposedAction
from .contributions import LONGEST_WORD, check_coordinates, part_to_tell


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

    Raises ReportingError: `days` (they are crossed, to come, or outside the half-year), `latest` (it is to come),
    `title`, `not_yours`, `done`, `closing`, `closed`."""
    contribution = part_to_tell(partner=partner, period=period, by=by)
    if not missing.title.strip():
        raise ReportingError("title", _("Say what it was."))
    if missing.latest < missing.earliest:
        raise ReportingError("days", _("The last possible day is not before the first."))
    _check_past(missing.earliest, missing.latest)
    if not period.touches(missing.earliest, missing.latest):
        raise ReportingError("days", _("The dates of this action do not touch this half-year."))
    told = vars(missing) | {"title": missing.title.strip()}
    same = {name: told[name] for name in ("title", "earliest", "latest")}
    waiting = contribution.proposals.filter(state=ProposalState.WAITING, **same).first()
    return waiting or ProposedAction.objects.create(
        contribution=contribution, language=language, proposed_by=by, **told
    )


@transaction.atomic
def accept_proposal(
    *,
    proposal: ProposedAction,
    type: EventType,
    mode: str,
    counts: bool,
    organisers: Iterable[Organisation] = (),
    by: User,
) -> ProposedAction:
    """Make a held event of the partner from a proposal; with `counts` the project counts it in the half-year.

    Without, it waits for a decision like any other held event. Its counts are entered afterwards, by the lead. The
    `organisers` stand beside the partner's own organisation. The partner's words on them stay with the proposal: unless
    the organisers are of two countries, whether the event is joint stays unknown until somebody decides it.
    Raises ReportingError: `decided` (somebody has decided meanwhile), `days` and `latest` (they are to come),
    `not_yours`, `gone`."""
    check_coordinates(by)
    proposal = _waiting(proposal)
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
def refuse_proposal(*, proposal: ProposedAction, word: str, by: User) -> ProposedAction:
    """Refuse a proposal with a word, which the partner reads. Raises ReportingError: `decided`, `word`, `not_yours`,
    `gone`."""
    check_coordinates(by)
    word = word.strip()[:LONGEST_WORD]
    if not word:
        raise ReportingError("word", _("Say why it is refused: the partner reads it."))
    proposal = _waiting(proposal)
    proposal.state, proposal.word = ProposalState.REFUSED, word
    return _decide(proposal, by)


def _check_past(earliest: date, latest: date) -> None:
    """Raise ReportingError where a day of an action is to come: `days` if it is the first, `latest` if the last."""
    today = timezone.localdate()
    if earliest > today:
        raise ReportingError("days", _("An action that counts has taken place: this day is still to come."))
    if latest > today:
        raise ReportingError("latest", _("The last possible day is still to come: it is today at the latest."))


def _waiting(proposal: ProposedAction) -> ProposedAction:
    """Lock the project and a proposal that waits. Raises ReportingError `decided`."""
    Project.objects.select_for_update().get(pk=proposal.contribution.project_id)
    found = (
        ProposedAction.objects.select_for_update(of=("self",))
        .select_related("contribution__partner", "contribution__period", "contribution__project")
        .get(pk=proposal.pk)
    )
    if found.state != ProposalState.WAITING:
        raise ReportingError("decided", _("Somebody has decided on this action meanwhile."))
    return found


def _decide(proposal: ProposedAction, by: User) -> ProposedAction:
    proposal.decided_at, proposal.decided_by = timezone.now(), by
    proposal.save()
    return proposal
