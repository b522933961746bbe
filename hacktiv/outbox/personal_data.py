"""The lines of outgoing mail in the table of personal data."""

from datetime import timedelta

from django.db.models import Q

from hacktiv.common.personal_data import Found, Merging, Person, deleted, of_address, tied

#: The mail that tells of a change of address leaves a moment after it.
LEAVES_WITHIN = timedelta(minutes=1)
TO_PERSON = of_address("to_email", "created_at", within=LEAVES_WITHIN)
ON_BEHALF = of_address("reply_to", "created_at", within=LEAVES_WITHIN)


def _mails(person: Person) -> Q:
    """Find the mails to the person, on their behalf, about their account, and those that hold their address."""
    found = TO_PERSON(person) | ON_BEHALF(person)
    known = Person(held=person.held)
    found |= known.mentioned_in("context", "rendered", made="created_at", within=LEAVES_WITHIN)
    for address in person.typed:
        found |= Q(to_email__iexact=address, template__startswith="account.")
    return found


MAILS = Found("address", _mails)

LINES = [
    deleted("outbox.Message", "to_email template", found=TO_PERSON, exported="messages"),
    deleted(
        "outbox.Message",
        "key to_email to_name reply_to template about context rendered error claimed_by",
        found=MAILS,
        why="what the sender needs until the mail has left, and the addresses of others",
    ),
    deleted("outbox.OptOut", "email", found=of_address("email", "made_at"), exported="refuses_reminders_and_questions"),
]

TIES = [
    tied("outbox.Message", "to_email reply_to", Merging.KEPT, exported="messages", why="found by the earlier address"),
    tied(
        "outbox.OptOut",
        "email",
        Merging.JOINED,
        exported="refuses_reminders_and_questions",
        why="a refusal of either address holds for the one that stays",
    ),
]
