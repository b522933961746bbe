"""Write the texts of a partner."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.languages import CODES, column
from members.models import User

from ...core.rules import MOVED
from ...enums import Section
from ...errors import ReportingError
from ...models import ContributionText, Partner, Period
from .contributions import part_to_tell


@transaction.atomic
def write_text(
    *, partner: Partner, period: Period, section: str, texts: Mapping[str, str], seen: int, by: User
) -> ContributionText:
    """Save the partner's text for a section, by language; who wrote it had read the version `seen` (0: none).

    Raises ReportingError: `moved` (somebody else has changed it meanwhile), `section`, `not_yours`, `done`,
    `closed`."""
    if section not in Section:
        raise ReportingError("section", _("The report has no such section."))
    contribution = part_to_tell(partner=partner, period=period, by=by)
    text = contribution.texts.select_for_update().filter(section=section).first()
    if (text.version if text else 0) != seen:
        raise ReportingError("moved", MOVED)
    text = text or ContributionText(contribution=contribution, section=section, version=0)
    for language in CODES:
        if language in texts:
            setattr(text, column("text", language), texts[language].strip())
    text.version += 1
    text.written_at, text.written_by = timezone.now(), by
    text.save()
    return text
