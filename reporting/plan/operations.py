"""Write the texts of a report for its sections."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from hacktiv.common.languages import CODES, column
from members.models import User

from ..core.operations import check_coordinates
from ..core.rules import check_seen
from ..models import Period, ReportText


@transaction.atomic
def write_report_text(
    *, period: Period, section: str, texts: Mapping[str, str], seen: str, by: User
) -> ReportText | None:
    """Save the report's text for a section, by language; `seen` is the fingerprint of the text that the page showed.

    Return None where no language has a text. Raises ReportingError: `not_yours`, `moved` (somebody else has changed it
    meanwhile), `gone`."""
    check_coordinates(by)
    Period.objects.select_for_update().get(pk=period.pk)
    told = ReportText.objects.filter(period=period, section=section).first()
    check_seen(told, seen)
    told = told or ReportText(project_id=period.project_id, period=period, section=section)
    for language in CODES:
        if language in texts:
            setattr(told, column("text", language), texts[language].strip())
    if not any(getattr(told, column("text", language)) for language in CODES):
        if told.pk:
            told.delete()
        return None
    told.save()
    return told
