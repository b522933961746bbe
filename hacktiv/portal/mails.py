"""Gather the mails of the portal when they leave."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import Registration
from events.registering.mails import registration_cancelled
from hacktiv.outbox.registry import Mail, absolute_url, register
from members.core.queries import person_of
from members.models import DataArchive, UnusedAccount
from spaces.booking.mails import booking_cancelled
from spaces.models import Booking
from spaces.passes.queries import gives_day_back

from .operations.archiving import ARCHIVE_READY
from .operations.giving_back import LOSSES, Lost
from .operations.retiring import ACCOUNT_UNUSED, day_of_erasure, unused_since
from .queries.personal_data import held_in_numbers
from .queries.unused import is_unused


@register(ARCHIVE_READY, label=_("Your data can be taken away"))
def archive_ready(context):
    """Tell a person that the file of their data is ready; None once it is gone, or another one is made."""
    archive = DataArchive.objects.filter(pk=context["archive"]).first()
    if archive is None or not archive.is_ready:
        return None
    return Mail(context={"archive": archive, "url": absolute_url("portal:my_data")})


@register(LOSSES, label=_("Cancelled, as a membership opens it no more"))
def losses(context):
    """Tell of all that one decision about a membership has cancelled, with the calendar entry of each; None where
    nothing of it is left."""
    registrations = Registration.objects.filter(pk__in=context["registrations"]).select_related("event")
    bookings = Booking.objects.filter(pk__in=context["bookings"]).select_related("resource__space", "place")
    lost = Lost(list(registrations.order_by("event__starts_at")), list(bookings.order_by("period")), [])
    if not lost:
        return None
    staff = {"by_staff": False, "lost_with": context["space"]}
    mails = [registration_cancelled({"registration": one.pk, **staff}) for one in lost.registrations]
    mails += [booking_cancelled({"booking": one.pk, "sequence": one.sequence}) for one in lost.bookings]
    files = [file for mail in mails if mail for file in mail.attachments]
    return Mail(
        context={
            "names": lost.names,
            "space": context["space"],
            "day_back": any(gives_day_back(booking) for booking in lost.bookings),
            "url": absolute_url("portal:me"),
        },
        attachments=[(f"{number}-{name}", *rest) for number, (name, *rest) in enumerate(files, 1)],
    )


@register(ACCOUNT_UNUSED, label=_("An account that nobody uses is to be erased"))
def account_unused(context):
    """Warn a person whose account is to be erased; None once they have used it again."""
    notice = UnusedAccount.objects.select_related("user").filter(pk=context["notice"]).first()
    if notice is None or not is_unused(notice.user, since=unused_since(timezone.now())):
        return None
    person = notice.user
    return Mail(
        context={
            "person": person,
            "last_used": person.last_login or person.date_joined,
            "day": day_of_erasure(notice, told_on=timezone.localdate()),
            "held": held_in_numbers(person_of(person)),
            "url": absolute_url("portal:me"),
            "privacy_url": absolute_url("portal:privacy"),
        }
    )
