"""Save and delete what managers share, close their notices, and answer them."""

from hashlib import sha256
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from hacktiv.common.documents import FileRefused, extension_of, inspect
from hacktiv.outbox.operations import enqueue
from members.models import User

from ..core.queries import Recipient, recipients_of
from ..errors import BookingError
from ..models import Document, Notice


@transaction.atomic
def save_document(*, document: Document, upload: UploadedFile | None = None) -> Document:
    """Save a new or changed document, and `upload` as its file; the former file is deleted.

    Raises BookingError `too_large`, `empty`, `not_taken`, `unreadable` for a file that is not accepted.
    """
    before = Document.objects.select_for_update().filter(pk=document.pk).first()
    if upload:
        try:
            digest = inspect(upload)
        except FileRefused as error:
            raise BookingError(error.code, error.message) from error
        document.file_name = PurePath(upload.name or "").name[:200]
        document.file.save(get_valid_filename(f"{digest[:16]}{extension_of(upload)}"), upload, save=False)
        if before:
            _remove_after_commit(before.file)
    document.save()
    return document


@transaction.atomic
def delete_document(*, document: Document) -> None:
    _remove_after_commit(document.file)
    document.delete()


@transaction.atomic
def close_notice(*, notice: Notice) -> Notice:
    """Take the notice off the open ones. A second time changes nothing."""
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    if notice.closed_at is None:
        notice.closed_at = timezone.now()
        notice.save(update_fields=["closed_at"])
    return notice


@transaction.atomic
def answer_notice(*, notice: Notice, by: User, text: str) -> None:
    """Pass an answer on to the author, or to the people who run the space if the author is gone.

    The same answer sent twice in a day arrives once. Raises BookingError `closed`."""
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


def _readers(notice: Notice) -> list[Recipient]:
    author = notice.added_by
    if author and author.is_active:
        return [Recipient(author.email, str(author), author.language)]
    return recipients_of(notice.space) if notice.space else []


def _remove_after_commit(file: FieldFile) -> None:
    if file.name:
        storage, name = file.storage, file.name
        transaction.on_commit(lambda: storage.delete(name), robust=True)
