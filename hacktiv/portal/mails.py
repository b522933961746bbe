"""Gather the mails of the portal when they leave."""

from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import Mail, absolute_url, register
from members.models import DataArchive

from .operations.archiving import ARCHIVE_READY


@register(ARCHIVE_READY, label=_("Your data can be taken away"))
def archive_ready(context):
    """Tell a person that the file of their data is ready; None once it is gone, or another one is made."""
    archive = DataArchive.objects.filter(pk=context["archive"]).first()
    if archive is None or not archive.is_ready:
        return None
    return Mail(context={"archive": archive, "url": absolute_url("portal:my_data")})
