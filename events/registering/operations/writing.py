"""Write to people on the list of an event, by the people who run it."""

import hashlib
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.operations import enqueue_all
from members.models import User
from spaces.core.queries import reply_address

from ...core.operations import locked, mails_of
from ...enums import LISTED_REGISTRATIONS, EventState
from ...errors import EventError
from ...models import Event, Registration

#: Signs of a message's digest, by which the same words reach a person once.
DIGEST = 16


@transaction.atomic
def write_to_people(
    *, event: Event, registrations: Iterable[Registration], subject: str, text: str, by: User
) -> list[Registration]:
    """Mail a message to these people on the list; answers go to the space, or to who writes where
    it has no contact address. Return who has no address.

    A companion without an address is written to by the person who brings them. The same words reach each once.
    Raises EventError: `nobody`, `draft`."""
    event = locked(event)
    if event.state == EventState.DRAFT:
        raise EventError("draft", _("This event is not published yet."))
    listed = event.registrations.filter(pk__in=[one.pk for one in registrations], status__in=LISTED_REGISTRATIONS)
    people = list(listed.select_related("user", "brought_by__user").order_by("pk"))
    if not people:
        raise EventError("nobody", _("Nobody of these is on the list."))
    subject, text = subject.strip(), text.strip()
    digest = hashlib.sha256(f"{subject}\n{text}".encode()).hexdigest()[:DIGEST]
    receivers = {person.mailed.pk: person.mailed for person in people}
    mails = []
    for receiver in receivers.values():
        receiver.event = event
        mails += mails_of("note", receiver, occasion=digest, context={"subject": subject, "text": text})
    for mail in mails:
        mail.reply_to = reply_address(event.space, by)
    enqueue_all(mails)
    return [person for person in people if not person.mailed.person_email]
