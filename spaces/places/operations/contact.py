from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.locks import lock_address
from hacktiv.outbox.operations import enqueue
from members.models import User

from ...core.operations import check_runs
from ...core.queries import recipients_of, reply_address
from ...errors import BookingError
from ...models import ContactMessage, Space

#: A message is kept for so long, then deleted at night.
KEPT_FOR = timedelta(days=365)


@transaction.atomic
def send_message(*, space: Space, name: str, email: str, text: str, language: str) -> ContactMessage:
    """Keep a visitor's message, and pass it on to the managers of the space. The same message sent twice in a day
    arrives once."""
    content = "\0".join((str(space.pk), email.lower(), text, f"{timezone.localdate():%Y-%m-%d}"))
    fingerprint = sha256(content.encode()).hexdigest()
    lock_address(email)
    kept = {"space": space, "name": name, "email": email, "text": text, "language": language}
    kept["kept_until"] = timezone.localdate() + KEPT_FOR
    message, _made = ContactMessage.objects.get_or_create(fingerprint=fingerprint, defaults=kept)
    for person in recipients_of(space):
        enqueue(
            key=f"spaces.contact:{fingerprint}:{person.email}"[:200],
            template="spaces.contact",
            to_email=person.email,
            to_name=person.name,
            reply_to=email,
            language=person.language,
            context={"space": space.pk, "name": name, "email": email, "text": text, "message": message.pk},
        )
    return message


@transaction.atomic
def answer_message(*, message: ContactMessage, text: str, by: User) -> ContactMessage:
    """Mail an answer to who wrote to the space; what they answer goes to the space, or to who answers where it
    has no contact address. Raises BookingError `answered`, `not_yours`, `gone`."""
    message = _unanswered(message, by)
    _settle(message, by=by, answer=text)
    enqueue(
        key=f"spaces.contact_answer:{message.pk}",
        template="spaces.contact_answer",
        to_email=message.email,
        reply_to=reply_address(message.space, by),
        language=message.language,
        context={"message": message.pk},
    )
    return message


@transaction.atomic
def settle_message(*, message: ContactMessage, by: User) -> ContactMessage:
    """Note that a message was answered elsewhere, or needs no answer. Raises BookingError `answered`, `not_yours`,
    `gone`."""
    message = _unanswered(message, by)
    _settle(message, by=by)
    return message


def forget_messages() -> int:
    """Delete the messages that are kept no longer; return their number."""
    return ContactMessage.objects.filter(kept_until__lt=timezone.localdate()).delete()[0]


def _unanswered(message: ContactMessage, by: User) -> ContactMessage:
    """Lock the address of the writer, who answers, and the message, in this order as an erasure does; return the
    message as it is now."""
    lock_address(message.email)
    check_runs(by, message.space)
    rows = ContactMessage.objects.select_for_update(of=("self",), no_key=True).select_related("space")
    found = rows.filter(pk=message.pk).first()
    if found is None:
        raise BookingError("gone", _("This message was deleted meanwhile."))
    if found.is_answered:
        raise BookingError("answered", _("Somebody has answered this message already."))
    return found


def _settle(message: ContactMessage, *, by: User, answer: str = "") -> None:
    message.answer = answer
    message.answered_at = timezone.now()
    message.answered_by = by
    message.save(update_fields=["answer", "answered_at", "answered_by"])
