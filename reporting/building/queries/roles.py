"""Tell as which role somebody entered a count or checked a proof, without telling who it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from events.models import Event
from members.enums import NetworkRoleKind
from members.models import NetworkRole
from spaces.enums import Role
from spaces.models import SpaceRole
from training.models import Coaching

from ...enums import ActedAs
from ...models import EvidenceFile, Partner, PartnerPerson, Project
from .breakdowns import people_of_each
from .content import Action, Evidence, Report
from .content_parts import Declaration
from .parts import key
from .records import Placed

OF_NETWORK = {
    NetworkRoleKind.ADMINISTRATOR: ActedAs.ADMINISTRATOR,
    NetworkRoleKind.COORDINATOR: ActedAs.COORDINATOR,
    NetworkRoleKind.FACILITATOR: ActedAs.FACILITATOR,
    NetworkRoleKind.TRAINER: ActedAs.TRAINER,
}
OF_SPACE = {Role.MANAGER: ActedAs.MANAGER, Role.FRONT_DESK: ActedAs.FRONT_DESK}


class Roles:
    """The roles that the people behind a project's records held, day by day. Three queries, whoever they are."""

    def __init__(self, project: Project, people: Iterable[int]):
        people = set(people)
        self._network = _by_person(NetworkRole.objects.filter(user__in=people))
        self._spaces = _by_person(SpaceRole.objects.filter(user__in=people))
        self._partners = _by_person(PartnerPerson.objects.filter(user__in=people, partner__project=project))

    def of(self, person: int | None, moment: datetime, thing: Event | Coaching | None = None) -> str:
        """Return as which role a person acted at a moment on an event; nobody's name is a loader's, or was erased."""
        if person is None:
            return ActedAs.LOADER if thing is not None and thing.source else ActedAs.UNKNOWN
        day = timezone.localdate(moment)
        found = [OF_NETWORK[row.role] for row in self._network.get(person, []) if row.holds(day)]
        space = thing.space_id if isinstance(thing, Event) else None
        for row in self._spaces.get(person, []):
            if row.space_id == space and row.holds(day):
                found.append(OF_SPACE[row.role])
        if any(row.holds(day) for row in self._partners.get(person, [])):
            found.append(ActedAs.PARTNER)
        return min(found, key=list(ActedAs).index, default=ActedAs.OTHER).value


def with_roles(
    report: Report,
    *,
    project: Project,
    placed: Iterable[Placed],
    partners: Iterable[Partner],
    evidence: Iterable[EvidenceFile],
) -> Report:
    """Return a report that also tells as which role each count was entered and each proof checked, by which partners
    an action was organised, and who was there by what the list of the action tells.

    `placed` are the actions of the half-year with all that is on record of them, `evidence` the files of deliverables,
    of outputs and of the half-year."""
    actions = {key(action.counted): action for action in placed}
    files: dict[str, tuple[Any, Event | Coaching | None]] = {f"evidence:{item.pk}": (item, None) for item in evidence}
    for action in actions.values():
        items = action.event.proofs.all() if action.is_event else action.coaching.evidence.all()
        table = "proof" if action.is_event else "evidence"
        files |= {f"{table}:{item.pk}": (item, action.thing) for item in items}
    counts = {code: _counts(action) for code, action in actions.items()}
    people = {row.entered_by_id for rows in counts.values() for row in rows}
    people |= {item.checked_by_id for item, _thing in files.values()}
    roles = Roles(project, people - {None})

    def proved(part: Any) -> tuple[Evidence, ...]:
        return tuple(_with_check(item, files.get(item.reference), roles) for item in part.evidence)

    def counted(part: Any) -> tuple[Declaration, ...]:
        rows, thing = counts[part.key], actions[part.key].thing
        return tuple(
            replace(told, by_role=roles.of(row.entered_by_id, row.entered_at, thing))
            for told, row in zip(part.history, rows, strict=True)
        )

    named = people_of_each(actions[part.key] for part in report.actions)
    ours = {partner.organisation_id: partner.name for partner in partners}

    def whole(part: Action) -> Action:
        event = actions[part.key].event
        organisers = sorted(event.organisers.all(), key=lambda organisation: organisation.name)
        by = dict.fromkeys(ours[one.pk] for one in organisers if one.pk in ours)
        people = named.get(event.pk, ())
        return replace(part, history=counted(part), evidence=proved(part), partners=tuple(by), people=people)

    return replace(
        report,
        actions=tuple(map(whole, report.actions)),
        coaching=tuple(replace(part, history=counted(part), evidence=proved(part)) for part in report.coaching),
        deliverables=tuple(replace(part, evidence=proved(part)) for part in report.deliverables),
        outputs=tuple(replace(part, evidence=proved(part)) for part in report.outputs),
        evidence=proved(report),
    )


def _counts(action: Placed) -> list[Any]:
    """Return the rows of the counts of an action, in the order in which its report tells them."""
    if action.is_event:
        return sorted(action.event.declared_counts.all(), key=lambda row: (row.measure, row.entered_at, row.pk))
    return sorted(action.coaching.earlier_counts.all(), key=lambda row: (row.entered_at, row.pk))


def _with_check(item: Evidence, file: tuple[Any, Event | Coaching | None] | None, roles: Roles) -> Evidence:
    if file is None or not item.checked:
        return item
    row, thing = file
    return replace(item, checked_by_role=roles.of(row.checked_by_id, row.checked_at, thing))


def _by_person(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.user_id, []).append(row)
    return found
