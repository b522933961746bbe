"""Gather the mails of the portal when they leave."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import Mail, absolute_url, register
from members.core.queries import person_of
from members.models import DataArchive, UnusedAccount

from .operations.archiving import ARCHIVE_READY
from .operations.retiring import ACCOUNT_UNUSED, unused_since
from .queries.personal_data import held_in_numbers
from .queries.unused import unused_accounts


@register(ARCHIVE_READY, label=_("Your data can be taken away"))
def archive_ready(context):
    """Tell a person that the file of their data is ready; None once it is gone, or another one is made."""
    archive = DataArchive.objects.filter(pk=context["archive"]).first()
    if archive is None or not archive.is_ready:
        return None
    return Mail(context={"archive": archive, "url": absolute_url("portal:my_data")})


@register(ACCOUNT_UNUSED, label=_("An account that nobody uses is to be erased"))
def account_unused(context):
    """Warn a person whose account is to be erased; None once they have used it again."""
    notice = UnusedAccount.objects.select_related("user").filter(pk=context["notice"]).first()
    if notice is None or not unused_accounts(since=unused_since(timezone.now())).filter(pk=notice.user_id).exists():
        return None
    person = notice.user
    return Mail(
        context={
            "person": person,
            "last_used": person.last_login or person.date_joined,
            "day": notice.erased_on,
            "held": held_in_numbers(person_of(person)),
            "url": absolute_url("portal:me"),
            "privacy_url": absolute_url("portal:privacy"),
        }
    )
