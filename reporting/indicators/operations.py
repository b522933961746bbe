"""Choose the indicators under which a project reports, say what it aims at, and remove them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from members.models import User

from ..core.operations import check_coordinates
from ..errors import ReportingError
from ..models import Milestone, Project, ProjectIndicator
from .catalogue import IndicatorType, of_period
from .queries import closed_reports_telling, counting_under, fingerprint_of


@dataclass(frozen=True)
class Aim:
    """The aim of a project with an indicator: None is still to be chosen. `milestones` are values by day."""

    baseline: int | None = None
    target: int | None = None
    milestones: Mapping[date, int] = field(default_factory=dict)


@transaction.atomic
def choose_indicator(*, project: Project, code: str, aim: Aim | None = None, by: User | None) -> ProjectIndicator:
    """Let a project report under an indicator of its programming period.

    Raises ReportingError: `not_yours`, `gone`, `other_period`, `chosen` (it does already), and those of the aim:
    `no_result` (a baseline of an indicator that is no result), `too_early` (a milestone before the project begins),
    `over_target` (a milestone beyond the target), `backwards` (a later milestone below an earlier one)."""
    check_coordinates(by)
    project, one = _locked(project, code)
    if project.indicators.filter(code=code).exists():
        raise ReportingError("chosen", _("The project has chosen this indicator already."))
    order = [each.code for each in of_period(project.programming_period).indicators].index(code)
    row = ProjectIndicator(project=project, programming_period=project.programming_period, code=code, order=order)
    return _write(row, one, aim or Aim())


@transaction.atomic
def change_aim(*, project: Project, code: str, aim: Aim, seen: str, by: User | None) -> ProjectIndicator:
    """Say anew what a project aims at with an indicator, which was read with the fingerprint `seen`.

    A closed report keeps what it told; the next version tells the change as a correction. Raises ReportingError:
    `not_yours`, `moved` (somebody else changed it meanwhile), `gone` (it was removed), and those of the aim."""
    check_coordinates(by)
    project, one = _locked(project, code)
    row = project.indicators.filter(code=code).first()
    if row is None:
        raise ReportingError("gone", _("The project has not chosen this indicator, or no longer has it."))
    if seen != fingerprint_of(row):
        raise ReportingError(
            "moved",
            _("Somebody has changed it meanwhile: yours is not saved. Save again to put yours in its place."),
        )
    return _write(row, one, aim)


@transaction.atomic
def drop_indicator(*, project: Project, code: str, by: User | None) -> None:
    """Let a project report under an indicator no longer. One that is not chosen stays so.

    Raises ReportingError: `not_yours`, `gone`, `told` (a closed report tells it), `in_use` (actions or outputs count
    under it)."""
    check_coordinates(by)
    project, one = _locked(project, code)
    told = closed_reports_telling(project, code)
    if told:
        reports = ", ".join(map(str, told))
        raise ReportingError("told", _("It stays: closed reports tell it (%(reports)s).") % {"reports": reports})
    number = counting_under(project, code)
    if number:
        words = ngettext(
            "%(number)d action or output counts under %(code)s: put it elsewhere first.",
            "%(number)d actions or outputs count under %(code)s: put them elsewhere first.",
            number,
        )
        raise ReportingError("in_use", words % {"number": number, "code": one.code})
    project.indicators.filter(code=code).delete()


def _locked(project: Project, code: str) -> tuple[Project, IndicatorType]:
    """Lock the project, and return it with the indicator of its period. Raises ReportingError: `other_period`."""
    project = Project.objects.select_for_update().get(pk=project.pk)
    known = {one.code: one for one in of_period(project.programming_period).indicators}
    if code not in known:
        raise ReportingError(
            "other_period",
            _("%(code)s is no indicator of the programming period %(period)s.")
            % {"code": code, "period": project.get_programming_period_display()},
        )
    return project, known[code]


def _write(row: ProjectIndicator, one: IndicatorType, aim: Aim) -> ProjectIndicator:
    _check(row.project, one, aim)
    row.baseline, row.target = aim.baseline, aim.target
    row.save()
    row.milestones.all().delete()
    Milestone.objects.bulk_create(
        Milestone(indicator=row, date=day, value=aim.milestones[day]) for day in aim.milestones
    )
    return row


def _check(project: Project, one: IndicatorType, aim: Aim) -> None:
    if aim.baseline is not None and not one.is_result:
        raise ReportingError("no_result", _("Only a result has a baseline."))
    values = [aim.milestones[day] for day in sorted(aim.milestones)]
    if any(day < project.starts_on for day in aim.milestones):
        raise ReportingError("too_early", _("A milestone lies in the project’s days, or after them."))
    if aim.target is not None and any(value > aim.target for value in values):
        raise ReportingError("over_target", _("A milestone is not more than the target."))
    if values != sorted(values):
        raise ReportingError("backwards", _("A later milestone is not less than an earlier one."))
