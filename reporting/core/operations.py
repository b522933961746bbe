from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hacktiv.common.halfyears import calendar_half_years, half_years_from
from hacktiv.common.languages import CODES, column
from members.core.operations import lock_actor
from members.core.rules import coordinates
from members.models import User

from ..enums import HalfYears
from ..errors import ReportingError
from ..models import Period, Project, SectionComment
from .rules import check_seen


@transaction.atomic
def ensure_periods(*, project: Project) -> list[Period]:
    """Create the missing half-years of a project and return them. Existing ones stay as they are.

    A project that was lengthened gets more; one that was shortened keeps its own, because reports may depend on them.
    """
    project = Project.objects.select_for_update().get(pk=project.pk)
    reckon = calendar_half_years if project.half_years == HalfYears.CALENDAR else half_years_from
    known = set(project.periods.values_list("label", flat=True))
    return Period.objects.bulk_create(
        Period(project=project, label=half.label, starts_on=half.start, ends_on=half.end)
        for half in reckon(project.starts_on, project.ends_on)
        if half.label not in known
    )


@transaction.atomic
def write_highlights(*, period: Period, texts: dict[str, str], seen: str, by: User | None) -> Period:
    """Save the highlights of a half-year, by language. Languages that are not given stay as they are.

    `seen` is the fingerprint of those that the page showed. Raises ReportingError: `gone`, `not_yours`, `moved` (they
    are others by now)."""
    check_coordinates(by)
    period = Period.objects.select_for_update().get(pk=period.pk)
    check_seen(period, seen, "highlights")
    for language in CODES:
        if language in texts:
            setattr(period, column("highlights", language), texts[language])
    period.save()
    return period


@transaction.atomic
def write_comment(*, period: Period, section: str, texts: dict[str, str], seen: str, by: User | None) -> SectionComment:
    """Save the comment on a section of a half-year's report, by language. Languages that are not given stay as they
    are.

    `seen` is the fingerprint of the one that the page showed. Raises ReportingError: `gone`, `not_yours`, `moved` (it
    is another by now)."""
    check_coordinates(by)
    Period.objects.select_for_update().get(pk=period.pk)
    comment = SectionComment.objects.filter(period=period, section=section).first()
    check_seen(comment, seen)
    comment = comment or SectionComment(period=period, section=section)
    for language in CODES:
        if language in texts:
            setattr(comment, column("text", language), texts[language])
    comment.save()
    return comment


def check_coordinates(by: User | None) -> None:
    """Keep the account of who acts until the transaction ends. None is the platform itself, which may do all.

    Raises ReportingError: `gone`, `not_yours` for who does not coordinate."""
    lock_actor(by, ReportingError)
    if by and not coordinates(by):
        raise ReportingError("not_yours", _("Who coordinates the network decides that."))
