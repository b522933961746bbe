"""Store the files of a closed report: each format in each language, once, in the bytes that stay."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import product

import structlog
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from hacktiv.common.languages import CODES
from hacktiv.common.storage import private_storage

from ...building.queries.content import Report
from ...building.queries.versions import report_of
from ...models import ReportFile, ReportVersion
from ...outputs.renderers.formats import FORMATS, file_name

log = structlog.get_logger(__name__)

#: The formats and languages of the files that a closed report has.
WANTED = tuple(product(CODES, FORMATS))


def written_files(report: Report, folder: str) -> Iterator[ReportFile]:
    """Write each file of a report into a folder of its own, and yield its row, which the caller saves.

    A folder that no row names after all is swept as orphan."""
    for language, extension in WANTED:
        with translation.override(language):
            content = FORMATS[extension].render(report)
        name = f"reports/{folder}/{file_name(report, extension, language)}"
        yield ReportFile(
            format=extension,
            language=language,
            file=private_storage().save(name, ContentFile(content)),
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
        )


def store_files(*, version_id: int, after_file: Callable[[ReportFile], object] = lambda file: None) -> bool:
    """Store the files of a report that was closed before closing did so. Return False if it has them already.

    It may run twice at once and may die at any moment: the rows are written together, once."""
    version = _without_files().filter(pk=version_id).select_related("period__project").first()
    if version is None:
        return False
    files = []
    for file in written_files(report_of(version), f"{version.pk}-filed"):
        files.append(file)
        after_file(file)
    with transaction.atomic():
        ReportVersion.objects.select_for_update().get(pk=version_id)
        if version.files.exists():
            return False
        keep_rows(version, files)
    return True


def store_missing_files() -> int:
    """Store the files of each closed report that lacks them; return how many reports that were."""
    return sum(store_files(version_id=pk) for pk in list(_without_files().values_list("pk", flat=True)))


def keep_rows(version: ReportVersion, files: list[ReportFile]) -> None:
    """Write the rows of all files of a version. It is called in the transaction in which it holds the version."""
    for file in files:
        file.version = version
    ReportFile.objects.bulk_create(files)


def _without_files() -> QuerySet[ReportVersion]:
    return ReportVersion.objects.closed().filter(files=None)
