"""Gather the mail about a role in a space when it leaves."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import Mail, absolute_url, register

from ..models import SpaceRole
from .operations import NEWS


@register(NEWS, label=_("Role in a space: given or ended"))
def role_news(context):
    """Tell the person that they have a role, or from when on they no longer have it; None once it is out of date."""
    role = SpaceRole.objects.select_related("user", "space").filter(pk=context["role"]).first()
    ends = context["news"] == "ended"
    if role is None or (ends and role.until is None):
        return None
    is_over = role.until is not None and role.until <= timezone.localdate()
    if is_over and not ends:
        return None
    return Mail(
        context={
            "role": role,
            "person": role.user,
            "space": role.space,
            "ends": ends,
            "is_over": is_over,
            "last_day": role.last_day,
            "url": absolute_url("admin:index"),
        }
    )
