"""What the managers share: kept, taken away, closed, answered."""

from hashlib import sha256
from pathlib import PurePath

from django.db import transaction
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from hacktiv.common.documents import FileRefused, extension_of, inspect
from hacktiv.outbox.operations import enqueue

from ..core.queries import Recipient, recipients_of
from ..errors import BookingError
from ..models import Document, Notice


@transaction.atomic
def save_document(*, document, upload=None):
    """Keep a document as its form filled it, new or changed, and its file if one is sent: the one before goes.

    Raises BookingError `too_large`, `empty`, `not_taken`, `unreadable` for a file that is not what its name says.
    """
    before = Document.objects.select_for_update().filter(pk=document.pk).first()
    if upload:
        try:
            digest = inspect(upload)
        except FileRefused as error:
            raise BookingError(error.code, error.message) from error
        document.file_name = PurePath(upload.name).name[:200]
        document.file.save(get_valid_filename(f"{digest[:16]}{extension_of(upload)}"), upload, save=False)
        if before:
            _remove_after_commit(before.file)
    document.save()
    return document


@transaction.atomic
def delete_document(*, document):
    _remove_after_commit(document.file)
    document.delete()


@transaction.atomic
def close_notice(*, notice):
    """No longer shown among those that are open. Twice is once."""
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    if notice.closed_at is None:
        notice.closed_at = timezone.now()
        notice.save(update_fields=["closed_at"])
    return notice


@transaction.atomic
def answer_notice(*, notice, by, text):
    """Pass an answer on to the author, or to those who run the space once the author is gone. The same answer sent
    twice in a day arrives once. Raises BookingError `closed`."""
    notice = Notice.objects.select_for_update(of=("self",)).select_related("space", "added_by").get(pk=notice.pk)
    if not notice.is_open:
        raise BookingError("closed", _("This is no longer open."))
    content = "\0".join((str(notice.pk), str(by.pk), text, f"{timezone.localdate():%Y-%m-%d}"))
    fingerprint = sha256(content.encode()).hexdigest()
    for person in _readers(notice):
        enqueue(
            key=f"spaces.notice_answered:{fingerprint}:{person.email}"[:200],
            template="spaces.notice_answered",
            to_email=person.email,
            to_name=person.name,
            reply_to=by.email,
            language=person.language,
            context={"notice": notice.pk, "name": str(by), "text": text},
        )


def _readers(notice):
    author = notice.added_by
    if author and author.is_active:
        return [Recipient(author.email, str(author), author.language)]
    return recipients_of(notice.space) if notice.space else []


def _remove_after_commit(file):
    if file:
        storage, name = file.storage, file.name
        transaction.on_commit(lambda: storage.delete(name), robust=True)
