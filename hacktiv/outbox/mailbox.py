"""Read the mails that Django's file backend wrote: the letter box of development."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path

from django.utils import timezone

# The file backend ends each mail with this line.
RULE = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True)
class StoredMail:
    """One mail of a file. `name` is the file's name and the mail's place in the file."""

    name: str
    written_at: timezone.datetime
    source: EmailMessage

    @property
    def subject(self):
        return self.source["Subject"] or ""

    @property
    def to(self):
        return self.source["To"] or ""

    @property
    def sender(self):
        return self.source["From"] or ""

    @property
    def reply_to(self):
        return self.source["Reply-To"] or ""

    @cached_property
    def text(self):
        return self._body("plain")

    @cached_property
    def html(self):
        return self._body("html")

    @cached_property
    def attachments(self):
        """Return the attached files, each with its name, type and content."""
        return [
            (part.get_filename() or "-", part.get_content_type(), part.get_payload(decode=True))
            for part in self.source.iter_attachments()
        ]

    def _body(self, kind):
        part = self.source.get_body(preferencelist=(kind,))
        return part.get_content() if part else ""


def mails(folder: Path) -> list[StoredMail]:
    """Return all mails of a folder, newest first; an empty list where the folder does not exist."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    return [mail for file in files for mail in reversed(_mails_of(file))]


def _mails_of(file):
    written_at = timezone.datetime.fromtimestamp(file.stat().st_mtime, tz=timezone.get_current_timezone())
    sources = [source for source in file.read_bytes().split(RULE) if source.strip()]
    return [
        StoredMail(f"{file.stem}-{number}", written_at, message_from_bytes(source, policy=policy.default))
        for number, source in enumerate(sources, start=1)
    ]
