"""Gather the mail about a role in the network when it leaves."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import Mail, absolute_url, register

from ..models import NetworkRole
from .operations import ROLE_NEWS


@register(ROLE_NEWS, label=_("Role in the network: given or ended"))
def role_news(context):
    """Tell the person that they have a role, or from when on they no longer have it; None once it is out of date."""
    role = NetworkRole.objects.select_related("user").filter(pk=context["role"]).first()
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
            "ends": ends,
            "is_over": is_over,
            "last_day": role.last_day,
            "url": absolute_url("admin:index"),
        }
    )
