"""Gather the mail that tells the coordination what has changed since the last draft of a half-year, when it leaves."""

from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import Mail, absolute_url, register

from ..building.queries.codec import part_of
from ..building.queries.content import Correction
from ..core.queries import is_closed
from ..models import MonthlyDraft
from .operations import CHANGES


@register(CHANGES, label=_("Draft of a month: what has changed since the last"))
def monthly_changes(context):
    """Tell what the records said otherwise than the draft before; nothing once the half-year is closed."""
    made = MonthlyDraft.objects.select_related("period__project").filter(pk=context["draft"]).first()
    if made is None or is_closed(made.period):
        return None
    statements = part_of(tuple[Correction, ...], made.statements)
    return Mail(
        context={
            "made": made,
            "period": made.period,
            "project": made.period.project,
            "statements": statements,
            "more": made.changes - len(statements),
            "url": absolute_url("reporting:report", made.period.project.slug, made.period.label),
        }
    )
