"""Take the texts of partners over into the report."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from hacktiv.common.languages import CODES, column
from members.models import User

from ...enums import Section
from ...models import ContributionText, Period, ReportText
from .contributions import check_coordinates


@transaction.atomic
def take_over(*, period: Period, texts: Iterable[ContributionText], by: User) -> int:
    """Add texts of partners to the report's own, each after the name of its partner, in the languages it has.

    What the report has already as it stands is left out. Return how many were taken over. Raises ReportingError:
    `not_yours`, `gone`."""
    check_coordinates(by)
    period = Period.objects.select_for_update().get(pk=period.pk)
    found = ContributionText.objects.select_for_update(of=("self",)).filter(
        contribution__period=period, pk__in=[text.pk for text in texts]
    )
    number = 0
    for text in found.select_related("contribution__partner").order_by("contribution__partner__order", "pk"):
        if text.is_taken:
            continue
        _add(period, text)
        text.taken_version = text.version
        text.save(update_fields=["taken_version"])
        number += 1
    return number


def _add(period: Period, text: ContributionText) -> None:
    """Add a text to the highlights of the half-year, or to the report's text of its section."""
    if text.section == Section.HIGHLIGHTS:
        _append(period, "highlights", text)
        period.save()
        return
    told, _made = ReportText.objects.get_or_create(
        period=period, section=text.section, defaults={"project_id": period.project_id}
    )
    _append(told, "text", text)
    told.save()


def _append(row: Period | ReportText, field: str, text: ContributionText) -> None:
    partner = text.contribution.partner.name
    for language in CODES:
        own, theirs = (getattr(each, column(name, language)) or "" for each, name in ((row, field), (text, "text")))
        if theirs:
            setattr(row, column(field, language), f"{own}\n\n{partner}\n{theirs}".strip())
