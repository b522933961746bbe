"""Load a message that has left to the members of a space."""

from datetime import timedelta

from django.conf import settings

from hacktiv.mailings.enums import Audience, MailingState, RecipientState
from hacktiv.mailings.models import Mailing, MailingRecipient, MailingText
from hacktiv.mailings.queries import addressees

from . import MANAGER, files


def load_mailing(people, spaces, now):
    """Add the message as one that has left to today's members, if there is no example of one. Nothing is mailed."""
    example = files.spaces().mailing
    if Mailing.objects.filter(is_example=True).exists():
        return
    then = now - timedelta(days=example.days_ago)
    mailing = Mailing.objects.create(
        space=spaces[example.space],
        author=people.get(MANAGER),
        audience=Audience.MEMBERS,
        state=MailingState.SENT,
        made_at=then,
        started_at=then,
        expanded_at=then,
        finished_at=then,
        is_example=True,
    )
    MailingText.objects.create(
        mailing=mailing, language=settings.LANGUAGE_CODE, subject=example.subject, text=example.text.strip()
    )
    written_to = [one for one in addressees(mailing) if not one.reason]
    MailingRecipient.objects.bulk_create(
        MailingRecipient(
            mailing=mailing,
            user_id=one.user,
            email=one.email,
            name=one.name,
            language=one.language,
            state=RecipientState.QUEUED,
        )
        for one in written_to
    )
    mailing.total = mailing.queued = mailing.sent = len(written_to)
    mailing.save()
