"""Gather the mail to a person who reads the part of a partner, when it leaves."""

from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import register
from members.roles.mails import mail_about

from ..models import PartnerPerson
from .operations import NEWS


@register(NEWS, label=_("Part of a partner: opened or ended"))
def part_news(context):
    return mail_about(PartnerPerson.objects.select_related("partner__project"), context, page="reporting:own_projects")
