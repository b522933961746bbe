"""Gather the mail about a role in a space when it leaves."""

from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import register
from members.roles.mails import mail_about

from ..models import SpaceRole
from .operations import NEWS


@register(NEWS, label=_("Role in a space: given or ended"))
def role_news(context):
    return mail_about(SpaceRole.objects.select_related("space"), context)
