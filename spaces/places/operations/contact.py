from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from hacktiv.outbox.operations import enqueue

from ...core.queries import recipients_of
from ...models import Space


@transaction.atomic
def send_message(*, space: Space, name: str, email: str, text: str) -> None:
    """Pass a visitor's message on to the managers of the space. The same message sent twice in a day arrives once."""
    content = "\0".join((str(space.pk), email.lower(), text, f"{timezone.localdate():%Y-%m-%d}"))
    fingerprint = sha256(content.encode()).hexdigest()
    for person in recipients_of(space):
        enqueue(
            key=f"spaces.contact:{fingerprint}:{person.email}"[:200],
            template="spaces.contact",
            to_email=person.email,
            to_name=person.name,
            reply_to=email,
            language=person.language,
            context={"space": space.pk, "name": name, "email": email, "text": text},
        )
