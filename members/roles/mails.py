"""Gather the mail about a role in the network when it leaves; it is alike for the roles of every app."""

from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import Mail, absolute_url, register

from ..models import NetworkRole
from .operations.dated import ENDED
from .operations.network import ROLE_NEWS


def mail_about(roles, context, *, page="admin:index"):
    """Return the mail that says to a person that they have one of these roles, or from when on they no longer have it,
    with a link to a page; None once it is out of date."""
    role = roles.select_related("user").filter(pk=context["role"]).first()
    ends = context["news"] == ENDED
    if role is None or (ends and role.until is None):
        return None
    if role.is_over and not ends:
        return None
    return Mail(
        context={
            "role": role,
            "person": role.user,
            "ends": ends,
            "is_over": role.is_over,
            "last_day": role.last_day,
            "url": absolute_url(page),
        }
    )


@register(ROLE_NEWS, label=_("Role in the network: given or ended"))
def role_news(context):
    return mail_about(NetworkRole.objects.all(), context)
