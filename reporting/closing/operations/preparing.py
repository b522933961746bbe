"""Make a file of a report when a coordinator asks for it: a row with a state, a progress and a lease.

A report in one format, or a package for controllers, can take longer than a page may. The file is named in its row
before it is written, and counts once the row says so, under the token of the lease (`hacktiv/common/leases.py`).
`resume_files`, asked for by the beat, makes anew what a dead worker left. A file goes after KEPT_FOR.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from typing import IO
from uuid import UUID

import structlog
from django.core.files import File
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.fields.files import FieldFile
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from hacktiv.common.leases import NO_LEASE, LeaseLost, left_to_the_next, renewed_lease, take_lease
from hacktiv.common.orders import order
from members.models import User

from ...building.queries.versions import report_of
from ...core.operations import check_coordinates
from ...enums import FILES_UNDERWAY, FileKind, FileState, VersionState
from ...errors import UNFORESEEN, ReportingError
from ...models import PreparedFile, ReportVersion
from ...outputs.renderers.formats import FORMATS
from ..files.package import write_package

log = structlog.get_logger(__name__)

#: A file can be taken away for so long.
KEPT_FOR = timedelta(days=7)
#: A file whose workers died so many times is given up until somebody asks anew.
MAX_ATTEMPTS = 5
# Characters of an error that a row keeps.
ERROR_LENGTH = 300


@transaction.atomic
def ask_file(*, version: ReportVersion, kind: str, language: str, part: str = "", by: User | None) -> PreparedFile:
    """Have a file made of a version. While it is being made, or is there, asking again changes nothing.

    Raises ReportingError: `not_yours`, `gone`, `not_built` (the version holds no report), `no_such_action`."""
    check_coordinates(by)
    version = ReportVersion.objects.select_for_update().get(pk=version.pk)
    if version.built_at is None or version.payload is None:
        raise ReportingError("not_built", _("This version holds no report yet."))
    if part and part not in report_of(version).actions_by_key:
        raise ReportingError("no_such_action", _("The report does not tell this action."))
    key = {
        "version": version,
        "built_at": version.built_at,
        "kind": kind,
        "part": part,
        "language": language,
    }
    file = PreparedFile.objects.select_for_update().filter(**key).first() or PreparedFile(**key)
    if file.pk and (file.is_underway or file.is_ready):
        return file
    _delete_after_commit(file.file)
    file.state, file.progress, file.attempts, file.error = FileState.QUEUED, 0, 0, ""
    file.file, file.size, file.kept_until = "", 0, None
    file.asked_at = timezone.now()
    file.await_worker()
    file.save()
    transaction.on_commit(lambda: order("reporting.tasks.make_file", file.pk))
    return file


def make_file(*, file_id: int, after_step: Callable[[int], object] = lambda progress: None) -> bool:
    """Make a file that is asked for or was left. Return False if there is nothing to do, another worker has taken over,
    or it cannot be made.

    It may run twice at once and may die at any moment. `after_step` is called after each progress is committed."""
    begun = _begin(file_id)
    if begun is None:
        return False
    file, token, name = begun

    def step(progress: int) -> None:
        if not _held(file_id, token).update(progress=progress):
            raise LeaseLost
        after_step(progress)

    try:
        with renewed_lease(_held(file_id, token), token), tempfile.TemporaryFile() as content:
            with translation.override(file.language):
                _write(file, content, step)
            size = content.tell()
            content.seek(0)
            file.file.storage.save(name, File(content))
            step(95)
            _keep(file_id, token, size)
    except LeaseLost:
        log.info("report_file_taken_over", file=file_id)
        file.file.storage.delete(name)
        return False
    except OSError:
        # A full disk or a lost folder may be mended meanwhile: tried again as after a death.
        log.exception("report_file_left", file=file_id)
        _held(file_id, token).update(**left_to_the_next())
        return False
    except Exception as error:
        log.exception("report_file_failed", file=file_id)
        why = str(error.message if isinstance(error, ReportingError) else UNFORESEEN)
        _held(file_id, token).update(state=FileState.FAILED, error=why[:ERROR_LENGTH], **NO_LEASE)
        return False
    return True


def resume_files() -> int:
    """Make the files that nobody makes: lost orders, and those whose worker died. Return how many were made."""
    now = timezone.now()
    given_up = PreparedFile.objects.abandoned(now).filter(attempts__gte=MAX_ATTEMPTS)
    why = _("The workers that made this file stopped %(number)d times.") % {"number": MAX_ATTEMPTS}
    given_up.update(state=FileState.FAILED, error=str(why), **NO_LEASE)
    waiting = list(PreparedFile.objects.abandoned(now).values_list("pk", flat=True))
    return sum(make_file(file_id=pk) for pk in waiting)


def forget_files() -> int:
    """Delete the files whose time is over, those that failed as long ago, and those of drafts built again since.
    Return how many."""
    now = timezone.now()
    over = (
        Q(kept_until__lte=now)
        | Q(state=FileState.FAILED, asked_at__lte=now - KEPT_FOR)
        | ~Q(built_at=F("version__built_at"))
    )
    forgotten = PreparedFile.objects.filter(over).exclude(state__in=FILES_UNDERWAY)
    return sum(_forget(pk) for pk in list(forgotten.values_list("pk", flat=True)))


def forget_files_of(*, version: ReportVersion) -> None:
    """Delete what was made of a draft: from now on it is closed, and its files say otherwise. It is called in the
    transaction that closes it."""
    for file in PreparedFile.objects.select_for_update().filter(version=version):
        _delete_after_commit(file.file)
        file.delete()


@transaction.atomic
def _forget(file_id: int) -> bool:
    file = PreparedFile.objects.select_for_update().filter(pk=file_id).exclude(state__in=FILES_UNDERWAY).first()
    if file is None or (file.is_ready and file.built_at == file.version.built_at):
        return False
    _delete_after_commit(file.file)
    file.delete()
    return True


@transaction.atomic
def _begin(file_id: int) -> tuple[PreparedFile, UUID, str] | None:
    """Return the row with the token of a fresh lease and the name of its file; None where it is not to be made."""
    token = take_lease(_underway(file_id), state=FileState.BUILDING, progress=0)
    if token is None:
        return None
    file = PreparedFile.objects.select_related("version__period__project").get(pk=file_id)
    _delete_after_commit(file.file)
    name = f"prepared/{token.hex}.{'zip' if file.kind == FileKind.PACKAGE else file.kind}"
    PreparedFile.objects.filter(pk=file_id).update(file=name)
    return file, token, name


def _write(file: PreparedFile, content: IO[bytes], step: Callable[[int], None]) -> None:
    """Write the file. Raises ReportingError where the version is not any more what was asked for."""
    version = file.version
    if version.built_at != file.built_at or version.payload is None:
        raise ReportingError("built_again", _("The draft was built again since: ask for its file anew."))
    if file.kind == FileKind.PACKAGE:
        write_package(content, version=version, part=file.part, step=step)
        return
    if version.state in {VersionState.CLOSING, VersionState.CLOSED}:
        raise ReportingError("closed", _("The report was closed meanwhile: take one of its files away."))
    step(5)
    content.write(FORMATS[file.kind].render(report_of(version)))


def _keep(file_id: int, token: UUID, size: int) -> None:
    kept_until = timezone.now() + KEPT_FOR
    ready = {"state": FileState.READY, "progress": 100, "size": size, "kept_until": kept_until}
    if not _held(file_id, token).update(**ready, **NO_LEASE):
        raise LeaseLost


def _underway(file_id: int) -> QuerySet[PreparedFile]:
    return PreparedFile.objects.filter(pk=file_id, state__in=FILES_UNDERWAY)


def _held(file_id: int, token: UUID) -> QuerySet[PreparedFile]:
    return PreparedFile.objects.filter(pk=file_id, lease_token=token, state=FileState.BUILDING)


def _delete_after_commit(file: FieldFile) -> None:
    if name := file.name:
        transaction.on_commit(lambda: file.storage.delete(name), robust=True)
