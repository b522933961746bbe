"""Gather the mail to a person who reads the part of a partner, when it leaves."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import Mail, absolute_url, register

from .models import PartnerPerson
from .operations.people import NEWS


@register(NEWS, label=_("Part of a partner: opened or ended"))
def part_news(context):
    """Tell the person whose part they read, or from when on they no longer do; None once it is out of date."""
    row = PartnerPerson.objects.select_related("user", "partner__project").filter(pk=context["person"]).first()
    ends = context["news"] == "ended"
    if row is None or (ends and row.until is None):
        return None
    is_over = row.until is not None and row.until <= timezone.localdate()
    if is_over and not ends:
        return None
    return Mail(
        context={
            "row": row,
            "person": row.user,
            "ends": ends,
            "is_over": is_over,
            "last_day": row.last_day,
            "url": absolute_url("reporting:own_projects"),
        }
    )
