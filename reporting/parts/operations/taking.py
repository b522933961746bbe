"""Take the texts of partners over into the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from hacktiv.common.languages import CODES, column
from members.models import User

from ...core.operations import check_coordinates
from ...core.rules import LONGEST_REPORT_TEXT, with_plain_line_ends
from ...enums import Section
from ...errors import ReportingError
from ...models import ContributionText, Period, ReportText
from ..rules import put_in_place


@dataclass(frozen=True)
class Taken:
    """How many texts were taken over; `beside` are the partners whose earlier text was changed in the report since, so
    that it stands there beside the new one."""

    number: int
    beside: tuple[str, ...]


@transaction.atomic
def take_over(*, period: Period, versions: Mapping[int, int], by: User) -> Taken:
    """Take texts of partners over into the report's own, in the languages they have: by their keys, in the `versions`
    that were read.

    Each is added after the name of its partner. Where an earlier version of it still stands in the report as it was
    taken over, the new one takes its place. What the report has already as it stands is left out. Raises
    ReportingError: `moved` (somebody has changed one of them since; none is taken), `too_long`, `not_yours`, `gone`."""
    check_coordinates(by)
    period = Period.objects.select_for_update().get(pk=period.pk)
    found = list(
        ContributionText.objects.select_for_update(of=("self",))
        .filter(contribution__period=period, pk__in=versions)
        .select_related("contribution__partner")
        .order_by("contribution__partner__order", "pk")
    )
    moved = [text.contribution.partner.name for text in found if text.version != versions[text.pk]]
    if moved:
        words = _(
            "Changed since you read it: %(partners)s. Nothing is taken over: read what stands now, and tick again."
        )
        raise ReportingError("moved", words % {"partners": ", ".join(moved)})
    waiting = [text for text in found if not text.is_taken]
    beside = [text.contribution.partner.name for text in waiting if not _take(period, text)]
    return Taken(len(waiting), tuple(dict.fromkeys(beside)))


def _take(period: Period, text: ContributionText) -> bool:
    """Put a text into the highlights of the half-year, or into the report's text of its section, and note what was put
    there. Return whether what was put there before is replaced."""
    if text.section == Section.HIGHLIGHTS:
        replaces = _put(period, "highlights", text)
        period.save()
    else:
        told = ReportText.objects.filter(period=period, section=text.section).first()
        told = told or ReportText(project_id=period.project_id, period=period, section=text.section)
        replaces = _put(told, "text", text)
        told.save()
    if text.taken_version is not None and not text.taken_blocks:
        replaces = False  # Taken over before it was noted what the report got.
    text.taken_version = text.version
    text.taken_blocks = _blocks(text)
    text.save(update_fields=["taken_version", "taken_blocks"])
    return replaces


def _put(row: Period | ReportText, field: str, text: ContributionText) -> bool:
    blocks, before = _blocks(text), text.taken_blocks
    replaces = True
    for language in CODES:
        if language not in blocks and language not in before:
            continue
        own = with_plain_line_ends(getattr(row, column(field, language)) or "")
        whole, is_replaced = put_in_place(own, before.get(language, ""), blocks.get(language, ""))
        replaces = replaces and is_replaced
        if len(whole) > LONGEST_REPORT_TEXT:
            words = _(
                "With the text of %(partner)s, “%(section)s” would be longer than %(number)s characters. Nothing is "
                "taken over: shorten the text of the report first, or tick fewer texts."
            )
            told = {
                "partner": text.contribution.partner.name,
                "section": text.get_section_display(),
                "number": number_format(LONGEST_REPORT_TEXT),
            }
            raise ReportingError("too_long", words % told)
        setattr(row, column(field, language), whole)
    return replaces


def _blocks(text: ContributionText) -> dict[str, str]:
    """Return what the report gets of a text by language: it follows the name of its partner."""
    name = text.contribution.partner.name
    theirs = {code: with_plain_line_ends(getattr(text, column("text", code)) or "").strip() for code in CODES}
    return {code: f"{name}\n{words}" for code, words in theirs.items() if words}
