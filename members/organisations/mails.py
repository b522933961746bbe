"""Gather the mail to a contact of an organisation when it leaves."""

from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import register

from ..models import Affiliation
from ..roles.mails import mail_about
from .operations import CONTACT_NEWS


@register(CONTACT_NEWS, label=_("Contact of an organisation: named or ended"))
def contact_news(context):
    contacts = Affiliation.objects.of_contacts().select_related("organisation")
    return mail_about(contacts, context, page="portal:memberships")
