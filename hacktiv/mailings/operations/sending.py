"""Send a mailing, try it out on oneself, and stop it."""

from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.orders import order
from hacktiv.outbox.operations import cancel_about, enqueue
from members.models import User

from ..enums import MailingState
from ..errors import MailingError
from ..models import Mailing
from ..queries import fingerprint_of, reach_of
from ..rendering import reply_to
from .writing import check_event, locked_draft


@transaction.atomic
def send_mailing(*, mailing: Mailing, expected: int, seen: str) -> Mailing:
    """Let a draft leave as it was read: to the number of people `expected`, with the fingerprint `seen`.

    Raises MailingError: `not_draft`, `nobody`, `moved` (it is another by now, or its event is another space's),
    `no_words`."""
    mailing = locked_draft(mailing)
    check_event(mailing)
    if not mailing.texts.exists():
        raise MailingError("no_words", _("Write a subject and a text, in one language at least."))
    number = reach_of(mailing).written_to
    if not number:
        raise MailingError("nobody", _("This mailing would reach nobody."))
    if number != expected:
        raise MailingError("moved", _("The number of people has changed meanwhile: nothing has left. Look once more."))
    if seen != fingerprint_of(mailing, number):
        raise MailingError("moved", _("This mailing has changed meanwhile: nothing has left. Look once more."))
    now = timezone.now()
    mailing.state = MailingState.SENDING
    mailing.started_at = now
    mailing.total = number
    mailing.await_worker()
    mailing.save()
    transaction.on_commit(lambda: order("hacktiv.mailings.tasks.expand", mailing.pk), robust=True)
    return mailing


@transaction.atomic
def stop_mailing(*, mailing: Mailing) -> int:
    """Stop a mailing on its way, and cancel every mail that no sender has taken; return how many were cancelled.

    Raises MailingError: `not_leaving`."""
    mailing = Mailing.objects.select_for_update(no_key=True).get(pk=mailing.pk)
    if not mailing.is_leaving:
        raise MailingError("not_leaving", _("This mailing is not on its way: there is nothing to stop."))
    mailing.state = MailingState.STOPPED
    mailing.stopped_at = timezone.now()
    mailing.lease_token, mailing.lease_until = None, None
    mailing.save()
    return cancel_about(about=mailing.about)


@transaction.atomic
def send_test(*, mailing: Mailing, to: User) -> int:
    """Mail the draft to its author alone, in each language that is written; return the number of mails."""
    mailing = locked_draft(mailing)
    texts = list(mailing.texts.all())
    for text in texts:
        enqueue(
            key=f"mailings.test:{mailing.pk}:{uuid4()}",
            template="mailings.test",
            to_email=to.email,
            to_name=to.get_full_name(),
            language=text.language,
            reply_to=reply_to(mailing),
            context={"mailing": mailing.pk},
        )
    return len(texts)
