"""The package for controllers: one ZIP with the register, the counts' history, the evidence and the report's files.

`sha256sum -c SHA256SUMS` verifies it where it was unpacked. Its names are ASCII, the same for the same evidence; of a
closed report the same records make the same bytes.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO

from django.core.files.base import ContentFile, File
from django.utils.text import slugify
from django.utils.translation import get_language

from events.models import Proof

from ...building.queries.content import Evidence, Part, Report, read
from ...building.queries.versions import report_of
from ...models import EvidenceFile, ReportVersion
from ...outputs.renderers.formats import FORMATS, file_name
from ..queries.files import opened_as_stored
from . import sheets
from .sheets import Absent, Piece

#: The moment that each file of the package bears: the same content makes the same bytes.
MOMENT = (1980, 1, 1, 0, 0, 0)
SUMS = "SHA256SUMS"
#: In characters: with them no path in a package is longer than 120, wherever it is unpacked.
LONGEST_STEM, LONGEST_FOLDER, LONGEST_KIND = 90, 55, 20
TABLES = {"evidence": EvidenceFile, "proof": Proof}


@dataclass
class Archive:
    """A ZIP that is written from beginning to end, and the sums of what is in it."""

    file: zipfile.ZipFile
    sums: list[tuple[str, str]] = field(default_factory=list)

    def add(self, name: str, content: File) -> str:
        """Write one file; return its SHA-256."""
        digest = hashlib.sha256()
        info = zipfile.ZipInfo(name, MOMENT)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system, info.external_attr = 3, 0o644 << 16
        # From its size the archive knows whether it needs the longer form, which simple programs do not read.
        info.file_size = content.size
        with self.file.open(info, "w") as target:
            for chunk in content.chunks():
                digest.update(chunk)
                target.write(chunk)
        self.sums.append((name, digest.hexdigest()))
        return digest.hexdigest()

    def close(self) -> None:
        """Write the sums, which say nothing of themselves."""
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.sums))
        self.add(SUMS, ContentFile(lines.encode()))


def write_package(target: IO[bytes], *, version: ReportVersion, part: str, step: Callable[[int], None]) -> None:
    """Write the package of a half-year, or of one action of it. `step` is told the progress, up to 90."""
    report = report_of(version)
    parts = [one for one in report.parts if not part or one.key == part]
    with zipfile.ZipFile(target, "w") as zipped:
        archive = Archive(zipped)
        amiss = [] if part else _add_report(archive, version, report, step)
        pieces = _add_evidence(archive, report, parts, with_half_year=not part, step=step)
        archive.add("register.csv", ContentFile(sheets.register(parts, pieces)))
        archive.add("history.csv", ContentFile(sheets.history(parts)))
        contents = sorted(name for name, _digest in archive.sums)
        archive.add("index.csv", ContentFile(sheets.index(pieces, amiss)))
        page = sheets.page(report, parts, pieces, contents=contents, amiss=amiss, is_whole=not part)
        archive.add("index.html", ContentFile(page.encode()))
        archive.close()
    step(90)


def _add_report(archive: Archive, version: ReportVersion, report: Report, step: Callable[[int], None]) -> list[Absent]:
    """Add the files of the report: the stored ones of a closed one, else those of the draft in one language. Return
    those that are left out, since they are not what was stored."""
    amiss = []
    stored = list(version.files.order_by("language", "format")) if version.is_closed else []
    for file in stored:
        name = f"report/{file.language}/{ascii_name(file_name(report, file.format, file.language))}"
        content = opened_as_stored(file)
        if content is None:
            amiss.append(Absent(name, file.sha256))
            continue
        with content:
            archive.add(name, content)
    if not stored:
        for extension, chosen in FORMATS.items():
            name = ascii_name(file_name(report, extension))
            archive.add(f"report/{get_language()}/{name}", ContentFile(chosen.render(report)))
            step(10)
    step(30)
    return amiss


def _add_evidence(
    archive: Archive, report: Report, parts: list[Part], *, with_half_year: bool, step: Callable[[int], None]
) -> list[Piece]:
    owned = [(part.key, read(part.title), item) for part in parts for item in part.evidence]
    if with_half_year:
        owned += [("half-year", report.period.label, item) for item in report.evidence]
    rows = dict(_rows([item for _key, _owner, item in owned]))
    pieces = []
    for number, (key, owner, item) in enumerate(owned, 1):
        row = rows.get(item.reference)
        if row is None or not row.file or not row.file.storage.exists(row.file.name):
            pieces.append(Piece(owner, item))
        else:
            path = f"evidence/{folder_name(key)}/{_evidence_name(item, row.file.name)}"
            with row.file.open("rb") as content:
                pieces.append(Piece(owner, item, path, archive.add(path, content)))
        step(30 + 55 * number // len(owned))
    return pieces


def _rows(items: list[Evidence]) -> Iterator[tuple[str, Proof | EvidenceFile]]:
    for table, model in TABLES.items():
        ids = [int(item.reference.partition(":")[2]) for item in items if item.reference.startswith(f"{table}:")]
        for row in model.objects.filter(pk__in=ids):
            yield f"{table}:{row.pk}", row


def _evidence_name(item: Evidence, stored: str) -> str:
    """Name a file by its kind, its row and its digest: the same in each package, and no two alike in a folder."""
    table, _colon, pk = item.reference.partition(":")
    extension = re.sub(r"[^a-z0-9]", "", PurePosixPath(stored).suffix.lower())[:8] or "bin"
    return f"{slugify(item.kind or table)[:LONGEST_KIND]}-{pk}-{item.sha256[:12]}.{extension}"


def folder_name(key: str) -> str:
    """Return a folder for the key of an action: « event:soiree » becomes « event-soiree ». Each key has its own, also
    where capitals and small letters are alike: one that cannot be kept as it is ends with a digest of it."""
    plain = key.replace(":", "-")
    name = ascii_name(plain).lower()
    if name == plain and len(name) <= LONGEST_FOLDER:
        return name
    return f"{name[: LONGEST_FOLDER - 11].rstrip('-')}-{hashlib.sha256(key.encode()).hexdigest()[:10]}"


def ascii_name(name: str) -> str:
    """Return a name of letters, digits, points and hyphens that leads nowhere else. Of a long one the end stays."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem, dot, extension = plain.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,8}", extension):
        stem, dot, extension = plain, "", ""
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[-LONGEST_STEM:].lstrip("-") or "file"
    return f"{safe}{dot}{extension}"
