"""Files that no row names are swept away, and no other ones."""

import os
from datetime import timedelta

import pytest
from django.conf import settings as live_settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from events.attendance.operations import add_proof
from events.enums import ProofKind
from events.models import Proof
from events.tests.factories import PastEventFactory
from hacktiv.common.orphans import SPARED_FOR, sweep_orphans
from hacktiv.site.tasks import sweep_files
from reporting.evidence.operations import add_evidence
from reporting.tests.factories import PeriodFactory
from spaces.models import Photo
from spaces.places.operations import draw_renditions
from spaces.tests.factories import PhotoFactory, SceneFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_storages(settings, monkeypatch, tmp_path):
    """Move the storages: the private one by hand, because its fields keep it whatever the settings say."""
    monkeypatch.setattr(Proof._meta.get_field("file").storage, "_location", tmp_path / "private")
    # A changed setting makes the other one look up its place again.
    settings.MEDIA_ROOT = tmp_path / "media"


def upload():
    return SimpleUploadedFile("liste.pdf", b"%PDF-1.7\n" + os.urandom(4).hex().encode() + b"\n%%EOF")


def everything():
    """Make a file of each field, with the renditions of a photo."""
    photo = PhotoFactory()
    draw_renditions(model=Photo, pk=photo.pk)
    SceneFactory()
    add_proof(event=PastEventFactory(), kind=ProofKind.OTHER, file=upload(), by=None)
    add_evidence(period=PeriodFactory(), file=upload(), by=None)


def files(tmp_path):
    return sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())


LATER = SPARED_FOR + timedelta(hours=1)


def test_a_file_that_a_row_names_stays_and_so_do_its_renditions(tmp_path):
    everything()
    kept = files(tmp_path)
    assert len(kept) > 4
    assert sweep_orphans(now=timezone.now() + LATER) == []
    assert files(tmp_path) == kept


def test_a_file_left_by_a_rollback_goes_once_it_is_old_enough(tmp_path):
    everything()
    kept = files(tmp_path)
    with transaction.atomic():
        everything()
        transaction.set_rollback(True)
    left = set(files(tmp_path)) - set(kept)
    assert {name.split("/")[1] for name in left} == {"pictures", "proofs", "evidence"}
    assert sweep_orphans(now=timezone.now() + SPARED_FOR - timedelta(hours=1)) == []
    assert len(sweep_orphans(now=timezone.now() + LATER)) == len(left)
    assert files(tmp_path) == kept
    assert sweep_orphans(now=timezone.now() + LATER) == []


def test_files_elsewhere_are_left_alone(tmp_path):
    Proof._meta.get_field("file").storage.save("letters/kept.txt", ContentFile(b"x"))
    assert sweep_orphans(now=timezone.now() + LATER) == []


def test_the_beat_asks_for_it_every_day():
    assert live_settings.CELERY_BEAT_SCHEDULE["sweep-orphan-files"]["task"] == sweep_files.name
