"""Make the file in which a person takes their data away: a row with a state, a progress and a lease.

A person has one row at most. The worker that makes the file holds a lease (`hacktiv/common/leases.py`). The file is
named in the row before it is written, and counts once the row says so, under the token of that lease.
`resume_archives`, asked for by the beat, makes anew what a dead worker left. The file goes after KEPT_FOR, and with the
account.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from celery import current_app
from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerUnreachable

from hacktiv.common.leases import NO_LEASE, LeaseLost, renewed_lease, take_lease
from hacktiv.outbox.operations import enqueue
from members.enums import ARCHIVES_UNDERWAY, ArchiveState
from members.models import DataArchive, User

from ..rendering import zipped

log = structlog.get_logger(__name__)

#: The file can be taken away for so long.
KEPT_FOR = timedelta(days=7)
#: An archive whose workers died so many times is given up until the person asks anew.
MOST_ATTEMPTS = 5
ARCHIVE_READY = "portal.archive_ready"


@transaction.atomic
def ask_archive(*, user: User) -> DataArchive:
    """Order the file of everything held about a person. While it is being made a second order changes nothing; later
    one makes another file, and the one before goes. Raises User.DoesNotExist for a person erased meanwhile."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    archive = DataArchive.objects.select_for_update().filter(user=user).first() or DataArchive(user=user)
    if archive.pk and archive.is_underway:
        return archive
    _delete_after_commit(archive.file)
    archive.state, archive.progress, archive.attempts = ArchiveState.QUEUED, 0, 0
    archive.file, archive.size, archive.ready_at, archive.kept_until = "", 0, None, None
    archive.asked_at = timezone.now()
    archive.await_worker()
    archive.save()
    transaction.on_commit(lambda: _wake(archive.pk), robust=True)
    return archive


def make_archive(*, archive_id: int, after_step: Callable[[int], object] = lambda progress: None) -> bool:
    """Make the file of an archive that is ordered or was left. Return False if there is nothing to do, another worker
    has taken over, or the person is erased.

    It may run twice at once and may die at any moment. `after_step` is called after each progress is committed."""
    begun = _begin(archive_id)
    if begun is None:
        return False
    archive, token, name = begun

    def step(progress: int) -> None:
        if not _held(archive).update(progress=progress):
            raise LeaseLost
        after_step(progress)

    try:
        with renewed_lease(_held(archive), token), zipped(archive.user, step=step) as file:
            archive.file.storage.save(name, File(file))
            step(95)
            _keep(archive, size=file.tell())
    except LeaseLost:
        log.info("archive_taken_over", archive=archive_id)
        archive.file.storage.delete(name)
        return False
    except Exception:
        log.exception("archive_failed", archive=archive_id)
        archive.file.storage.delete(name)
        _held(archive).update(state=ArchiveState.FAILED, file="", **NO_LEASE)
        return False
    return True


def resume_archives() -> int:
    """Make the archives that nobody makes: lost orders, and those whose worker died; return how many were made."""
    now = timezone.now()
    DataArchive.objects.abandoned(now).filter(attempts__gte=MOST_ATTEMPTS).update(state=ArchiveState.FAILED, **NO_LEASE)
    waiting = list(DataArchive.objects.abandoned(now).values_list("pk", flat=True))
    return sum(make_archive(archive_id=pk) for pk in waiting)


def forget_archives() -> int:
    """Delete the archives whose time is over, and those that failed as long ago; return how many."""
    now = timezone.now()
    over = DataArchive.objects.filter(kept_until__lte=now)
    failed = DataArchive.objects.filter(state=ArchiveState.FAILED, asked_at__lte=now - KEPT_FOR)
    people = list((over | failed).values_list("user", flat=True))
    return sum(_forget_over(pk, now) for pk in people)


def forget_archive_of(*, user: User) -> None:
    """Delete a person's archive, made or under way, with its file once this is committed."""
    archive = DataArchive.objects.select_for_update().filter(user=user).first()
    if archive:
        _delete_after_commit(archive.file)
        archive.delete()


@transaction.atomic
def _forget_over(user_id: int, now: datetime) -> bool:
    """Delete the archive of a person unless they have asked for another one meanwhile."""
    archive = DataArchive.objects.select_for_update().filter(user=user_id).exclude(state__in=ARCHIVES_UNDERWAY).first()
    if archive is None or (archive.kept_until and archive.kept_until > now):
        return False
    _delete_after_commit(archive.file)
    archive.delete()
    return True


@transaction.atomic
def _begin(archive_id: int) -> tuple[DataArchive, UUID, str] | None:
    """Return the archive with the token of a fresh lease and the name of its file; None where it is not to be made."""
    wanted = DataArchive.objects.filter(pk=archive_id, state__in=ARCHIVES_UNDERWAY)
    token = take_lease(wanted, state=ArchiveState.BUILDING, progress=0)
    if token is None:
        return None
    archive = DataArchive.objects.select_related("user").get(pk=archive_id)
    _delete_after_commit(archive.file)
    name = f"archives/{token.hex}.zip"
    DataArchive.objects.filter(pk=archive_id).update(file=name)
    return archive, token, name


def _held(archive: DataArchive) -> QuerySet[DataArchive]:
    return DataArchive.objects.filter(pk=archive.pk, lease_token=archive.lease_token, state=ArchiveState.BUILDING)


@transaction.atomic
def _keep(archive: DataArchive, *, size: int) -> None:
    """Note that the file is whole, and mail its person. Raises LeaseLost.

    The person is locked first, as their erasure does: it finds this mail, or this finds nobody."""
    person = User.objects.select_for_update(no_key=True).filter(pk=archive.user_id).first()
    now = timezone.now()
    kept = _held(archive).update(
        state=ArchiveState.READY,
        progress=100,
        size=size,
        ready_at=now,
        kept_until=now + KEPT_FOR,
        **NO_LEASE,
    )
    if not person or not kept:
        raise LeaseLost
    enqueue(
        key=f"{ARCHIVE_READY}:{archive.lease_token}",
        template=ARCHIVE_READY,
        to_email=person.email,
        to_name=str(person),
        language=person.language,
        context={"archive": archive.pk},
        expires_at=now + KEPT_FOR,
    )


def _delete_after_commit(file: FieldFile) -> None:
    if name := file.name:
        transaction.on_commit(lambda: file.storage.delete(name), robust=True)


def _wake(archive_id: int) -> None:
    try:
        current_app.send_task("hacktiv.portal.tasks.make_archive", [archive_id])
    except BrokerUnreachable as error:
        log.warning("archive_wake_failed", error=str(error))
