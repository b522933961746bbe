"""Carry a message from one member to another."""

from hashlib import sha256

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import enqueue
from hacktiv.outbox.registry import register_written
from hacktiv.outbox.rendering import text_of
from members.models import User

CONTACT_MAIL = "portal.contact_member"
register_written({CONTACT_MAIL: _("Message to a member")})


@transaction.atomic
def contact_member(*, sender: User, recipient: User, message: str) -> Message | None:
    """Mail a member's message to another, without showing their address; the answer goes to the sender's own.

    The text is kept no longer than it takes to send it. The same message sent twice in a day arrives once.
    """
    content = "\0".join((str(sender.pk), str(recipient.pk), message, f"{timezone.localdate():%Y-%m-%d}"))
    with translation.override(recipient.language):
        text = text_of("portal/mail/contact_member", {"sender": sender, "recipient": recipient, "text": message})
    return enqueue(
        key=f"{CONTACT_MAIL}:{sha256(content.encode()).hexdigest()}",
        template=CONTACT_MAIL,
        to_email=recipient.email,
        to_name=recipient.get_full_name(),
        reply_to=sender.email,
        language=recipient.language,
        rendered=text,
    )
